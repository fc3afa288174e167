"""Settings of the user in the editor; each has a default, and a wrong one is named and ignored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any, cast

from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.pipeline.task import Engine

SECTION = "workhorse"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of value; ``words`` describe it."""

    words: str
    fits: Callable[[object], bool]


def _one_of(*values: str, none: bool = False) -> _Kind:
    words = "one of " + ", ".join(values) + (" or null" if none else "")
    return _Kind(words, lambda value: value in values or (none and value is None))


_FLAG = _Kind("true or false", lambda value: isinstance(value, bool))
_TEXT = _Kind("text or null", lambda value: value is None or (isinstance(value, str) and bool(value.strip())))
_ROUNDS = _Kind("a number from 1 to 9", lambda value: type(value) is int and 1 <= value <= 9)


def _about(kind: _Kind, key: str) -> dict[str, Any]:
    return {"kind": kind, "key": key}


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """The section ``workhorse``. ``url`` and ``model`` override the user's configuration if they are given.

    ``review`` is how a result is shown: "preview", "message", "later" (it waits in the list), or "auto": as the
    editor can.
    """

    engine: str = field(default="auto", metadata=_about(_one_of(*(e.value for e in Engine)), "engine"))
    url: str | None = field(default=None, metadata=_about(_TEXT, "url"))
    model: str | None = field(default=None, metadata=_about(_TEXT, "model"))
    style: str | None = field(
        default=None, metadata=_about(_one_of(*(s.value for s in Style), none=True), "docstrings.style")
    )
    max_rounds: int = field(default=2, metadata=_about(_ROUNDS, "maxRounds"))
    code_lens: bool = field(default=True, metadata=_about(_FLAG, "codeLens"))
    diagnostics: bool = field(default=False, metadata=_about(_FLAG, "diagnostics"))
    review: str = field(default="auto", metadata=_about(_one_of("auto", "preview", "message", "later"), "review"))


_FIELDS = {item.metadata["key"]: item for item in fields(EditorSettings)}
_OF_CLIENTS = ("path", "workspaceModels", "trace.server", "trace", "interpreter")
"""Keys of the section that are for the client itself."""


def read_settings(given: object) -> tuple[EditorSettings, tuple[str, ...]]:
    """Read the settings of a client.

    Args:
        given: The section, with or without its name around it; keys nested or with dots.

    Returns:
        The settings, and a sentence for each one that was ignored.
    """
    if given is None:
        return EditorSettings(), ()
    if not isinstance(given, Mapping):
        return EditorSettings(), (f"The settings of {SECTION} are not a table of names and values; they are ignored.",)
    table = cast("Mapping[str, object]", given)
    if isinstance(table.get(SECTION), Mapping):
        table = cast("Mapping[str, object]", table[SECTION])
    wrong: list[str] = []
    values: dict[str, Any] = {}
    for name, value in _flat(table).items():
        key = name.removeprefix(f"{SECTION}.")
        if key in _OF_CLIENTS or key.startswith("trace."):
            continue
        if (item := _FIELDS.get(key)) is None:
            near = get_close_matches(key, _FIELDS, 1)
            wrong.append(f"There is no setting {SECTION}.{key}" + (f"; did you mean {near[0]}?" if near else "."))
        elif not item.metadata["kind"].fits(value):
            wrong.append(f"{SECTION}.{key} must be {item.metadata['kind'].words}; it is ignored.")
        else:
            values[item.name] = value
    return EditorSettings(**values), tuple(wrong)


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(cast("Mapping[str, object]", value), f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
