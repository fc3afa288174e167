"""Record of the models that ``workhorse up`` has loaded: ``workhorse down`` unloads these and no others."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.models.discovery.started_server import write_record
from workhorse_core.settings.folders import state_folder
from workhorse_core.system.untrusted_json import list_in, object_in, text_in


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that was not in its server's memory before ``workhorse up``; ``url`` is the server's."""

    url: str
    model: str


def read_loaded(environ: Mapping[str, str]) -> list[LoadedModel]:
    """Read the record; empty where there is none, or none that can be read."""
    try:
        entries = list_in(json.loads(_file(environ).read_bytes()))
    except (OSError, ValueError, RecursionError):
        return []
    found = [LoadedModel(text_in(entry.get("url")), text_in(entry.get("model"))) for entry in map(object_in, entries)]
    return [loaded for loaded in found if loaded.url and loaded.model]


def write_loaded(models: Collection[LoadedModel], environ: Mapping[str, str]) -> None:
    """Write the record; each model once."""
    if models:
        write_record([{"url": one.url, "model": one.model} for one in dict.fromkeys(models)], _file(environ))
    else:
        _file(environ).unlink(missing_ok=True)


def _file(environ: Mapping[str, str]) -> Path:
    return state_folder(environ) / "loaded.json"
