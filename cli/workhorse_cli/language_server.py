"""Starting the language server: this process becomes it."""

import os
import subprocess
import sys
from collections.abc import Sequence


def serve(arguments: Sequence[str]) -> int:
    """Become the language server; on Windows, run it and return its exit code.

    Args:
        arguments: The server's arguments; none for standard input and output.
    """
    command = [sys.executable, "-I", "-m", "workhorse_lsp_server", *arguments]
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606  no shell is wanted
    return subprocess.run(command, check=False).returncode
