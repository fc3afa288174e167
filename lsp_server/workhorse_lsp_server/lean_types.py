"""Importing lsprotocol's types with each class built at its first use; few are ever used.

attrs generates and compiles the methods of 554 classes. Building them late, and without comparison and repr, takes a
first menu from 353 to 159 ms of CPU and the server from 52 to 35 MiB (benchmarks/lsp). Import this before pygls.
It could move to lsprotocol, whose generator writes the classes.
"""

from typing import Any, cast

import attrs

_LEAN: dict[str, Any] = {"slots": False, "repr": False, "eq": False, "order": False, "match_args": False}


class _Late:
    """A placeholder for a class's fields; reading it has attrs build the class."""

    def __get__(self, _: object, cls: type) -> Any:
        _make(cls)
        return cast("Any", cls).__attrs_attrs__


def _initialize(self: object, *arguments: Any, **named: Any) -> None:
    """Build the class at its first instance, then initialize the instance."""
    _make(type(self))
    type(self).__init__(self, *arguments, **named)


def _put_off(cls: Any) -> Any:
    cls.__attrs_attrs__ = _Late()
    cls.__init__ = _initialize
    return cls


def _make(cls: Any) -> None:
    from lsprotocol.types import ALL_TYPES_MAP

    del cls.__attrs_attrs__, cls.__init__
    attrs.define(cls, **_LEAN)
    attrs.resolve_types(cls, ALL_TYPES_MAP, {})


def _import_types() -> None:
    of_attrs: Any = attrs
    define = of_attrs.define
    of_attrs.define = _put_off  # lsprotocol calls it without arguments; a test checks that
    try:
        import lsprotocol.types  # pyright: ignore[reportUnusedImport]
    finally:
        of_attrs.define = define
    import lsprotocol._hooks

    lsprotocol._hooks._resolved_forward_references = True  # each class resolves its own  # pyright: ignore[reportPrivateUsage]


_import_types()
