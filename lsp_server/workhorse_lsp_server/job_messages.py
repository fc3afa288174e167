"""Jobs as the protocol shows them; docs/protocol.md has the types."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workhorse_core.languages.registry import source_of
from workhorse_core.services.job_json import check_json, region_json, verdict_json
from workhorse_lsp_server.projects import Home, uri_of

if TYPE_CHECKING:
    from workhorse_core.change.patch import FileChange
    from workhorse_core.jobs.job import Job
    from workhorse_core.pipeline.check import CheckResult
    from workhorse_core.pipeline.draft import Draft
    from workhorse_lsp_server.landing import Candidate

Json = dict[str, Any]
Locate = Callable[[Path, str, int], Json | None]
"""Gives the range that a name, which stood at a line, has now in an open document; None where it is not known."""


def job_json(home: Home, job: "Job", running: bool, locate: Locate) -> Json:
    """Give a ``Job``."""
    from workhorse_core.jobs.job import subject_of  # whoever has a job has loaded this already

    return {
        "job": job.id,
        "folder": home.uri,
        "action": job.task.action,
        "title": subject_of(job) if job.drafts else job.task.action.capitalize(),
        "status": job.status.value,
        "running": running,
        "targets": [str(target) for target in job.task.targets],
        "note": job.task.note,
        "reason": job.reason,
        "started": job.started,
        "updated": job.updated,
        "branch": job.scratch.branch if job.scratch else None,
        "files": _files(home, job.drafts, locate),
        "checks": [_check(home, result) for result in job.verification.results] if job.verification else [],
        "verdicts": [verdict_json(verdict) for verdict in job.verdicts],
    }


def _files(home: Home, drafts: "Sequence[Draft]", locate: Locate) -> list[Json]:
    paths = dict.fromkeys(draft.path for draft in drafts)
    return [
        {
            "uri": uri_of(home.root / path),
            "path": path,
            "regions": [_region(home.root / path, draft, locate) for draft in drafts if draft.path == path],
        }
        for path in paths
    ]


def _region(place: Path, draft: "Draft", locate: Locate) -> Json:
    found = locate(place, draft.name, draft.first)
    return region_json(draft) | ({"range": found} if found else {})


def _check(home: Home, result: "CheckResult") -> Json:
    shown = check_json(result)
    for finding in shown["findings"]:
        finding["uri"] = uri_of(home.root / finding["path"])
    return shown


def diff_json(candidate: "Candidate") -> Json:
    """Give a ``Diff``."""
    return {
        "job": candidate.job,
        "folder": candidate.home.uri,
        "title": candidate.title,
        "diff": candidate.diff,
        "files": [_sides(candidate.home, change) for change in candidate.changes],
    }


def _sides(home: Home, change: "FileChange") -> Json:
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
