"""The model is chosen by what it is, never by its place in a list."""

import json
from collections.abc import Callable, Sequence

import pytest

from core.models.double import Listener, http
from support.ollama import Ollama, OllamaModel, serve_ollama
from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.model_choice import DEFAULT_MODEL, can_chat, choose_model
from workhorse_core.models.discovery.server import Server, read_server
from workhorse_core.models.privacy.access import Access

EMBED = OllamaModel("nomic-embed-text:latest", capabilities=("embedding",))
PLAIN = OllamaModel("bge-m3:latest", capabilities=("embedding",))
CODER = OllamaModel("coder:7b", capabilities=("completion", "tools"))
OTHER = OllamaModel("other:8b", capabilities=("completion", "thinking"))
CLOUD = OllamaModel("big:cloud", capabilities=("completion",), remote_host="https://ollama.com:443")


@pytest.mark.parametrize(
    "name",
    [
        "nomic-embed-text:latest",
        "text-embedding-bge-m3",
        "bge-reranker-v2",
        "intfloat/e5-large",
        "all-minilm:l6",
        "mxbai-embed-large",
        "whisper-1",
        "kokoro",
        "stablediffusion",
        "flux.1-dev",
        "jina-reranker-v2",
        "llama-guard3:8b",
    ],
)
def test_a_name_of_another_kind_cannot_chat(name: str) -> None:
    assert not can_chat(name, {})


@pytest.mark.parametrize(
    "name",
    ["qwen2.5-coder:7b", "Qwen/Qwen3-8B", "gemma-3-27b-it-Q4_K_M", "gpt-oss:20b", "model.gguf", "codegemma", "a"],
)
def test_a_name_without_a_hint_can_chat(name: str) -> None:
    assert can_chat(name, {})


@pytest.mark.parametrize(
    ("entry", "able"),
    [
        ({"type": "embedding"}, False),
        ({"type": "llm"}, True),
        ({"type": "model", "capabilities": ["completion"]}, True),
        ({"capabilities": ["embedding"]}, False),
        ({"capabilities": ["completion", "vision"]}, True),
        ({"capabilities": {"completion_chat": True, "vision": False}}, True),
        ({"capabilities": {"completion_chat": False, "embeddings": True}}, False),
        ({"task": "text-generation"}, True),
        ({"architecture": {"output_modalities": ["image"]}}, False),
        ({"type": 7, "capabilities": None, "architecture": []}, True),
    ],
)
def test_declared_capabilities_take_precedence_over_the_name(entry: dict[str, object], able: bool) -> None:
    assert can_chat("x", entry) is able


@pytest.mark.parametrize(
    ("candidates", "loaded", "preferred", "chosen"),
    [
        ([], [], [], DEFAULT_MODEL),
        ([], [], ["mine"], "mine"),
        (["a"], [], [], "a"),
        (["a", "b"], ["b"], [], "b"),
        (["a", DEFAULT_MODEL], [], [], DEFAULT_MODEL),
        (["a", DEFAULT_MODEL], ["a"], [], "a"),
        (["a", "b"], [], ["c", "b"], "b"),
        (["a", "b:latest"], [], ["b"], "b:latest"),
        (["a", "b"], ["a"], ["b"], "a"),
        (["a", "b"], ["a", "b"], ["b"], "b"),
    ],
)
def test_the_loaded_one_goes_before_the_preferred_and_that_before_the_usual(
    candidates: Sequence[str], loaded: Sequence[str], preferred: Sequence[str], chosen: str
) -> None:
    assert choose_model(candidates, loaded, preferred) == chosen


@pytest.mark.parametrize(("candidates", "loaded"), [(["a", "b"], []), (["a", "b", "c"], ["b", "c"])])
def test_of_several_none_is_taken_and_all_are_named(candidates: list[str], loaded: list[str]) -> None:
    for order in (list, lambda names: list(reversed(names))):
        with pytest.raises(EndpointError, match="several models") as caught:
            choose_model(order(candidates), order(loaded))
        for name in loaded or candidates:
            assert name in caught.value.message
        assert "--model" in caught.value.hint


def at(ollama: Ollama) -> Server:
    with serve_ollama(ollama) as running:
        server = read_server(Access(running.url), 5.0)
        assert server is not None
        return server


@pytest.mark.parametrize(
    "models", [[EMBED, PLAIN, CODER], [CODER, EMBED], [PLAIN, CODER, CLOUD], [CLOUD, EMBED, CODER]]
)
def test_the_one_that_can_chat_is_chosen_wherever_it_stands(models: list[OllamaModel]) -> None:
    assert at(Ollama(models=models)).choose_model() == "coder:7b"


def test_a_loaded_embedding_model_is_passed_over() -> None:
    ollama = Ollama(models=[EMBED, OTHER, CODER])
    for name in ("nomic-embed-text:latest", "coder:7b"):
        ollama.memory.load(name, 8192, lambda: None, 1, 9)
    server = at(ollama)
    assert (server.choose_model(), server.loaded, server.context_tokens) == ("coder:7b", "coder:7b", 8192)


def test_an_ollama_with_several_and_none_loaded_asks() -> None:
    with pytest.raises(EndpointError, match="coder:7b, other:8b"):
        at(Ollama(models=[OTHER, EMBED, CODER])).choose_model()


def listing(listen: Callable[..., Listener], *entries: object, path: str = "/v1/models", **more: object) -> Server:
    def respond(request: bytes) -> bytes:
        asked = request.split(b" ")[1].decode()
        if asked == "/v1/models":
            return http(200, json.dumps({"object": "list", "data": entries}).encode())
        found = next((value for name, value in more.items() if asked.startswith("/" + name.replace("__", "/"))), None)
        return http(200, json.dumps(found).encode()) if found is not None else http(404, b"{}")

    server = read_server(Access(listen(respond).url), 5.0)
    assert server is not None
    return server


def test_a_router_of_llama_cpp_gives_the_loaded_model_with_its_own_context(listen: Callable[..., Listener]) -> None:
    entries = [
        {"id": name, "owned_by": "llamacpp", "status": {"value": status}}
        for name, status in (("bge-m3-Q8", "loaded"), ("gemma-27b", "unloaded"), ("coder-7b", "loaded"))
    ]
    props = {"default_generation_settings": {"n_ctx": 16384}, "total_slots": 4}
    server = listing(listen, *entries, **{"props?model=coder-7b": props, "props": {"role": "router"}})
    assert (server.choose_model(), server.context_tokens, server.lanes) == ("coder-7b", 16384, 4)


def test_a_mixed_list_gives_the_one_that_can_chat(listen: Callable[..., Listener]) -> None:
    entries = [{"id": name} for name in ("bge-m3", "whisper-1", "stablediffusion", "coder-7b")]
    assert listing(listen, *entries).choose_model() == "coder-7b"


def test_a_list_without_a_chat_model_is_an_error(listen: Callable[..., Listener]) -> None:
    with pytest.raises(EndpointError, match="no model that can chat; it has bge-m3"):
        listing(listen, {"id": "bge-m3"}).choose_model()
