"""Converting messages to objects and back, attribute by attribute.

cattrs generates and compiles two functions for each class of a message and for every class that those name, whether
the message has them or not. Without that, a first menu takes 25 ms of CPU less.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import attrs
from cattrs import Converter
from cattrs.errors import BaseValidationError, ClassValidationError
from lsprotocol.types import is_special_property
from pygls.protocol import default_converter

from workhorse_core.system.untrusted_json import list_in

Json = dict[str, Any]
_REFUSED = (TypeError, ValueError, KeyError, AttributeError, BaseValidationError)
_NEGOTIATED = re.compile(r"Client(?=[A-Z])|^_?InitializeParams$|^Diagnostic$|^CodeActionContext$")
"""Classes by which a client describes itself, or what other servers have found.

In these a value of a later protocol, or of none, counts as absent, in a list that element alone.
In every other message a value that cannot be read makes the message malformed: a change without its range would be
another change.
"""


def make_converter() -> Converter:
    """Return the converter of pygls and lsprotocol, with our functions for each of their classes."""
    make: Callable[[], Converter] = default_converter
    converter = make()

    def reader(cls: Any) -> Callable[[Mapping[str, Any], Any], Any]:
        return _reader(cls, converter)

    def writer(cls: Any) -> Callable[[Any], Json]:
        return _writer(cls, converter)

    converter.register_structure_hook_factory(attrs.has, reader)
    converter.register_unstructure_hook_factory(attrs.has, writer)
    return converter


def _reader(cls: Any, converter: Converter) -> Callable[[Mapping[str, Any], Any], Any]:
    kinds = {_camel_case(each.name): (each.name, each.type) for each in attrs.fields(cls)}
    optional = {each.name for each in attrs.fields(cls) if each.default is not attrs.NOTHING}
    passable = optional if _NEGOTIATED.search(cls.__name__) else frozenset[str]()

    def read(value: Mapping[str, Any], _: Any) -> Any:
        found: dict[str, Any] = {}
        try:
            for key, each in value.items():
                if key in kinds:
                    name, kind = kinds[key]
                    if name not in passable:
                        found[name] = converter.structure(each, kind)
                        continue
                    with suppress(*_REFUSED):
                        found[name] = _read_known(converter, each, kind)
            return cls(**found)
        except _REFUSED as error:
            wrong: Any = ClassValidationError
            raise wrong(f"no {cls.__name__}", [error], cls) from error

    return read


def _read_known(converter: Converter, value: Any, kind: Any) -> Any:
    """Read a value; of a list, the elements that can be read."""
    try:
        return converter.structure(value, kind)
    except _REFUSED:
        elements = list_in(value)
        if not elements:
            raise

    def is_known(element: object) -> bool:
        try:
            converter.structure([element], kind)
        except _REFUSED:
            return False
        return True

    return converter.structure([element for element in elements if is_known(element)], kind)


def _writer(cls: Any, converter: Converter) -> Callable[[Any], Json]:
    kept = attrs.NOTHING  # equal to no value: LSP requires the key even if it is null
    rows = [
        (each.name, _camel_case(each.name), kept if is_special_property(cls, each.name) else each.default)
        for each in attrs.fields(cls)
    ]

    def write(value: Any) -> Json:
        found = ((key, default, getattr(value, name)) for name, key, default in rows)
        return {key: converter.unstructure(each) for key, default, each in found if each != default}

    return write


def _camel_case(name: str) -> str:
    first, *others = name.removesuffix("_").split("_")
    return first + "".join(word.title() for word in others)
