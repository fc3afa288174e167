"""Open documents, and the projects that they belong to while their jobs are watched."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from workhorse_core.services.job_watcher import JobWatcher
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.documents import MirroredDocument
from workhorse_lsp_server.incremental_outline import Outline
from workhorse_lsp_server.projects import OpenProject


@dataclass(slots=True)
class OpenDocument:
    """One open document. ``home`` is its project, None until it is found, and if it cannot be."""

    place: Path
    document: MirroredDocument
    home: OpenProject | None = None
    outline: Outline | None = None
    finding: asyncio.Task[None] | None = field(default=None, repr=False)
    settling: asyncio.Task[None] | None = field(default=None, repr=False)


class WatchedProject(NamedTuple):
    """A project whose jobs are watched."""

    home: OpenProject
    watcher: JobWatcher
