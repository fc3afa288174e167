"""Kills the command line at its steps and at random instants: one process with every import done forks each victim.

Usage: python -I kill_driver.py FOLDER KILLS SEED. Prints one JSON object: how often what was found.
"""

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from support.repository import make_repository, seal
from support.waiting import wait_until
from workhorse_cli.command_list import list_entries
from workhorse_cli.main import run

SHOP = '''\
"""A shop."""


# Return whether two divides the number.
def is_even(number: int) -> bool:
    return number % 2 == 0
'''
COMMANDS = (["docstrings", "src", "--engine", "rules"], ["approve", "@"], ["merge", "@"])
OFTEN = (1, 1, 3)
"""How often each command is killed: the landing is where most could be lost."""
STEPS = ("open", "os.", "shutil.", "sqlite3.", "subprocess.Popen")
"""Audit events, or what their names begin with, before which a victim may be killed."""

State = dict[str, object]


class Stage(NamedTuple):
    """A repository in which one of the commands is next, and what that command takes: seconds and steps."""

    template: Path
    command: list[str]
    seconds: float
    steps: int


def main() -> None:
    folder, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    seal(folder / "home")
    begun = begin(folder / "begun")
    before = state()
    import_everything()
    stages, after = prepare(folder, begun)
    assert after != before, "nothing landed"
    found: Counter[str] = Counter()
    for number in range(kills):
        stage = chance.choices(stages, OFTEN)[0]
        root = copied(stage.template, folder / f"shop-{number}")
        if number % 2:
            kill_after(chance.uniform(0, 1.05) * stage.seconds, stage.command)
        else:
            kill_before_step(chance.randint(1, stage.steps), stage.command)
        wait_for_lock()
        found[name_of(state(), before, after)] += 1
        check(before, after)
        os.chdir(folder)
        shutil.rmtree(root, ignore_errors=True)  # a git that outlived its victim may still write there
    json.dump(found, sys.stdout)


def begin(root: Path) -> Path:
    """Make the user's work: a dirty file, a staged one, an untracked one and a stash."""
    make_repository(root, {f"src/{n}.py": SHOP for n in "abc"} | {"mine.txt": "1\n", "other.txt": "1\n"})
    os.chdir(root)
    Path("mine.txt").write_text("stashed\n")
    git("stash", "-q")
    Path("mine.txt").write_text("2\n")
    Path("other.txt").write_text("2\n")
    git("add", "other.txt")
    Path("new.txt").write_text("new\n")
    return root


def import_everything() -> None:
    """Import everything, so that victims spend their time on work."""
    for entry in list_entries():
        entry.load()
    import_module("workhorse_cli.rerun")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        run(["docstrings", "src", "--engine", "rules", "--dry-run"])


def prepare(folder: Path, begun: Path) -> tuple[list[Stage], State]:
    """Do each command twice, first counting its steps; return the stages, and the user's state after the last."""
    stages: list[Stage] = []
    template = begun
    for number, command in enumerate(COMMANDS):
        copied(template, folder / f"counted-{number}")
        steps = count_steps(command)
        following = copied(template, folder / f"stage-{number}")
        started = time.monotonic()
        assert silently(*command) == 0, command
        stages.append(Stage(template, command, time.monotonic() - started, steps))
        template = following
    return stages, state()


def copied(template: Path, root: Path) -> Path:
    shutil.copytree(template, root, symlinks=True)
    os.chdir(root)
    return root


def state() -> State:
    """Return the user's state: files, index, HEAD, branch and stash."""
    files = [path for place in (Path(), Path("src")) for path in place.iterdir() if path.is_file()]
    return {
        "files": {str(path): path.read_text() for path in files},
        "index": git("ls-files", "-s"),
        "tree and parent": git("log", "-1", "--format=%T %P"),
        "branch": Path(".git/HEAD").read_text(),
        "stash": Path(".git/refs/stash").read_text(),
    }


# -- victims


def fork(arguments: list[str], watch: Callable[[], object] | None = None) -> int:
    """Start a victim that runs a command; ``watch`` is called before each of its steps."""
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if watch:
            sys.addaudithook(lambda event, _: watch() if event.startswith(STEPS) else None)
        os._exit(run(arguments))
    return child


def silently(*arguments: str) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(fork(list(arguments)), 0)[1])


def count_steps(command: list[str]) -> int:
    read, write = os.pipe()
    child = fork(command, lambda: os.write(write, b"."))
    os.close(write)
    with os.fdopen(read, "rb") as dots:
        count = len(dots.read())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, command
    return count


def kill_before_step(step: int, command: list[str]) -> None:
    left = step

    def watch() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    os.waitpid(fork(command, watch), 0)


def kill_after(seconds: float, command: list[str]) -> None:
    child = fork(command)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def wait_for_lock() -> None:
    """Wait for the git child that held the lock for a victim; it ends soon."""
    wait_until(lambda: not Path(".git/index.lock").exists())


# -- what is found


def name_of(now: State, before: State, after: State) -> str:
    return "untouched" if now == before else "landed" if now == after else "between"


def check(before: State, after: State) -> None:
    """Check that resume finishes the interrupted step, and that the remaining steps work."""
    silently("resume")
    resumed = name_of(state(), before, after)
    assert resumed != "between", f"after resume: {json.dumps([before, state(), after])}"
    if resumed == "untouched":
        for command in COMMANDS[1:] if silently("approve", "@") == 0 else COMMANDS:
            silently(*command)
    assert state() == after, f"at the end: {json.dumps([state(), after])}"


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
