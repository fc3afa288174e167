"""``prepare-commit-msg``: insert a drafted message where the user would begin with an empty one.

The draft is made by a child process, so that the time limit holds also while it is busy.
"""

import os
import subprocess
import sys
from pathlib import Path

from workhorse_hooks.quick_settings import read_settings

_MARK = "Drafted by Workhorse with a local model: edit it, or remove it to write your own."
_SCISSORS = " ------------------------ >8 ------------------------"


def run_prepare_commit_msg(git_dir: str, arguments: list[str]) -> int:
    """Draft the message of a commit that has none.

    Args:
        git_dir: The work tree's own git folder; the current folder is the top of the work tree.
        arguments: What git gives: the message's file, and the source of a message that is there already.

    Returns:
        0.
    """
    file, source = Path(arguments[0]), arguments[1] if len(arguments) > 1 else ""
    if source or read_settings(git_dir, os.getcwd()).modes["prepare-commit-msg"] == "off":
        return 0
    there = file.read_text("utf-8", "surrogateescape")
    comment = _comment_string(there)
    if comment is None or _written(there, comment):
        return 0
    draft = _draft(_seconds())
    if draft:
        file.write_text(_placed(draft, there, comment), "utf-8", "surrogateescape")
    return 0


def _seconds() -> float:
    from workhorse_core.settings.loaded_config import load_config

    return load_config(Path.cwd(), os.environ).config.hooks.message_seconds


def _comment_string(there: str) -> str | None:
    """Return the comment string, as git's own comments have it; None where git would leave them in the message."""
    lines = [line for line in there.split("\n") if line.strip()]
    if not lines:
        return None  # commit.status is off, or comments are kept: there is no place for a mark
    scissors = next((line for line in lines if line.endswith(_SCISSORS)), None)
    if scissors:
        return scissors.removesuffix(_SCISSORS)
    return lines[-1].split()[0]


def _written(there: str, comment: str) -> bool:
    return any(line.strip() and not line.startswith(comment) for line in there.split("\n")[: _body_end(there)])


def _body_end(there: str) -> int:
    lines = there.split("\n")
    return next((at for at, line in enumerate(lines) if line.endswith(_SCISSORS)), len(lines))


def _placed(draft: str, there: str, comment: str) -> str:
    """Insert the draft on top and the mark among git's comments: behind the scissors where there are any."""
    lines = there.split("\n")
    end = _body_end(there)
    at = end + 1 if end < len(lines) else next(i for i, line in enumerate(lines) if line.startswith(comment))
    return "\n".join([draft, *lines[:at], f"{comment} {_MARK}", *lines[at:]])


def _draft(seconds: float) -> str:
    """Run the child, and kill it when the time is up."""
    command = [sys.executable, "-I", "-m", "workhorse_hooks.commit_message"]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        output, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return ""
    return output.decode("utf-8") if child.returncode == 0 else ""
