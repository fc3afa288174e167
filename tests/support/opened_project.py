"""Projects opened for a test as a door opens them."""

from collections.abc import Mapping
from pathlib import Path

from workhorse_core.services.session import Session
from workhorse_core.workspace.project import Project


def open_project(start: Path, environ: Mapping[str, str] | None = None) -> Project:
    """Open the project of a file or folder; the environment is the process's own by default."""
    with Session(start, environ=environ) as session:
        return session.project
