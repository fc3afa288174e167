"""The installed models, as words and as JSON."""

import os
from pathlib import Path

from workhorse_cli.json_line import JsonObject, to_line
from workhorse_cli.output import Output
from workhorse_core.models.discovery.installed import InstalledModel, list_installed, loaded_bytes
from workhorse_core.models.discovery.places import explain_silence, find_places, find_servers
from workhorse_core.models.lifecycle.memory import Fit, Memory, gigabytes, judge, needed, read_memory
from workhorse_core.models.privacy.access import Access
from workhorse_core.services.session import Session

_CONTEXT = 16_384
"""The context that ``workhorse up`` loads, for which the column "fits" is computed."""


def print_models(json: bool) -> int:
    """Print the models of every server that answers, and return the exit code."""
    output = Output(json)
    config = Session(Path.cwd()).project.config
    running = find_servers(config, os.environ)
    if not running:
        raise explain_silence(config, find_places(config, os.environ))
    rows: list[JsonObject] = []
    for access, server in running:
        memory = read_memory(loaded_bytes(access))
        rows += [_row(model, access, memory) for model in list_installed(access, server)]
    if json:
        print(to_line(rows))
        return 0
    for line in _table(rows):
        output.say(output.style(line))
    output.note(f"The column fits is for a context of {_CONTEXT} tokens. See docs/models.md")
    return 0


def _row(model: InstalledModel, access: Access, memory: Memory) -> JsonObject:
    return {
        "name": model.name,
        "url": access.address.url,
        "size": model.size or None,
        "parameters": model.parameters or None,
        "quantisation": model.quantisation or None,
        "context": model.context or None,
        "capabilities": list(model.capabilities),
        "fits": _fit(model, memory).value,
        "loaded": model.loaded,
        "loaded_context": model.loaded_context or None,
        "remote": model.remote or None,
    }


def _fit(model: InstalledModel, memory: Memory) -> Fit:
    if model.loaded and model.size:
        return Fit.RAM if model.in_ram else Fit.VRAM
    if model.remote or model.shape is None:
        return Fit.UNKNOWN
    return judge(needed(model.shape, min(_CONTEXT, model.context or _CONTEXT)), memory)


def _table(rows: list[JsonObject]) -> list[str]:
    head = ("model", "size", "kind", "context", "can", "fits", "loaded", "server")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _cells(row: JsonObject) -> tuple[str, ...]:
    kind = " ".join(word for word in (row["parameters"], row["quantisation"]) if word)
    loaded = f"{row['loaded_context']} tokens" if row["loaded_context"] else ("yes" if row["loaded"] else "-")
    return (
        row["name"],
        gigabytes(row["size"]) if row["size"] else "-",
        kind or "-",
        str(row["context"] or "-"),
        ", ".join(row["capabilities"]) or "-",
        f"no, runs on {row['remote']}" if row["remote"] else row["fits"],
        loaded,
        row["url"],
    )
