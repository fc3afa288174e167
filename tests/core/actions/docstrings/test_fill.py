"""Docstrings that only repeat the name: written on demand alone."""

from pathlib import Path

import pytest

from core.actions.docstrings.docstring_cases import make_project
from workhorse_core.actions.docstrings.action import DocstringsAction
from workhorse_core.actions.docstrings.work import DocstringsWork
from workhorse_core.pipeline.action import Proposal
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.settings.config import Config, DocstringsConfig

NAMED = "def parse_header(text):\n    return _g(text)\n"
DUNDER = 'class Box:\n    """A box."""\n\n    def __len__(self):\n        return _g(self)\n'
RAISING = "def parse_header(text):\n    if not text:\n        raise ValueError(text)\n    return text[1:]\n"
SHORT = "def open_header(text):\n    return _g(text)\n"
COMMENTED = "# Split the header at its first colon.\ndef parse_header(text):\n    return text[1:]\n"
OVERRIDING = '''\
class Base:
    """A base."""

    def check(self, form):
        """Apply all rules to the form."""


class Child(Base):
    """A child."""

    def check(self, form):
        return _g(form)
'''
DEMANDING = '[tool.ruff.lint]\nselect = ["D1"]\n'


async def proposed(
    root: Path, code: str, config: str = "", filling: bool = False, **options: str
) -> tuple[DocstringsWork, Proposal]:
    buffers = {"a.py": f'"""Doc."""\n\n\n{code}'.encode(), "pyproject.toml": config.encode()}
    project = make_project(root, buffers, Config(docstrings=DocstringsConfig(fill=filling)))
    work = DocstringsAction().start(Task("docstrings", (Target("a.py"),), options=options), project)
    assert isinstance(work, DocstringsWork)
    (region,) = (each for each in work.regions() if isinstance(each, Region))
    return work, await work.by_rule(region)


@pytest.mark.parametrize("code", [NAMED, SHORT])
async def test_a_docstring_from_the_name_alone_is_left_to_a_model(tmp_path: Path, code: str) -> None:
    work, proposal = await proposed(tmp_path, code)
    assert proposal.parts == ()
    assert proposal.missing[0] == "summary beyond the name"
    assert work.notes() == ["1 definition lacks a docstring: the name alone gives one, with --fill."]


async def test_a_dunder_formula_is_not_written_and_no_model_asked(tmp_path: Path) -> None:
    work, proposal = await proposed(tmp_path, DUNDER)
    assert proposal == Proposal(reason="Its docstring would only repeat its name; --fill writes it.")
    assert len(work.notes()) == 1


@pytest.mark.parametrize("code", [NAMED, SHORT, DUNDER])
async def test_formulas_are_written_and_counted_with_fill(tmp_path: Path, code: str) -> None:
    for work, proposal in (
        await proposed(tmp_path, code, fill="yes"),
        await proposed(tmp_path, code, filling=True),
        await proposed(tmp_path, code, DEMANDING),
    ):
        assert len(proposal.parts) == 1
        assert work.notes() == ["1 docstring repeats only the name."]


@pytest.mark.parametrize("code", [RAISING, COMMENTED])
async def test_a_docstring_with_evidence_is_written_and_not_counted(tmp_path: Path, code: str) -> None:
    work, proposal = await proposed(tmp_path, code)
    assert len(proposal.parts) == 1
    assert work.notes() == []


async def test_a_definition_that_a_model_is_asked_about_is_not_counted(tmp_path: Path) -> None:
    work, proposal = await proposed(tmp_path, NAMED)
    (region,) = (each for each in work.regions() if isinstance(each, Region))
    assert work.question(region, proposal, None) is not None
    assert work.notes() == []


async def test_an_override_of_a_documented_method_gets_no_docstring(tmp_path: Path) -> None:
    work, proposal = await proposed(tmp_path, OVERRIDING)
    assert proposal.parts == ()
    assert proposal.missing
    assert proposal.reason == "Its base class documents it, as help() shows; --fill repeats that."
    assert work.notes() == []


async def test_an_override_named_well_is_documented_by_its_base_class_too(tmp_path: Path) -> None:
    code = OVERRIDING.replace("check", "parse_form").replace("self, form", "self, text")
    work, proposal = await proposed(tmp_path, code)
    assert proposal.reason.startswith("Its base class documents it")
    assert work.notes() == []


@pytest.mark.parametrize("body", ["pass", "..."])
@pytest.mark.parametrize(("rules", "asked"), [('["D1", "PIE790"]', []), ('["D1"]', ["f"]), ('["D1", "PIE"]', [])])
def test_a_lone_pass_gets_no_docstring_where_the_linter_removes_it(
    tmp_path: Path, body: str, rules: str, asked: list[str]
) -> None:
    config = f"[tool.ruff.lint]\nselect = {rules}\n"
    buffers = {"a.py": f'"""Doc."""\n\n\ndef f():\n    {body}\n'.encode(), "pyproject.toml": config.encode()}
    project = make_project(tmp_path, buffers, Config())
    found = list(DocstringsAction().start(Task("docstrings", (Target("a.py"),)), project).regions())
    assert [each.name for each in found] == asked


async def test_an_override_repeats_the_base_class_where_that_is_demanded(tmp_path: Path) -> None:
    for _, proposal in (
        await proposed(tmp_path, OVERRIDING, fill="yes"),
        await proposed(tmp_path, OVERRIDING, filling=True),
        await proposed(tmp_path, OVERRIDING, DEMANDING),
    ):
        (part,) = proposal.parts
        assert "Apply all rules to the form." in str(part.edits)
