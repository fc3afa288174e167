"""Kills the command line at random instants: one process with every import done forks each victim.

Usage: python -I kill_driver.py FOLDER KILLS SEED. Prints one JSON object: how often what was found.
"""

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path

from support.repository import make_repository, seal
from workhorse_cli.command_list import list_entries
from workhorse_cli.main import run

SHOP = '''\
"""A shop."""


# Return whether two divides the number.
def is_even(number: int) -> bool:
    return number % 2 == 0
'''
STEPS = (["docstrings", "src", "--engine", "rules"], ["approve", "@"], ["merge", "@"])


def main() -> None:
    folder, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    seal(folder / "home")
    root = make_repository(
        folder / "shop", {f"src/{n}.py": SHOP for n in "abc"} | {"mine.txt": "1\n", "other.txt": "1\n"}
    ).root
    os.chdir(root)
    import_everything()
    begin(root)
    before = state(root)
    after, seconds = whole_run(root, before)
    found: Counter[str] = Counter()
    for _ in range(kills):
        begin(root)
        assert state(root) == before, "the test could not begin again"
        kill_one(chance.uniform(chance.choice((0, 0.6)), 1.05) * seconds)  # the landing comes last
        found[name_of(state(root), before, after)] += 1
        check(root, before, after)
    json.dump(found, sys.stdout)


def import_everything() -> None:
    """Import everything, so that victims spend their time on work."""
    for entry in list_entries():
        entry.load()
    import_module("workhorse_cli.rerun")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        run(["docstrings", "src", "--engine", "rules", "--dry-run"])


def begin(root: Path) -> None:
    """Restore the user's work: a dirty file, a staged one, an untracked one and a stash."""
    git("reset", "-q", "--hard", "refs/tags/base") if has_tag() else git("tag", "base")
    git("clean", "-qfdx")
    for branch in git("for-each-ref", "--format=%(refname)", "refs/heads/workhorse", "refs/workhorse").split():
        git("update-ref", "-d", branch)
    for file in (root / ".git" / "workhorse").glob("ledger.db*"):
        file.unlink()
    if not git("stash", "list"):
        (root / "mine.txt").write_text("stashed\n")
        git("stash", "-q")
    (root / "mine.txt").write_text("2\n")
    (root / "other.txt").write_text("2\n")
    git("add", "other.txt")
    (root / "new.txt").write_text("new\n")


def has_tag() -> bool:
    return bool(git("tag", "--list", "base"))


def state(root: Path) -> dict[str, object]:
    """Return the user's state: files, index, HEAD, branch and stash."""
    listed = git("ls-files", "--cached", "--others").split()  # a walk would meet git's own files coming and going
    files = {name: (root / name).read_text() for name in listed if (root / name).is_file()}
    return {
        "files": files,
        "index": git("ls-files", "-s"),
        "tree": git("rev-parse", "HEAD^{tree}"),
        "commits": git("rev-list", "--count", "HEAD"),
        "branch": git("symbolic-ref", "HEAD"),
        "stash": git("rev-parse", "refs/stash"),
    }


def whole_run(root: Path, before: dict[str, object]) -> tuple[dict[str, object], float]:
    """Return the seconds of a whole run, measured on the second one."""
    seconds = 0.0
    after = before
    for _ in range(2):
        begin(root)
        started = time.monotonic()
        os.waitpid(fork(), 0)
        seconds = time.monotonic() - started
        after = state(root)
        assert after != before, "nothing landed"
    return after, seconds


def fork() -> int:
    """Start a victim that does all steps."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os._exit(max(run(step) for step in STEPS))
    return child


def kill_one(seconds: float) -> None:
    child = fork()
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for _ in range(500):  # the git child that held the lock for the victim ends soon
        if not Path(".git/index.lock").exists():
            return
        time.sleep(0.01)
    raise AssertionError("the index stays locked")


def name_of(now: dict[str, object], before: dict[str, object], after: dict[str, object]) -> str:
    return "untouched" if now == before else "landed" if now == after else "between"


def check(root: Path, before: dict[str, object], after: dict[str, object]) -> None:
    """Check that resume finishes the interrupted step, and that the remaining steps work."""
    silently("resume")
    resumed = name_of(state(root), before, after)
    assert resumed != "between", f"after resume: {json.dumps([before, state(root), after])}"
    if resumed == "untouched":
        for step in STEPS[1:] if silently("approve", "@") == 0 else STEPS:
            silently(*step)
    assert state(root) == after, f"at the end: {json.dumps([state(root), after])}"


def silently(*arguments: str) -> int:
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os._exit(run(arguments))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
