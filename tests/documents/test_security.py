"""docs/security.md: every program that may look at a project has a row, with a test for each setting in it."""

import re
from collections.abc import Iterator

import pytest

from documents.pages import ROOT
from workhorse_core.services.doctor import TOOLS

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
FILES = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
NAMED = sorted(set(re.findall(r"`((?:tests/[\w/]+/)?test_\w+\.py)`", PAGE)))


def rows(header: str) -> Iterator[list[str]]:
    """Yield the cells of the table that begins with a header."""
    for line in PAGE[PAGE.index(f"| {header} |") :].splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


def text_of(cell: str) -> str:
    names = [name.rpartition("/")[2] for name in re.findall(r"`([\w/]*test_\w+\.py)`", cell)]
    return "\n".join(FILES[name].read_text("utf-8") for name in names)


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_the_page_names_is_there(name: str) -> None:
    assert (ROOT / name).is_file() if "/" in name else name in FILES


@pytest.mark.parametrize(
    "header", ["attack", "variables", "tool", "server", "another program", "candidate", "the draft came by"]
)
def test_every_row_names_a_test(header: str) -> None:
    found = list(rows(header))
    assert found
    for cells in found:
        assert "test_" in cells[-1] or cells[-1] in ("the same", "both of them"), cells


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_has_a_row(tool: str) -> None:
    assert any(re.search(rf"\b{tool}\b", cells[0]) for cells in rows("tool"))


SETTINGS = [
    (cells[0], setting, cells[-1])
    for cells in rows("tool")
    for setting in re.findall(r"`([\w.*:\[\]-]+)`", cells[1])
    if setting not in ("[flake8:local-plugins]",)
]


@pytest.mark.parametrize(("tool", "setting", "tests"), SETTINGS, ids=lambda value: str(value)[:40])
def test_every_setting_of_a_tool_is_tried_in_the_tests_of_its_row(tool: str, setting: str, tests: str) -> None:
    word = setting.strip("*_").rpartition(".")[2]
    text = text_of(tests)
    assert any(each in text for each in (word, word.replace("-", "_"), word.replace("_", "-"))), tool
