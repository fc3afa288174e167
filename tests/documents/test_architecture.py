"""Paths and targets that ARCHITECTURE.md, CONTRIBUTING.md and the README name exist."""

import re

import pytest

from documents.pages import ROOT, blocks, commands

PLACES = (
    "",
    "core/workhorse_core/",
    "core/workhorse_core/models/",
    "cli/workhorse_cli/",
    "hooks/workhorse_hooks/",
    "lsp_server/workhorse_lsp_server/",
    "tests/",
    "tests/core/",
    "docs/",
)
PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+(?:\.(?:py|md|toml|txt|svg)|/))`")
MADE = {".venv/"}


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_that_it_names_exists(page: str) -> None:
    named = set(PATH.findall((ROOT / page).read_text("utf-8"))) - MADE
    assert len(named) > 5
    assert [path for path in sorted(named) if not any((ROOT / place / path).exists() for place in PLACES)] == []


def test_every_stage_and_folder_of_the_core_is_on_the_map() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    core = ROOT / "core" / "workhorse_core"
    names = [f"{path.name}/" for path in core.iterdir() if (path / "__init__.py").exists()]
    names += [path.name for path in core.glob("*.py") if path.name != "__init__.py"]
    assert [name for name in sorted(names) if f"`{name}`" not in text and f"{name}`" not in text] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/results.md"])
def test_every_make_target_that_it_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", (ROOT / page).read_text("utf-8")))
    named |= {line.split()[1] for block in blocks(page, "sh") for line in commands(block) if line.startswith("make ")}
    assert named <= targets
