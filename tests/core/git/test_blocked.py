"""Pipes in the place of files that git reads."""

import os
import subprocess
from pathlib import Path

import pytest

from support.repository import make_repository, write_files
from workhorse_core.errors import RepositoryError
from workhorse_core.git.blocked import find_blocking_file
from workhorse_core.git.changed_lines import changed_lines
from workhorse_core.git.repository import Repository

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")


def put_pipe(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def listed(repository: Repository) -> object:
    return repository.paths()


def compared(repository: Repository) -> object:
    (repository.root / "a.py").write_text("x = 22\n")
    return changed_lines(repository)


def logged(repository: Repository) -> object:
    return repository.read("log", "-1", "--format=%aN")


def added(repository: Repository) -> object:
    (repository.root / "a.py").write_text("x = 22\n")  # or git takes it for the file that it knows
    return repository.write("update-index", "--add", "a.py")


BLOCKING = {
    ".gitignore": listed,
    "src/.gitignore": listed,
    ".gitattributes": compared,
    "src/.gitattributes": lambda repository: repository.write("hash-object", "--path=src/b.py", "a.py"),
    ".mailmap": logged,
    ".git/info/exclude": listed,
    ".git/info/attributes": added,
    ".git/config": listed,
}


@pytest.mark.parametrize(
    "name", [".gitignore", *(pytest.param(name, marks=pytest.mark.slow) for name in BLOCKING if name != ".gitignore")]
)
def test_pipe_that_git_waits_for_is_named_and_git_is_ended(tmp_path: Path, name: str) -> None:
    repository = make_repository(tmp_path, {"a.py": "x = 1\n", "src/b.py": "y = 1\n"})
    pipe = put_pipe(tmp_path / name)
    with pytest.raises(RepositoryError, match="is a pipe or a device") as refused:
        BLOCKING[name](repository)
    assert str(pipe) in str(refused.value)
    assert refused.value.hint == f"Remove it: rm {pipe}"


@pytest.mark.slow
def test_pipe_in_place_of_gits_settings_is_found_while_a_repository_is_looked_for(tmp_path: Path) -> None:
    make_repository(tmp_path, {"src/a.py": ""})
    put_pipe(tmp_path / ".git" / "config")
    with pytest.raises(RepositoryError, match=r"\.git/config, which is a pipe"):
        Repository.find(tmp_path / "src")


def test_link_to_a_device_in_git_folder_of_a_linked_worktree_is_found(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "first", {"a.py": ""})
    subprocess.run(["git", "worktree", "add", "-q", str(tmp_path / "second")], cwd=repository.root, check=True)
    exclude = repository.git_dir / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.unlink(missing_ok=True)
    exclude.symlink_to("/dev/tty")
    named = f"--git-dir={repository.git_dir / 'worktrees' / 'second'}"
    assert find_blocking_file(tmp_path / "second", (named, "ls-files")) == exclude


NAMED = {
    "included": (".git/config", "[include]\n\tpath = ../elsewhere/pipe\n"),
    "included on a condition": (".git/config", '[includeIf "gitdir:/**"]\n\tpath = {elsewhere}/pipe\n'),
    "included by what is included": (".git/config", '[include]\n\tpath = "{elsewhere}/more"\n'),
    "excludes": (".git/config", "[core]\n\texcludesFile = {elsewhere}/pipe\n"),
    "of one work tree": (".git/config.worktree", "[core]\n\tattributesFile = {elsewhere}/pipe\n"),
    "a store of objects": (".git/objects/info/alternates", "{elsewhere}\n"),
    "a store beside": (".git/objects/info/alternates", "../../elsewhere\n"),
}


@pytest.mark.parametrize("name", NAMED)
def test_pipe_that_gits_settings_name_is_found(tmp_path: Path, name: str) -> None:
    repository = make_repository(tmp_path, {"a.py": ""})
    elsewhere = tmp_path / "elsewhere"
    write_files(elsewhere, {"more": "[include]\n\tpath = pipe\n"})
    pipe = put_pipe(elsewhere / ("pack/pack-1.idx" if "store" in name else "pipe"))
    file, text = NAMED[name]
    with (tmp_path / file).open("a") as settings:
        settings.write("[x]\n\ty = \0\n" * ("store" not in name) + text.format(elsewhere=elsewhere))
    found = find_blocking_file(tmp_path, (f"--git-dir={repository.git_dir}", f"--work-tree={tmp_path}"))
    assert found is not None
    assert found.samefile(pipe)


def test_settings_that_name_themselves_and_everything_are_read_to_an_end(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": ""})
    with (repository.git_dir / "config").open("a") as settings:
        settings.write("[core]\n\tworktree = /\n\teditor = sh -c 'exit 1'\n[include]\n\tpath = config\n\tpath\n")
        settings.write(f"\tpath = ~nobody-here/x\n\tpath = {'long' * 100}\n\tpath = \0\n")
    (repository.git_dir / "objects" / "info" / "alternates").write_text("/\n../../objects\n.\n\n")
    assert find_blocking_file(tmp_path, (f"--git-dir={repository.git_dir}", f"--work-tree={tmp_path}")) is None


def test_other_pipes_and_ordinary_files_do_not_count(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.py": "", ".gitignore": "x\n"})
    put_pipe(tmp_path / "pipe.py")
    put_pipe(tmp_path / "src" / "fifo")
    assert find_blocking_file(tmp_path, (f"--git-dir={repository.git_dir}", f"--work-tree={tmp_path}")) is None
