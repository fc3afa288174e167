"""The tables of docs/results.md on docstrings."""

from collections.abc import Mapping, Sequence

from drawn import Share
from judging import Score
from runs import Run

JUDGED = (
    ("functions and methods asked for", "functions asked for"),
    ("… documented", "functions documented"),
    ("… with a real docstring", "functions with a real docstring"),
    ("… documented, and with a real docstring", "functions documented that really are"),
    ("classes asked for", "classes asked for"),
    ("… documented", "classes documented"),
    ("parameters of these functions", "parameters"),
    ("… described", "parameters described"),
    ("… the real docstrings describe", "parameters in real docstrings"),
    ("… described by both", "parameters in both"),
    ("exceptions that the code raises itself", "exceptions"),
    ("… described", "exceptions described"),
    ("… the real docstrings name", "exceptions in real docstrings"),
    ("… named by both", "exceptions in both"),
    ("functions whose summary says no more than the names", "summaries that say no more than the names"),
    ("… and there is nothing else in the docstring", "docstrings that are nothing else"),
)


def runs_table(runs: Sequence[Run]) -> str:
    """The outcome of the regions, and whether the proofs held."""
    rows = [[f"{run.project.name} {run.project.version}", *_outcome(run)] for run in runs]
    head = ("", "regions", "drafted", "skipped", "failed", "files changed", "proofs held", "seconds")
    return _table(head, rows)


def shares_table(shares: Sequence[Share]) -> str:
    """The functions that get a docstring, with the check of words and without it."""
    total = Share(
        "all", *(sum(column) for column in zip(*((s.asked, s.written, s.unchecked) for s in shares), strict=True))
    )
    rows = [
        [s.name, str(s.asked), str(s.written), f"{s.written / max(s.asked, 1):.0%}", str(s.unchecked)]
        for s in (*shares, total)
    ]
    return _table(("", "functions without one", "documented", "share", "without the check of words"), rows)


def local_table(runs: Mapping[int, Run]) -> str:
    """The same for a model of random words, and what was refused."""
    rows = [[f"seed {seed}", *_outcome(run), str(_tokens(run))] for seed, run in runs.items()]
    head = ("", "regions", "drafted", "skipped", "failed", "files changed", "proofs held", "seconds", "tokens")
    return _table(head, rows)


def judged_table(scores: Mapping[str, Score]) -> str:
    """Beside the real docstrings."""
    rows = [[title, *(str(score.counts[key]) for score in scores.values())] for title, key in JUDGED]
    title = "descriptions of parameters, exceptions and results without a word beyond the names"
    rows.append([title, *(str(len(score.filler)) for score in scores.values())])
    return _table(("", *scores), rows)


def _outcome(run: Run) -> list[str]:
    counts = [str(run.count(status)) for status in ("drafted", "skipped", "failed")]
    proofs = f"{len(run.held)} of {len(run.changed)}"
    return [str(len(run.job["regions"])), *counts, str(len(run.changed)), proofs, f"{run.seconds:.1f}"]


def _tokens(run: Run) -> int:
    return sum(region["completion_tokens"] for region in run.job["regions"])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
