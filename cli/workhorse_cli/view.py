"""A job as the command line shows it, whether it was just made or comes from the ledger, and its JSON."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from workhorse_core.jobs.handoff import Verdict
from workhorse_core.jobs.job_json import check_json, region_json, verdict_json
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.pipeline.check import CheckResult
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.system.lazy_regex import late_pattern

if TYPE_CHECKING:
    from workhorse_core.actions.hints.coverage import Coverage

JsonObject = dict[str, Any]
_LONE = late_pattern("[\ud800-\udfff]")


class JobView(NamedTuple):
    """What is shown of a job; ``job`` is None in a dry run, ``status`` as docs/commands.md lists them."""

    job: str | None
    action: str
    status: str
    targets: Sequence[str] = ()
    note: str | None = None
    drafts: Sequence[Draft] = ()
    scratch: Scratch | None = None
    results: Sequence[CheckResult] = ()
    verdicts: Sequence[Verdict] = ()
    diff: bytes = b""
    risks: Sequence[str] = ()
    error: str | None = None
    landed: str | None = None
    coverage: "Sequence[Coverage]" = ()
    notes: Sequence[str] = ()

    def count(self, status: DraftStatus) -> int:
        """Count the regions that ended like this."""
        return sum(draft.status is status for draft in self.drafts)


def to_json(view: JobView) -> JsonObject:
    """Give the object that the contract promises; files that are not UTF-8 show the replacement character."""
    scratch = view.scratch
    covered = {"coverage": [coverage_json(each) for each in view.coverage]} if view.coverage else {}
    return {
        "job": view.job,
        "action": view.action,
        "status": view.status,
        "branch": scratch.branch if scratch else None,
        "base": scratch.base if scratch else None,
        "candidate": scratch.candidate if scratch else None,
        "tree": scratch.tree if scratch else None,
        "regions": [region_json(draft) for draft in view.drafts],
        "checks": [check_json(result) for result in view.results],
        "verdicts": [verdict_json(verdict) for verdict in view.verdicts],
        "diff": view.diff.decode("utf-8", "replace"),
        **covered,
        **({"notes": list(view.notes)} if view.notes else {}),
    }


def coverage_json(each: "Coverage") -> JsonObject:
    """Give how much of one file is annotated, and was before."""
    return {"path": each.path, "before": each.before, "annotated": each.annotated, "slots": each.total}


def to_line(value: JsonObject | Sequence[JsonObject]) -> str:
    """Write JSON that every parser reads: no lone surrogate, ASCII only."""
    import json

    return json.dumps(_readable(value))


def _readable(value: Any) -> Any:
    """Replace what is left of bytes that are no UTF-8, in file names for one."""
    if isinstance(value, str):
        return _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {key: _readable(item) for key, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_readable(item) for item in cast("Sequence[Any]", value)]
    return value
