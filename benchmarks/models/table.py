"""The table of results: what was kept of each model in each way, what it cost, and its grades."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = (
    "| model | asked how | functions | kept | a | b | c | d | tokens in (cached) | out | seconds |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
)


def make_table(rows: Sequence[Mapping[str, Any]], grades: Sequence[Mapping[str, str]]) -> str:
    """Make the table; drafts without a grade count as kept only."""
    graded = {each["id"]: each["class"] for each in grades}
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["model"], row["way"]), []).append(row)
    return "\n".join([*_HEAD, *(_line(model, way, group, graded) for (model, way), group in groups.items())])


def _line(model: str, way: str, rows: Sequence[Mapping[str, Any]], graded: Mapping[str, str]) -> str:
    kept = [row for row in rows if row["docstring"]]
    counts = Counter(graded[row["id"]] for row in kept if row["id"] in graded)
    told = [str(counts[each]) if counts else "-" for each in "abcd"]
    mean = {key: sum(row[key] for row in rows) / len(rows) for key in _FIGURES}
    cost = f"{mean['prompt_tokens']:.0f} ({mean['cached_tokens']:.0f})"
    figures = [
        str(len(rows)),
        str(len(kept)),
        *told,
        cost,
        f"{mean['completion_tokens']:.0f}",
        f"{mean['seconds']:.1f}",
    ]
    return f"| {model} | {way} | {' | '.join(figures)} |"


_FIGURES = ("prompt_tokens", "cached_tokens", "completion_tokens", "seconds")
