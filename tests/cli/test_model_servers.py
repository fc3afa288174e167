"""Model servers that are wrong in every way, dying, or several, as the user of a job sees them."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.running import Workhorse, git
from core.models.double import Listener, http
from support.ollama import Heard, Ollama, OllamaModel, Said, serve_ollama
from support.repository import make_repository

Listen = Callable[..., Listener]


def refused(workhorse: Workhorse, *more: str) -> str:
    """Run docstrings with a model that cannot be asked; return standard error."""
    before = git("for-each-ref"), git("status", "--porcelain")
    result = workhorse("docstrings", "src", "--engine", "local", *more)
    assert (result.code, result.out) == (1, "")
    assert (git("for-each-ref"), git("status", "--porcelain")) == before
    assert json.loads(workhorse("jobs", "--all", "--json").out) == []  # not even in the ledger
    lines = result.err.strip().splitlines()
    assert len(lines) == 2, lines  # one sentence, and the next command
    assert lines[1].startswith("  ")
    return result.err


def test_a_wrong_url(workhorse: Workhorse, shop: Path) -> None:
    assert "not a plain one" in refused(workhorse, "--url", "localhost:11434")


def test_a_closed_port(workhorse: Workhorse, shop: Path) -> None:
    assert "No server listens at http://127.0.0.1:9." in refused(workhorse, "--url", "http://127.0.0.1:9/v1")


def test_a_wrong_model_name(workhorse: Workhorse, shop: Path) -> None:
    with serve_ollama(Ollama([OllamaModel(), OllamaModel("tiny:1b")])) as ollama:
        said = refused(workhorse, "--url", ollama.url, "--model", "qwen3:9b")
        assert ollama.bodies() == []
    assert "has no model qwen3:9b; it has qwen3:8b" in said
    assert "workhorse up --model qwen3:9b" in said


def test_a_model_that_is_no_chat_model(workhorse: Workhorse, shop: Path) -> None:
    with serve_ollama(Ollama([OllamaModel("nomic:v1", capabilities=("embedding",))])) as ollama:
        assert "nomic:v1 cannot chat" in refused(workhorse, "--url", ollama.url, "--model", "nomic:v1")


def test_a_server_that_answers_html(workhorse: Workhorse, shop: Path, listen: Listen) -> None:
    page = listen(lambda _: http(200, b"<html></html>", "text/html"))
    assert "answers with a web page" in refused(workhorse, "--url", page.url)


def test_a_server_that_is_something_else(workhorse: Workhorse, shop: Path, listen: Listen) -> None:
    other = listen(lambda _: http(200, b'{"hello": 1}'))
    assert "does not answer as a model server does" in refused(workhorse, "--url", other.url)


def test_a_key_is_wanted(workhorse: Workhorse, shop: Path) -> None:
    with serve_ollama(Ollama(key="s3cret")) as ollama:
        assert "requires an API key" in refused(workhorse, "--url", ollama.url)


def test_a_certificate_error(workhorse: Workhorse, shop: Path, https_url: str) -> None:
    assert "The certificate of https://localhost" in refused(workhorse, "--url", https_url)


def test_another_machine(workhorse: Workhorse, shop: Path) -> None:
    assert "no code is sent there" in refused(workhorse, "--url", "http://192.0.2.1/v1")


def test_rules_work_alone_and_the_reason_is_noted(workhorse: Workhorse, shop: Path) -> None:
    result = workhorse("docstrings", "src", "--url", "http://127.0.0.1:9/v1")
    assert result.code == 0
    assert result.err.count("By rules alone: No server listens at http://127.0.0.1:9.") == 1
    assert "drafted by rules" in result.out


def test_a_job_is_not_opened_again_for_a_model_that_cannot_be_asked(workhorse: Workhorse, shop: Path) -> None:
    drafted = json.loads(workhorse("docstrings", "src", "--engine", "rules", "--json").out)
    local = ("--engine", "local", "--url", "http://127.0.0.1:9/v1")
    result = workhorse("retry", drafted["job"], "-m", "say more", *local)
    assert (result.code, "No server listens" in result.err) == (1, True)
    (job,) = json.loads(workhorse("jobs", "--json").out)
    assert job["status"] == "verified"


# -- servers that begin well


def answer(heard: Heard) -> str:
    """Answer with the lines that are asked for."""
    assert heard.text.count("Write these lines: ") == 3, "two examples, and the question"
    return "summary: Give the number back.\nnumber: Any number.\nreturns: What was given."


@pytest.fixture
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with functions that rules cannot document, as the current folder."""
    names = ("frob", "grob", "hrob", "krob", "lrob", "mrob", "nrob", "prob")
    body = "    while number > 9:\n        number = knead(number)\n    return number\n"
    files = {f"src/{name}.py": f'"""Numbers."""\n\n\ndef {name}(number):\n{body}' for name in names}
    monkeypatch.chdir(make_repository(tmp_path / "numbers", files).root)


def test_a_server_that_dies_on_the_way_is_asked_once_more_and_what_is_finished_stays(
    workhorse: Workhorse, numbers: None
) -> None:
    def say(heard: Heard) -> Said:
        return Said(answer(heard), dies="grob" in heard.text)

    with serve_ollama(Ollama(script=say)) as ollama:
        result = workhorse("docstrings", "src/frob.py", "src/grob.py", "--url", ollama.url, "--json")
        asked = [body for body in ollama.bodies() if "grob" in str(body["messages"])]
    regions = {region["name"]: region for region in json.loads(result.out)["regions"]}
    assert (result.code, len(asked)) == (0, 2)
    assert (regions["frob"]["status"], regions["frob"]["engine"]) == ("drafted", "local")
    assert regions["grob"]["status"] == "failed"
    assert "broke off the connection twice" in regions["grob"]["reason"]
    assert '"""Give the number back.' in json.loads(result.out)["diff"]


def test_several_servers_share_the_work_and_one_that_fails_is_left_alone(
    workhorse: Workhorse, numbers: None, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(request: bytes) -> bytes:
        return http(200, b'{"object": "list", "data": [{"id": "qwen3:8b"}]}') if b"/models" in request[:40] else b""

    broken = listen(dying)
    with serve_ollama(Ollama(script=answer)) as first, serve_ollama(Ollama(script=answer)) as second:
        configure(monkeypatch, [first.url, second.url])
        assert workhorse("docstrings", "src", "--engine", "local").code == 0
        shares = len(first.bodies()), len(second.bodies())
        assert (sum(shares), min(shares) >= 2) == (8, True), shares

        configure(monkeypatch, [first.url, broken.url])
        result = workhorse("docstrings", "src", "--engine", "local", "--json")
    assert (result.code, json.loads(result.out)["status"]) == (0, "verified")
    assert [region["status"] for region in json.loads(result.out)["regions"]] == ["drafted"] * 8
    assert result.err.count(f"{broken.url} failed 3 times in a row and is not asked for") == 1
    assert len(broken.bodies) == 6  # three times, and each once more


def test_price_of_a_job_is_added_up_from_its_answers(workhorse: Workhorse, numbers: None) -> None:
    prices = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
    prices.parent.mkdir(parents=True, exist_ok=True)
    prices.write_text("[worker]\nprice_in = 1000\nprice_out = 2000\n")
    with serve_ollama(Ollama(script=answer)) as ollama:
        drafted = json.loads(workhorse("docstrings", "src/frob.py", "src/grob.py", "--url", ollama.url, "--json").out)
        prices.unlink()
        free = json.loads(workhorse("docstrings", "src/hrob.py", "--url", ollama.url, "--json", "--dry-run").out)
    asked = [region for region in drafted["regions"] if region["completion_tokens"]]
    assert len(asked) == 2
    for region in asked:
        assert region["price"] == pytest.approx(region["prompt_tokens"] / 1e3 + region["completion_tokens"] / 500)
    total = sum(region["price"] for region in asked)
    assert f", for {total:.4g}\n" in workhorse("show", drafted["job"]).out
    assert [region["price"] for region in free["regions"]] == [None]


def configure(monkeypatch: pytest.MonkeyPatch, urls: list[str]) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "workhorse"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(f'model = "qwen3:8b"\nurls = {json.dumps(urls)}\n')
