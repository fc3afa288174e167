"""The attacks of the first version again, counted: hostile docstring answers, hostile type answers, kills.

Judged by ``oracle.py``, never by a check of ours.
"""

import ast
import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest

from hostile.oracle import without_annotations, without_docstrings
from support.bad_answers import bad_answers, cut_answers, good_value
from support.bad_types import BAD_TYPES, ODD_TYPES
from support.opened_project import open_project
from workhorse_core.actions.registry import find_action
from workhorse_core.errors import AnswerMalformed
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Work
from workhorse_core.pipeline.part import patch_of_parts
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Engine, Task, parse_target
from workhorse_core.workspace.project import Project

pytestmark = pytest.mark.slow
DOCSTRING_ANSWERS = 2_000
TYPE_ANSWERS = 500
KILLS = 300
DRIVER = Path(__file__).parents[1] / "cli" / "kill_driver.py"
FILES = {
    "plain.py": b"""\
import math


def arrange(things, *, first=False, **options):  # kept
    return sorted(things)
""",
    "crlf.py": b"""\
class Shelf(dict):
\tdef room(self): return 1  # one

\tasync def walk(self):
\t\tyield 1
""".replace(b"\n", b"\r\n"),
    "marked.py": b"""\
\xef\xbb\xbfx = 1


def f(a, /, b, *c, d=1, **e):
    if a: return b
    raise KeyError(a)
""",
    "typed.py": b"""\
import json


class Box:
    def keep(self, other, *rest, when=json.loads('1')):  # type
        return other
""",
}
PAYLOADS = (
    *('"""', "'''", '\\"""\n    import os; os.system("x")\n    """', "\\", "\\\\", "\\N{BULLET}", "\\x", "\\u12"),
    *("\x00", "\x0c", "\r", "\r\n", "\u2028", "\u202e", "\ud800", "\x1b[2J", "\x7f", "\ufeff", "\u200b", "é" * 50),
    *("# -*- coding: utf-7 -*-", "+AGEAZA-", "{__import__('os')}", "%s" * 9, "return 1", "\ndef g():\n    pass\n"),
    *("    ", "\t\t", "\U0001f600", "x" * 9_000, "Raises:\n    Exit: now", ">>> evil()", "```python\nx = 1\n```"),
    *("<think>", "</think>", "Args:\n    invented: A thing.", "*/", "<!--"),
)


def leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*place, key))
    else:
        yield place


def poisoned(question: Question, chance: random.Random) -> Iterator[str]:
    """Answer as the schema asks, with payloads among the words, for as long as is asked."""
    places = list(leaves(good_value(question.schema or {})))
    while True:
        good = good_value(question.schema or {})
        for place in chance.sample(places, chance.randint(1, len(places))):
            inner = good
            for key in place[:-1]:
                inner = inner[key]
            words = ["Arrange", "the", "given", *chance.choices(PAYLOADS, k=chance.randint(1, 3)), "things."]
            inner[place[-1]] = chance.choice((" ", "\n", "\n\n    ", "")).join(words)
        yield json.dumps(good)


def spoken(names: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Answer in plain lines: sentences, labels that were asked for and others, and payloads among them."""
    while True:
        labels = ["", "", *(f"{name}: " for name in names), "summary: ", "returns: ", "* ", "1. "]
        words = ("Sort the things", "Return what is left", *PAYLOADS)
        count = chance.randint(1, 6)
        lines = (f"{chance.choice(labels)}Sort the given {chance.choice(words)} by size." for _ in range(count))
        yield chance.choice(("Arrange the things.\n", "")) + "\n".join(lines)


def hostile(question: Question, names: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Answer a question in hundreds of ways, in the form that it asks for and in others."""
    if question.schema:
        yield from (bad.text for bad in islice(bad_answers(question), 80))
        yield from (bad.text for bad in islice(cut_answers(question), 0, 140, 7))
        yield from islice(poisoned(question, chance), 60)
    yield from islice(spoken(names, chance), 100)


def regions(project: Project, action: str, path: str) -> Iterator[tuple[Work, Region, Any, Question]]:
    work = find_action(action).start(Task(action, (parse_target(path),), Engine.LOCAL), project)
    for region in work.regions():
        if isinstance(region, Region):
            known = asyncio.run(work.by_rule(region))
            if (question := work.question(region, known, None)) is not None:
                yield from ((work, region, known, each) for each in (question, *question.others.values()))


def written(project: Project, work: Work, region: Region, known: Any, answer: str) -> dict[str, tuple[bytes, bytes]]:
    """Return the files that an answer changes, before and after; none where it is refused."""
    try:
        proposal = work.by_answer(region, known, answer)
    except AnswerMalformed:
        return {}
    changes = patch_of_parts(project.tree.read, proposal.parts).changes
    return {change.path: (change.before or b"", change.after or b"") for change in changes}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return open_project(tmp_path, environ={})


def test_no_hostile_docstring_answer_changes_more_than_docstrings(project: Project) -> None:
    chance = random.Random(15)
    made = kept = 0
    for path in FILES:
        for work, region, known, question in regions(project, "docstrings", path):
            names = sorted({node.arg for node in ast.walk(ast.parse(FILES[path])) if isinstance(node, ast.arg)})
            for answer in hostile(question, names, chance):
                made += 1
                for before, after in written(project, work, region, known, answer).values():
                    kept += 1
                    assert without_docstrings(after) == without_docstrings(before), answer
    print(f"{made} hostile docstring answers, {kept} of them with a harmless edit, 0 wrong")
    assert made >= DOCSTRING_ANSWERS
    assert kept > 0


def test_no_hostile_type_answer_changes_more_than_annotations(project: Project) -> None:
    chance = random.Random(15)
    texts = [*BAD_TYPES.values(), *ODD_TYPES, *PAYLOADS]
    made = kept = 0
    for path in FILES:
        for work, region, known, question in regions(project, "hints", path):
            names = list((question.schema or {}).get("properties", {"a": {}}))
            bad = (each.text for each in bad_answers(question)) if question.schema else iter(())
            mixed = (json.dumps({name: chance.choice(texts) for name in names}) for _ in range(60))
            alike = (json.dumps(dict.fromkeys(names, text)) for text in texts)
            for answer in chain(mixed, alike, bad, islice(spoken(names, chance), 30)):
                made += 1
                for before, after in written(project, work, region, known, answer).values():
                    kept += 1
                    old, new = without_annotations(before), without_annotations(after)
                    assert new[:2] == old[:2], answer
                    assert new[2] - old[2] <= {"typing", "types", "collections.abc", "__future__"}, answer
    print(f"{made} hostile type answers, {kept} of them with a harmless edit, 0 wrong")
    assert made >= TYPE_ANSWERS
    assert kept > 0


@pytest.mark.parametrize("seed", [15, 16])
def test_no_kill_loses_or_half_lands_anything(tmp_path: Path, seed: int) -> None:
    """Other seeds than that of ``tests/cli/test_kill.py``; the driver compares the user's files, index, branches."""
    command = [sys.executable, "-I", str(DRIVER), str(tmp_path), str(KILLS // 2), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(f"{sum(found.values())} kills: {found}; 0 lost")
    assert sum(found.values()) == KILLS // 2
    assert len(found) > 1, "no kill came after the landing"


def test_oracle_finds_what_an_answer_may_not_change() -> None:
    base = FILES["plain.py"]
    for wrong in (base.replace(b"# kept", b"# lost"), base.replace(b"sorted", b"list"), base + b"x = 1\n"):
        assert without_docstrings(wrong) != without_docstrings(base)
        assert without_annotations(wrong)[:2] != without_annotations(base)[:2]
    assert "os" in without_annotations(b"import os\n" + base)[2]
    with pytest.raises(AssertionError):
        without_annotations(base.replace(b"things,", b"things: print(1),"))
