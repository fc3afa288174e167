"""A model server brought up and down: real processes, and a double of Ollama."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.ollama import Ollama, OllamaModel, serve_ollama
from support.tiny_gguf import write_random_model
from workhorse_core.errors import EndpointError, EndpointRefused, EndpointUnreachable, TargetError
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.discovery.started_server import Started, read_started, write_started
from workhorse_core.models.lifecycle.down import bring_down
from workhorse_core.models.lifecycle.loaded import read_loaded
from workhorse_core.models.lifecycle.memory import Fit, Memory
from workhorse_core.models.lifecycle.server_process import is_alive, stop_process
from workhorse_core.models.lifecycle.starting import Wish
from workhorse_core.models.lifecycle.up import bring_up
from workhorse_core.models.privacy.access import Access
from workhorse_core.settings.config import Config
from workhorse_core.system.processes import start_token

MODEL = "qwen3:8b"
FAKE_OLLAMA = """\
#!{python} -I
import os, sys, time
from support.ollama import Ollama, OllamaModel, serve_ollama
assert sys.argv[1:] == ["serve"]
host, _, port = os.environ["OLLAMA_HOST"].partition(":")
assert host == "127.0.0.1"
with serve_ollama(Ollama([], available=[OllamaModel()]), int(port)):
    time.sleep(60)
"""


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def quiet(words: str) -> None:
    del words


@pytest.fixture
def environ(sealed: Path) -> Iterator[dict[str, str]]:
    """The environment; whatever a test leaves running is stopped."""
    environ = dict(os.environ)
    yield environ
    if started := read_started(environ):
        stop_process(started)


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "tiny-model.gguf"
    write_random_model(path)
    return path


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that enough memory is free: the double's models are as large as the real ones."""
    monkeypatch.setattr("workhorse_core.models.lifecycle.up.read_memory", lambda loaded=0: Memory(64 * 10**9 - loaded))


# -- a model file


def test_a_model_file_is_served_until_down(gguf: Path, environ: dict[str, str]) -> None:
    up = bring_up(Wish(gguf, context=2048, slots=2), Config(), environ, quiet)
    assert (up.kind, up.model, up.context, up.fit, up.started) == ("llama.cpp", "tiny-model", 2048, Fit.RAM, True)
    started = read_started(environ)
    assert started is not None
    assert is_alive(started)
    assert bring_up(Wish(gguf), Config(), environ, quiet).url == up.url  # it is up: nothing more is done
    assert read_started(environ) == started
    assert bring_down(Config(), environ, ports=()).stopped == up.url
    assert not is_alive(started)
    assert read_started(environ) is None
    assert bring_down(Config(), environ, ports=()).stopped == ""


def test_a_started_server_is_found_on_any_port(gguf: Path, environ: dict[str, str]) -> None:
    from workhorse_core.models.locate import Search, find_endpoint

    bring_up(Wish(gguf, port=unused_port()), Config(), environ, quiet)
    found = find_endpoint(Config(), environ, Search(ports=()))
    assert found is not None
    assert found.model == "tiny-model"


def test_persist_leaves_the_server_running(gguf: Path, environ: dict[str, str]) -> None:
    bring_up(Wish(gguf), Config(), environ, quiet)
    assert bring_down(Config(), environ, persist=True, ports=()).stopped == ""
    started = read_started(environ)
    assert started is not None
    assert is_alive(started)


def test_a_model_that_does_not_fit_is_not_loaded(
    gguf: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workhorse_core.models.lifecycle.up.read_memory", lambda loaded=0: Memory(600_000_000))
    with pytest.raises(EndpointError, match="would not fit"):
        bring_up(Wish(gguf), Config(), environ, quiet)
    assert read_started(environ) is None
    assert bring_up(Wish(gguf, force=True), Config(), environ, quiet).fit is Fit.NOT


def test_another_model_file_waits_until_the_first_is_down(gguf: Path, environ: dict[str, str]) -> None:
    bring_up(Wish(gguf), Config(), environ, quiet)
    other = gguf.with_name("other.gguf")
    other.write_bytes(gguf.read_bytes())
    with pytest.raises(EndpointError, match="still runs") as caught:
        bring_up(Wish(other), Config(), environ, quiet)
    assert "workhorse down" in caught.value.hint


def test_a_file_that_llama_cpp_cannot_load_leaves_nothing_behind(gguf: Path, environ: dict[str, str]) -> None:
    data = gguf.read_bytes()
    gguf.write_bytes(data[: len(data) * 2 // 3])  # its header is whole
    with pytest.raises(EndpointError, match=r"could not load tiny-model\.gguf"):
        bring_up(Wish(gguf), Config(), environ, quiet)
    assert read_started(environ) is None


def test_a_file_that_is_no_model_is_refused_before_anything_is_started(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "x.gguf").write_text("no model")
    with pytest.raises(TargetError, match="not a whole GGUF"):
        bring_up(Wish(tmp_path / "x.gguf"), Config(), environ, quiet)


def test_a_taken_port_is_reported(gguf: Path, environ: dict[str, str]) -> None:
    with serve_ollama(Ollama()) as ollama, pytest.raises(EndpointError, match="is taken"):
        bring_up(Wish(gguf, port=int(ollama.root.rpartition(":")[2])), Config(), environ, quiet)


# -- who may be stopped


def test_a_process_that_got_the_same_number_later_is_not_touched(environ: dict[str, str]) -> None:
    with subprocess.Popen([sys.executable, "-I", "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        born = start_token(stranger.pid)
        assert born
        write_started(Started("embedded", "http://127.0.0.1:1/v1", "m", stranger.pid, str(float(born) + 60)), environ)
        assert bring_down(Config(), environ, ports=()).stopped == ""
        assert stranger.poll() is None
        assert read_started(environ) is None


def test_a_record_without_a_start_time_stops_no_process(environ: dict[str, str]) -> None:
    with subprocess.Popen([sys.executable, "-I", "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        assert not stop_process(Started("embedded", "http://127.0.0.1:1/v1", "m", stranger.pid))
        assert stranger.poll() is None


def test_a_process_that_ignores_sigterm_is_killed() -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-I", "-c", stubborn], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        started = Started("embedded", "http://127.0.0.1:1/v1", "m", child.pid, start_token(child.pid))
        assert stop_process(started, patience=0.3)
        assert not is_alive(started)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"kind": 1}', '{"kind": "x", "url": "y", "pid": "1"}', "{"])
def test_a_broken_record_counts_as_none(environ: dict[str, str], text: str) -> None:
    from workhorse_core.models.discovery.started_server import record_file

    record_file(environ).parent.mkdir(parents=True)
    record_file(environ).write_text(text)
    assert read_started(environ) is None


# -- Ollama


def load(ollama: Ollama, name: str, **options: int) -> None:
    """Load a model as another program would."""
    call(Access(ollama.url), "/api/generate", {"model": name, "options": options, "stream": False})


def test_only_the_model_that_up_has_loaded_is_unloaded(environ: dict[str, str]) -> None:
    with serve_ollama(Ollama([OllamaModel(), OllamaModel("other:1b", 10**9)])) as ollama:
        load(ollama, "other:1b")
        config = Config(url=ollama.url, model=MODEL)
        up = bring_up(Wish(), config, environ, quiet)
        assert (up.kind, up.model, up.context, up.started) == ("Ollama", MODEL, 16_384, False)
        assert bring_up(Wish(), config, environ, quiet).model == MODEL  # again: it stays ours
        down = bring_down(config, environ)
        assert (down.unloaded, down.stopped, down.left) == ((MODEL,), "", ("other:1b",))
        assert set(ollama.loaded) == {"other:1b"}


def test_without_a_record_nothing_is_unloaded_and_the_rest_is_listed(environ: dict[str, str]) -> None:
    with serve_ollama(Ollama()) as ollama:
        load(ollama, MODEL)
        down = bring_down(Config(url=ollama.url, model=MODEL), environ)
        assert (down.unloaded, down.left) == ((), (MODEL,))
        assert set(ollama.loaded) == {MODEL}
        assert bring_down(Config(url=ollama.url), environ, model=MODEL).unloaded == (MODEL,)
        assert not ollama.loaded
        with pytest.raises(EndpointError, match="not loaded"):
            bring_down(Config(url=ollama.url), environ, model=MODEL)


@pytest.mark.parametrize(("context", "loads"), [(32_768, 1), (4096, 2)])
def test_a_model_that_was_in_memory_before_up_is_not_ours(environ: dict[str, str], context: int, loads: int) -> None:
    with serve_ollama(Ollama()) as ollama:
        load(ollama, MODEL, num_ctx=context)
        config = Config(url=ollama.url, model=MODEL)
        assert bring_up(Wish(), config, environ, quiet).context == max(context, 16_384)
        assert len(ollama.loads) == loads  # a larger context is used as it is
        assert bring_down(config, environ).left == (MODEL,)
        assert set(ollama.loaded) == {MODEL}


def test_the_key_is_shown_to_the_server_that_the_user_names(environ: dict[str, str]) -> None:
    with serve_ollama(Ollama([], available=[OllamaModel()], key="s3cret")) as ollama:
        environ["MY_KEY"] = "s3cret"
        config = Config(url=ollama.url, model=MODEL, api_key_env="MY_KEY")
        assert bring_up(Wish(), config, environ, quiet).model == MODEL
        assert bring_down(config, environ).unloaded == (MODEL,)
        environ["MY_KEY"] = "wrong"
        with pytest.raises(EndpointError, match="does not accept the key in MY_KEY"):
            bring_up(Wish(), config, environ, quiet)
        with pytest.raises(EndpointError, match="requires an API key"):
            bring_up(Wish(), Config(url=ollama.url), environ, quiet)


def test_a_missing_model_is_pulled_with_its_progress(environ: dict[str, str]) -> None:
    said: list[str] = []
    with serve_ollama(Ollama([], available=[OllamaModel()])) as ollama:
        up = bring_up(Wish(), Config(url=ollama.url, model=MODEL), environ, said.append)
        assert up.model == MODEL
        assert MODEL in ollama.loaded
    assert any("pulling manifest" in words for words in said)
    assert any("[####" in words and "% of 5.2 GB" in words for words in said)


def test_an_unknown_model_is_reported(environ: dict[str, str]) -> None:
    with serve_ollama(Ollama([])) as ollama, pytest.raises(EndpointError, match="file does not exist"):
        bring_up(Wish(), Config(url=ollama.url, model="absent:7b"), environ, quiet)


def test_a_model_that_would_swap_is_not_loaded_with_what_is_loaded_counted_in(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    available = 16 * 10**9
    monkeypatch.setattr("workhorse_core.models.lifecycle.up.read_memory", lambda loaded=0: Memory(available - loaded))
    with serve_ollama(Ollama([OllamaModel(), OllamaModel("second:8b")])) as ollama:
        bring_up(Wish(), Config(url=ollama.url, model="second:8b"), environ, quiet)
        available = 10 * 10**9
        with pytest.raises(EndpointError, match="would not fit"):
            bring_up(Wish(), Config(url=ollama.url, model=MODEL), environ, quiet)
        assert MODEL not in ollama.loaded


def test_a_larger_context_for_a_loaded_model_is_checked_too(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_ollama(Ollama()) as ollama:
        config = Config(url=ollama.url, model=MODEL)
        bring_up(Wish(context=4096), config, environ, quiet)
        room = Memory(7 * 10**9)  # for its weights and a small context, and no more
        monkeypatch.setattr("workhorse_core.models.lifecycle.up.read_memory", lambda loaded=0: room)
        with pytest.raises(EndpointError, match="would not fit"):
            bring_up(Wish(context=32_768), config, environ, quiet)
        assert ollama.loads == [(MODEL, 4096)]


@pytest.mark.parametrize(
    ("model", "error"),
    [
        (OllamaModel("embed:1b", 10**9, capabilities=("embedding",)), EndpointError),
        (OllamaModel("gpt-oss:120b-cloud", remote_host="https://ollama.com:443"), EndpointRefused),
        (OllamaModel("innocent:7b", remote_host="https://ollama.com:443"), EndpointRefused),
    ],
)
def test_a_model_that_cannot_be_used_is_not_loaded(
    environ: dict[str, str], model: OllamaModel, error: type[EndpointError]
) -> None:
    with serve_ollama(Ollama([model])) as ollama:
        with pytest.raises(error):
            bring_up(Wish(), Config(url=ollama.url, model=model.name), environ, quiet)
        assert not ollama.loaded


def test_an_installed_ollama_is_started_and_stopped(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text(FAKE_OLLAMA.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    wish = Wish(ports=(), port=unused_port())
    up = bring_up(wish, Config(model=MODEL), environ, quiet)
    assert (up.kind, up.model, up.started) == ("Ollama", MODEL, True)
    started = read_started(environ)
    assert started is not None
    assert [loaded.model for loaded in read_loaded(environ)] == [MODEL]
    assert bring_up(wish, Config(model=MODEL), environ, quiet).started
    down = bring_down(Config(), environ, ports=())
    assert (down.unloaded, down.stopped) == ((MODEL,), up.url)
    assert not is_alive(started)


def test_an_ollama_that_ends_at_once_is_reported(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    with pytest.raises(EndpointError, match="did not come up"):
        bring_up(Wish(ports=(), port=unused_port()), Config(), environ, quiet)
    assert read_started(environ) is None


def test_another_server_does_not_pass_for_the_started_ollama(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "ollama"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    with serve_ollama(Ollama()) as other, pytest.raises(EndpointError, match="is taken"):
        bring_up(Wish(ports=(), port=int(other.root.rpartition(":")[2])), Config(), environ, quiet)
    assert read_started(environ) is None


# -- no way


def test_without_anything_to_start_the_hint_names_what_to_install(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EndpointError, match="No model server runs here") as caught:
        bring_up(Wish(ports=()), Config(), environ, quiet)
    assert "workhorse up --gguf" in caught.value.hint


def test_a_configured_server_that_is_down_is_not_replaced(environ: dict[str, str]) -> None:
    url = f"http://127.0.0.1:{unused_port()}/v1"
    with pytest.raises(EndpointUnreachable, match="No server listens at"):
        bring_up(Wish(), Config(url=url), environ, quiet)


def test_a_server_elsewhere_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(EndpointRefused):
        bring_up(Wish(), Config()._replace(url="http://192.0.2.1:11434"), environ, quiet)
