"""Starting the language server, which is a program of its own: this one becomes it."""

import os
import subprocess
import sys
from collections.abc import Sequence


def serve(arguments: Sequence[str]) -> int:
    """Become the language server; gives its exit code where a process cannot become another.

    Args:
        arguments: Its own; none for standard input and output.
    """
    command = [sys.executable, "-I", "-m", "workhorse_lsp_server", *arguments]
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606  no shell is wanted
    return subprocess.run(command, check=False).returncode
