"""Imports lsprotocol's types so that each is made when it is first used: few of them ever are.

It has 554 classes, and attrs writes and compiles methods for each: most of the time until a first menu. Put off, and
without the methods that nobody calls here, importing them takes a fifth of that. Import this before anything of pygls.
"""

from typing import Any, cast

import attrs

_LEAN: dict[str, Any] = {"slots": False, "repr": False, "eq": False, "order": False, "match_args": False}


class _Late:
    """Stands for what attrs writes on a class, until somebody asks for it: then attrs makes the class."""

    def __get__(self, _: object, cls: type) -> Any:
        _make(cls)
        return cast("Any", cls).__attrs_attrs__


def _initialize(self: object, *arguments: Any, **named: Any) -> None:
    """Make the class when its first object is made, and then the object."""
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
    of_attrs.define = _put_off  # it is used without arguments there, and a test says so
    try:
        import lsprotocol.types  # pyright: ignore[reportUnusedImport]
    finally:
        of_attrs.define = define
    import lsprotocol._hooks

    lsprotocol._hooks._resolved_forward_references = True  # each class resolves its own  # pyright: ignore[reportPrivateUsage]


_import_types()
