"""A job as JSON, in the one form that every door gives; docs/commands.md describes it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workhorse_core.actions.coverage import Coverage
    from workhorse_core.jobs.handoff import Verdict
    from workhorse_core.pipeline.check import CheckResult, Finding
    from workhorse_core.pipeline.draft import Draft
    from workhorse_core.services.job_view import JobView

JsonObject = dict[str, Any]


def job_json(view: "JobView") -> JsonObject:
    """Return a job; "diff" is left out if it was not read, and its bytes that are not UTF-8 are replaced."""
    scratch = view.scratch
    return {
        "job": view.job,
        "action": view.action,
        "status": view.status,
        "title": view.title,
        "targets": list(view.targets),
        "note": view.note,
        "reason": view.error,
        "started": view.started,
        "updated": view.updated,
        "branch": scratch.branch if scratch else None,
        "base": scratch.base if scratch else None,
        "candidate": scratch.candidate if scratch else None,
        "tree": scratch.tree if scratch else None,
        "landed": view.landed,
        "regions": [region_json(draft) for draft in view.drafts],
        "checks": [check_json(result) for result in view.results],
        "verdicts": [verdict_json(verdict) for verdict in view.verdicts],
        **({} if view.diff is None else {"diff": view.diff.decode("utf-8", "replace")}),
        **({"coverage": [coverage_json(each) for each in view.coverage]} if view.coverage else {}),
        **({"notes": list(view.notes)} if view.notes else {}),
        **({"parent": view.parent} if view.parent else {}),
        **({"children": list(view.children)} if view.children else {}),
    }


def region_json(draft: "Draft") -> JsonObject:
    """Return a region: its place, its outcome and the cost; lines count from 1."""
    return {
        "path": draft.path,
        "name": draft.name,
        "first": draft.first,
        "last": draft.last,
        "status": draft.status.value,
        "engine": draft.engine,
        "model": draft.model,
        "rounds": draft.rounds,
        "reason": draft.reason,
        "prompt_tokens": draft.cost.prompt_tokens,
        "cached_tokens": draft.cost.cached_tokens,
        "completion_tokens": draft.cost.completion_tokens,
        "seconds": round(draft.cost.seconds, 4),
        "price": draft.cost.price,
        "parts": [{"name": part.name, "sources": list(part.sources)} for part in draft.parts],
        "dropped": [{"name": dropped.name, "reason": dropped.reason} for dropped in draft.dropped],
    }


def check_json(result: "CheckResult") -> JsonObject:
    """Return the result of a check."""
    return {
        "name": result.name,
        "status": result.status.value,
        "seconds": round(result.seconds, 4),
        "reason": result.reason or None,
        "findings": [_finding(finding) for finding in result.findings],
        "evidence": [{**each._asdict(), "unit": each.unit or None} for each in result.evidence],
    }


def _finding(finding: "Finding") -> JsonObject:
    return {"path": finding.path, "line": finding.line, "message": finding.message, "rule": finding.rule or None}


def verdict_json(verdict: "Verdict") -> JsonObject:
    """Return a verdict; it is bound to ``tree``."""
    return {
        "by": verdict.by.value,
        "name": verdict.name,
        "verdict": verdict.decision.value,
        "reason": verdict.reason,
        "tree": verdict.tree,
        "rejected": [part._asdict() for part in verdict.rejected],
    }


def coverage_json(each: "Coverage") -> JsonObject:
    """Return how much of one file is annotated, and was before."""
    return {"path": each.path, "before": each.before, "annotated": each.annotated, "slots": each.total}
