"""The ways in which git calls a hook, each with an environment of its own that could lose or mix up work."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hooks.hooked import BARE, FIXED, SHOP, Hooked

NEW = SHOP + BARE
OTHER = "Other work\n"
Commit = Callable[[Hooked, str], None]


def plain(shop: Hooked, folder: str) -> None:
    shop.git("add", "shop.py", folder="")
    shop.commit(folder=folder)


def all_of_it(shop: Hooked, folder: str) -> None:
    shop.commit("-a", folder=folder)


def by_path(shop: Hooked, folder: str) -> None:
    shop.commit("--", "../shop.py" if folder else "shop.py", folder=folder)


@pytest.fixture(params=["main", "linked"])
def tree(shop: Hooked, request: pytest.FixtureRequest, tmp_path: Path) -> Hooked:
    """The main work tree, or a linked one; with a subdirectory, and a second file that is not staged."""
    shop.stage("sub/inner.txt", "Inner\n")
    shop.commit()
    if request.param == "main":
        return shop
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    return Hooked(tmp_path / "linked")


WAYS = [
    *((plain, "sub"), (all_of_it, ""), (by_path, "sub")),
    *(pytest.param(*way, marks=pytest.mark.slow) for way in ((plain, ""), (all_of_it, "sub"), (by_path, ""))),
]


@pytest.mark.parametrize(("commit", "folder"), WAYS)
@pytest.mark.parametrize("mode", ["report", "fix"])
def test_the_commit_holds_the_users_change_and_nothing_else_is_lost(
    tree: Hooked, commit: Commit, folder: str, mode: str
) -> None:
    tree.set(pre_commit=mode)
    tree.install("pre-commit", "post-commit", "commit-msg", "prepare-commit-msg")
    tree.write("shop.py", NEW)
    tree.write("notes.txt", OTHER)
    commit(tree, folder)
    fixed = mode == "fix" and commit is not by_path
    assert (FIXED in tree.committed("shop.py")) is fixed
    assert tree.committed("shop.py").replace(" ", "").startswith(SHOP.replace(" ", ""))
    assert "def is_odd" in tree.committed("shop.py")
    assert tree.read("shop.py") == tree.staged("shop.py") == tree.committed("shop.py")
    assert tree.read("notes.txt") == OTHER
    assert tree.committed("notes.txt") == (OTHER if commit is all_of_it else "Notes\n")
    assert tree.out("status", "--porcelain") == ("" if commit is all_of_it else " M notes.txt\n")
    assert tree.out("log", "-1", "--format=%s") == "Change\n"


@pytest.mark.parametrize("folder", ["", "sub"])
def test_the_other_work_tree_is_not_touched(shop: Hooked, tmp_path: Path, folder: str) -> None:
    shop.stage("sub/inner.txt", "Inner\n")
    shop.commit()
    shop.set(pre_commit="fix")
    shop.install("pre-commit", "post-commit")
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "side")
    linked = Hooked(tmp_path / "linked")
    shop.stage("notes.txt", "Staged in main\n")
    shop.write("shop.py", SHOP + "\nMAIN = 1\n")
    index = (shop.root / ".git" / "index").read_bytes()
    linked.write("shop.py", NEW)
    linked.commit("-a", folder=folder)
    assert FIXED in linked.committed("shop.py")
    assert (shop.root / ".git" / "index").read_bytes() == index
    assert shop.read("shop.py") == SHOP + "\nMAIN = 1\n"


CHECKS_OUT = """#!/bin/sh
exec '{python}' -I -c '
import subprocess
from workhorse_core.git.process import shed_git_variables
{guard}
subprocess.run(["git", "worktree", "add", "-q", "--detach", "{place}"], check=True)
'
"""


@pytest.mark.parametrize(("commit", "folder"), WAYS)
@pytest.mark.parametrize("guarded", [True, False])
def test_in_each_of_them_a_check_out_needs_gits_variables_shed(
    tree: Hooked, commit: Commit, folder: str, guarded: bool, tmp_path: Path
) -> None:
    """Show the purpose of the guard: without it the user's change is lost, or another index mixed up."""
    guard = "shed_git_variables()" if guarded else "pass"
    common = Path(tree.common_dir, "hooks", "pre-commit")
    common.parent.mkdir(exist_ok=True)
    common.write_text(CHECKS_OUT.format(python=sys.executable, guard=guard, place=tmp_path / "checked-out"))
    common.chmod(0o755)
    tree.write("shop.py", NEW)
    try:
        commit(tree, folder)
        whole = tree.committed("shop.py") == NEW and tree.out("status", "--porcelain") == ""
    except AssertionError:
        whole = False  # git refuses to go on
    assert whole is guarded
