"""The form of summaries: one line that fits, imperative where the linter demands it."""

import pytest

from workhorse_core.actions.docstrings.render.sections import reads_as_type
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.rules.project_docstrings import ProjectDocstrings
from workhorse_core.actions.docstrings.rules.summaries import Form
from workhorse_core.actions.docstrings.rules.writer import write
from workhorse_core.languages.python.signature import read_signature
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.pipeline.region import definitions


def _write(code: str, form: Form) -> Known:
    source = PythonSource("a.py", code.encode())
    region = list(definitions(source))[-1]
    return write(region, read_signature(region), ProjectDocstrings(FilesInMemory({})), form=form)


LONG = "Split the header into words at the commas that stand outside of quotes and brackets."


def test_a_sentence_that_is_too_long_follows_below_the_name_summary() -> None:
    content = _write(f"# {LONG}\ndef split_header(x):\n    k = 1\n    _g(x, k)\n", Form(room=60)).content
    assert content is not None
    assert (content.summary, content.description) == ("Split the header.", LONG)


def test_a_sentence_that_is_too_long_is_dropped_without_a_name_summary() -> None:
    assert _write(f"# {LONG}\ndef f(x):\n    k = 1\n    _g(x, k)\n", Form(room=60)).content is None


@pytest.mark.parametrize(
    ("comment", "summary"),
    [
        ("Splits the header at its commas.", "Split the header at its commas."),
        ("Overrides what the other one does there.", "Split the header."),
        ("Called before the loop to get the words.", "Split the header."),
    ],
)
def test_a_sentence_becomes_imperative_or_follows_below(comment: str, summary: str) -> None:
    code = f"# {comment}\ndef split_header(x):\n    k = 1\n    _g(x, k)\n"
    content = _write(code, Form(imperative=True)).content
    assert content is not None
    assert content.summary in {summary, comment.replace("Overrides", "Override")}


@pytest.mark.parametrize(
    ("text", "misleads"), [(r"C:\new is made.", True), ("str: The x.", True), ("The x: 1.", False)]
)
def test_text_that_parses_as_a_result_type_is_recognised(text: str, misleads: bool) -> None:
    assert reads_as_type(text) is misleads
