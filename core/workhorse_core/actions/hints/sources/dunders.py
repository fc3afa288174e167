"""The types of special methods, as Python's data model defines them."""

from collections.abc import Mapping

_EXIT = ("type[BaseException] | None", "BaseException | None", "TracebackType | None")
RETURNS: Mapping[str, str] = {
    **dict.fromkeys(("__init__", "__init_subclass__", "__del__", "__setattr__", "__delattr__", "__set__"), "None"),
    **dict.fromkeys(
        ("__setitem__", "__delitem__", "__set_name__", "__delete__", "__setstate__", "__post_init__"), "None"
    ),
    **dict.fromkeys(("__str__", "__repr__", "__format__"), "str"),
    "__bytes__": "bytes",
    **dict.fromkeys(("__bool__", "__contains__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"), "bool"),
    **dict.fromkeys(("__instancecheck__", "__subclasscheck__"), "bool"),
    **dict.fromkeys(("__len__", "__hash__", "__int__", "__index__", "__length_hint__"), "int"),
    "__float__": "float",
}
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "__exit__": _EXIT,
    "__aexit__": _EXIT,
    **dict.fromkeys(("__eq__", "__ne__"), ("object",)),
    "__format__": ("str",),
    **dict.fromkeys(("__getattr__", "__getattribute__", "__delattr__"), ("str",)),
    "__setattr__": ("str", ""),
    "__set_name__": ("type", "str"),
}
HOMES: Mapping[str, str] = {"TracebackType": "types:TracebackType"}
