"""Sources of files, and paths that are refused."""

import os
import subprocess
from itertools import product
from pathlib import Path

import pytest

from support.repository import make_repository, write_files
from workhorse_core.errors import TargetError
from workhorse_core.workspace.file_tree import CommitTree, PathKind, WorkTree, is_chosen

FILES = {
    "a.py": "a\n",
    "src/b.py": "b\n",
    "src/deep/c.py": "c\n",
    "src/deep/notes.txt": "n\n",
    ".gitignore": "ignored/\n",
}


@pytest.fixture
def outer(tmp_path: Path) -> Path:
    """A folder that holds a project and a file beside it."""
    write_files(tmp_path, {"secret.py": "secret\n"})
    write_files(tmp_path / "project", FILES)
    return tmp_path


@pytest.fixture
def plain(outer: Path) -> WorkTree:
    """A project without git."""
    return WorkTree(outer / "project")


def in_git(outer: Path) -> WorkTree:
    repository = make_repository(outer / "project")
    return WorkTree(repository.root, repository)


def test_a_work_tree_reads_bytes_and_reports_missing_files(plain: WorkTree) -> None:
    assert plain.read("src/b.py") == b"b\n"
    assert plain.read("src/none.py") is None
    assert plain.read("src") is None
    assert plain.read("a.py/b.py") is None
    assert [plain.find(path) for path in ("", "src", "src/b.py", "src/none.py", "a.py/b.py")] == [
        *(PathKind.FOLDER, PathKind.FOLDER, PathKind.FILE, PathKind.MISSING, PathKind.MISSING)
    ]


def test_unsaved_text_lies_over_the_disk(outer: Path) -> None:
    tree = WorkTree(outer / "project", None, {"a.py": b"unsaved\n", "new/d.py": b"new\n"})
    assert tree.read("a.py") == b"unsaved\n"
    assert tree.read("new/d.py") == b"new\n"
    assert (tree.find("new"), tree.find("new/d.py")) == (PathKind.FOLDER, PathKind.FILE)
    assert tree.files("") == [".gitignore", "a.py", "new/d.py", "src/b.py", "src/deep/c.py", "src/deep/notes.txt"]
    assert tree.files("new") == ["new/d.py"]


def test_files_are_listed_sorted_and_below_the_folder_only(plain: WorkTree) -> None:
    write_files(plain.root, {"src/b.pyi": "", "src2/d.py": "", "srcb.py": ""})
    assert plain.files("src") == ["src/b.py", "src/b.pyi", "src/deep/c.py", "src/deep/notes.txt"]
    assert plain.files("none") == []


def test_without_git_hidden_and_generated_folders_are_left_out(plain: WorkTree) -> None:
    folders = [".git", ".hidden", "node_modules", "__pycache__", "build", "dist", "env/lib", "src/.tox"]
    write_files(plain.root, {f"{folder}/x.py": "x\n" for folder in folders} | {"env/pyvenv.cfg": ""})
    assert [path for path in plain.files("") if path.endswith("x.py")] == []


def test_with_git_the_ignored_files_are_left_out_and_the_untracked_ones_are_there(outer: Path) -> None:
    tree = in_git(outer)
    write_files(tree.root, {"src/new.py": "n\n", "ignored/x.py": "x\n"})
    assert tree.files("src") == ["src/b.py", "src/deep/c.py", "src/deep/notes.txt", "src/new.py"]
    assert tree.files("ignored") == []
    assert tree.read("ignored/x.py") == b"x\n"


def test_with_git_files_of_a_folder_that_became_a_link_are_left_out(outer: Path) -> None:
    tree = in_git(outer)
    write_files(outer, {"elsewhere/c.py": "c\n", "elsewhere/notes.txt": ""})
    for path in (tree.root / "src/deep").iterdir():
        path.unlink()
    (tree.root / "src/deep").rmdir()
    (tree.root / "src/deep").symlink_to(outer / "elsewhere")
    assert tree.files("") == [".gitignore", "a.py", "src/b.py"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.py",
        "src/../../secret.py",
        "src/../a.py",
        "..",
        "/etc/passwd",
        "src//b.py",
        "./a.py",
        "src/",
        "a\0.py",
    ],
)
def test_a_path_that_is_not_inside_the_project_is_refused_by_all(outer: Path, path: str) -> None:
    tree = in_git(outer)
    assert tree.repository is not None
    for one in (tree, WorkTree(tree.root), CommitTree(tree.repository, "HEAD")):
        for ask in (one.find, one.read, one.files):
            with pytest.raises(TargetError, match="is not a path inside this project"):
                ask(path)


@pytest.mark.parametrize(
    "path",
    [".git", ".git/config", ".git/hooks/x.py", ".GIT/config", "sub/.git/config", ".git. /config", "GIT~1/config"],
)
def test_a_path_in_gits_own_folder_is_refused_by_all(outer: Path, path: str) -> None:
    tree = in_git(outer)
    assert tree.repository is not None
    for one in (tree, WorkTree(tree.root), CommitTree(tree.repository, "HEAD")):
        for ask in (one.find, one.read, one.files):
            with pytest.raises(TargetError, match="belongs to git"):
                ask(path)


@pytest.mark.parametrize("with_buffer", [False, True])
def test_a_link_out_of_the_project_is_refused_whatever_it_is_called(outer: Path, with_buffer: bool) -> None:
    root = outer / "project"
    (root / "out.py").symlink_to(outer / "secret.py")
    (root / "away").symlink_to(outer)
    (root / "chain.py").symlink_to(root / "out.py")
    paths = ("out.py", "away", "away/secret.py", "chain.py")
    tree = WorkTree(root, None, dict.fromkeys(paths, b"x\n") if with_buffer else {})
    for path in paths:
        for ask in (tree.find, tree.read, tree.files):
            with pytest.raises(TargetError, match="outside the project"):
                ask(path)
    (root / "out.py").unlink()
    assert "away/secret.py" not in WorkTree(root).files("")


def test_a_link_into_gits_own_folder_is_refused(outer: Path) -> None:
    tree = in_git(outer)
    (tree.root / "inner").symlink_to(".git")
    for ask in (tree.find, tree.read):
        with pytest.raises(TargetError, match="belongs to git"):
            ask("inner/config")


def test_a_link_inside_the_project_can_be_read_but_is_no_target(plain: WorkTree) -> None:
    (plain.root / "link.py").symlink_to("a.py")
    (plain.root / "folder").symlink_to("src")
    assert plain.read("link.py") == b"a\n"
    for path, real in (("link.py", "a.py"), ("folder", "src"), ("folder/b.py", "src/b.py")):
        with pytest.raises(TargetError, match=f"{path} stands for {real}") as caught:
            plain.find(path)
        assert caught.value.hint == f"Name {real} instead"
    assert not {"link.py", "folder/b.py"} & set(plain.files(""))


def test_a_project_that_is_reached_through_a_link_is_no_link_itself(outer: Path) -> None:
    (outer / "alias").symlink_to("project")
    tree = WorkTree(outer / "alias")
    assert tree.find("src/b.py") is PathKind.FILE
    assert tree.read("a.py") == b"a\n"


def test_links_in_a_circle_and_pipes_are_refused(plain: WorkTree) -> None:
    (plain.root / "circle.py").symlink_to("circle.py")
    os.mkfifo(plain.root / "pipe.py")
    with pytest.raises(TargetError, match=r"circle\.py cannot be read"):
        plain.read("circle.py")
    with pytest.raises(TargetError, match=r"pipe\.py is neither a file nor a folder"):
        plain.find("pipe.py")
    assert plain.read("pipe.py") is None
    assert not {"circle.py", "pipe.py"} & set(plain.files(""))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_refused(plain: WorkTree) -> None:
    (plain.root / "a.py").chmod(0)
    with pytest.raises(TargetError, match=r"a\.py cannot be read: Permission denied"):
        plain.read("a.py")


def test_a_name_that_the_system_refuses_is_refused(plain: WorkTree) -> None:
    with pytest.raises(TargetError, match="cannot be read: File name too long"):
        plain.read("a" * 5_000)


def test_a_commit_is_read_as_git_has_it(outer: Path) -> None:
    repository = make_repository(outer / "project")
    (repository.root / "a.py").write_text("changed\n")
    (repository.root / "src/b.py").unlink()
    tree = CommitTree(repository, "HEAD")
    assert tree.read("a.py") == b"a\n"
    assert tree.read("none.py") is None
    assert tree.files("src") == ["src/b.py", "src/deep/c.py", "src/deep/notes.txt"]
    assert [tree.find(path) for path in ("", "src", "src/b.py", "none.py")] == [
        *(PathKind.FOLDER, PathKind.FOLDER, PathKind.FILE, PathKind.MISSING)
    ]


@pytest.mark.parametrize(
    ("path", "include", "exclude", "chosen"),
    [
        ("a.py", [], [], True),
        ("src/a.py", ["src"], [], True),
        ("lib/src/a.py", ["src"], [], True),
        ("lib/src/a.py", ["/src"], [], False),
        ("lib/src/a.py", ["./src/"], [], False),
        ("src/a.py", ["src/*.py"], [], True),
        ("src/deep/a.py", ["src/*.py"], [], False),
        ("src/deep/a.py", ["src/**/*.py"], [], True),
        ("src/a.py", ["src/**/*.py"], [], True),
        ("src/deep/a.py", ["src/**"], [], True),
        ("src/a.py", ["**"], [], True),
        ("src/a.py", ["."], [], True),
        ("src/a.py", [""], [], False),
        ("src/a_pb2.py", [], ["*_pb2.py"], False),
        ("tests/deep/a.py", [], ["tests"], False),
        ("tests/deep/a.py", [], ["tests/"], False),
        ("src/tests.py", [], ["tests"], True),
        ("src/tests/a.py", ["src"], ["src/tests/**"], False),
        ("src/a.py", ["src"], ["src/[!a]*.py"], True),
        ("a/b/c/d.py", [], ["a/**/d.py"], False),
        ("a/d.py", [], ["a/**/d.py"], False),
        ("A/d.py", [], ["a"], True),
    ],
)
def test_globs_choose_as_gitignore_would(path: str, include: list[str], exclude: list[str], chosen: bool) -> None:
    assert is_chosen(path, include, exclude) is chosen


def test_globs_that_were_made_to_take_for_ever_do_not() -> None:
    assert is_chosen("a" * 200, [], ["*a" * 60 + "b", "/".join(["**"] * 500) + "/b"])


def test_a_file_that_is_written_meanwhile_is_read_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"first\n")
    tree = WorkTree(tmp_path)
    assert (tree.read("a.py"), tree.read("b.py")) == (b"first\n", None)
    (tmp_path / "a.py").write_bytes(b"second\n")
    (tmp_path / "b.py").write_bytes(b"new\n")
    assert (tree.read("a.py"), tree.read("b.py")) == (b"first\n", None)
    assert WorkTree(tmp_path).read("a.py") == b"second\n"


STEPS = ("a", "b", "*", "**", "?", "a*", "[ab]", "[!a]")
FORMS = ("{}", "/{}", "{}/")
GLOBS = [form.format("/".join(steps)) for n in (1, 2) for steps in product(STEPS, repeat=n) for form in FORMS]
PATHS = ["/".join(steps) for count in (1, 2, 3) for steps in product(("a", "b", "ab"), repeat=count)]


def test_globs_choose_what_git_would_ignore(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    asked = "\0".join(PATHS).encode()
    wrong: list[tuple[str, str]] = []
    for glob in GLOBS:
        (tmp_path / ".gitignore").write_text(glob + "\n")
        command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
        done = subprocess.run(command, cwd=tmp_path, input=asked, capture_output=True)
        ignored = set(done.stdout.decode().split("\0"))
        wrong += [(glob, path) for path in PATHS if (path in ignored) == is_chosen(path, [], [glob])]
    assert wrong == []


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_file_that_is_swapped_while_it_is_read_is_neither_followed_nor_waited_for(
    outer: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Another program can swap a file after its place was looked at, and before it is opened."""
    root, resolve = outer / "project", os.path.realpath

    def resolve_and_swap(path: str) -> str:
        real = resolve(path)
        if real.endswith("/a.py"):
            Path(real).unlink()
            Path(real).symlink_to(outer / "secret.py") if kind == "link" else os.mkfifo(real)
        return real

    tree = WorkTree(root)
    assert tree.read("src/b.py") is not None
    monkeypatch.setattr("os.path.realpath", resolve_and_swap)
    if kind == "pipe":
        assert tree.read("a.py") is None
        return
    with pytest.raises(TargetError, match=r"a\.py cannot be read"):
        tree.read("a.py")
