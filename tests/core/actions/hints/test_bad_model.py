"""A model that answers with anything but types: what is kept is a type, proved, and the rest is refused."""

import ast
import asyncio
import builtins
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.bad_answers import bad_answers
from support.bad_types import BAD_TYPES, ODD_TYPES
from support.endpoint import ScriptedEndpoint
from support.opened_project import open_project
from workhorse_core.actions.registry import find_action
from workhorse_core.change.patch import make_patch
from workhorse_core.checks.registry import find_checks
from workhorse_core.errors import AnswerMalformed
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Work
from workhorse_core.pipeline.check import CheckStatus, Comparison
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Engine, Task, parse_target
from workhorse_core.services.run import RunFinished, RunResources, run
from workhorse_core.workspace.project import Project

SOURCE = """\
import json
import math
from typing import TypeVar

T = TypeVar("T")


class Box:
    def __init__(self, content):
        self.content = content

    def keep(self, other, *rest, when=json.loads("null")):
        return other.content(rest, when, math)
"""
NEVER = frozenset({"T", "JSON", "InventedType", "invented", "string", "__builtins__"})


@dataclass(frozen=True)
class Asked:
    project: Project
    task: Task
    work: Work
    region: Region
    known: Proposal
    question: Question

    def propose(self, text: str) -> Proposal | None:
        try:
            return self.work.by_answer(self.region, self.known, text)
        except AnswerMalformed:
            return None


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Asked]:
    root = tmp_path_factory.mktemp("project").resolve()
    (root / "a.py").write_text(SOURCE)
    project = open_project(root)
    task = Task("hints", (parse_target("a.py"),), Engine.LOCAL)
    work = find_action("hints").start(task, project)
    regions = [each for each in work.regions() if isinstance(each, Region)]
    found: list[Asked] = []
    for region in regions:
        known = asyncio.run(work.by_rule(region))
        if question := work.question(region, known, None):
            found.append(Asked(project, task, work, region, known, question))
    assert found
    return found


async def check(each: Asked, proposal: Proposal) -> None:
    """Prove that what is kept is nothing but types whose names are there."""
    patch = make_patch(each.project.tree.read, [edit for part in proposal.parts for edit in part.edits])
    for made in find_checks(["same-code-unannotated", "syntax"]):
        result = await made.run(Comparison(each.project, each.task, patch))
        assert result.status is CheckStatus.PASSED, result.findings
    for change in patch.changes:
        tree = ast.parse(change.after or b"")
        bound = set(dir(builtins)) | set(_bound(tree))
        for name in _annotated(tree):
            assert name in bound - NEVER, name


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)


def _annotated(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr):
                for inner in ast.walk(annotation):
                    if isinstance(inner, ast.Name):
                        yield inner.id
                    elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        yield from (name.id for name in ast.walk(ast.parse(inner.value)) if isinstance(name, ast.Name))


def answers(question: Question, text: str) -> Iterator[str]:
    """Answer with a text for every slot, and for each slot alone."""
    names = list((question.schema or {})["properties"])
    yield json.dumps(dict.fromkeys(names, text))
    for name in names:
        yield json.dumps({**dict.fromkeys(names, "unknown"), name: text})


@pytest.mark.parametrize("name", BAD_TYPES)
async def test_an_answer_that_is_no_type_is_never_written(asked: list[Asked], name: str) -> None:
    for each in asked:
        for text in answers(each.question, BAD_TYPES[name]):
            proposal = each.propose(text)
            added = [] if proposal is None else [p for p in proposal.parts if p.sources == ("model",)]
            results = [part for part in added if part.edits[0].new.startswith(b" -> ")]
            assert added == results, "None and Never may be results, and nothing else of these may be anything"
            if proposal is not None and proposal.parts:
                await check(each, proposal)
            if name not in ("None alone",):
                assert not results


@pytest.mark.parametrize("name", ODD_TYPES)
async def test_an_oddly_written_type_is_spelled_anew(asked: list[Asked], name: str) -> None:
    for each in asked:
        for text in answers(each.question, ODD_TYPES[name]):
            proposal = each.propose(text)
            assert proposal is not None
            await check(each, proposal)
            written = b"".join(edit.new for part in proposal.parts for edit in part.edits)
            assert b"Optional" not in written
            assert b"List" not in written
            assert b"int | int" not in written


async def test_every_other_bad_answer_changes_nothing(asked: list[Asked]) -> None:
    for each in asked:
        for bad in bad_answers(each.question):
            proposal = each.propose(bad.text)
            if proposal is not None and proposal.parts:
                await check(each, proposal)
                new = [part for part in proposal.parts if part.sources == ("model",)]
                assert all(part.edits[0].new == b" -> None" for part in new), bad.name


def test_unknown_is_a_good_answer(asked: list[Asked]) -> None:
    for each in asked:
        text = next(answers(each.question, "unknown"))
        proposal = each.propose(text)
        if each.known.parts:
            assert proposal is not None
            assert [part.name for part in proposal.parts] == [part.name for part in each.known.parts]


async def test_a_whole_run_with_a_bad_model_verifies_no_wrong_edit(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    texts = iter(list(BAD_TYPES.values()) * 3)

    def answer(conversation: Conversation) -> str:
        return json.dumps({name: next(texts) for name in (conversation.schema or {})["properties"]})

    task = Task("hints", (parse_target("a.py"),), Engine.AUTO)
    endpoint = ScriptedEndpoint(answer)
    finished = [each async for each in run(task, open_project(tmp_path), RunResources(endpoint=endpoint))][-1]
    assert isinstance(finished, RunFinished)
    assert endpoint.conversations
    for draft in finished.drafts:
        assert all(part.sources != ("model",) for part in draft.parts)
