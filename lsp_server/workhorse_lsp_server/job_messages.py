"""Jobs as messages; docs/protocol.md has the types."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workhorse_core.languages.registry import source_of
from workhorse_lsp_server.projects import OpenProject, uri_of

if TYPE_CHECKING:
    from workhorse_core.change.patch import FileChange
    from workhorse_core.jobs.job import Job
    from workhorse_lsp_server.candidate import Candidate
    from workhorse_lsp_server.decisions import Decisions

Json = dict[str, Any]
Locate = Callable[[Path, str, int], Json | None]
"""Returns the range of a name, once at a line, in an open document as it is now; None if it is unknown."""


def job_message(home: OpenProject, job: "Job", running: bool, locate: Locate) -> Json:
    """Return a ``Job``: the object of the command line without its diff, and what an editor needs beside it."""
    from workhorse_core.services.job_json import job_json  # deferred: where there is a job, this is loaded
    from workhorse_core.services.job_view import view_recorded

    return _shown(home, job_json(view_recorded(job)), running, locate)


def _shown(home: OpenProject, shown: Json, running: bool, locate: Locate) -> Json:
    shown["why"] = _why_failed(shown)
    for region in shown["regions"]:
        place = home.root / region["path"]
        found = locate(place, region["name"], region["first"])
        region |= {"uri": uri_of(place), **({"range": found} if found else {})}
    for check in shown["checks"]:
        for finding in check["findings"]:
            finding["uri"] = uri_of(home.root / finding["path"])
    return {**shown, "folder": home.uri, "running": running}


def _why_failed(shown: Json) -> str | None:
    """Return in one line why a job has failed, None if it has not."""
    if shown["status"] != "failed":
        return None
    found = [f"{check['name']}: {finding['message']}" for check in shown["checks"] for finding in check["findings"]]
    reasons = [region["reason"] for region in shown["regions"] if region["status"] == "failed" and region["reason"]]
    return next(iter(" ".join(each.split()) for each in (*found, *reasons, shown["reason"]) if each), None)


def draft_message(candidate: "Candidate", locate: Locate) -> Json:
    """Return a ``Job`` for a draft that no ledger records."""
    from workhorse_core.services.job_json import job_json
    from workhorse_core.services.job_view import JobView

    task = candidate.task
    targets = [str(target) for target in task.targets]
    view = JobView(candidate.id, task.action, "verified", candidate.title, targets, task.note, candidate.drafts)
    return _shown(candidate.home, job_json(view), False, locate)


def drafted_message(candidate: "Candidate") -> Json:
    """Return the news that a candidate waits: its regions with their new text."""
    from workhorse_lsp_server.candidate import texts_of

    texts = [text for change in candidate.changes for text in texts_of(candidate, change)]
    return {
        "job": candidate.id,
        "folder": candidate.home.uri,
        "title": candidate.title,
        "regions": [{**text.region._asdict(), "text": text.text} for text in texts],
    }


def diff_message(candidate: "Candidate", decisions: "Decisions") -> Json:
    """Return a ``Diff``."""
    return {
        "job": candidate.id,
        "folder": candidate.home.uri,
        "title": candidate.title,
        "version": candidate.version,
        "diff": candidate.diff,
        "files": [_sides(candidate, change, decisions) for change in candidate.changes],
    }


def _sides(candidate: "Candidate", change: "FileChange", decisions: "Decisions") -> Json:
    from workhorse_lsp_server.candidate import texts_of

    return {
        "uri": uri_of(candidate.home.root / change.path),
        "path": change.path,
        "before": _text(change.path, change.before),
        "after": _text(change.path, change.after),
        "movedFrom": change.moved_from,
        "regions": [
            {
                **text.region._asdict(),
                "before": text.before._asdict(),
                "after": text.after._asdict(),
                "text": text.text,
                "mark": decisions.mark_of(text.region),
            }
            for text in texts_of(candidate, change)
        ],
    }


def _text(path: str, data: bytes | None) -> str | None:
    if data is None:
        return None
    return source_of(path, data).text if path.endswith((".py", ".pyi")) else data.decode("utf-8", "replace")
