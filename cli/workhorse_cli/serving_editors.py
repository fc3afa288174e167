"""Starting the language server, which is a program of its own: this one becomes it."""

import os
import subprocess
import sys


def serve(address: str | None) -> int:
    """Become the language server; gives its exit code where a process cannot become another.

    Args:
        address: "[host:]port" to listen at; standard input and output where it is None.
    """
    command = [sys.executable, "-I", "-m", "workhorse_lsp_server", *(("--tcp", address) if address else ())]
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606  no shell is wanted
    return subprocess.run(command, check=False).returncode
