"""Finding a program on PATH, never by an entry that means the folder stood in: that may be anybody's."""

import os
import shutil
from pathlib import Path


def find_program(name: str) -> str | None:
    """Give a program's absolute path; None where no absolute entry of PATH has it."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join(entry for entry in entries if Path(entry).is_absolute()))
