"""`typing.NamedTuple`, cheaper to define: 8 µs a class in place of 45, and one job defines 140 of them.

The constructor is what takes the time, as it is compiled from text. Here it is compiled once for each number of fields.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):  # whose classes evaluate their annotations only when asked
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple
    from functools import cache
    from types import FunctionType

    @cache
    def _model(count):
        """Make a named tuple of so many fields, for classes to take its parts."""
        return namedtuple("Model", [f"field_{index}" for index in range(count)])

    class _Definition(type):
        """Turns the annotations in the body of a class into the fields of a tuple."""

        def __new__(cls, name, bases, body):
            if any(base.__base__ is tuple for base in bases):  # NamedTuple itself, not a class that is derived from one
                body |= _parts(tuple(body.get("__annotations__", ())), body)
            return super().__new__(cls, name, bases, body)

    def _parts(fields, body):
        model = _model(len(fields))
        defaults = {field: body[field] for field in fields if field in body}
        code = model.__new__.__code__.replace(co_varnames=("_cls", *fields), co_qualname="__new__")
        new = FunctionType(code, model.__new__.__globals__, "__new__", tuple(defaults.values()))
        named = {"__new__": new, "__slots__": (), "__match_args__": fields, "_fields": fields}
        readers = zip(fields, map(vars(model).get, model._fields), strict=True)
        return {**named, "_field_defaults": defaults, **dict(readers)}

    class NamedTuple(tuple, metaclass=_Definition):
        """The base of a class whose annotations name the fields of a tuple."""

        __slots__ = ()

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, **named):
            replaced = type(self)(*map(named.pop, self._fields, self))
            if named:
                raise TypeError(f"{type(self).__name__} has no field {', '.join(named)}")
            return replaced

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"
