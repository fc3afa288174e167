"""Evidence for a type at one slot: the type as text, its source, and the homes of its names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A source's proposal for one slot.

    ``slot`` is the slot's ``key``. ``expression`` is a type expression in modern spelling (``list[int]``,
    ``X | None``); it is text from elsewhere and is parsed and refused like a model's. ``names`` gives the
    home of each name in it that is no builtin: "module:attribute", or "module" where the name is that module; the
    name is the first part of a dotted one. ``weight`` is the measured precision of the source, from 0 to 1, for this
    ``kind`` of evidence, as `workhorse_core.actions.hints.sources.weights` lists them.

    ``source`` is a short stable name: "literal" (the returns), "default", "docstring", "isinstance",
    "override" (the overridden method, or Python's own protocols), "name" (the class or alias that a parameter is named
    after), "same-name" (other parameters of that name), "passed-on" (the parameters that it is passed to),
    "call-sites" (the arguments of its callers), "used-as" (uses that one type allows), "attributes" (the one class
    that has what is taken), "fallback", "stored" and "compared" (expressions beside the parameter), "pyrefly" (its
    inference), "revealed" (expressions whose types pyrefly reveals), "trace" or "model".
    """

    slot: str
    expression: str
    source: str
    names: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    weight: float = 0.5
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The type that the evidence on one slot supports.

    ``expression`` is None where there is too little evidence, or it is contradictory.
    ``sources`` are the names of those that agree with it, best first; ``conflicts`` is the evidence against it.
    ``facts`` are sentences for a model that is asked for what is left.
    """

    expression: str | None
    sources: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    conflicts: tuple[Evidence, ...] = ()
    facts: tuple[str, ...] = ()
