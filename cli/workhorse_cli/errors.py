"""The one handler of errors: the message and the exit code."""

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from workhorse_core.errors import UsageError, WorkhorseError

DONE = 0
NOT_DONE = 1
WRONG_USAGE = 2
BUG = 3
INTERRUPTED = 130

_HINTS = {
    errno.ENOSPC: "Free some disk space, then run it again",
    errno.EDQUOT: "Free some of your disk quota, then run it again",
    errno.EACCES: "See who may read and write there, then run it again",
    errno.EPERM: "See who may read and write there, then run it again",
    errno.EROFS: "Make the file system writable, then run it again",
    errno.EMFILE: "Raise the limit of open files (ulimit -n), then run it again",
    errno.ENOENT: "See whether it was moved or removed meanwhile",
}


def report(error: BaseException, arguments: Sequence[str]) -> int:
    """Write an error to standard error, and return the exit code.

    Args:
        error: Any exception of a command.
        arguments: The command line, for the log of a bug.
    """
    match error:
        case SystemExit():
            return error.code if isinstance(error.code, int) else DONE
        case KeyboardInterrupt():
            _say("Interrupted; nothing is half done.")
            return INTERRUPTED
        case UsageError():
            _say(error.message, error.hint)
            return WRONG_USAGE
        case WorkhorseError():
            _say(error.message, error.hint)
            return NOT_DONE
        case BrokenPipeError():
            return _end_quietly()
        case OSError() if error.errno is not None:
            _say(_sentence(error), _HINTS.get(error.errno, ""))
            return NOT_DONE
        case _:
            return _report_other(error, arguments)


def _report_other(error: BaseException, arguments: Sequence[str]) -> int:
    """Handle click's own errors, and bugs."""
    import click

    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.exceptions.Abort():
            _say("Interrupted; nothing is half done.")
            return INTERRUPTED
        case click.ClickException():
            error.show()
            return error.exit_code
        case _:
            return _report_bug(error, arguments)


def _end_quietly() -> int:
    """End after a closed pipe without a complaint: results are written only when the work is done."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())  # or the interpreter complains about the rest when it ends
    return DONE


def _sentence(error: OSError) -> str:
    named = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    reason = error.strerror or type(error).__name__
    return f"{reason}: {' and '.join(named)}" if named else f"{reason}."


def _say(message: str, hint: str = "") -> None:
    from workhorse_cli.output import plain

    lines = [message, f"  {hint}"] if hint else [message]
    with suppress(BrokenPipeError):
        sys.stderr.write("".join(f"{plain(line, sys.stderr)}\n" for line in lines))
        sys.stderr.flush()


# -- bugs


def _report_bug(error: BaseException, arguments: Sequence[str]) -> int:
    message = " ".join(str(error).split())[:200]
    _say(f"This is a bug in Workhorse: {type(error).__name__}: {message}")
    if log := _write_log(error, arguments):
        _say(f"The details are in {log}", "Please report it with that file; read it first: it contains paths of yours")
    return BUG


def _write_log(error: BaseException, arguments: Sequence[str]) -> Path | None:
    from datetime import UTC, datetime

    name = f"bug-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    for folder in _log_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / name).write_text(_describe(error, arguments), "utf-8", "backslashreplace")
        except OSError:
            continue
        return folder / name
    return None


def _log_folders() -> Iterator[Path]:
    """Yield the folder for logs, then the one for temporary files in case the first cannot be written."""
    import tempfile

    from workhorse_core.settings.folders import state_folder

    with suppress(WorkhorseError):
        yield state_folder(os.environ)
    with suppress(OSError):
        yield Path(tempfile.gettempdir())


def _describe(error: BaseException, arguments: Sequence[str]) -> str:
    import platform
    import traceback

    from workhorse_core.system.version import VERSION

    about = f"workhorse {VERSION}, Python {platform.python_version()}, {platform.platform()}\n"
    return about + f"{list(arguments)}\n\n" + "".join(traceback.format_exception(error))
