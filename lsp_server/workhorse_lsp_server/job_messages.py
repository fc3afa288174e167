"""Jobs as messages; docs/protocol.md has the types."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workhorse_core.languages.registry import source_of
from workhorse_lsp_server.projects import OpenProject, uri_of

if TYPE_CHECKING:
    from workhorse_core.change.patch import FileChange
    from workhorse_core.jobs.job import Job
    from workhorse_lsp_server.placement import Candidate

Json = dict[str, Any]
Locate = Callable[[Path, str, int], Json | None]
"""Returns the range of a name, once at a line, in an open document as it is now; None if it is unknown."""


def job_message(home: OpenProject, job: "Job", running: bool, locate: Locate) -> Json:
    """Return a ``Job``: the object of the command line without its diff, and what an editor needs beside it."""
    from workhorse_core.services.job_json import job_json  # deferred: where there is a job, this is loaded
    from workhorse_core.services.job_view import view_recorded

    shown = job_json(view_recorded(job))
    for region in shown["regions"]:
        place = home.root / region["path"]
        found = locate(place, region["name"], region["first"])
        region |= {"uri": uri_of(place), **({"range": found} if found else {})}
    for check in shown["checks"]:
        for finding in check["findings"]:
            finding["uri"] = uri_of(home.root / finding["path"])
    return {**shown, "folder": home.uri, "running": running}


def diff_message(candidate: "Candidate") -> Json:
    """Return a ``Diff``."""
    return {
        "job": candidate.job,
        "folder": candidate.home.uri,
        "title": candidate.title,
        "diff": candidate.diff,
        "files": [_sides(candidate.home, change) for change in candidate.changes],
    }


def _sides(home: OpenProject, change: "FileChange") -> Json:
    return {
        "uri": uri_of(home.root / change.path),
        "path": change.path,
        "before": _text(change.path, change.before),
        "after": _text(change.path, change.after),
        "movedFrom": change.moved_from,
    }


def _text(path: str, data: bytes | None) -> str | None:
    if data is None:
        return None
    return source_of(path, data).text if path.endswith((".py", ".pyi")) else data.decode("utf-8", "replace")
