"""Bad answers of every known kind make no wrong edit: they are refused, or harmless."""

import ast
import asyncio
import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import docstring_parser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.bad_answers import INVENTED, BadAnswer, bad_answers, cut_answers, good_answer, good_value
from support.endpoint import ScriptedEndpoint
from support.opened_project import open_project
from workhorse_core.actions.registry import find_action
from workhorse_core.change.patch import Patch
from workhorse_core.checks.registry import find_checks
from workhorse_core.errors import AnswerMalformed
from workhorse_core.models.asking import Asking
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Work
from workhorse_core.pipeline.check import CheckStatus, Comparison
from workhorse_core.pipeline.part import patch_of_parts
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Engine, Task, parse_target
from workhorse_core.services.run import RunFinished, RunResources, run
from workhorse_core.workspace.project import Project

PLAIN = b'''\
import math


def arrange(things, *, largest_first=False, **options):
    """Old words.""" if False else None
    if not things:
        raise ValueError("nothing to arrange")
    return sorted(things, reverse=largest_first)
'''
AWKWARD = b"""\
class Shelf(dict):
\tdef __init__(self, width: int = 3):
\t\tself.width = width

\t@property
\tdef room(self): return self.width - len(self)

\tasync def walk(self):
\t\tfor book in self:
\t\t\tyield book

\tdef one_line(self, a): pass; return a
""".replace(b"\n", b"\r\n")
LATIN = "# -*- coding: latin-1 -*-\ndef größe(maß):\n    return maß * 2  # ü\x0c\n\ndef last(x): return x".encode(
    "latin-1"
)
MARKED = b"\xef\xbb\xbfx = 1\n\n\ndef f(a, /, b, *c, d=1, **e):\n    if a: return b\n    raise KeyError(a)\n"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FILES = {"plain.py": PLAIN, "awkward.py": AWKWARD, "latin.py": LATIN, "marked.py": MARKED}


@dataclass(frozen=True)
class Case:
    """One region and the question about it."""

    project: Project
    task: Task
    work: Work
    region: Region
    known: Proposal
    question: Question

    def propose(self, text: str) -> Proposal | None:
        """Return the proposal for an answer; None where it is refused."""
        try:
            return self.work.by_answer(self.region, self.known, text)
        except AnswerMalformed as error:
            refusal = error
        assert refusal.message.isprintable()
        assert len(refusal.message) < 500
        return None

    def patch(self, proposal: Proposal) -> Patch:
        return patch_of_parts(self.project.tree.read, proposal.parts)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Case]:
    root = tmp_path_factory.mktemp("project")
    for name, data in FILES.items():
        (root / name).write_bytes(data)
    project = open_project(root, environ={})
    return [case for name in FILES for case in _cases(project, name)]


def _cases(project: Project, path: str) -> Iterator[Case]:
    task = Task("docstrings", (parse_target(path),), Engine.LOCAL)
    work = find_action("docstrings").start(task, project)
    for region in work.regions():
        if isinstance(region, Region):
            known = asyncio.run(work.by_rule(region))
            question = work.question(region, known, None)
            assert question is not None
            yield Case(project, task, work, region, known, question.others[Asking.JSON])


def assert_harmless(case: Case, proposal: Proposal) -> None:
    """Check without any code of ours: only docstrings were added, plain and of a docstring's size."""
    for edit in (edit for part in proposal.parts for edit in part.edits):
        before = case.project.tree.read(edit.path)
        assert before is not None
        after = before[: edit.start] + edit.new + before[edit.end :]
        assert undocumented(after) == undocumented(before)
        words = edit.new.decode(case.region.source.encoding.removesuffix("-sig"))
        assert len(words) < 6000
        assert {c for c in words if unicodedata.category(c) in INVISIBLE} <= {"\n", "\r", "\t"}
        described = {entry.arg_name for entry in docstring_parser.parse(ast.literal_eval(words.strip())).params}
        assert INVENTED not in described


def undocumented(data: bytes) -> str:
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(ast.Constant(str())), *_]:
                    del node.body[0]
    return ast.dump(tree)


async def assert_proved(case: Case, proposal: Proposal) -> None:
    """Check by the proof that every such edit has to pass."""
    if proposal.parts:
        (same_code,) = find_checks(["same-code"])
        result = await same_code.run(Comparison(case.project, case.task, case.patch(proposal)))
        assert result.status is CheckStatus.PASSED, result.findings


def test_cases_cover_every_kind_of_region(cases: Sequence[Case]) -> None:
    assert {case.region.kind.value for case in cases} == {"module", "class", "function", "method"}
    assert len(cases) >= 10


async def test_a_good_answer_makes_an_edit(cases: Sequence[Case]) -> None:
    for case in cases:
        proposal = case.propose(good_answer(case.question))
        assert proposal is not None, case.region.name
        assert proposal.parts
        assert_harmless(case, proposal)
        await assert_proved(case, proposal)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES)
async def test_no_bad_answer_makes_a_wrong_edit(cases: Sequence[Case], path: str) -> None:
    for case in cases:
        if case.region.path == path:
            await judge(case, bad_answers(case.question))


async def test_no_bad_answer_of_a_sample_makes_a_wrong_edit(cases: Sequence[Case]) -> None:
    for number, case in enumerate(cases):
        await judge(case, islice(bad_answers(case.question), number, None, len(cases)))


async def judge(case: Case, answers: Iterable[BadAnswer]) -> None:
    refused = accepted = 0
    for answer in answers:
        proposal = case.propose(answer.text)
        if proposal is None:
            refused += 1
            continue
        accepted += 1
        assert answer.odd, f"accepted: {answer.name}"
        assert_harmless(case, proposal)
        await assert_proved(case, proposal)
    assert refused > accepted > 0


def test_no_cut_answer_makes_any_edit(cases: Sequence[Case]) -> None:
    for case in cases:
        for bad in cut_answers(case.question):
            assert case.propose(bad.text) is None, bad.name


def leaves(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*place, key))
    else:
        yield place


ONE_EVENT_LOOP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONE_EVENT_LOOP
@given(data=st.data(), text=st.text(max_size=80))
async def test_no_text_makes_a_wrong_edit(cases: Sequence[Case], data: st.DataObject, text: str) -> None:
    case = data.draw(st.sampled_from(cases))
    good = good_value(case.question.schema or {})
    place = data.draw(st.sampled_from(list(leaves(good))))
    inner = good
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = data.draw(st.sampled_from([text, f"Arrange {text} well.", f"Words. {text}"]))
    proposal = case.propose(json.dumps(good))
    if proposal is not None:
        assert_harmless(case, proposal)
        await assert_proved(case, proposal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@ONE_EVENT_LOOP
@given(data=st.data(), answer=st.text() | JSON.map(json.dumps))
async def test_no_noise_makes_any_edit(cases: Sequence[Case], data: st.DataObject, answer: str) -> None:
    assert data.draw(st.sampled_from(cases)).propose(answer) is None


async def test_a_bad_model_costs_its_rounds_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_bytes(PLAIN)
    project = open_project(tmp_path, environ={})
    task = Task("docstrings", (parse_target("plain.py::arrange"),), Engine.LOCAL, max_rounds=2)
    for name, text in {"empty": "", "cut": '{"summary": "Arr', "chat": "Sure! Here you go."}.items():
        endpoint = ScriptedEndpoint(text)
        products = [product async for product in run(task, project, RunResources(endpoint=endpoint))]
        finished = products[-1]
        assert isinstance(finished, RunFinished), name
        assert finished.handoff is None
        assert len(endpoint.conversations) == 2
        assert endpoint.conversations[1].text != endpoint.conversations[0].text
    assert (tmp_path / "plain.py").read_bytes() == PLAIN
