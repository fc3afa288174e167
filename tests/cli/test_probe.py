"""``workhorse probe``: measures once, shows a table, measures again when the model changes."""

import json
from pathlib import Path

import pytest

from cli.running import Workhorse
from support.ollama import Ollama, OllamaModel, Said, serve_ollama

SCRIPT: dict[str, Said | str] = {
    "PROBE-JSON": '{"colour": "red", "reason": "It is warm."}',
    "PROBE-LONG": Said("\n".join(map(str, range(1, 401))), pause=0.005),
    "": "Blue.",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_table_shows_the_measurements(workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_ollama(Ollama(script=SCRIPT)) as ollama:
        monkeypatch.setenv("WORKHORSE_URL", ollama.url)
        result = workhorse("probe", "qwen3:8b")
        assert result.code == 0, result.err
        lines = dict(line.split("  ", 1) for line in result.out.splitlines())
        lines = {name: words.strip() for name, words in lines.items()}
        assert lines["model"] == "qwen3:8b on Ollama"
        assert lines["thinking is turned off by"].startswith("think (saves 17 tokens, ")
        assert lines["JSON schema obeyed"] == "yes"
        assert lines["JSON is requested by"] == "schema"
        assert lines["docstrings are requested in"] == "none works (plain lines: 0 of 20 right, JSON: 0 of 20 right)"
        assert lines["slots"] == "1"

        asked = len(ollama.bodies())
        assert workhorse("probe", "qwen3:8b").out == result.out
        assert len(ollama.bodies()) == asked
        workhorse("probe", "--again")
        assert len(ollama.bodies()) > asked


def test_another_digest_is_measured_anew(workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_ollama(Ollama(script=SCRIPT)) as ollama:
        monkeypatch.setenv("WORKHORSE_URL", ollama.url)
        first = json.loads(workhorse("probe", "--json").out)
        ollama.models = [OllamaModel(version=2, capabilities=("completion",))]
        second = json.loads(workhorse("probe", "--json").out)
    assert (first["switch"], second["switch"]) == ("think", "not needed")
    assert first["digest"] != second["digest"]


def test_a_wrong_model_is_answered_with_the_nearest(workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_ollama(Ollama(script=SCRIPT)) as ollama:
        monkeypatch.setenv("WORKHORSE_URL", ollama.url)
        result = workhorse("probe", "qwen3:9b")
    assert result.code == 1
    assert "has no model qwen3:9b; it has qwen3:8b" in result.err


def test_probing_without_a_server_is_refused_with_the_next_command(
    workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKHORSE_URL", "http://127.0.0.1:9/v1")
    result = workhorse("probe")
    assert result.code == 1
    assert "No server listens at http://127.0.0.1:9" in result.err
