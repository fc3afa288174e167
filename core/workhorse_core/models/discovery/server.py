"""What a model server tells about itself: its kind, its models, its context, its lanes."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.discovery.trouble import no_server
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import Address
from workhorse_core.system.untrusted_json import count_in, list_in, object_in, text_in

DEFAULT_MODEL = "qwen2.5-coder:7b"


class ServerKind(StrEnum):
    """Whose server it is, as far as it makes a difference."""

    LLAMA_CPP = "llama.cpp"
    OLLAMA = "Ollama"
    LM_STUDIO = "LM Studio"
    VLLM = "vLLM"
    OTHER = "OpenAI-compatible"


@dataclass(frozen=True, slots=True)
class Server:
    """One server as it is now.

    ``loaded`` is the model in its memory, None where it does not say. ``context_tokens`` is what one
    question and its answer may have together, None where it does not say. ``lanes`` is how many it
    serves at once. ``digest`` changes with the model that would be asked; empty where the server gives no hint of it.
    """

    kind: ServerKind
    models: tuple[str, ...]
    loaded: str | None = None
    context_tokens: int | None = None
    lanes: int = 1
    digest: str = field(default="", compare=False)

    def choose_model(self) -> str:
        """Choose where the user names none: the loaded one, the usual one, the first that can chat."""
        if self.loaded:
            return self.loaded
        able = [name for name in self.models if "embed" not in name.lower() and not name.lower().endswith("cloud")]
        return DEFAULT_MODEL if DEFAULT_MODEL in able or not able else able[0]


def read_server(access: Access, seconds: float) -> Server | None:
    """Ask a server what it is; it gets no word of anybody's code.

    Args:
        access: How to get to it; of the model that it names, the context is the one that counts.
        seconds: How long each step may take.

    Returns:
        None when nobody answers there, or not as a model server does: :func:`find_trouble` says why.

    Raises:
        EndpointRefused: Its address may not be sent code to.
    """

    def ask(path: str) -> Mapping[str, object]:
        with suppress(EndpointError):
            return call(access, path, seconds=seconds)
        return {}

    answer = ask(_list_path(access.address))
    if not isinstance(answer.get("data"), list) and answer.get("object") != "list":  # an empty Ollama's data is null
        return None
    return _read_kind(ask, answer, access.model)


def find_trouble(access: Access, seconds: float) -> EndpointError:
    """Say what is wrong where :func:`read_server` has found none.

    Raises:
        EndpointRefused: Its address may not be sent code to.
    """
    try:
        call(access, _list_path(access.address), seconds=seconds)
    except EndpointError as error:
        return error
    return no_server(access.address)


def _list_path(address: Address) -> str:
    """Say where every server lists its models, counted from before ``/v1``."""
    return address.url.removeprefix(address.own) + "/models"


def _read_kind(ask: Callable[[str], Mapping[str, object]], answer: Mapping[str, object], model: str | None) -> Server:
    listed = [object_in(entry) for entry in list_in(answer["data"])]
    models = tuple(name for entry in listed if (name := text_in(entry.get("id"))))
    owner = listed[0].get("owned_by") if listed else None
    if owner == "llamacpp":
        return _llama_cpp(models, ask("/props"), listed[0])
    if owner == "vllm":
        chosen = next((entry for entry in listed if entry.get("id") == model), listed[0])
        return Server(ServerKind.VLLM, models, None, count_in(chosen.get("max_model_len")) or None, lanes=8)
    if text_in(ask("/api/version").get("version")):  # LM Studio answers 200 to any path
        running = [object_in(entry) for entry in list_in(ask("/api/ps").get("models"))]
        server = _ollama(models, running, model)
        return replace(server, digest=_ollama_digest(ask("/api/tags"), model or server.choose_model()))
    own = [object_in(entry) for entry in list_in(ask("/api/v1/models").get("models"))]
    return _lm_studio(models, own, model) or Server(ServerKind.OTHER, models)


def _llama_cpp(models: tuple[str, ...], props: Mapping[str, object], entry: Mapping[str, object]) -> Server:
    """It tells no digest; what the model's file says about itself has to do."""
    context = count_in(object_in(props.get("default_generation_settings")).get("n_ctx"))
    loaded = models[0] if models else None
    lanes = count_in(props.get("total_slots")) or 1
    meta = {name: value for name, value in object_in(entry.get("meta")).items() if name != "n_ctx"}
    marks = json.dumps([meta, props.get("model_path"), props.get("chat_template")], sort_keys=True)
    return Server(ServerKind.LLAMA_CPP, models, loaded, context or None, lanes, sha256(marks.encode()).hexdigest())


def _ollama(models: tuple[str, ...], running: Sequence[Mapping[str, object]], model: str | None) -> Server:
    """Its context is known only while the model is loaded; it cuts silently what is longer."""
    for entry in running:
        if model in (None, entry.get("name"), entry.get("model")):
            context = count_in(entry.get("context_length"))
            return Server(ServerKind.OLLAMA, models, text_in(entry.get("name")) or None, context or None)
    return Server(ServerKind.OLLAMA, models)


def _lm_studio(models: tuple[str, ...], own: Sequence[Mapping[str, object]], model: str | None) -> Server | None:
    """Its context is that of the instance in memory: https://lmstudio.ai/docs/developer/rest."""
    if not any("loaded_instances" in entry for entry in own):
        return None
    for entry in own:
        for instance in map(object_in, list_in(entry.get("loaded_instances"))):
            name = text_in(instance.get("id"))
            if entry.get("type") != "embedding" and model in (None, name, entry.get("key")):
                context = count_in(object_in(instance.get("config")).get("context_length"))
                return Server(ServerKind.LM_STUDIO, models, name or None, context or None)
    return Server(ServerKind.LM_STUDIO, models)


def _ollama_digest(tags: Mapping[str, object], model: str) -> str:
    listed = [object_in(entry) for entry in list_in(tags.get("models"))]
    names = (model, f"{model}:latest")
    return next((text_in(entry.get("digest")) for entry in listed if entry.get("name") in names), "")
