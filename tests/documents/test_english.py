"""Docstrings, comments and test names keep to plain English: no headless openings, no people for things."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

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


def python_files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of a folder that is held to plain English."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        relative = path.relative_to(ROOT).as_posix()
        if "cases/" not in relative and not relative.startswith(("examples/inventory", *PENDING)):
            yield relative, path.read_text("utf-8")


def documented(node: ast.AST) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield what may have a docstring in a tree; expressions are passed over, for they take most of the time."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from documented(child)


def faults(text: str) -> Iterator[str]:
    """Yield each sentence that breaks a rule, with its line."""
    for node in documented(ast.parse(text)):
        said = ast.get_docstring(node) or ""
        line = getattr(node, "lineno", 1)
        name = getattr(node, "name", "")
        if HEADLESS.match(said) or RIDDLES.search(said):
            yield f"{line}: {said.partition(chr(10))[0]}"
        if TEST_NAMES.match(name) or (name.startswith("test_") and RIDDLES.search(name.replace("_", " "))):
            yield f"{line}: {name}"
    if not any(RIDDLES.search(line.partition("#")[2]) for line in text.splitlines()):
        return  # most files: tokens take longer than the tree
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and RIDDLES.search(token.string):
            yield f"{token.start[0]}: {token.string}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_docstrings_comments_and_test_names_are_plain_english(folder: str) -> None:
    found = {path: list(faults(text)) for path, text in python_files(folder)}
    assert found
    assert {path: sentences for path, sentences in found.items() if sentences} == {}


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
