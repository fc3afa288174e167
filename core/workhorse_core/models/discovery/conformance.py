"""Measurements of a model on a server by the probe, and their storage."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from workhorse_core.models.asking import Asking
from workhorse_core.models.discovery.server import Server
from workhorse_core.settings.folders import cache_folder
from workhorse_core.system.untrusted_json import object_in

EDITION = 3
"""Version of the probe: results of older ones are not used."""


class Switch(StrEnum):
    """Switch that keeps a model from thinking."""

    NOT_NEEDED = "not needed"
    TEMPLATE = "chat_template_kwargs"
    EFFORT = "reasoning_effort"
    THINK = "think"
    LOW = "think: low"
    WORD = "/no_think"
    NONE = "none works"


class Strategy(StrEnum):
    """Way to an answer in JSON, the surest first."""

    SCHEMA = "schema"
    GRAMMAR = "grammar"
    JSON = "plain JSON"
    TEXT = "plain text"


@dataclass(frozen=True, slots=True)
class Conformance:
    """Results of a probe; None for a property that could not be measured.

    ``saved_tokens`` and ``saved_seconds`` are what the switch saves of a short answer. ``schema`` is whether a JSON
    schema is obeyed with thinking off, ``schema_thinking`` with it on. ``counts`` is whether the server reports the
    length of a prompt, ``counts_cached`` whether it does so for a cached one.
    """

    backend: str
    model: str
    digest: str
    switch: Switch = Switch.NOT_NEEDED
    saved_tokens: int = 0
    saved_seconds: float = 0.0
    schema: bool = False
    schema_thinking: bool | None = None
    strategy: Strategy = Strategy.SCHEMA
    counts: bool = True
    counts_cached: bool = True
    cache_reused: bool | None = None
    cancel_frees: bool | None = None
    cancel_seconds: float = 0.0
    slots: int = 1
    asking: Asking = Asking.LINES
    right: Mapping[str, int] = field(default_factory=dict[str, int])
    """Right answers to the graded questions, by way of asking."""
    asked: int = 0
    calls: int = 0
    seconds: float = 0.0


def recall(server: Server, model: str, environ: Mapping[str, str]) -> Conformance | None:
    """Return the stored results for this model; None if there are none, or the model has changed since."""
    try:
        stored = object_in(json.loads(_place(server, model, environ).read_bytes()))
    except (OSError, ValueError):
        return None
    names = {item.name for item in fields(Conformance)}
    if set(stored) != names | {"edition"} or stored["edition"] != EDITION or stored["digest"] != server.digest:
        return None
    values = {name: stored[name] for name in names}
    try:
        values["switch"], values["strategy"] = Switch(str(values["switch"])), Strategy(str(values["strategy"]))
        values["asking"] = Asking(str(values["asking"]))
    except ValueError:
        return None
    return Conformance(**values)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  we wrote the file


def remember(found: Conformance, server: Server, environ: Mapping[str, str]) -> None:
    """Keep what was measured; one file for each backend and model, so that a new digest takes the old one's place."""
    place = _place(server, found.model, environ)
    with suppress(OSError):  # a cache that cannot be written costs a few questions next time, and nothing else
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({**asdict(found), "edition": EDITION}, indent=1) + "\n", "utf-8")


def _place(server: Server, model: str, environ: Mapping[str, str]) -> Path:
    name = sha256(f"{server.kind}\n{model}".encode("utf-8", "replace")).hexdigest()[:16]
    return cache_folder(environ) / "probes" / f"{name}.json"
