"""The vocabulary of type expressions: builtins, and the names of ``typing`` with what they stand for."""

import builtins
from collections.abc import Mapping
from types import MappingProxyType

BUILTIN_TYPES = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and not name.startswith("_")
)
"""The classes among the builtins, exceptions too."""

MODERN = MappingProxyType(
    {"List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set", "FrozenSet": "frozenset", "Type": "type"}
)
"""Names of ``typing`` that stand for builtins."""

MOVED = MappingProxyType(
    {
        **{name: f"collections.abc:{name}" for name in (
            "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "Callable", "Collection", "Container",
            "Coroutine", "Generator", "Hashable", "ItemsView", "Iterable", "Iterator", "KeysView", "Mapping",
            "MappingView", "MutableMapping", "MutableSequence", "MutableSet", "Reversible", "Sequence", "Sized",
            "ValuesView",
        )},
        "AbstractSet": "collections.abc:Set",
        "ByteString": "collections.abc:ByteString",
        "Pattern": "re:Pattern",
        "Match": "re:Match",
        "Deque": "collections:deque",
        "DefaultDict": "collections:defaultdict",
        "OrderedDict": "collections:OrderedDict",
        "Counter": "collections:Counter",
        "ChainMap": "collections:ChainMap",
        "ContextManager": "contextlib:AbstractContextManager",
        "AsyncContextManager": "contextlib:AbstractAsyncContextManager",
    }
)  # fmt: skip
"""Names of ``typing`` that stand for something that lives elsewhere now, with its home."""

TYPING = frozenset(
    {
        *("Any", "AnyStr", "BinaryIO", "ClassVar", "Concatenate", "Final", "Generic", "IO", "Literal", "LiteralString"),
        *("NamedTuple", "Never", "NoReturn", "Optional", "ParamSpec", "Protocol", "Self", "SupportsAbs"),
        *("SupportsBytes", "SupportsComplex", "SupportsFloat", "SupportsIndex", "SupportsInt", "SupportsRound", "Text"),
        *("TextIO", "Type", "TypeAlias", "TypedDict", "TypeGuard", "TypeIs", "Union", "Unpack"),
    }
)
"""Names that live in ``typing`` and nowhere else."""

WELL_KNOWN: Mapping[str, str] = MappingProxyType(
    {
        **{name: f"typing:{name}" for name in (*TYPING, *MODERN)},
        **{name: f"typing:{name}" for name in MOVED},
        "Path": "pathlib:Path",
        "PurePath": "pathlib:PurePath",
        "PathLike": "os:PathLike",
        "Decimal": "decimal:Decimal",
        "Fraction": "fractions:Fraction",
        "Enum": "enum:Enum",
        "UUID": "uuid:UUID",
        "TracebackType": "types:TracebackType",
        "ModuleType": "types:ModuleType",
        "FunctionType": "types:FunctionType",
        "MappingProxyType": "types:MappingProxyType",
        "SimpleNamespace": "types:SimpleNamespace",
        "timedelta": "datetime:timedelta",
        "timezone": "datetime:timezone",
        "deque": "collections:deque",
        "defaultdict": "collections:defaultdict",
        "StringIO": "io:StringIO",
        "BytesIO": "io:BytesIO",
    }
)
"""The homes of well-known names, for a name that the module does not have."""


_COUNTS = MappingProxyType(
    {
        **dict.fromkeys(("list", "set", "frozenset", "type"), 1),
        "dict": 2,
        **dict.fromkeys(("Iterable", "Iterator", "Sequence", "Collection", "Container", "MutableSequence"), 1),
        **dict.fromkeys(("Set", "MutableSet", "Reversible", "Awaitable", "AsyncIterable", "AsyncIterator"), 1),
        **dict.fromkeys(("Mapping", "MutableMapping"), 2),
        "Coroutine": 3,
    }
)
_NOT_GENERIC = frozenset({"int", "str", "bytes", "bool", "float", "complex", "object", "bytearray", "range"})


def parameter_count(home: str) -> int | None:
    """Return the number of parameters that a type takes in brackets; None where it is not known, or varies."""
    module, _, attribute = home.partition(":")
    if home == "typing:Any" or (module == "builtins" and attribute in _NOT_GENERIC):
        return 0
    return _COUNTS.get(attribute) if module in ("builtins", "collections.abc") else None
