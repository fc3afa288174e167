"""Types in docstrings: ``param (int): …``, ``:type x: …``, ``x : int``, in the usual words for types."""

import ast
import re
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence, decorators_of
from workhorse_core.actions.hints.sources.project_types import type_home
from workhorse_core.languages.python.docstring.read import SectionKind, read_docstring
from workhorse_core.languages.python.nodes import is_none, last_name
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, join, union
from workhorse_core.languages.python.type_reader import parse_type, read_written

SOURCE = "docstring"
_ROLE = re.compile(
    r":(?:[\w]+:)?(?:class|exc|obj|data|type|func|meth|mod|any):`~?\.?([\w.]+)[^`]*`|`+~?([\w.]+)[^`]*`+"
)
_NOTE = re.compile(
    r"(?:^|,)\s*(?:optional|required|default\b.*|defaults? .*|by default .*|keyword[- ]only)\s*(?=,|$)", re.IGNORECASE
)
_WORDS = {
    "string": "str",
    "strings": "str",
    "integer": "int",
    "integers": "int",
    "text": "str",
    "none": "None",
    "strs": "str",
    "ints": "int",
    "floats": "float",
    "bools": "bool",
    "double": "float",
    "unicode": "str",
    **dict.fromkeys(("bytestring", "byte string", "byte-string", "bytestrings"), "bytes"),
    **dict.fromkeys(("boolean", "booleans", "true/false", "true or false"), "bool"),
    **dict.fromkeys(("long", "whole number"), "int"),
    **dict.fromkeys(("number", "numeric", "decimal number"), "float"),
}
_OF = re.compile(
    r"(list|set|frozenset|sequence|iterable|iterator|tuple|collection)s?(?: of |\((?=\w+\)$)|<)(.+?)[)>]?",
    re.IGNORECASE,
)
_MAPPING = re.compile(
    r"(dict|dictionary|mapping)(?:ionary)?(?: of | from | mapping )(\w+)(?: to |: ?|, ?)(.+)"
    r"|dict[(<](\w+), ?(.+)[)>]|\{(\w+): ?(\w+)\}",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"^(?:(?:an?|the|any|optional|optionally|positive|non-?negative|negative|valid|single|instance of|type)\s+)+"
    r"|\s+(?:instance|object|value|flag|literal)s?$",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(r"\s+or\s+|\s*\|\s*|\s*/\s*|,\s*(?![^\[({<]*[\])}>])")
_CHOICES = re.compile(r"\{?\s*(?:'[^']*'|\"[^\"]*\")(?:\s*,\s*(?:'[^']*'|\"[^\"]*\"))*\s*\}?")
_EPYDOC = r"(?m)^[ \t]*@%s[ \t]*:[ \t]*(.+)$"
_ABSTRACT = {"sequence": "Sequence", "iterable": "Iterable", "iterator": "Iterator", "collection": "Collection"}
_NONE = TypeExpression("None", {})
_TOO_LITTLE = frozenset(
    """list dict tuple set frozenset object type Any Callable function deque defaultdict OrderedDict Counter ChainMap
    Iterable Iterator Generator Collection Sequence MutableSequence Mapping MutableMapping Awaitable Coroutine
    AsyncIterable AsyncIterator AsyncGenerator ContextManager AsyncContextManager""".split()  # noqa: SIM905
)
"""What says nothing without brackets."""


def from_docstrings(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Read the types in the docstrings of functions; a class's docstring counts for its constructor too."""
    for slot in facts.of_kind(SlotKind.PARAMETER, SlotKind.RETURN):
        symbol = facts.function(slot)
        if written := _written(slot, symbol):
            text = read_words(written, facts.index, symbol.module)
            if text is not None and slot.star and _is_container(text):
                continue  # the entry gives the parameter's type, not that of each argument
            kind = str(slot.kind)
            if text is not None and slot.kind is SlotKind.RETURN and _may_give_none(symbol):
                kind += "" if "None" in text.text else " or None"
                text = union(text, _NONE)
            yield from facts.found(slot, text, SOURCE, kind)


def _is_container(text: TypeExpression) -> bool:
    return "[" in text.text or text.text in _TOO_LITTLE


def _may_give_none(symbol: FunctionSymbol) -> bool:
    """Whether a function returns None somewhere, against its docstring."""
    nodes = symbol.nodes
    returns = [node for node in nodes if isinstance(node, ast.Return)]
    return any(node.value is None or is_none(node.value) or _is_looked_up(node.value) for node in returns) and not any(
        isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes
    )


def _is_looked_up(value: ast.expr) -> bool:
    """Whether it is ``x.get(key)``, which gives None where there is no such key."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.keywords:
        return False
    return value.func.attr == "get" and len(value.args) == 1


def _written(slot: Slot, symbol: FunctionSymbol) -> str | None:
    nodes: list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = [symbol.node]
    if symbol.owner is not None and symbol.node.name == "__init__":
        nodes.append(symbol.owner)
    for node in nodes:
        text = ast.get_docstring(node, clean=False)
        if not text or not text.strip():
            continue
        named = "rtype" if slot.kind is SlotKind.RETURN else rf"type\s+{re.escape(slot.name)}"
        if found := re.search(_EPYDOC % named, text):
            return found[1]
        reading = read_docstring(text)
        result = slot.kind is SlotKind.RETURN
        for entry in reading.entries(SectionKind.RETURNS if result else SectionKind.PARAMETERS):
            if entry.type and (result or slot.name in {name.lstrip("*") for name in entry.names}):
                return None if result and _is_iterated(symbol) else entry.type
        for entry in reading.entries(SectionKind.TYPES):
            if entry.names == (() if result else (slot.name,)) and entry.text:
                return entry.text
    return None


def _is_iterated(symbol: FunctionSymbol) -> bool:
    return bool(decorators_of(symbol.node) & {"contextmanager", "asynccontextmanager"})


def read_words(words: str, index: SymbolIndex, module: Module) -> TypeExpression | None:
    """Read a type in the usual words of docstrings; None where it is none, or too vague."""
    plain = _ROLE.sub(lambda match: match[1] or match[2], words.strip().rstrip("."))
    plain = re.sub(r"(?i)\btrue/false\b", "bool", plain)
    plain = re.sub(r"^\[(\w+)\]$", r"list of \1", plain)
    plain = _NOTE.sub("", re.sub(r"\(default.*?\)", "", plain)).strip(" ,")
    if _CHOICES.fullmatch(plain):
        return TypeExpression("str", {})
    parts = [
        part.strip() for part in re.split(r"\s+or\s+|\s*\|\s*|\s*/\s*|,\s*(?![^\[({<]*[\])}>])", plain) if part.strip()
    ]
    texts = [_one(part, index, module) for part in parts]
    known = [text for text in texts if text is not None]
    if not known or len(known) != len(texts) or {text.text for text in known} == {"None"}:
        return None
    names = {name: home for text in known for name, home in text.names.items()}
    return TypeExpression(ast.unparse(join([ast.parse(text.text, mode="eval").body for text in known])), names)


def _one(part: str, index: SymbolIndex, module: Module) -> TypeExpression | None:
    part = _ADDED.sub("", part).lstrip(".~")
    if match := _MAPPING.fullmatch(part):
        return _mapping(match, index, module)
    if match := _OF.fullmatch(part):
        inner = _one(match[2], index, module)
        kind = match[1].lower()
        if inner is None:
            return None
        name = _ABSTRACT.get(kind)
        expression = f"tuple[{inner.text}, ...]" if kind == "tuple" else f"{name or kind}[{inner.text}]"
        return TypeExpression(expression, {**inner.names, **({name: f"collections.abc:{name}"} if name else {})})
    if type_home(index, module, part) is None:
        part = _WORDS.get(part.lower(), part)
    node = parse_type(part)
    if last_name(part) in _TOO_LITTLE or node is None or isinstance(node, (ast.Tuple, ast.List)):
        return None
    return read_written(part, lambda name: type_home(index, module, name))


def _mapping(match: "re.Match[str]", index: SymbolIndex, module: Module) -> TypeExpression | None:
    written = next(pair for pair in (match.group(2, 3), match.group(4, 5), match.group(6, 7)) if pair[0])
    key, value = (_one(each, index, module) for each in written)
    if key is None or value is None:
        return None
    is_abstract = (match[1] or "").lower() == "mapping"
    home = {"Mapping": "collections.abc:Mapping"} if is_abstract else {}
    head = "Mapping" if is_abstract else "dict"
    return TypeExpression(f"{head}[{key.text}, {value.text}]", {**key.names, **value.names, **home})
