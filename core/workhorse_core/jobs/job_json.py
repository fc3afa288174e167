"""The parts of a job as JSON: what the command line prints, and the language server sends."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workhorse_core.jobs.handoff import Verdict
    from workhorse_core.pipeline.check import CheckResult, Evidence, Finding
    from workhorse_core.pipeline.draft import Draft

JsonObject = dict[str, Any]


def region_json(draft: "Draft") -> JsonObject:
    """Give a region: where it is, what became of it, and what that cost; lines count from 1."""
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
        "parts": [{"name": part.name, "sources": list(part.sources)} for part in draft.parts],
        "dropped": [{"name": dropped.name, "reason": dropped.reason} for dropped in draft.dropped],
    }


def check_json(result: "CheckResult") -> JsonObject:
    """Give what a check said."""
    return {
        "name": result.name,
        "status": result.status.value,
        "seconds": round(result.seconds, 4),
        "reason": result.reason or None,
        "findings": [_finding(finding) for finding in result.findings],
        "evidence": [_evidence(evidence) for evidence in result.evidence],
    }


def _finding(finding: "Finding") -> JsonObject:
    return {"path": finding.path, "line": finding.line, "message": finding.message, "rule": finding.rule or None}


def _evidence(evidence: "Evidence") -> JsonObject:
    return {"name": evidence.name, "value": evidence.value, "of": evidence.of, "unit": evidence.unit or None}


def verdict_json(verdict: "Verdict") -> JsonObject:
    """Give a verdict; ``tree`` is what it is bound to."""
    return {
        "by": verdict.by.value,
        "name": verdict.name,
        "verdict": verdict.decision.value,
        "reason": verdict.reason,
        "tree": verdict.tree,
    }
