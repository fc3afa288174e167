import asyncio
import json
from pathlib import Path

import pytest

from core.actions.docstrings.docstring_cases import make_answer, make_project, schema_of
from support.endpoint import ScriptedEndpoint, in_turn
from support.opened_project import open_project
from workhorse_core.actions.docstrings.action import DocstringsAction
from workhorse_core.actions.registry import all_actions, find_action
from workhorse_core.change.edit import splice
from workhorse_core.errors import AnswerMalformed, TargetError, UsageError
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.draft import Draft, DraftStatus, make_draft
from workhorse_core.pipeline.region import Region, definitions, lines_region
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.settings.config import Config

AREA = """\
\"\"\"Doc.\"\"\"

import math


def area(side, unit="m"):
    if side < 0:
        raise ValueError("side is negative")
    return side * side
"""


def work_on(text: str | bytes, root: Path, **options: str) -> tuple[object, list[Region | Skipped]]:
    data = text if isinstance(text, bytes) else text.encode()
    project = make_project(root, {"a.py": data})
    work = DocstringsAction().start(Task("docstrings", (Target("a.py"),), options=options), project)
    return work, list(work.regions())


def start(text: str | bytes, root: Path, **options: str):  # type: ignore[no-untyped-def]
    work, regions = work_on(text, root, **options)
    return work, [region for region in regions if isinstance(region, Region)]


def test_the_registry_knows_the_action_and_names_the_nearest() -> None:
    assert find_action("docstrings") in all_actions()
    with pytest.raises(UsageError) as error:
        find_action("docstring")
    assert "docstrings" in error.value.hint


@pytest.mark.parametrize(
    "options", [{"style": "epytext"}, {"rewrite": "true"}, {"private": ""}, {"stlye": "google"}, {"Rewrite": "yes"}]
)
def test_options_that_make_no_sense_are_usage_errors(options: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        start("x = 1\n", tmp_path, **options)
    assert error.value.message.endswith(".")


def test_the_question_asks_for_what_the_signature_has_and_nothing_else(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    schema = schema_of(work.question(regions[0], Proposal(), None))
    assert list(schema["properties"]) == ["summary", "parameters", "returns", "raises"]
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    assert list(schema["properties"]["parameters"]["properties"]) == ["side", "unit"]
    assert schema["properties"]["parameters"]["additionalProperties"] is False
    assert list(schema["properties"]["raises"]["properties"]) == ["ValueError"]


def test_the_beginning_of_the_prompt_is_the_same_for_every_region_of_a_job(tmp_path: Path) -> None:
    work, regions = start(AREA + "\n\ndef other():\n    return area(2)\n", tmp_path)
    first, second = (work.question(region, Proposal(), None) for region in regions)
    assert (first.system, first.context, first.examples) == (second.system, second.context, second.examples)
    assert len(first.examples) == 2


def test_the_header_and_the_definitions_around_are_not_shown(tmp_path: Path) -> None:
    work, regions = start(AREA + "\n\ndef other():\n    return area(2)\n", tmp_path)
    question = work.question(regions[1], Proposal(), None)
    assert question.region == "def other():\n    return area(2)\n\nWrite these lines: summary, returns"
    assert question.context == ""


def test_words_of_an_earlier_round_are_in_the_next_question(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    question = work.question(regions[0], Proposal(), Retry("The summary lacks a verb."))
    assert "The summary lacks a verb." in question.region


def test_only_the_faulty_line_is_asked_for_again(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    answer = "summary: Measure it.\nside: Its length.\nunit: Any unit.\nreturns: A list.\nraises ValueError: Below 0."
    retry = Retry("The text about the result is a list, and none is returned.", 2, answer)
    question = work.question(regions[0], Proposal(), retry)
    assert question.region.endswith("Write these lines: returns")
    assert "Written already:\nsummary: Measure it." in question.region
    part = work.by_answer(regions[0], Proposal(), f"{question.kept}\nreturns: The area.").parts[0]
    assert b"The area." in part.edits[0].new
    assert b"A list" not in part.edits[0].new


def test_a_model_is_not_asked_about_a_text_of_the_rules(tmp_path: Path) -> None:
    work, regions = start(KNOT, tmp_path)
    known = asyncio.run(work.by_rule(regions[1]))
    answer = "summary: Knot a grid.\nside: Its length.\nunit: Any unit.\nreturns: A knot."
    question = work.question(regions[1], known, Retry("The text about ValueError is too long.", 2, answer))
    assert question is None


def test_all_lines_are_asked_for_again_where_a_fault_names_none(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    answer = "summary: Measure it.\nside: Its length.\nunit: Any unit.\nreturns: A list.\nraises ValueError: Below 0."
    question = work.question(regions[0], Proposal(), Retry("Mention metres.", 2, answer))
    assert question.region.endswith("Write these lines: summary, side, unit, returns, raises ValueError")
    assert question.kept == ""


KNOT = """\
def frob(side, unit):
    if side < 0:
        raise ValueError("side is negative")
    grid = weave(side)
    while grid.loose:
        grid = knot(grid, unit)
    return grid
"""


async def test_a_missing_line_is_asked_for_alone_and_what_stays_missing_is_left_out(tmp_path: Path) -> None:
    for second, found in (("unit: The unit of length.", True), ("It is fine as it is.", False)):
        endpoint = ScriptedEndpoint(in_turn(["summary: Knot a grid.\nside: Its length.", second]))
        draft = await draft_knot(tmp_path, endpoint)
        asked = [conversation.messages[-1].text for conversation in endpoint.conversations]
        assert asked[0].endswith("Write these lines: summary, side, unit")
        assert asked[1].endswith("Write these lines: unit")
        assert draft.status is DraftStatus.DRAFTED
        new = draft.parts[0].edits[0].new
        assert b"Knot a grid." in new
        assert b"If ``side`` is negative." in new, "the rules know it"
        assert (b"The unit of length." in new) == (b"Its length." in new) == found, (
            "parameters are described all or none"
        )


async def test_an_answer_of_which_nothing_can_be_read_is_asked_for_again_in_json(tmp_path: Path) -> None:
    answer = '{"summary": "Knot a grid.", "parameters": {"side": "Its length.", "unit": "Its unit."}}'
    endpoint = ScriptedEndpoint(in_turn(["It knots things.", answer]))
    draft = await draft_knot(tmp_path, endpoint)
    first, second = endpoint.conversations
    assert first.schema is None
    assert second.schema is not None
    assert draft.status is DraftStatus.DRAFTED


async def test_a_summary_that_is_too_long_is_asked_for_again_in_lines_with_the_number(tmp_path: Path) -> None:
    long = f"summary: Knot a grid {'and another one ' * 8}.\nside: Its length.\nunit: Its unit."
    endpoint = ScriptedEndpoint(in_turn([long, "summary: Knot a grid."]))
    draft = await draft_knot(tmp_path, endpoint)
    second = endpoint.conversations[1]
    assert second.schema is None
    assert "one sentence of at most 77" in second.text
    assert second.text.endswith("Write these lines: summary")
    assert b'"""Knot a grid.\n' in draft.parts[0].edits[0].new


@pytest.mark.parametrize("results", [False, True])
async def test_results_are_asked_for_only_where_the_settings_or_the_project_have_them(
    tmp_path: Path, results: bool
) -> None:
    config = f"[tool.workhorse.docstrings]\nresults = {'true' if results else 'false'}\n"
    (tmp_path / "pyproject.toml").write_text(config)
    endpoint = ScriptedEndpoint("summary: Knot a grid.\nside: Its length.\nunit: Any.\nreturns: A knot of it.")
    draft = await draft_knot(tmp_path, endpoint)
    (conversation,) = endpoint.conversations
    assert ("returns" in conversation.text) == results
    assert (b"A knot of it." in draft.parts[0].edits[0].new) == results


async def draft_knot(root: Path, endpoint: ScriptedEndpoint) -> Draft:
    (root / "a.py").write_text(KNOT)
    task = Task("docstrings", (Target("a.py", "frob"),), Engine.LOCAL)
    work = DocstringsAction().start(task, open_project(root, environ={}))
    (region,) = (region for region in work.regions() if isinstance(region, Region))
    return await make_draft(work, region, task, endpoint)


def test_an_answer_that_does_not_fit_the_question_is_refused(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    with pytest.raises(AnswerMalformed):
        work.by_answer(regions[0], Proposal(), '{"summary": "Return it."}')


def test_text_that_the_encoding_cannot_hold_is_refused_with_the_reason(tmp_path: Path) -> None:
    work, regions = start(b"# coding: latin-1\n'''Doc.'''\ndef f(): return 1\n", tmp_path)
    answer = json.loads(make_answer(schema_of(work.question(regions[0], Proposal(), None))))
    with pytest.raises(AnswerMalformed) as error:
        work.by_answer(regions[0], Proposal(), json.dumps(answer | {"summary": "Stay in 日本語."}))
    assert "8859-1" in error.value.message
    part = work.by_answer(regions[0], Proposal(), json.dumps(answer | {"summary": "Stay in Köln."})).parts[0]
    assert "Köln".encode("latin-1") in part.edits[0].new


def test_an_answer_lists_its_sources(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    question = work.question(regions[0], Proposal(), None)
    part = work.by_answer(regions[0], Proposal(), make_answer(schema_of(question))).parts[0]
    assert part.name == "docstring"
    assert any("model" in source for source in part.sources)


def test_the_imperative_is_used_where_the_linter_demands_it(tmp_path: Path) -> None:
    config = b'[tool.ruff.lint]\nselect = ["D401", "D404"]\n'
    project = make_project(tmp_path, {"a.py": AREA.encode(), "pyproject.toml": config})
    work = DocstringsAction().start(Task("docstrings", (Target("a.py"),)), project)
    region = next(region for region in work.regions() if isinstance(region, Region))
    question = work.question(region, Proposal(), None)
    assert question is not None
    answer = json.loads(make_answer(schema_of(question)))
    part = work.by_answer(region, Proposal(), json.dumps(answer | {"summary": "Calculates the area."})).parts[0]
    assert b'"""Calculate the area.' in part.edits[0].new
    with pytest.raises(AnswerMalformed):
        work.by_answer(region, Proposal(), json.dumps(answer | {"summary": "This calculates the area."}))


def test_a_file_that_does_not_parse_is_skipped_in_a_folder_and_raised_when_named(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"pkg/bad.py": b"def f(:\n", "pkg/good.py": b"x = 1\n"})
    found = list(DocstringsAction().start(Task("docstrings", (Target("pkg"),)), project).regions())
    assert [item.path for item in found] == ["pkg/bad.py", "pkg/good.py"]
    assert isinstance(found[0], Skipped)
    assert "line 1" in found[0].reason
    with pytest.raises(TargetError):
        list(DocstringsAction().start(Task("docstrings", (Target("pkg/bad.py"),)), project).regions())


def test_offers_are_made_where_a_docstring_is_missing() -> None:
    action = DocstringsAction()
    source = PythonSource("a.py", b'def f():\n    """Doc."""\n\n\ndef g():\n    pass\n')
    module, documented, bare = definitions(source)
    assert action.offer(module, Config()) == action.title
    assert action.offer(bare, Config()) == action.title
    assert action.offer(documented, Config()) is None
    assert action.offer(lines_region(source, 1, 2), Config()) is None
    assert action.offer(definitions(PythonSource("a.pyi", b"def g(): ...\n"))[1], Config()) is None
    assert action.offer(definitions(PythonSource("a.py", b""))[0], Config()) is None


def test_rule_text_can_be_inserted(tmp_path: Path) -> None:
    work, regions = start(AREA, tmp_path)
    proposal = asyncio.run(work.by_rule(regions[0]))
    assert proposal.parts or proposal.missing
    after = splice(AREA.encode(), [edit for part in proposal.parts for edit in part.edits])
    compile(after, "a.py", "exec")


def test_a_docstring_that_matches_needs_no_rewrite(tmp_path: Path) -> None:
    text = '"""Doc."""\n\n\ndef f(a):\n    """Do.\n\n    Args:\n        a: It.\n    """\n'
    assert work_on(text, tmp_path, rewrite="yes")[1] == []
    assert len(work_on(text.replace("f(a)", "f(a, b)"), tmp_path, rewrite="yes")[1]) == 1
    assert work_on(text.replace("f(a)", "f(a, b)"), tmp_path)[1] == []


def test_only_what_an_old_docstring_lacks_is_asked(tmp_path: Path) -> None:
    docstring = '"""Do.\n\n    Args:\n        a: It.\n        c: Not there.\n    """'
    text = f'"""Doc."""\n\n\ndef f(a, b):\n    {docstring}\n    return a\n'
    work, regions = start(text, tmp_path, rewrite="yes")
    schema = schema_of(work.question(regions[0], Proposal(), None))
    assert "summary" not in schema["properties"]
    assert list(schema["properties"]["parameters"]["properties"]) == ["b"]
    assert "returns" in schema["properties"]
