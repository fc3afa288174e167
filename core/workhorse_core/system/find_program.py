"""Search of programs on PATH, without its relative entries: the current folder may be an untrusted repository."""

import os
import shutil
from pathlib import Path


def find_program(name: str) -> str | None:
    """Return a program's absolute path; None where no absolute entry of PATH has it."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join(entry for entry in entries if Path(entry).is_absolute()))
