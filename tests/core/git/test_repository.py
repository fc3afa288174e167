"""Git commands of a repository, and how their output is read."""

import os
import subprocess
from pathlib import Path

import pytest

from support.repository import ANY_TRANSPORT, commit_all, make_repository, write_files
from workhorse_core.errors import NotARepository, RepositoryError
from workhorse_core.git.changed_lines import changed_lines
from workhorse_core.git.process import LOCAL_VARIABLES, shed_git_variables
from workhorse_core.git.repository import Repository

ODD = [
    "with space.py",
    "line\nbreak.py",
    'quo"te\\.py',
    "ünï.py",
    os.fsdecode(b"latin-\xe9.py"),
    "-dash.py",
    "*.py",
]


def found(start: Path) -> Repository:
    repository = Repository.find(start)
    assert repository is not None
    return repository


def test_a_repository_is_found_from_a_folder_a_file_and_a_path_that_is_not_there(
    repository: Repository,
) -> None:
    for start in ("", "src", "src/shapes.py", "not/there.py"):
        assert found(repository.root / start) == repository
    assert repository.git_dir == repository.common_dir == repository.root / ".git"


def test_outside_of_git_nothing_is_found(tmp_path: Path) -> None:
    assert Repository.find(tmp_path) is None


def test_a_bare_repository_and_the_git_folder_itself_are_refused(repository: Repository, tmp_path: Path) -> None:
    repository.write(
        "clone", "--quiet", "--bare", str(repository.root), str(tmp_path / "bare"), environment=ANY_TRANSPORT
    )
    with pytest.raises(NotARepository, match="bare"):
        Repository.find(tmp_path / "bare")
    with pytest.raises(NotARepository, match="git itself"):
        Repository.find(repository.git_dir)


def test_a_broken_repository_is_an_error_and_not_nothing(repository: Repository) -> None:
    (repository.git_dir / "config").write_text("[core\n")
    with pytest.raises(RepositoryError, match="bad config"):
        Repository.find(repository.root)


def test_a_folder_whose_git_file_points_nowhere_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    with pytest.raises(RepositoryError, match="not a git repository"):
        Repository.find(tmp_path)


def test_git_missing_from_path_is_an_error_with_a_hint(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RepositoryError, match="git was not found"):
        repository.head()


def test_git_in_the_current_folder_is_never_started(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    started = repository.root / "started"
    for place in ("git", "bin/git"):
        write_files(repository.root, {place: f"#!/bin/sh\ntouch {started}\n"})
        (repository.root / place).chmod(0o755)
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("PATH", os.pathsep.join(("", ".", "bin", os.environ["PATH"])))
    assert repository.head().branch == "main"
    with repository.started("version"):
        pass
    assert not started.exists()


def test_the_head_has_commit_tree_and_branch(repository: Repository) -> None:
    head = repository.head()
    assert head.branch == "main"
    assert head.commit == repository.commit_id("HEAD")
    repository.write("checkout", "--quiet", "--detach")
    assert repository.head().branch is None
    assert repository.head().commit == head.commit


def test_before_the_first_commit_there_is_a_branch_and_no_commit(tmp_path: Path) -> None:
    head = make_repository(tmp_path / "new", {"a.py": ""}, commit=False).head()
    assert (head.commit, head.tree, head.branch) == (None, None, "main")


@pytest.mark.parametrize("revision", ["--output=pwned", "-h", "", "nothing", "HEAD:README.md"])
def test_a_revision_that_names_no_commit_is_refused(repository: Repository, revision: str) -> None:
    with pytest.raises(RepositoryError, match="names no commit"):
        repository.commit_id(revision)
    assert not (repository.root / "pwned").exists()


def test_paths_are_the_files_that_are_there_and_not_ignored(repository: Repository) -> None:
    write_files(repository.root, {"src/new.py": "", "src/noise.log": "", "other/x.py": ""})
    (repository.root / "src/empty.py").unlink()
    (repository.root / "src/link.py").symlink_to("shapes.py")
    assert repository.paths("src") == ["src/new.py", "src/shapes.py"]
    assert repository.paths() == [".gitignore", "README.md", "other/x.py", "src/new.py", "src/shapes.py"]


def test_odd_names_survive_every_question(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "odd", {f"d/{name}": f"{name!a}\n" for name in ODD})
    names = sorted(f"d/{name}" for name in ODD)
    assert repository.paths("d") == names
    assert repository.tree_files("HEAD", "d") == names
    blobs = repository.read_blobs("HEAD", [*names, "d/missing\n.py"])
    assert {path: data.decode() for path, data in blobs.items()} == {f"d/{name}": f"{name!a}\n" for name in ODD}
    for name in ODD:
        write_files(repository.root, {f"d/{name}": f"{name!a}\nmore\n"})
    assert changed_lines(repository) == {name: [(2, 2)] for name in names}


def test_a_name_is_never_a_pattern(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "odd", {"*.py": "star\n", "a.py": "a\n"})
    assert list(repository.tree_entries("HEAD", ["*.py"])) == ["*.py"]
    write_files(repository.root, {"[ab]/x.py": "", "a/x.py": "", ":(top)/x.py": ""})
    assert repository.paths("[ab]") == ["[ab]/x.py"]
    assert repository.paths(":(top)") == [":(top)/x.py"]


def test_blobs_are_read_from_a_commit_and_from_the_index(repository: Repository) -> None:
    write_files(repository.root, {"README.md": "Staged\n"})
    repository.write("add", "README.md")
    write_files(repository.root, {"README.md": "Unstaged\n"})
    assert repository.read_blobs("HEAD", ["README.md", "src", "none"]) == {"README.md": b"Shapes\n"}
    assert repository.read_blobs(None, ["README.md"]) == {"README.md": b"Staged\n"}
    assert repository.read_blobs("HEAD", []) == {}


def test_tree_files_leaves_out_links_and_submodules(repository: Repository) -> None:
    (repository.root / "src/link.py").symlink_to("shapes.py")
    commit_all(repository, "Link")
    assert repository.tree_files("HEAD", "src") == ["src/empty.py", "src/shapes.py"]


def test_a_blob_id_is_what_git_would_give(repository: Repository) -> None:
    assert repository.blob_id(b"Shapes\n") == repository.tree_entries("HEAD", ["README.md"])["README.md"].blob


def test_a_sha256_repository_works(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--object-format=sha256", tmp_path / "new"], check=True)
    write_files(tmp_path / "new", {"a.py": "a\n"})
    repository = found(tmp_path / "new")
    assert changed_lines(repository) == {"a.py": [(1, 1)]}
    commit_all(repository, "Begin")
    assert len(repository.head().commit or "") == 64
    assert repository.blob_id(b"a\n") == repository.tree_entries("HEAD")["a.py"].blob


def test_a_linked_worktree_shares_the_common_folder(repository: Repository, tmp_path: Path) -> None:
    repository.write("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = found(tmp_path / "linked")
    assert linked.common_dir == repository.git_dir
    assert linked.git_dir == repository.git_dir / "worktrees/linked"
    assert linked.head().branch == "linked"


@pytest.mark.parametrize("place", ["other", "other/inner", ".", "repository/sub"])
def test_a_git_folder_that_names_another_work_tree_is_refused(
    repository: Repository, tmp_path: Path, place: str
) -> None:
    """A copied .git would have us read and write any folder of the user's, a repository or not."""
    elsewhere = tmp_path / place
    make_repository(tmp_path / "other", {"README.md": "Else\n"})
    write_files(elsewhere, {"README.md": "Else\n"})
    repository.write("config", "core.worktree", str(elsewhere))
    with pytest.raises(RepositoryError, match=r"names another folder as its work tree"):
        found(repository.root)


def test_a_work_tree_elsewhere_is_worked_on_where_the_user_names_it(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(shed_git_variables.cache_clear)
    elsewhere = tmp_path / "elsewhere"
    write_files(elsewhere, {"README.md": "Else\n"})
    monkeypatch.setenv("GIT_DIR", str(repository.git_dir))
    monkeypatch.setenv("GIT_WORK_TREE", str(elsewhere))
    shed_git_variables.cache_clear()
    there = found(elsewhere)
    assert there.root == elsewhere
    assert changed_lines(there) == {"README.md": [(1, 1)]}


@pytest.mark.parametrize("absolute", [True, False])
def test_a_git_folder_beside_its_work_tree_is_found_by_the_file_that_leads_there(
    tmp_path: Path, absolute: bool
) -> None:
    repository = make_repository(tmp_path / "project", {"a.py": "1\n"})
    repository.git_dir.rename(tmp_path / "kept.git")
    place = tmp_path / "kept.git" if absolute else "../kept.git"
    (tmp_path / "project" / ".git").write_text(f"gitdir: {place}\n")
    assert found(tmp_path / "project").git_dir == tmp_path / "kept.git"


def test_a_submodule_is_a_repository_of_its_own(repository: Repository, tmp_path: Path) -> None:
    make_repository(tmp_path / "library", {"lib.py": "1\n"})
    repository.write("submodule", "--quiet", "add", str(tmp_path / "library"), "lib", environment=ANY_TRANSPORT)
    commit_all(repository, "Add library")
    inner = found(repository.root / "lib/lib.py")
    assert inner.root == repository.root / "lib"
    assert inner.tree_files("HEAD") == ["lib.py"]
    assert "lib" not in repository.paths()
    assert not [path for path in repository.paths() if path.startswith("lib/")]


def test_a_setting_is_read_as_git_reads_it(repository: Repository) -> None:
    repository.write("config", "commit.gpgsign", "yes")
    assert repository.setting("commit.gpgsign", "bool") == "true"
    assert repository.setting("user.name") == "Ada Lovelace"
    assert repository.setting("user.nothing") is None


def test_settings_given_to_git_itself_are_kept(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Grace Hopper")
    assert found(repository.root).setting("user.name") == "Grace Hopper"


def test_we_know_every_variable_that_this_git_calls_local() -> None:
    local = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True)
    assert set(local.stdout.split()) - {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"} <= set(LOCAL_VARIABLES)
