"""``workhorse up``, ``down``, ``models`` and ``doctor``, as a user runs them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import SHOP, Workhorse
from support.ollama import Ollama, OllamaModel, serve_ollama
from support.repository import make_repository
from support.tiny_gguf import write_random_model
from workhorse_core.models.discovery.started_server import read_started
from workhorse_core.models.lifecycle.server_process import stop_process


@pytest.fixture
def gguf(tmp_path: Path) -> Iterator[Path]:
    """A model file; its server is stopped at the end."""
    path = tmp_path / "tiny.gguf"
    write_random_model(path)
    yield path
    if started := read_started(os.environ):
        stop_process(started)


def test_up_outlives_its_terminal_and_down_stops_it(program: Workhorse, gguf: Path, tmp_path: Path) -> None:
    up = program("up", "--gguf", str(gguf), "--context", "2048", "--json", folder=tmp_path)
    assert up.code == 0, up.err
    said = json.loads(up.out)
    assert (said["kind"], said["model"], said["context"], said["started"]) == ("llama.cpp", "tiny", 2048, True)
    assert said["url"].startswith("http://127.0.0.1:")

    models = program("models", "--json", folder=tmp_path)
    (ours,) = [row for row in json.loads(models.out) if row["url"] == said["url"]]
    assert (ours["name"], ours["loaded"], ours["loaded_context"], ours["fits"]) == (
        "tiny",
        True,
        2048,
        "fits in memory",
    )

    found = program("doctor", "--json", folder=tmp_path)
    diagnoses = {one["name"]: one for one in json.loads(found.out)}
    assert diagnoses["model"]["what"] == "tiny is loaded"
    assert "workhorse up --context" in diagnoses["context"]["advice"]

    down = program("down", folder=tmp_path)
    assert down.code == 0, down.err
    assert f"The server at {said['url']} is stopped." in down.out
    assert read_started(os.environ) is None


def test_a_file_that_is_not_there_is_one_sentence(workhorse: Workhorse, tmp_path: Path, shop: Path) -> None:
    result = workhorse("up", "--gguf", str(tmp_path / "absent.gguf"))
    assert result.code == 1
    assert "There is no file" in result.err
    assert "workhorse up --gguf" in result.err


def test_models_lists_the_models_of_ollama(workhorse: Workhorse, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = [OllamaModel(), OllamaModel("huge:405b", 900 * 10**9), OllamaModel("far:cloud", remote_host="ollama.com")]
    with serve_ollama(Ollama(models)) as ollama:
        monkeypatch.setenv("WORKHORSE_URL", ollama.url)
        rows = {row["name"]: row for row in json.loads(workhorse("models", "--json").out)}
        table = workhorse("models").out
    first = rows["qwen3:8b"]
    assert (first["size"], first["quantisation"], first["context"]) == (5_225_388_164, "Q4_K_M", 40_960)
    assert first["capabilities"] == ["completion", "tools", "thinking"]
    assert not first["loaded"]
    assert rows["huge:405b"]["fits"] == "does not fit"
    assert rows["far:cloud"]["remote"] == "ollama.com"
    assert "5.2 GB    8.2B Q4_K_M  40960" in table


def test_models_without_a_server_names_the_next_command(
    workhorse: Workhorse, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKHORSE_URL", "http://127.0.0.1:1/v1")
    result = workhorse("models")
    assert (result.code, result.out) == (1, "")
    assert "workhorse up" in result.err


def test_the_doctor_finds_a_healthy_project(workhorse: Workhorse, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_ollama(Ollama()) as ollama:
        monkeypatch.setenv("WORKHORSE_URL", ollama.url)
        assert workhorse("up", "--force").code == 0  # even if little memory is free
        result = workhorse("doctor", "--json")
    found = {one["name"]: one for one in json.loads(result.out)}
    assert result.code == 0
    assert found["repository"] == {"name": "repository", "state": "ok", "what": str(shop), "advice": None}
    assert found["config"]["what"] == "url from WORKHORSE_URL"
    assert found["server"]["what"].startswith("Ollama at http://127.0.0.1:")
    assert found["model"]["what"] == "qwen3:8b is loaded"
    assert found["context"]["what"].startswith("16384 tokens")
    assert found["thinking"]["advice"] == "workhorse probe"
    assert list(found) == [
        "git", "repository", "config", "trust", "server", "model", "context", "thinking", "sandbox", "hooks"
    ]  # fmt: skip


def test_the_doctor_finds_a_damaged_record_of_jobs(workhorse: Workhorse, shop: Path) -> None:
    record = shop / ".git/workhorse/ledger.db"
    record.parent.mkdir(exist_ok=True)
    record.write_bytes(b"garbage" * 1000)
    result = workhorse("doctor", "--json")
    found = {one["name"]: one for one in json.loads(result.out)}
    assert result.code == 1
    assert found["jobs"]["what"] == f"The record of jobs cannot be used, it is damaged: {record}"


@pytest.mark.parametrize(
    ("variable", "value", "name", "advice"),
    [
        ("WORKHORSE_URL", "http://127.0.0.1:1/v1", "server", "workhorse up"),
        ("WORKHORSE_URL", "http://192.0.2.1/v1", "server", "hosts"),
        ("WORKHORSE_MODEL", "absent:7b", "model", "workhorse up --model absent:7b"),
        ("WORKHORSE_MODEL", "far:cloud", "model", "--model"),
    ],
)
def test_the_doctor_names_a_problem_and_what_to_do(
    workhorse: Workhorse, shop: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str, advice: str
) -> None:
    with serve_ollama(Ollama()) as ollama:
        monkeypatch.setenv("WORKHORSE_URL", ollama.url)
        monkeypatch.setenv(variable, value)
        result = workhorse("doctor", "--json")
        words = workhorse("doctor").out
    found = {one["name"]: one for one in json.loads(result.out)}
    assert result.code == 1
    assert found[name]["state"] == "problem"
    assert advice in found[name]["advice"]
    assert found[name]["what"] in words


def test_the_doctor_reports_commands_that_wait_for_trust(
    workhorse: Workhorse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = '[tool.workhorse.commands]\nruff = ["./evil"]\n'
    monkeypatch.chdir(make_repository(tmp_path / "p", {"a.py": SHOP, "pyproject.toml": named}).root)
    monkeypatch.setenv("WORKHORSE_URL", "http://127.0.0.1:1/v1")
    found = {one["name"]: one for one in json.loads(workhorse("doctor", "--json").out)}
    assert "not used: ruff" in found["trust"]["what"]
    assert "workhorse trust" in found["trust"]["advice"]


def test_the_doctor_survives_a_broken_configuration(
    workhorse: Workhorse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.workhorse]\nurl = "http://evil.example/v1"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKHORSE_URL", "http://127.0.0.1:1/v1")
    result = workhorse("doctor", "--json")
    found = {one["name"]: one for one in json.loads(result.out)}
    assert result.code == 1
    assert "may not set url" in found["config"]["what"]
    assert found["repository"]["state"] == "note"
