"""Every kind of evidence that a source may give, so that none is without a measured weight."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType

_PLAIN_SHAPES = ("based class", "class", "container", "guard", "plain", "type")
_SHAPES = (*_PLAIN_SHAPES, "union", *(f"optional {shape}" for shape in _PLAIN_SHAPES))
BESIDE_SHAPES = ("class", "plain", "type")
"""The shapes that what stands beside a parameter may have: others are mostly narrower than what is meant."""
_OWN = ("own class", "own class context", "own class derived", "own class iterator", "own class special")


def _joined(*parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, each)) for each in product(*parts))


KINDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "attributes": ("library", *_joined(("one", "several"), ("", "based", "parent"), ("", "named"))),
        "call-sites": _joined(
            ("private", "public"),
            ("based class", "bool", "class", "plain"),
            ("", "or None"),
        ),
        "default": ("bool", "class", "display", "float", "int", "int for float", "str"),
        "docstring": ("parameter", "return", "return or None"),
        "isinstance": ("both", "only"),
        "literal": (
            *("None", "NoReturn", "NoReturn unused"),
            *_joined(("", "likely"), (*_OWN, "based class", "class", "display", "guard", "optional", "plain", "union")),
        ),
        "name": (
            *_joined(("end", "whole"), ("alias", "class", "type"), ("", "here"), ("", "around")),
            *_joined(("end", "whole"), ("type",), ("", "here"), ("", "around"), ("or None", "or default")),
        ),
        "override": (
            *_joined(("annotated", "guessed", "sure"), ("parameter", "return")),
            *("overriding parameter", "overriding return", "overriding return or None", "special"),
        ),
        **dict.fromkeys(("compared", "fallback", "stored"), BESIDE_SHAPES),
        "passed-on": ("firm", "named"),
        "pyrefly": _joined((*_OWN, *_SHAPES), ("default", "parameter", "private parameter", "return")),
        "revealed": (
            *("return", "value", "union value"),
            *_joined(("based class", "guard", "iterator", "type", "union"), ("return",)),
            *_joined(("library",), ("", "overload"), _SHAPES),
        ),
        "same-name": _joined(("away", "bool", "bool required", "container", "here", "plain"), ("", "many")),
        "trace": _joined(("class", "container", "plain", "union"), ("parameter", "return")),
        "used-as": ("argument", "equal", "joined", "library", "method", "number", "shared method", "shifted"),
    }
)


def every_kind() -> Iterator[str]:
    """Yield each source with each of its kinds, as the table of weights names them."""
    return (f"{source} {kind}" for source, kinds in KINDS.items() for kind in kinds)
