import json
import os
from pathlib import Path

import pytest

from cli.running import Workhorse


@pytest.fixture
def user_file(shop: Path) -> Path:
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "workhorse" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_config_prints_the_origin_of_every_value(
    user_file: Path, shop: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file.write_text('url = "http://localhost:9/v1"\nmodel = "users"\n')
    (shop / "pyproject.toml").write_text('[tool.workhorse]\nexclude = ["vendor"]\n')
    monkeypatch.setenv("WORKHORSE_MODEL", "environments")
    settings = json.loads(workhorse("config", "--json").out)
    assert settings["url"] == {"value": "http://localhost:9/v1", "from": str(user_file)}
    assert settings["model"] == {"value": "environments", "from": "WORKHORSE_MODEL"}
    assert settings["exclude"] == {"value": ["vendor"], "from": "pyproject.toml"}
    assert settings["timeout"]["from"] == "default"
    printed = workhorse("config").out
    for key, setting in settings.items():
        (line,) = [line for line in printed.splitlines() if line.split()[0] == key]
        assert line.endswith(setting["from"])


def test_an_unknown_key_names_the_nearest(user_file: Path, workhorse: Workhorse) -> None:
    user_file.write_text('modle = "x"\n')
    result = workhorse("config")
    assert result.code == 1
    assert "Did you mean model?" in result.err


def test_a_repository_may_not_name_an_endpoint(shop: Path, workhorse: Workhorse) -> None:
    (shop / "pyproject.toml").write_text('[tool.workhorse]\nurl = "http://evil.example/v1"\n')
    for command in (["config"], ["trust"], ["docstrings", "src"]):
        result = workhorse(*command)
        assert result.code == 1
        assert "may not set url" in result.err


def test_trust_is_for_the_commands_as_they_are(shop: Path, workhorse: Workhorse) -> None:
    settings = shop / "pyproject.toml"
    settings.write_text('[tool.workhorse.commands]\nruff = ["uvx", "ruff"]\n')
    before = workhorse("config", "--json")
    assert json.loads(before.out)["commands"]["value"] == {}
    assert "not used until you trust it" in workhorse("config").err
    trusted = workhorse("trust")
    assert trusted.code == 0
    assert "ruff: uvx ruff" in trusted.out
    assert json.loads(workhorse("config", "--json").out)["commands"]["value"] == {"ruff": ["uvx", "ruff"]}
    settings.write_text('[tool.workhorse.commands]\nruff = ["rm", "-r"]\n')
    assert json.loads(workhorse("config", "--json").out)["commands"]["value"] == {}


def test_a_command_named_after_trust_is_shown_as_a_difference(shop: Path, workhorse: Workhorse) -> None:
    assert "No setting of this repository can name a command." in workhorse("trust").out
    (shop / "mypy.ini").write_text("[mypy]\nplugins = ./evil.py\n")
    assert "have changed since you trusted this repository" in workhorse("config").err
    shown = workhorse("trust", "--show")
    assert (shown.code, "+plugins = ./evil.py" in shown.out) == (0, True)
    assert "have changed" in workhorse("config").err, "showing is not trusting"
    assert "+plugins = ./evil.py" in workhorse("trust").out
    assert "have changed" not in workhorse("config").err


def test_trust_is_taken_back(shop: Path, workhorse: Workhorse) -> None:
    (shop / "pyproject.toml").write_text('[tool.workhorse.commands]\nruff = ["uvx", "ruff"]\n')
    workhorse("trust")
    assert "is no longer trusted" in workhorse("trust", "--revoke").out
    assert json.loads(workhorse("config", "--json").out)["commands"]["value"] == {}
    assert "was not trusted" in workhorse("trust", "--revoke").out
