"""Files of a commit: the same answers as git's own, in every kind of repository."""

import os
import subprocess
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from support.repository import commit_all, make_repository
from workhorse_core.errors import RepositoryError
from workhorse_core.git.commit_files import files_of
from workhorse_core.git.process import load_gitpython
from workhorse_core.git.repository import Repository
from workhorse_core.workspace.file_tree import CommitTree

LATIN = os.fsdecode(b"latin-\xe9.py")
FILES = {
    "a.py": "a = 1\r\n",
    "empty.py": "",
    "binary": bytes(range(256)) * 300,
    "src/deep/b.py": "b = 1\n",
    "src/deep.py": "deep = 1\n",
    "with space/new\nline.py": "c = 1\n",
    LATIN: "d = 1\n",
    "run.sh": "exit\n",
}
ABSENT = ["none.py", "a.py/b", "src/none", "src/deep/b.py/c", "none/at/all.py"]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def found(start: Path) -> Repository:
    repository = Repository.find(start)
    assert repository is not None
    return repository


def plain(root: Path) -> Repository:
    (root / "project").mkdir()
    (root / "project/link.py").symlink_to("a.py")
    repository = make_repository(root / "project", FILES)
    (repository.root / "run.sh").chmod(0o755)
    commit_all(repository, "Run")
    return repository


def packed(root: Path) -> Repository:
    repository = plain(root)
    git(repository.root, "gc", "-q")
    git(repository.root, "pack-refs", "--all", "--prune")
    return repository


def worktree(root: Path) -> Repository:
    repository = packed(root)
    git(repository.root, "worktree", "add", "-q", str(root / "linked"))
    return found(root / "linked")


def worktree_of_bare(root: Path) -> Repository:
    repository = plain(root)
    git(root, "clone", "-q", "--bare", str(repository.root), str(root / "bare"))
    git(root / "bare", "worktree", "add", "-q", str(root / "linked"), "main")
    return found(root / "linked")


def borrowing(root: Path) -> Repository:
    repository = plain(root)
    git(root, "clone", "-q", "--shared", str(repository.root), str(root / "shared"))
    return found(root / "shared")


def submodule(root: Path) -> Repository:
    repository = plain(root)
    outer = make_repository(root / "outer", {"o.py": ""})
    git(outer.root, "submodule", "--quiet", "add", str(repository.root), "inner")
    commit_all(outer, "Inner")
    return found(outer.root / "inner")


def separate(root: Path) -> Repository:
    repository = plain(root)
    git(repository.root, "init", "-q", f"--separate-git-dir={root / 'elsewhere'}")
    return found(repository.root)


def named(root: Path) -> Repository:
    repository = plain(root)
    (repository.root / ".git").rename(root / "hidden")
    opened = Repository.open(root / "hidden", repository.root)
    assert opened is not None
    return opened


def oddly_configured(root: Path) -> Repository:
    repository = plain(root)
    with (repository.git_dir / "config").open("a") as config:
        config.write(f"[core]\n\tworktree = {root / 'project'}\n\tfsmonitor = touch {root / 'ran'}\n")
        config.write(f'[include]\n\tpath = {root / "gone"}\n[alias] x = !touch {root / "ran"}\n[a "b\\"]c"]\n\td\n')
    return found(repository.root)


def sha256(root: Path) -> Repository:
    git(root, "init", "-q", "--object-format=sha256", str(root / "project"))
    return plain_over(root)


def plain_over(root: Path) -> Repository:
    for path, content in FILES.items():
        target = root / "project" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    repository = found(root / "project")
    commit_all(repository, "Begin")
    return repository


def reftable(root: Path) -> Repository:
    done = subprocess.run(["git", "init", "-q", "--ref-format=reftable", str(root / "project")], check=False)
    if done.returncode:
        pytest.skip("this git has no reftable")
    return plain_over(root)


KINDS = [
    *(plain, packed, worktree, worktree_of_bare, borrowing, submodule, separate, named),
    *(oddly_configured, sha256, reftable),
]


@pytest.mark.parametrize("make", KINDS)
def test_answers_are_those_of_git_in_every_kind_of_repository(
    make: Callable[[Path], Repository], tmp_path: Path
) -> None:
    repository = make(tmp_path)
    entries = repository.tree_entries("HEAD")
    files = files_of(repository, "HEAD")

    assert set(FILES) <= set(entries)
    for path, entry in entries.items():
        assert files.kind(path) == ("file" if entry.mode.startswith("1007") or entry.mode == "100644" else "missing")
        assert files.read(path) == repository.read_blobs("HEAD", [path])[path]
    assert [files.kind(path) for path in ("src", "src/deep", "with space")] == ["folder"] * 3
    assert [files.read(path) for path in ("src", *ABSENT)] == [None] * 6
    assert [files.kind(path) for path in ABSENT] == ["missing"] * 5
    assert not (tmp_path / "ran").exists()


def test_tree_without_files_has_none(repository: Repository) -> None:
    assert files_of(repository, repository.empty_tree).kind("a.py") == "missing"


def test_submodule_is_no_file(tmp_path: Path) -> None:
    outer = found(submodule(tmp_path).root.parent)
    files = files_of(outer, "HEAD")
    assert (files.kind("inner"), files.read("inner"), files.kind("inner/a.py")) == ("missing", None, "missing")


def test_file_that_is_missing_from_a_partial_clone_is_none(tmp_path: Path) -> None:
    repository = plain(tmp_path)
    blob = repository.tree_entries("HEAD")["a.py"].blob
    (repository.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    files = files_of(repository, "HEAD")
    assert files.read("a.py") is None
    assert files.read("src/deep/b.py") == b"b = 1\n"


def test_damaged_tree_is_an_error(tmp_path: Path) -> None:
    repository = plain(tmp_path)
    tree = repository.read("rev-parse", "HEAD:src").decode().strip()
    file = repository.git_dir / "objects" / tree[:2] / tree[2:]
    file.chmod(0o644)
    file.write_bytes(b"damaged")
    files = files_of(repository, "HEAD")
    with pytest.raises(RepositoryError, match="cannot be read from git"):
        files.read("src/deep.py")


def test_replaced_object_counts_unless_files_are_read_as_stored(tmp_path: Path) -> None:
    repository = plain(tmp_path)
    old, new = (repository.tree_entries("HEAD")[path].blob for path in ("a.py", "run.sh"))
    git(repository.root, "replace", old, new)
    assert files_of(repository, "HEAD").read("a.py") == b"exit\n"
    assert files_of(repository._replace(as_stored=True), "HEAD").read("a.py") == b"a = 1\r\n"


def test_commit_made_after_the_first_reading_is_read(tmp_path: Path) -> None:
    repository = plain(tmp_path)
    assert files_of(repository, "HEAD").read("new.py") is None
    (repository.root / "new.py").write_text("new = 1\n")
    commit_all(repository, "New")
    assert files_of(repository, "HEAD").read("new.py") == b"new = 1\n"


def test_many_files_are_read_by_one_process(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "many", {f"m{number}.py": f"m = {number}\n" for number in range(50)})
    tree = CommitTree(repository, repository.commit_id("HEAD"))
    trace = tmp_path / "trace"
    load_gitpython()
    os.environ["GIT_TRACE2_EVENT"] = str(trace)
    try:
        assert [tree.read(f"m{number}.py") for number in range(50)] == [b"m = %d\n" % number for number in range(50)]
    finally:
        del os.environ["GIT_TRACE2_EVENT"]
    assert trace.read_text().count('"event":"start"') == 1


def test_forked_process_reads_by_a_process_of_its_own(tmp_path: Path) -> None:
    repository = plain(tmp_path)
    tree = CommitTree(repository, repository.commit_id("HEAD"))
    assert tree.read("a.py") == b"a = 1\r\n"
    with get_context("fork").Pool(2) as pool:
        read = pool.map(tree.read, ["src/deep.py", "src/deep/b.py"] * 20)
    assert read == [b"deep = 1\n", b"b = 1\n"] * 20
    assert tree.read("run.sh") == b"exit\n"
