"""Changed lines in the work tree and in the index, since HEAD or another revision."""

import os
from pathlib import Path

import pytest

from support.repository import commit_all, make_repository, write_files
from workhorse_core.errors import RepositoryError
from workhorse_core.git.changed_lines import changed_lines
from workhorse_core.git.repository import Repository


def test_changed_lines_are_ranges_in_the_new_side(repository: Repository) -> None:
    text = (repository.root / "src/shapes.py").read_text()
    changed = "# one\n# two\n" + text.replace("shape.title()", "shape")
    write_files(repository.root, {"src/shapes.py": changed, "src/new.py": "a\nb", "x.log": "a\n"})
    assert changed_lines(repository) == {"src/shapes.py": [(1, 2), (8, 8)], "src/new.py": [(1, 2)]}
    assert changed_lines(repository, staged=True) == {}
    repository.write("add", "src/new.py")
    assert changed_lines(repository, staged=True) == {"src/new.py": [(1, 2)]}


def test_index_of_the_user_is_not_written_where_only_a_files_time_has_changed(repository: Repository) -> None:
    before = (repository.git_dir / "index").read_bytes()
    os.utime(repository.root / "src/shapes.py", (1, 1))
    write_files(repository.root, {"README.md": "More.\n"})
    assert set(changed_lines(repository)) == {"README.md"}
    assert (repository.git_dir / "index").read_bytes() == before


def test_lines_that_only_went_are_no_changed_lines(repository: Repository) -> None:
    write_files(repository.root, {"src/shapes.py": "def area(side):\n    return side * side\n"})
    assert changed_lines(repository) == {}


def test_renames_modes_links_and_binary_files_do_not_confuse_changed_lines(repository: Repository) -> None:
    text = (repository.root / "src/shapes.py").read_text()
    write_files(repository.root, {"a.bin": b"\0\1", "b.py": "b\n", "c.py": "c\n"})
    commit_all(repository, "More")
    repository.write("mv", "src/shapes.py", "src/moved.py")
    write_files(repository.root, {"src/moved.py": text + "# end\n", "a.bin": b"\0\2", "c.py": "c\n@@ -1 +1 @@\n"})
    (repository.root / "b.py").chmod(0o755)
    (repository.root / "README.md").unlink()
    (repository.root / "README.md").symlink_to("b.py")
    repository.write("add", "--all")
    assert changed_lines(repository, staged=True) == {"c.py": [(2, 2)], "src/moved.py": [(7, 7)]}


def test_changed_lines_since_a_revision_are_counted_from_where_it_parted(repository: Repository) -> None:
    repository.write("branch", "other")
    write_files(repository.root, {"ours.py": "1\n"})
    commit_all(repository, "Ours")
    repository.write("checkout", "--quiet", "other")
    write_files(repository.root, {"README.md": "Theirs\n"})
    commit_all(repository, "Theirs")
    repository.write("checkout", "--quiet", "main")
    assert changed_lines(repository, "other") == {"ours.py": [(1, 1)]}
    repository.write("checkout", "--quiet", "--orphan", "alone")
    commit_all(repository, "Alone")
    assert "README.md" in changed_lines(repository, "other")


def test_everything_is_new_before_the_first_commit(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "new", {"a.py": "a\n", "b.py": "b\n"}, commit=False)
    repository.write("add", "a.py")
    assert changed_lines(repository) == {"a.py": [(1, 1)], "b.py": [(1, 1)]}
    assert changed_lines(repository, staged=True) == {"a.py": [(1, 1)]}


def test_before_the_first_commit_there_is_nothing(repository: Repository) -> None:
    assert changed_lines(repository, "HEAD^") == changed_lines(repository, str(repository.head().commit) + "^")
    assert changed_lines(repository, "HEAD^")["src/shapes.py"] == [(1, 6)]
    with pytest.raises(RepositoryError):
        changed_lines(repository, "nowhere^")
    with pytest.raises(RepositoryError):
        changed_lines(repository, "HEAD~3")


def test_a_conflict_does_not_break_changed_lines(repository: Repository) -> None:
    repository.write("branch", "other")
    write_files(repository.root, {"README.md": "Ours\n"})
    commit_all(repository, "Ours")
    repository.write("checkout", "--quiet", "other")
    write_files(repository.root, {"README.md": "Theirs\n"})
    commit_all(repository, "Theirs")
    assert repository.ask("merge", "main").status == 1
    changed_lines(repository)
    assert changed_lines(repository, staged=True) == {}
