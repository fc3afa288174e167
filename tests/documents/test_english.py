"""Docstrings, comments and test names keep to plain English: no headless openings, no people for things."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.pages import ROOT

FOLDERS = ("core", "cli", "hooks", "lsp_server", "tests", "benchmarks", "docs", "examples")
PENDING: tuple[str, ...] = ()
"""Folders that are still to be read."""

HEADLESS = re.compile(
    r"(?:What|Whatever|Who|Whoever|Whom|Whose|Nobody|Somebody|Anybody|Everybody|Everything|Those|That|Why|Where|Which"
    r"|When|It|They|Give|Gives|Tell|Tells|Say|Says|Have|Let|How(?! (?:many|much|long|often)))\b"
)
"""A docstring begins with a verb, or with the noun that it documents."""

RIDDLES = re.compile(
    r"\b(?:guilty|innocent|convict(?:s|ed)?|strangers?|nobody|whoever|somebody|anybody|everybody|stood in"
    r"|says?|said|saying|speaks?|spoken|tells?|told|wants?|has words|have words|have an eye|at fault|to blame"
    r"|by the way|as good as|gives itself|who was out)\b",
    re.IGNORECASE,
)
"""Files, checks and servers are no people: they hold, report, declare, refuse."""
TEST_NAMES = re.compile(r"test_(?:what|who|whoever|whose|nobody|somebody|those|it|they|one)_")
"""A test's name states input and outcome, and names its subject."""


def python_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            relative = path.relative_to(ROOT).as_posix()
            if "cases/" not in relative and not relative.startswith(("examples/inventory", *PENDING)):
                yield path


def faults(text: str) -> Iterator[str]:
    """Yield each sentence that breaks a rule, with its line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node) or ""
            line = getattr(node, "lineno", 1)
            name = getattr(node, "name", "")
            if HEADLESS.match(said) or RIDDLES.search(said):
                yield f"{line}: {said.partition(chr(10))[0]}"
            if TEST_NAMES.match(name) or (name.startswith("test_") and RIDDLES.search(name.replace("_", " "))):
                yield f"{line}: {name}"
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and RIDDLES.search(token.string):
            yield f"{token.start[0]}: {token.string}"


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in python_files()])
def test_docstrings_comments_and_test_names_are_plain_english(path: Path) -> None:
    assert list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        '"""What a module holds."""',
        'def f():\n    """Nobody calls this."""',
        "# the guilty part is left out\n",
        "def test_what_is_stale_is_dropped():\n    pass",
    ],
)
def test_a_sentence_that_breaks_a_rule_is_found(text: str) -> None:
    assert len(list(faults(text))) >= 1
