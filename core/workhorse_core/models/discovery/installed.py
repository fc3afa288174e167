"""The models that a server has: size, kind, and whether they are loaded."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.model_shape import ModelShape, shape_of
from workhorse_core.models.discovery.server import Server, ServerKind
from workhorse_core.models.discovery.server_call import call
from workhorse_core.models.privacy.access import Access
from workhorse_core.system.untrusted_json import count_in, list_in, object_in, text_in

DETAILS_SECONDS = 60.0
"""When this is over, the models that are left are listed without their details."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """One model as its server describes it; missing facts are 0, "" or empty.

    ``size`` is in bytes, ``context`` the size the model was trained for, ``loaded_context`` its present one, in tokens.
    ``in_ram`` are the bytes that it takes of the machine's memory, ``in_vram`` those of graphics cards.
    ``shape`` is None where the cost of a context is unknown.
    """

    name: str
    size: int = 0
    quantisation: str = ""
    parameters: str = ""
    context: int = 0
    capabilities: tuple[str, ...] = ()
    loaded: bool = False
    loaded_context: int = 0
    in_ram: int = 0
    in_vram: int = 0
    remote: str = ""
    shape: ModelShape | None = None

    @property
    def can_chat(self) -> bool:
        """Whether it may be asked anything: not an embedding model."""
        return not self.capabilities or "completion" in self.capabilities


def list_installed(access: Access, server: Server, clock: Callable[[], float] = monotonic) -> list[InstalledModel]:
    """List a server's models, those in memory first; the clock ends the asking for details of each.

    Raises:
        EndpointError: The server does not answer.
    """
    if server.kind is ServerKind.OLLAMA:
        models = _ollama(access, clock)
    elif server.kind is ServerKind.LLAMA_CPP:
        models = _llama_cpp(access, server)
    elif server.kind is ServerKind.LM_STUDIO:
        models = _lm_studio(access)
    else:
        models = [InstalledModel(name, loaded=name == server.loaded) for name in server.models]
    return sorted(models, key=lambda model: not model.loaded)


def find_installed(access: Access, name: str) -> InstalledModel | None:
    """Find one of Ollama's models; a name without a tag means the latest.

    Raises:
        EndpointError: The server does not answer.
    """
    wanted = name if ":" in name else f"{name}:latest"
    return next((model for model in _ollama(access, monotonic, only=wanted) if model.name == wanted), None)


def loaded_bytes(access: Access) -> int:
    """Return the bytes of memory that Ollama's loaded models take; 0 if it does not answer."""
    with suppress(EndpointError):
        return sum(_in_ram(entry) for entry in _entries(access, "/api/ps"))
    return 0


def list_loaded(access: Access) -> list[str]:
    """Name the models in an Ollama's memory.

    Raises:
        EndpointError: The server does not answer.
    """
    return [name for entry in _entries(access, "/api/ps") if (name := text_in(entry.get("name")))]


def _ollama(access: Access, clock: Callable[[], float], only: str = "") -> list[InstalledModel]:
    until = clock() + DETAILS_SECONDS
    running = {text_in(entry.get("name")): entry for entry in _entries(access, "/api/ps")}
    models: list[InstalledModel] = []
    for entry in _entries(access, "/api/tags"):
        if not (name := text_in(entry.get("name"))) or only not in ("", name):
            continue
        details, now = object_in(entry.get("details")), running.get(name, {})
        model = InstalledModel(
            name,
            count_in(entry.get("size")),
            text_in(details.get("quantization_level")),
            text_in(details.get("parameter_size")),
            loaded=name in running,
            loaded_context=count_in(now.get("context_length")),
            in_ram=_in_ram(now),
            in_vram=count_in(now.get("size_vram")),
        )
        models.append(_with_details(model, access) if clock() < until else model)
    return models


def _with_details(model: InstalledModel, access: Access) -> InstalledModel:
    try:
        shown = call(access, "/api/show", {"model": model.name})
    except EndpointError:
        return model  # one broken model does not hide the others
    shape = shape_of(object_in(shown.get("model_info")), model.size)
    return replace(
        model,
        context=shape.context,
        capabilities=tuple(text_in(word) for word in list_in(shown.get("capabilities")) if word),
        remote=text_in(shown.get("remote_host")),
        shape=shape if shape.cache else None,
    )


def _llama_cpp(access: Access, server: Server) -> list[InstalledModel]:
    listed = [object_in(entry) for entry in list_in(call(access, "/v1/models").get("data"))]
    models: list[InstalledModel] = []
    for entry in listed:
        about = object_in(entry.get("meta"))
        models.append(
            InstalledModel(
                text_in(entry.get("id")),
                count_in(about.get("size")),
                text_in(about.get("ftype")),
                context=count_in(about.get("n_ctx_train")),
                capabilities=("completion",),
                loaded=True,
                loaded_context=server.context_tokens or 0,
                in_ram=count_in(about.get("size")),
            )
        )
    return models


def _lm_studio(access: Access) -> list[InstalledModel]:
    """By its own interface: https://lmstudio.ai/docs/developer/rest."""
    models: list[InstalledModel] = []
    for entry in _entries(access, "/api/v1/models"):
        instances = [object_in(instance) for instance in list_in(entry.get("loaded_instances"))]
        contexts = [count_in(object_in(instance.get("config")).get("context_length")) for instance in instances]
        able = [text_in(name) for name, value in object_in(entry.get("capabilities")).items() if value is True]
        models.append(
            InstalledModel(
                text_in(entry.get("key")),
                count_in(entry.get("size_bytes")),
                text_in(object_in(entry.get("quantization")).get("name")),
                text_in(entry.get("params_string")),
                count_in(entry.get("max_context_length")),
                ("embedding",) if entry.get("type") == "embedding" else ("completion", *able),
                loaded=bool(instances),
                loaded_context=max(contexts, default=0),
            )
        )
    return models


def _entries(access: Access, path: str) -> list[Mapping[str, Any]]:
    return [object_in(entry) for entry in list_in(call(access, path).get("models"))]


def _in_ram(entry: Mapping[str, object]) -> int:
    return max(count_in(entry.get("size")) - count_in(entry.get("size_vram")), 0)
