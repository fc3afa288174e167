"""The entry point of the command line."""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath

from workhorse_cli.command_list import list_entries
from workhorse_cli.errors import report


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
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as ^C; while asyncio runs, see interruption.py
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


def _open_closed_streams() -> None:
    """Open closed standard streams on the null device, or a file opened later would get their number and our output."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115  a descriptor, open to the end
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115


if __name__ == "__main__":
    main()
