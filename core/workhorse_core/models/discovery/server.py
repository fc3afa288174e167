"""A model server's description of itself: kind, models, context, lanes."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from time import monotonic
from typing import Protocol
from urllib.parse import quote

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.model_choice import can_chat, choose_model
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.discovery.trouble import no_server
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.printable import printable
from workhorse_core.system.untrusted_json import count_in, list_in, object_in, text_in

MOST_MODELS = 40
"""The most models whose capabilities are queried one by one."""

WHOLE_READING = 10.0
"""All steps together may take so many times the seconds of one; what a server has not said by then is unknown."""


class ServerKind(StrEnum):
    """Kind of server, as far as it makes a difference."""

    LLAMA_CPP = "llama.cpp"
    OLLAMA = "Ollama"
    LM_STUDIO = "LM Studio"
    VLLM = "vLLM"
    OTHER = "OpenAI-compatible"


@dataclass(frozen=True, slots=True)
class Server:
    """One server as it is now.

    ``loaded`` is the model in its memory that would be asked, None if unknown. ``context_tokens`` is the size that
    one conversation and its answer may have together, None if unknown. ``lanes`` is the number that it
    serves at once. ``digest`` changes with the model that would be asked; empty where the server has no mark of it.
    ``chat_models`` are those of ``models`` that can chat, ``loaded_models`` those in memory.
    """

    kind: ServerKind
    models: tuple[str, ...]
    loaded: str | None = None
    context_tokens: int | None = None
    lanes: int = 1
    digest: str = field(default="", compare=False)
    chat_models: tuple[str, ...] = field(default=(), compare=False)
    loaded_models: tuple[str, ...] = field(default=(), compare=False)
    preferred: tuple[str, ...] = field(default=(), compare=False)

    def choose_model(self) -> str:
        """Choose where the user names none: see :func:`workhorse_core.models.discovery.model_choice.choose_model`.

        Raises:
            EndpointError: There are several, and nothing decides between them.
        """
        if not self.chat_models and self.models and self.kind is not ServerKind.OLLAMA:  # which can fetch one
            listed = ", ".join(printable(name, 60) for name in self.models[:5])
            raise EndpointError(
                f"The server has no model that can chat; it has {listed}.",
                "Load one there, or name it: --model NAME",
            )
        loaded = [name for name in self.loaded_models if name in self.chat_models]
        return choose_model(self.chat_models, loaded, self.preferred)


class Ask(Protocol):
    """Asks a server one thing; an empty object if it does not answer."""

    def __call__(self, path: str, body: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """Get a path, or post a body to it."""
        ...


def read_server(access: Access, seconds: float, clock: Callable[[], float] = monotonic) -> Server | None:
    """Read a server's description of itself; no code is sent.

    Args:
        access: How to get to it; of the model that it names, the context is the one that counts.
        seconds: How long the server may be silent in each step.
        clock: The clock that ends a reading of many steps.

    Returns:
        None if there is no answer, or not that of a model server: :func:`find_trouble` returns the reason.

    Raises:
        EndpointRefused: Its address may not be sent code to.
    """
    until = clock() + seconds * WHOLE_READING

    def ask(path: str, body: Mapping[str, object] | None = None) -> Mapping[str, object]:
        with suppress(EndpointError):
            if clock() < until:
                return call(access, path, body, seconds=seconds, clock=clock)
        return {}

    answer = ask(_list_path(access.address))
    if not isinstance(answer.get("data"), list) and answer.get("object") != "list":  # an empty Ollama's data is null
        return None
    return replace(_read_kind(ask, answer, access.model), preferred=tuple(access.preferred))


def find_trouble(access: Access, seconds: float) -> EndpointError:
    """Return the fault where :func:`read_server` has found no server.

    Raises:
        EndpointRefused: Its address may not be sent code to.
    """
    try:
        call(access, _list_path(access.address), seconds=seconds)
    except EndpointError as error:
        return error
    return no_server(access.address)


def _list_path(address: Address) -> str:
    """Return the path of the list of models, relative to the part before ``/v1``."""
    return address.url.removeprefix(address.own) + "/models"


def _read_kind(ask: "Ask", answer: Mapping[str, object], model: str | None) -> Server:
    listed = [object_in(entry) for entry in list_in(answer["data"])]
    models = tuple(name for entry in listed if (name := text_in(entry.get("id"))))
    owner = listed[0].get("owned_by") if listed else None
    if owner == "llamacpp":
        return _llama_cpp(ask, listed, model)
    if owner == "vllm":
        chosen = next((entry for entry in listed if entry.get("id") == model), listed[0])
        context = count_in(chosen.get("max_model_len")) or None
        return Server(ServerKind.VLLM, models, None, context, lanes=8, chat_models=_able(listed))
    if text_in(ask("/api/version").get("version")):  # LM Studio answers 200 to any path
        return _ollama(ask, models, model)
    own = [object_in(entry) for entry in list_in(ask("/api/v1/models").get("models"))]
    return _lm_studio(models, own, model) or Server(ServerKind.OTHER, models, chat_models=_able(listed))


def _able(listed: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    named = [(text_in(entry.get("id")), entry) for entry in listed]
    return tuple(name for name, entry in named if name and can_chat(name, entry))


def _llama_cpp(ask: "Ask", listed: Sequence[Mapping[str, object]], model: str | None) -> Server:
    """Read one model, or several behind a router, of which some are loaded.

    There is no digest; the metadata of the model's file stands in for it.
    """
    models = tuple(name for entry in listed if (name := text_in(entry.get("id"))))
    states = {text_in(entry.get("id")): text_in(object_in(entry.get("status")).get("value")) for entry in listed}
    is_router = any(states.values())
    loaded = tuple(name for name in models if states[name] in (("loaded",) if is_router else ("", "loaded")))
    server = Server(ServerKind.LLAMA_CPP, models, chat_models=_able(listed), loaded_models=loaded)
    chosen = model if is_router and model else next((name for name in loaded if name in server.chat_models), None)
    props = ask(f"/props?model={quote(chosen)}" if is_router and chosen else "/props")
    entry = next((entry for entry in listed if entry.get("id") == chosen), listed[0])
    meta = {name: value for name, value in object_in(entry.get("meta")).items() if name != "n_ctx"}
    marks = json.dumps([meta, props.get("model_path"), props.get("chat_template")], sort_keys=True)
    return replace(
        server,
        loaded=chosen or (None if is_router else next(iter(models), None)),
        context_tokens=count_in(object_in(props.get("default_generation_settings")).get("n_ctx")) or None,
        lanes=count_in(props.get("total_slots")) or 1,
        digest=sha256(marks.encode()).hexdigest(),
    )


def _ollama(ask: "Ask", models: tuple[str, ...], model: str | None) -> Server:
    """Read an Ollama: its context is known only while the model is loaded; it cuts silently what is longer."""
    running = [object_in(entry) for entry in list_in(ask("/api/ps").get("models"))]
    loaded = tuple(name for entry in running if (name := text_in(entry.get("name"))))
    server = Server(ServerKind.OLLAMA, models, loaded_models=loaded)
    if model is None:
        able = [name for name in loaded[:MOST_MODELS] if _can_chat_in_ollama(ask, name)]
        if not able:  # what is loaded comes first, so that most of the time nothing else has to be asked about
            able = [name for name in models[:MOST_MODELS] if _can_chat_in_ollama(ask, name)]
        server = replace(server, chat_models=tuple(able))
        with suppress(EndpointError):  # several: the error is raised again when one is needed
            model = server.choose_model()
    digest = _ollama_digest(ask("/api/tags"), model) if model else ""
    for entry in running:
        if model in (entry.get("name"), entry.get("model")):
            context = count_in(entry.get("context_length")) or None
            return replace(server, loaded=text_in(entry.get("name")) or None, context_tokens=context, digest=digest)
    return replace(server, digest=digest)


def _can_chat_in_ollama(ask: "Ask", name: str) -> bool:
    """Ask Ollama for a model's capabilities; a model that runs elsewhere is never chosen."""
    if name.lower().endswith("cloud"):
        return False
    shown = ask("/api/show", {"model": name})
    return not shown.get("remote_host") and can_chat(name, shown)


def _lm_studio(models: tuple[str, ...], own: Sequence[Mapping[str, object]], model: str | None) -> Server | None:
    """Read an LM Studio; its context is that of the instance in memory: https://lmstudio.ai/docs/developer/rest."""
    if not any("loaded_instances" in entry for entry in own):
        return None
    able: list[str] = []
    loaded: list[tuple[str, int]] = []
    for entry in own:
        instances = [object_in(instance) for instance in list_in(entry.get("loaded_instances"))]
        names = [name for instance in instances if (name := text_in(instance.get("id")))]
        key = text_in(entry.get("key"))
        if can_chat(key, entry):
            able += names or [key]
            contexts = [count_in(object_in(instance.get("config")).get("context_length")) for instance in instances]
            loaded += [
                (name, context) for name, context in zip(names, contexts, strict=False) if model in (None, name, key)
            ]
    found = tuple(name for name, _ in loaded)
    server = Server(ServerKind.LM_STUDIO, models, chat_models=tuple(able), loaded_models=found)
    chosen = model
    if model is None:
        with suppress(EndpointError):  # several: the error is raised again when one is needed
            chosen = server.choose_model()
    name, context = next((pair for pair in loaded if pair[0] == chosen), loaded[0] if model and loaded else ("", 0))
    return replace(server, loaded=name or None, context_tokens=context or None)


def _ollama_digest(tags: Mapping[str, object], model: str) -> str:
    listed = [object_in(entry) for entry in list_in(tags.get("models"))]
    names = (model, f"{model}:latest")
    return next((text_in(entry.get("digest")) for entry in listed if entry.get("name") in names), "")
