"""Errors in a hook: one line for the user, and git goes on."""

import os
import sys


def report_error(error: BaseException, hook: str, common_dir: str) -> int:
    """Print in one line why a hook did nothing, log a bug, and return the exit code that stops nothing."""
    from workhorse_core.errors import WorkhorseError

    if isinstance(error, WorkhorseError):
        reason = " ".join(filter(None, (error.message, error.hint)))
    elif isinstance(error, OSError) and error.errno is not None:
        reason = f"{error.strerror}: {error.filename}" if error.filename else f"{error.strerror}."
    else:
        reason = f"this is a bug in Workhorse ({type(error).__name__}: {error})" + _log(error, common_dir)
    line = f"workhorse: {hook} was skipped: {reason}"
    shown = "".join(letter if letter.isprintable() else " " for letter in line)
    print(shown.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr)
    return 0


def _log(error: BaseException, common_dir: str) -> str:
    import traceback

    path = os.path.join(common_dir, "workhorse", "hooks", "bug.log")
    try:
        from workhorse_core.system.private_files import make_private_folder, open_private

        make_private_folder(os.path.dirname(path))
        with open(path, "w", encoding="utf-8", errors="backslashreplace", opener=open_private) as stream:
            stream.write("".join(traceback.format_exception(error)))
    except OSError:
        return ""
    return f", written to {path}"
