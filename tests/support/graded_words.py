"""Rates of the check words on the graded docstrings."""

import ast
import json
from collections import Counter
from pathlib import Path
from typing import Any

from workhorse_core.checks.words.kinds import FROM_CODE_ALONE, KINDS, find_faults
from workhorse_core.checks.words.subject import File, Subject
from workhorse_core.checks.words.text import Place, Text

GRADED = Path(__file__).parents[1] / "cases/words/graded.jsonl"
TOLD = (
    "You document Python code for the people who call it, in short lines of plain words.",
    "The greatest result, or None for no upper limit.",
    "The value, or the end of the range that is nearest to it.",
    "Read the rows of a CSV file that have the expected width.",
    "How many rows at the start of the file are left out.",
    "Each remaining row, as a list of strings.",
)
"""The examples that the models were shown."""
GROUPS = ("a", "b", "c", "d", "true", "vague", "false")


def measure(half: str) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Return how many texts of one half each group has, and how many of them have a fault, by kind and by "any"."""
    totals: Counter[str] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    for line in GRADED.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["half"] != half:
            continue
        texts = [_text(label, words) for label, words in case["texts"].items()]
        rules = case["how"].startswith("rules")
        kinds = [kind for kind in KINDS if not (rules and kind in FROM_CODE_ALONE)]
        faults = find_faults(texts, _subject(case), kinds)
        for label, text in zip(case["texts"], texts, strict=True):
            group = case["summary"] if label == "summary" else _GROUP.get(case["entries"].get(label, ""), "")
            if group:
                totals[group] += 1
                found = {fault.kind for fault in faults if fault.text == text}
                caught.update((kind, group) for kind in found)
                caught["any", group] += bool(found)
    return totals, caught


def table(half: str) -> str:
    """Return the rates of one half as a table."""
    totals, caught = measure(half)
    rows = ["| | " + " | ".join(GROUPS) + " |", "| --- |" + " --: |" * len(GROUPS)]
    rows.append("| texts | " + " | ".join(str(totals[group]) for group in GROUPS) + " |")
    kinds = ("any", *KINDS)
    rows += [f"| {kind} | " + " | ".join(str(caught[kind, group]) for group in GROUPS) + " |" for kind in kinds]
    return "\n".join(rows)


_GROUP = {"t": "true", "v": "vague", "f": "false"}


def _text(label: str, words: str) -> Text:
    if label in {place.value for place in Place}:
        return Text(Place(label), "", words)
    exception = label.removeprefix("raises ")
    return Text(Place.PARAMETER if exception == label else Place.RAISES, exception, words)


def _subject(case: dict[str, Any]) -> Subject:
    module = ast.parse(case["code"])
    node = module.body[0]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    owner = case["name"].rpartition(".")[0].rpartition(".")[2]
    is_class = owner[:1].isupper() or owner == "engine"
    parents = [ast.ClassDef(owner, [], [], [node], [], lineno=1, col_offset=0)] if is_class else []
    base = f"{case['code']}\n{' '.join(case['around'])}"
    return Subject(File(case["path"], module, case["code"].split("\n"), base), node, parents, TOLD)
