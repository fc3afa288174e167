"""The entry point of the command line and its list of commands."""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from workhorse_cli.errors import report
from workhorse_core.actions.catalog import ACTIONS, describe

if TYPE_CHECKING:
    from types import FrameType

    from click import Command


class Entry(NamedTuple):
    """One command: its module holds a click command called ``command``; ``title`` is its line in ``--help``."""

    name: str
    module: str
    title: str

    def load(self) -> "Command":
        """Import the command."""
        from importlib import import_module

        command: Command = import_module(self.module).command
        return command


class ActionEntry(NamedTuple):
    """The command of one action, made from its description in the catalog when it is called."""

    name: str

    @property
    def title(self) -> str:
        """Its line in ``--help``."""
        return describe(self.name).summary

    def load(self) -> "Command":
        """Make the command."""
        from workhorse_cli.action_command import make_command

        return make_command(describe(self.name))


COMMANDS = (
    Entry("jobs", "workhorse_cli.commands.jobs", "List the jobs that wait for you, newest first."),
    Entry("show", "workhorse_cli.commands.show", "Show a job: task, regions, checks, verdicts."),
    Entry("diff", "workhorse_cli.commands.diff", "Print a job's unified diff, as git would."),
    Entry("approve", "workhorse_cli.commands.approve", "Approve a job, or parts of it, so that it may be merged."),
    Entry("reject", "workhorse_cli.commands.reject", "Reject a job with a reason."),
    Entry("merge", "workhorse_cli.commands.merge", "Commit an approved job on the current branch."),
    Entry("retry", "workhorse_cli.commands.retry", "Draft a job again with your note."),
    Entry("discard", "workhorse_cli.commands.discard", "Remove a job's branch; its record stays."),
    Entry("resume", "workhorse_cli.commands.resume", "Continue interrupted jobs."),
    Entry("audit", "workhorse_cli.commands.audit", "Check that commits hold what was approved."),
    Entry("probe", "workhorse_cli.commands.probe", "Measure how your model answers."),
    Entry("hooks", "workhorse_hooks.command", "Install the git hooks, and see what they do."),
    Entry("up", "workhorse_cli.commands.up", "Find a model server, or start one."),
    Entry("down", "workhorse_cli.commands.down", "Unload the model; stop what up started."),
    Entry("models", "workhorse_cli.commands.models", "List the installed models."),
    Entry("doctor", "workhorse_cli.commands.doctor", "Check what works here, and name the next step."),
    Entry("lsp", "workhorse_cli.commands.lsp", "Serve an editor: code actions, progress, review."),
    Entry("config", "workhorse_cli.commands.config", "Print every setting and its origin."),
    Entry("trust", "workhorse_cli.commands.trust", "Let this repository's configuration name commands."),
)
"""In the order of ``--help``, after those of the actions; a new command is one file and one line here."""


def list_entries() -> list[ActionEntry | Entry]:
    """Return every command in the order of ``--help``: the actions of the catalog first."""
    return [*map(ActionEntry, ACTIONS), *COMMANDS]


def run(arguments: Sequence[str], program: str = "workhorse") -> int:
    """Run one command line, report its error if there is one, and return the exit code (see docs/commands.md)."""
    try:
        from workhorse_cli.group import dispatch  # here, so that ^C while click is imported is handled as well

        code = dispatch(list_entries(), arguments, program)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  the one handler of this door: it decides what everything means
        return report(error, [program, *arguments])
    return code


def main() -> None:
    """Run the program: ``workhorse``, or ``git-workhorse`` when git calls it."""
    _open_closed_streams()
    signal.signal(signal.SIGTERM, _end)
    gc.set_threshold(100_000)  # below it a one-file job spends 5 to 20 ms looking for garbage that is not there
    code = 0

    def leave() -> None:
        with suppress(OSError, ValueError):  # closed or full: run() has reported it
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)

    atexit.register(leave)  # first in, so last out: taking the interpreter apart cost a one-file job 60 ms
    called = PurePath(sys.argv[0]).stem
    code = run(sys.argv[1:], "git workhorse" if called == "git-workhorse" else "workhorse")
    sys.exit(code)


def _end(number: int, frame: "FrameType | None") -> None:
    """Handle SIGTERM as ^C: while asyncio runs, its main task is cancelled."""
    interrupt = signal.getsignal(signal.SIGINT)
    (interrupt if callable(interrupt) else signal.default_int_handler)(number, frame)  # deaf to ^C in the background


def _open_closed_streams() -> None:
    """Open closed standard streams on the null device, or a file opened later would get their number and our output."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115  a descriptor, open to the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115


if __name__ == "__main__":
    main()
