import ast
from collections.abc import Callable

import pytest

from workhorse_core.change.patch import make_patch
from workhorse_core.checks.words.check import Words
from workhorse_core.pipeline.check import CheckResult, CheckStatus, Comparison
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.repair import Repaired, repair
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verifier
from workhorse_core.workspace.project import Project

Compare = Callable[..., Comparison]

CODE = """\
def area(side, scale=1.0):
    if side < 0:
        raise ValueError(side)
    return side * side * scale


class Base:
    def colour(self):
        \"\"\"Return the colour of the bicycle.\"\"\"
        return self._colour
"""
PLACE = "<    if side"
GOOD = '    """Multiply the side by itself."""\n'
MIXED = '''\
    """Multiply the side by itself.

    The result goes to a spreadsheet. It is scaled
    at the end.

    Args:
        side: The side to multiply.
        scale: The factor. Defaults to 5.

    Raises:
        ValueError: If the side is negative.
    """
'''
MODEL = ("the rest: the model",)


async def run(comparison: Comparison) -> CheckResult:
    return await Words().run(comparison if comparison.parts else with_sources(comparison))


def with_sources(comparison: Comparison, *sources: str) -> Comparison:
    edit = comparison.patch.changes[0].edits[0]
    return comparison._replace(parts=(Part("docstring", (edit,), sources),))


def trimmed(comparison: Comparison) -> str | None:
    edit = comparison.patch.changes[0].edits[0]
    left = Words().trim(Part("docstring", (edit,)), with_sources(comparison))
    return left and left.edits[0].new.decode()


async def test_sentences_that_fit_the_code_pass_and_are_counted(compare: Compare) -> None:
    result = await run(compare({"a.py": CODE}, {"a.py": [(PLACE, GOOD)]}))

    assert (result.status, result.findings) == (CheckStatus.PASSED, ())
    assert result.evidence[0][:2] == ("new sentences looked at", 1)
    assert result.reason.startswith("not seen: ")


async def test_each_fault_is_a_finding_at_its_line_in_words_for_a_model(compare: Compare) -> None:
    result = await run(compare({"a.py": CODE}, {"a.py": [(PLACE, MIXED)]}))

    assert result.status is CheckStatus.FAILED
    assert {(finding.line, finding.rule) for finding in result.findings} == {
        (4, "ungrounded"),
        (9, "default"),
        (9, "value"),
    }
    assert "The text about scale gives scale the default 5; it is 1.0." in {each.message for each in result.findings}


async def test_sentence_of_the_base_is_not_judged(compare: Compare) -> None:
    old = '"""Return the colour of the bicycle."""'
    new = '"""Return the colour of the bicycle.\n\n        It is kept.\n        """'

    assert (await run(compare({"a.py": CODE}, {"a.py": [(old, new)]}))).status is CheckStatus.PASSED


async def test_rules_may_quote_the_project_and_a_model_may_not(compare: Compare) -> None:
    comparison = compare({"a.py": CODE}, {"a.py": [(PLACE, '    """Return the pelican."""\n')]})

    assert (await run(with_sources(comparison, "summary: docstring of Base"))).status is CheckStatus.PASSED
    assert (await run(with_sources(comparison, "summary: name", *MODEL))).status is CheckStatus.FAILED
    assert (await run(comparison)).status is CheckStatus.FAILED


async def test_a_patch_whose_parts_are_unknown_may_quote_the_project(compare: Compare) -> None:
    comparison = compare({"a.py": CODE}, {"a.py": [(PLACE, '    """Return the pelican."""\n')]})

    assert (await Words().run(comparison)).status is CheckStatus.PASSED


async def test_words_of_the_examples_are_found_where_a_model_was_asked(compare: Compare) -> None:
    comparison = compare({"a.py": CODE}, {"a.py": [(PLACE, '    """Limit the side, or None for no upper limit."""\n')]})
    rules = {finding.rule for finding in (await run(comparison)).findings}

    assert "echo" in {finding.rule for finding in (await run(with_sources(comparison, *MODEL))).findings} - rules


async def test_change_of_another_language_has_nothing_to_look_at(compare: Compare) -> None:
    result = await run(compare({"a.txt": "one\n"}, {"a.txt": [("one", "the the")]}))

    assert (result.status, result.evidence[0].value) == (CheckStatus.PASSED, 0)


def test_trim_takes_out_the_sentence_and_the_faulty_part_of_an_entry(compare: Compare) -> None:
    comparison = compare({"a.py": CODE}, {"a.py": [(PLACE, MIXED)]})

    assert trimmed(comparison) == (
        MIXED.replace(
            "    The result goes to a spreadsheet. It is scaled\n    at the end.", "    It is scaled at the end."
        ).replace(" Defaults to 5.", "")
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("    Args:\n        side: The CSV.\n    ", "    ", id="the only entry"),
        pytest.param(
            "    Args:\n        side: The CSV.\n        scale: The factor.\n    ",
            "    Args:\n        scale: The factor.\n    ",
            id="one of two",
        ),
        pytest.param(
            "    Parameters\n    ----------\n    side\n        The CSV.\n    scale\n        The factor.\n    ",
            "    Parameters\n    ----------\n    scale\n        The factor.\n    ",
            id="numpy",
        ),
        pytest.param(
            "    :param side: The CSV.\n    :param scale: The factor.\n    ",
            "    :param scale: The factor.\n    ",
            id="sphinx",
        ),
        pytest.param("    Returns:\n        A CSV.\n    ", "    ", id="the result"),
        pytest.param("    Into a CSV.\n\n    And more.\n    ", "    And more.\n    ", id="a paragraph"),
    ],
)
def test_trim_takes_out_whole_entries_and_empty_sections(compare: Compare, before: str, after: str) -> None:
    head = '    """Multiply the side by itself.'
    comparison = compare({"a.py": CODE}, {"a.py": [(PLACE, f'{head}\n\n{before}"""\n')]})
    left = trimmed(comparison)

    assert left == (f'{head}\n\n{after}"""\n' if after.strip() else f'{head}"""\n')
    assert ast.parse(f"def f():\n{left}    return 1\n")


def test_trim_gives_a_docstring_up_whose_summary_is_faulty(compare: Compare) -> None:
    assert (
        trimmed(compare({"a.py": CODE}, {"a.py": [(PLACE, '    """Write a CSV file.\n\n    Well.\n    """\n')]}))
        is None
    )


async def test_repair_keeps_the_rest_of_a_docstring(compare: Compare, project: Project) -> None:
    comparison = compare({"a.py": CODE}, {"a.py": [(PLACE, MIXED)]})
    part = Part("docstring", comparison.patch.changes[0].edits)
    draft = Draft("a.py", "area", 1, 4, DraftStatus.DRAFTED, parts=(part,))

    async def no_redraft(_: Draft, __: str) -> None:
        return None

    events = [e async for e in repair([draft], Task("docstrings", ()), project, Verifier([Words()]), no_redraft)]
    end = events[-1]

    assert isinstance(end, Repaired)
    assert end.drafts[0].status is DraftStatus.DRAFTED
    assert "spreadsheet" in end.drafts[0].dropped[0].reason
    assert end.patch == make_patch(project.tree.read, end.drafts[0].parts[0].edits)
    assert b"scaled" in (end.patch.changes[0].after or b"")
    assert b"spreadsheet" not in (end.patch.changes[0].after or b"")
