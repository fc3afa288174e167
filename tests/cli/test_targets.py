from pathlib import Path

import pytest

from cli.running import Workhorse, git
from support.opened_project import open_project
from workhorse_cli.targets import changed_targets, read_targets, staged_buffers
from workhorse_core.errors import TargetError, UsageError
from workhorse_core.pipeline.task import Target


def test_targets_are_relative_to_the_current_folder(tmp_path: Path) -> None:
    words = ["a.py", "../b.py::f.g", "sub/c.py:3-7", ".", ".."]
    found = read_targets(words, tmp_path / "src", tmp_path)
    assert [str(target) for target in found] == ["src/a.py", "b.py::f.g", "src/sub/c.py:3-7", "src", "."]


def test_absolute_paths_inside_of_the_project_are_taken(tmp_path: Path) -> None:
    assert read_targets([f"{tmp_path}/a.py:4"], tmp_path / "src", tmp_path) == (Target("a.py", None, 4, 4),)


def test_a_project_reached_through_a_link_is_the_project(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert read_targets([f"{tmp_path}/link/a.py"], tmp_path, tmp_path / "real") == (Target("a.py"),)


@pytest.mark.parametrize("word", ["/etc/passwd", "../../x.py", "../x.py::f"])
def test_a_target_outside_of_the_project_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(TargetError, match="outside of the project"):
        read_targets([word], tmp_path, tmp_path)


def test_a_file_that_exists_wins_over_what_its_name_looks_like(tmp_path: Path) -> None:
    for name in ("a.py:12", "b::c.py"):
        (tmp_path / name).write_text("")
    assert read_targets(["a.py:12", "b::c.py"], tmp_path, tmp_path) == (Target("a.py:12"), Target("b::c.py"))


def test_an_empty_word_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_targets([""], tmp_path, tmp_path)


# -- changed lines


def test_only_changed_lines_of_python_are_worked_on(shop: Path) -> None:
    text = (shop / "src/shop.py").read_text().replace("return 3", "return 4")
    (shop / "src/shop.py").write_text(text)
    (shop / "notes.txt").write_text("new\n")
    assert changed_targets(open_project(shop), None, False, ()) == (Target("src/shop.py", None, 9, 9),)
    assert changed_targets(open_project(shop), None, True, ()) == ()
    assert changed_targets(open_project(shop), None, False, [Target("tests")]) == ()
    assert changed_targets(open_project(shop), None, False, [Target("src")]) != ()


def test_a_bare_changed_does_not_eat_the_target(shop: Path, workhorse: Workhorse) -> None:
    (shop / "src/shop.py").write_text((shop / "src/shop.py").read_text().replace("% 2 == 0", "% 2 != 1"))
    result = workhorse("docstrings", "--changed", "src", "--engine", "rules", "--dry-run")
    assert result.code == 0
    assert "is_even" in result.out
    assert "is_open" not in result.out


def test_changed_since_a_revision(shop: Path, workhorse: Workhorse) -> None:
    git("checkout", "-q", "-b", "topic")
    (shop / "src/shop.py").write_text((shop / "src/shop.py").read_text().replace("return True", "return not False"))
    git("commit", "-qam", "change")
    assert workhorse("docstrings", "--changed", "--engine", "rules", "--dry-run").err.startswith("No Python code")
    result = workhorse("docstrings", "--changed=main", "--engine", "rules", "--dry-run")
    assert '"""Return whether customers may come in."""' in result.out


def test_an_unknown_revision_is_refused_by_name(shop: Path, workhorse: Workhorse) -> None:
    result = workhorse("docstrings", "--changed=nowhere", "--dry-run")
    assert result.code == 1
    assert "'nowhere' names no commit" in result.err


def test_staged_text_is_what_is_read_where_the_work_tree_has_moved_on(shop: Path, workhorse: Workhorse) -> None:
    path = shop / "src/shop.py"
    path.write_text(
        path.read_text()
        + "\n\n# Return whether a rest is left.\ndef is_odd(number: int) -> bool:\n    return not is_even(number)\n"
    )
    git("add", ".")
    path.write_text("# moved on\n" * 20 + path.read_text())
    buffers = staged_buffers(open_project(shop).repository)  # type: ignore[arg-type]
    assert b"is_odd" in buffers["src/shop.py"]
    assert b"moved on" not in buffers["src/shop.py"]
    before = path.read_bytes()
    result = workhorse("docstrings", "--staged", "--engine", "rules")
    assert result.code == 0
    assert '"""Return whether a rest is left."""' in result.out
    assert "moved on" not in result.out
    assert path.read_bytes() == before


def test_staged_text_that_is_the_same_needs_no_buffer(shop: Path) -> None:
    path = shop / "src/shop.py"
    path.write_text(path.read_text() + "\n\nX = 1\n")
    git("add", ".")
    assert staged_buffers(open_project(shop).repository) == {}  # type: ignore[arg-type]
