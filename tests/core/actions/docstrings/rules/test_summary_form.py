"""What a summary has to be: one line that fits, and a command where the linter wants one."""

import pytest

from workhorse_core.actions.docstrings.render.literal import reads_as_type
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.rules.project_words.project_docstrings import ProjectDocstrings
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


def test_a_sentence_that_is_too_long_stands_below_what_the_name_says() -> None:
    content = _write(f"# {LONG}\ndef split_header(x):\n    k = 1\n    g(x, k)\n", Form(room=60)).content
    assert content is not None
    assert (content.summary, content.description) == ("Split the header.", LONG)


def test_a_sentence_that_is_too_long_gives_nothing_where_the_name_says_nothing() -> None:
    assert _write(f"# {LONG}\ndef f(x):\n    k = 1\n    g(x, k)\n", Form(room=60)).content is None


@pytest.mark.parametrize(
    ("comment", "summary"),
    [
        ("Splits the header at its commas.", "Split the header at its commas."),
        ("Overrides what the other one does there.", "Split the header."),
        ("Called before the loop to get the words.", "Split the header."),
    ],
)
def test_a_sentence_becomes_a_command_or_stands_below(comment: str, summary: str) -> None:
    code = f"# {comment}\ndef split_header(x):\n    k = 1\n    g(x, k)\n"
    content = _write(code, Form(imperative=True)).content
    assert content is not None
    assert content.summary in {summary, comment.replace("Overrides", "Override")}


@pytest.mark.parametrize(
    ("text", "misleads"), [(r"C:\new is made.", True), ("str: The x.", True), ("The x: 1.", False)]
)
def test_what_reads_as_the_type_of_a_result_is_known(text: str, misleads: bool) -> None:
    assert reads_as_type(text) is misleads
