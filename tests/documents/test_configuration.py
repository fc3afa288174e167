"""The configuration that the documents show is read as they describe."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from documents.pages import blocks
from support.repository import make_repository
from workhorse_cli.main import run

SHOWN = [(page, block) for page in ("README.md", "docs/guide.md") for block in blocks(page, "toml")]


def test_there_is_some() -> None:
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("page", "text"), SHOWN)
def test_every_setting_is_read_with_the_value_shown(
    page: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    values = tomllib.loads(text)
    of_project = "tool" in values
    project = make_repository(tmp_path / "project", {"pyproject.toml": text if of_project else ""}).root
    if not of_project:
        file = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
        file.parent.mkdir(parents=True)
        file.write_text(text)
    monkeypatch.chdir(project)
    assert run(["config", "--json"]) == 0, capfd.readouterr().err
    told = json.loads(capfd.readouterr().out)
    for key, value in settings(values["tool"]["workhorse"] if of_project else values, told):
        assert told[key]["value"] == value
        assert told[key]["from"] != "default"


def settings(values: dict[str, Any], known: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Name settings as `workhorse config` does: the tables within tables by dots."""
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        name = before + key
        inner = isinstance(value, dict) and name not in known
        found += settings(value, known, f"{name}.") if inner else [(name, value)]
    return found
