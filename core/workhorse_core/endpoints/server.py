"""What a model server tells about itself: its kind, its models, its context, its lanes."""

import http.client
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from workhorse_core.endpoints.address import Address

DEFAULT_MODEL = "qwen2.5-coder:7b"
ANSWER_BYTES = 4_000_000
"""More than any list of models; whatever sends more is no model server."""


class ServerKind(StrEnum):
    """Whose server it is, as far as it makes a difference."""

    LLAMA_CPP = "llama.cpp"
    OLLAMA = "Ollama"
    VLLM = "vLLM"
    OTHER = "OpenAI-compatible"


@dataclass(frozen=True, slots=True)
class Server:
    """One server as it is now.

    ``loaded`` is the model in its memory, None where it does not say. ``context_tokens`` is what one
    question and its answer may have together, None where it does not say. ``lanes`` is how many it
    serves at once.
    """

    kind: ServerKind
    models: tuple[str, ...]
    loaded: str | None = None
    context_tokens: int | None = None
    lanes: int = 1

    def choose_model(self) -> str:
        """Choose where the user names none: the loaded one, the usual one, the first that can chat."""
        if self.loaded:
            return self.loaded
        able = [name for name in self.models if "embed" not in name.lower() and not name.lower().endswith("cloud")]
        return DEFAULT_MODEL if DEFAULT_MODEL in able or not able else able[0]


Ask = Callable[[str], Any]
"""Takes a URL of the server and gives the JSON that is there; None when there is none."""


def read_server(address: Address, key: str | None, model: str | None, seconds: float) -> Server | None:
    """Ask a server what it is; it gets no word of anybody's code.

    Nothing of this follows a redirect or uses a proxy: the standard library's client does neither.

    Args:
        address: Where it listens.
        key: Its API key, if it wants one.
        model: The model that the user named; its context is the one that counts.
        seconds: How long each step may take.

    Returns:
        None when nobody answers there, or not as a model server does.
    """
    ask = _asker(address, key, seconds)
    listed = _list(ask(address.url + "/models"), "data")
    if listed is None:
        return None
    models = tuple(entry["id"] for entry in listed if isinstance(entry.get("id"), str))
    owner = next((entry.get("owned_by") for entry in listed), None)
    if owner == "llamacpp":
        return _llama_cpp(models, ask(address.own + "/props"))
    if owner == "vllm":
        chosen = next((entry for entry in listed if entry.get("id") == model), listed[0])
        return Server(ServerKind.VLLM, models, None, _count(chosen.get("max_model_len")), lanes=8)
    if isinstance(ask(address.own + "/api/version"), dict):
        running = _list(ask(address.own + "/api/ps"), "models") or []
        return _ollama(models, running, model)
    return Server(ServerKind.OTHER, models)


def _llama_cpp(models: tuple[str, ...], props: object) -> Server:
    server = Server(ServerKind.LLAMA_CPP, models, models[0] if models else None)
    if not isinstance(props, dict):
        return server
    settings = props.get("default_generation_settings")
    context = _count(settings.get("n_ctx")) if isinstance(settings, dict) else None
    return replace(server, context_tokens=context, lanes=_count(props.get("total_slots")) or 1)


def _ollama(models: tuple[str, ...], running: list[dict[str, Any]], model: str | None) -> Server:
    """Its context is known only while the model is loaded; it cuts silently what is longer."""
    wanted = [entry for entry in running if model in (None, entry.get("name"), entry.get("model"))]
    if not wanted:
        return Server(ServerKind.OLLAMA, models)
    name = wanted[0].get("name")
    context = _count(wanted[0].get("context_length"))
    return Server(ServerKind.OLLAMA, models, name if isinstance(name, str) else None, context)


def _list(answer: object, name: str) -> list[dict[str, Any]] | None:
    """Take a list of objects out of an answer; None when it has none."""
    found = answer.get(name) if isinstance(answer, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _asker(address: Address, key: str | None, seconds: float) -> Ask:
    headers = {"Accept": "application/json", "Connection": "close"}
    if key:
        headers["Authorization"] = f"Bearer {key}"

    def ask(url: str) -> Any:
        connection = _connect(address, seconds)
        try:
            connection.request("GET", url.removeprefix(address.root), headers=headers)
            response = connection.getresponse()
            body = response.read(ANSWER_BYTES)
            return json.loads(body) if response.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            return None  # whatever it is, it did not answer as a model server does
        finally:
            connection.close()

    return ask


def _connect(address: Address, seconds: float) -> http.client.HTTPConnection:
    if address.scheme == "http":
        return http.client.HTTPConnection(address.host, address.port, timeout=seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(address.host, address.port, timeout=seconds, context=context)
