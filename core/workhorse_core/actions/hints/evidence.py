"""What speaks for a type at one slot: the type as text, who says so, and where its names live."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One source's proposal for one slot.

    ``slot`` is the slot's ``key``. ``expression`` is a type expression in modern spelling (``list[int]``,
    ``X | None``); it is text from elsewhere and is parsed and refused like a model's. ``names`` says of each name
    in it that is no builtin where it lives: "module:attribute", or "module" where the name is that module itself; the
    name is the first part of a dotted one. ``weight`` is how much the source is worth here, from 0 to 1; ``kind``
    says what it went by, as `rules.hints.weights` names it.

    ``source`` is a short stable name: "literal" (what the returns show), "default", "docstring", "isinstance",
    "override" (the overridden method, or Python's own protocols), "name" (the class or alias that a parameter is called
    after), "same-name" (other parameters of that name), "passed-on" (what the functions take that it is given to),
    "call-sites" (what its callers give), "pyrefly", "trace" or "model".
    """

    slot: str
    expression: str
    source: str
    names: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    weight: float = 0.5
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the sources together say of one slot.

    ``expression`` is None where they say nothing that can be kept, or contradict each other without a winner.
    ``sources`` are the names of those that say exactly this, best first; ``conflicts`` those that say otherwise.
    ``facts`` are sentences for a model that is asked for what is left.
    """

    expression: str | None
    sources: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    conflicts: tuple[Evidence, ...] = ()
    facts: tuple[str, ...] = ()
