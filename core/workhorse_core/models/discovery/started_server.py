"""The record of the model server that ``workhorse up`` has started."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from workhorse_core.models.privacy.address import Address, admit
from workhorse_core.settings.folders import state_folder


@dataclass(frozen=True, slots=True)
class Started:
    """One server that we started.

    ``kind`` is "embedded", "ollama" or "compose". ``pid`` and ``born`` together name its process: a number
    alone is given to another process one day. For compose, ``compose`` is the file and ``profile`` the variant.
    """

    kind: str
    url: str
    model: str = ""
    pid: int = 0
    born: str = ""
    log: str = ""
    compose: str = ""
    profile: str = ""
    size: int = 0


def record_file(environ: Mapping[str, str]) -> Path:
    """Return the path of the record."""
    return state_folder(environ) / "server.json"


def read_started(environ: Mapping[str, str]) -> Started | None:
    """Read the record; None where nothing was started, or where it cannot be read."""
    try:
        found: object = json.loads(record_file(environ).read_bytes())
        table = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        known = {item.name: table[item.name] for item in fields(Started) if item.name in table}
        return Started(**known) if _is_sound(known) else None
    except (OSError, ValueError, RecursionError):
        return None


def write_started(started: Started, environ: Mapping[str, str]) -> None:
    """Write the record."""
    write_record(asdict(started), record_file(environ))


def write_record(value: object, path: Path) -> None:
    """Write a private JSON file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        json.dump(value, stream, indent=1)
    Path(name).replace(path)


def forget_started(environ: Mapping[str, str]) -> None:
    """Delete the record."""
    record_file(environ).unlink(missing_ok=True)


def is_at(started: Started, address: Address) -> bool:
    """Return whether it is the server at this address."""
    return admit(started.url).root == address.root


def _is_sound(known: Mapping[str, object]) -> bool:
    kinds = {"pid": int, "size": int}
    return {"kind", "url"} <= known.keys() and all(
        isinstance(value, kinds.get(name, str)) for name, value in known.items()
    )
