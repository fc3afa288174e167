"""Finding the server and the model when the user has named neither, one, or both."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.models.double import Listener, http
from core.models.speeches import CODE
from support.llama_cpp import LlamaServer, serve
from workhorse_core.errors import ConfigError, EndpointError, EndpointRefused, EndpointUnreachable
from workhorse_core.models.discovery.installed import list_installed
from workhorse_core.models.discovery.places import listening
from workhorse_core.models.discovery.server import Server, ServerKind, read_server
from workhorse_core.models.locate import Search, find_endpoint
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.question import Question, ask
from workhorse_core.settings.config import Config

Listen = Callable[..., Listener]
QUESTION = Question("system", "context", "CODE")


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def port_of(root: str) -> int:
    return int(root.rpartition(":")[2])


def pages(**answers: object) -> Callable[[bytes], bytes]:
    """Answer each path with JSON; "_" stands for a slash."""

    def respond(request: bytes) -> bytes:
        path = request.split(b" ")[1].decode().strip("/").replace("/", "_")
        return http(200, json.dumps(answers[path]).encode()) if path in answers else http(404, b"{}")

    return respond


def models(*names: str, **more: object) -> dict[str, object]:
    return {"object": "list", "data": [{"id": name, "object": "model", **more} for name in names]}


# -- finding


async def test_a_running_server_is_found_and_answers(llama: str) -> None:
    found = find_endpoint(Config(), {}, Search(ports=[closed_port(), port_of(llama), closed_port()]))
    assert found is not None
    assert (found.model, found.lanes, found.context_tokens) == ("tiny", 2, 4096)
    assert (await ask(found, QUESTION)).text == CODE
    await found.close()


def test_without_a_server_nothing_is_found() -> None:
    assert find_endpoint(Config(), {}, Search(ports=[closed_port(), closed_port()])) is None


def test_looking_for_servers_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from workhorse_core.settings.config import Config\n"
        "from workhorse_core.models.locate import Search, find_endpoint\n"
        "find_endpoint(Config(), {}, Search(ports=[1]))\n"
        "print([name for name in ('openai', 'httpx2', 'pydantic', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_first_of_the_usual_ports_wins(listen: Listen) -> None:
    first, second = listen(pages(v1_models=models("a"))), listen(pages(v1_models=models("b")))
    assert listening([second.port, first.port], 0.2) == [second.port, first.port]
    found = find_endpoint(Config(), {}, Search(ports=[second.port, first.port]))
    assert found is not None
    assert found.model == "b"


@pytest.mark.parametrize(
    "answer",
    [
        http(200, b"<html></html>", "text/html"),
        http(200, b"not json"),
        http(200, b"[]"),
        http(200, b"{}"),
        http(200, b'{"data": 7}'),
        http(401, b"{}"),
        http(302, b"", headers="Location: http://127.0.0.1:9/\r\n"),
        http(500, b""),
        b"220 mail ESMTP\r\n",
        b"",
        b"\xff" * 1000,
        http(200, b"[" * 100_000),
    ],
)
def test_something_else_on_a_usual_port_is_passed_over(listen: Listen, llama: str, answer: bytes) -> None:
    other = listen(lambda _: answer)
    found = find_endpoint(Config(), {}, Search(ports=[other.port, port_of(llama)]))
    assert found is not None
    assert found.model == "tiny"


def test_a_silent_server_is_passed_over(llama: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workhorse_core.models.locate.ASK_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = find_endpoint(Config(), {}, Search(ports=[silent.getsockname()[1], port_of(llama)]))
    assert found is not None
    assert found.model == "tiny"


# -- a configured server


async def test_a_configured_server_is_taken_and_no_other(llama: str, trap: Listener) -> None:
    found = find_endpoint(Config(url=llama), {}, Search(ports=[trap.port]))
    assert found is not None
    assert found.lanes == 2
    assert (await ask(found, QUESTION)).text == CODE
    await found.close()
    assert trap.connected == 0


async def test_a_configured_server_that_is_down_is_named(llama: str) -> None:
    port = closed_port()
    found = find_endpoint(Config(url=f"http://127.0.0.1:{port}"), {}, Search(ports=[port_of(llama)]))
    assert found is not None
    with pytest.raises(EndpointUnreachable, match=f"No server listens at http://127.0.0.1:{port}"):
        await ask(found, QUESTION)
    await found.close()


def test_a_configured_server_elsewhere_is_refused() -> None:
    with pytest.raises(EndpointRefused):
        find_endpoint(Config(url="http://192.0.2.1:8080/v1"), {})


async def test_the_key_comes_from_the_named_variable(scripted_model: Path) -> None:
    with serve(LlamaServer(scripted_model, key="right")) as root:
        config = Config(url=root, api_key_env="MY_KEY")
        found = find_endpoint(config, {"MY_KEY": "right\n"})
        assert found is not None
        assert (await ask(found, QUESTION)).text == CODE
        await found.close()

        found = find_endpoint(config, {})
        assert found is not None
        with pytest.raises(EndpointError, match="MY_KEY"):
            await ask(found, QUESTION)
        await found.close()


@pytest.mark.parametrize("key", ["bad\nkey", "schl\u00fcssel", "a\x00b"])
def test_an_impossible_key_is_reported_and_not_shown(llama: str, key: str) -> None:
    with pytest.raises(ConfigError, match="MY_KEY holds no API key") as caught:
        find_endpoint(Config(url=llama, api_key_env="MY_KEY"), {"MY_KEY": key})
    assert key not in caught.value.message


# -- which server, which model


def read(listener: Listener, model: str | None = None) -> Server | None:
    return read_server(Access(listener.url, model), 1.0)


def test_slots_and_context_of_llama_cpp_are_read(llama: str) -> None:
    server = read_server(Access(llama), 1.0)
    assert server == Server(ServerKind.LLAMA_CPP, ("tiny",), "tiny", 4096, 2)


def test_the_loaded_model_of_ollama_is_read(listen: Listen) -> None:
    listed = models("a:1b", "qwen2.5-coder:7b", "qwen3:8b", owned_by="library")
    running = {"models": [{"name": "qwen3:8b", "model": "qwen3:8b", "context_length": 8192}]}
    server = read(listen(pages(v1_models=listed, api_version={"version": "0.33.0"}, api_ps=running)))
    assert server is not None
    assert (server.kind, server.loaded, server.context_tokens) == (ServerKind.OLLAMA, "qwen3:8b", 8192)
    assert server.choose_model() == "qwen3:8b"


def test_ollamas_context_is_that_of_the_named_model(listen: Listen) -> None:
    running = {"models": [{"name": "qwen3:8b", "model": "qwen3:8b", "context_length": 8192}]}
    listed = models("a:1b", "qwen3:8b", owned_by="library")
    listener = listen(pages(v1_models=listed, api_version={"version": "0.33.0"}, api_ps=running))
    other, same = read(listener, "a:1b"), read(listener, "qwen3:8b")
    assert other is not None
    assert other.context_tokens is None
    assert same is not None
    assert same.context_tokens == 8192


def test_the_context_of_vllm_is_read(listen: Listen) -> None:
    server = read(listen(pages(v1_models=models("big", owned_by="vllm", max_model_len=32768))))
    assert server is not None
    assert (server.kind, server.context_tokens) == (ServerKind.VLLM, 32768)


def test_the_loaded_model_of_lm_studio_is_read(listen: Listen) -> None:
    own = {
        "models": [
            {"type": "embedding", "key": "nomic", "loaded_instances": [{"id": "nomic", "config": {}}]},
            {"type": "llm", "key": "b", "loaded_instances": []},
            {"type": "llm", "key": "a", "loaded_instances": [{"id": "a", "config": {"context_length": 8192}}]},
        ]
    }
    strange = {"error": "Unexpected endpoint or method. (GET /api/version)"}  # with a status of 200
    listener = listen(pages(v1_models=models("b", "a", "nomic"), api_version=strange, api_v1_models=own))
    server, other = read(listener), read(listener, "b")
    assert server == Server(ServerKind.LM_STUDIO, ("b", "a", "nomic"), "a", 8192)
    assert other is not None
    assert (other.kind, other.context_tokens) == (ServerKind.LM_STUDIO, None)


def test_lm_studios_models_are_listed_with_their_facts(listen: Listen) -> None:
    told = {
        "type": "llm",
        "key": "qwen/coder-7b",
        "size_bytes": 4_680_000_000,
        "params_string": "7B",
        "quantization": {"name": "Q4_K_M", "bits_per_weight": 4},
        "max_context_length": 32_768,
        "capabilities": {"vision": False, "trained_for_tool_use": True},
        "loaded_instances": [{"id": "x", "config": {"context_length": 8192}}],
    }
    own = {"models": [{"type": "embedding", "key": "nomic", "loaded_instances": []}, told]}
    listener = listen(pages(v1_models=models("qwen/coder-7b", "nomic"), api_v1_models=own))
    server = read(listener)
    assert server is not None
    coder, nomic = list_installed(Access(listener.url), server)
    assert (coder.name, coder.size, coder.quantisation, coder.parameters) == (
        "qwen/coder-7b", 4_680_000_000, "Q4_K_M", "7B"
    )  # fmt: skip
    assert (coder.context, coder.loaded, coder.loaded_context) == (32_768, True, 8192)
    assert coder.capabilities == ("completion", "trained_for_tool_use")
    assert (nomic.can_chat, nomic.loaded) == (False, False)


def test_the_models_of_another_server_are_read(listen: Listen) -> None:
    server = read(listen(pages(v1_models=models("x", "y", owned_by="organization_owner"))))
    assert server == Server(ServerKind.OTHER, ("x", "y"))


def test_the_named_model_goes_before_the_loaded_one(llama: str) -> None:
    found = find_endpoint(Config(model="mine:7b"), {}, Search(ports=[port_of(llama)]))
    assert found is not None
    assert found.model == "mine:7b"
