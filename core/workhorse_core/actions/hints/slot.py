"""Slots: the places in one file at which an annotation is missing."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache

from workhorse_core.languages.python.definitions import node_of, parents_of
from workhorse_core.languages.python.nodes import DefinitionNode, Function, dotted, last_name, own_nodes
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.pipeline.region import Region, definitions


class SlotKind(StrEnum):
    """The kind of thing that an annotation at a slot would annotate."""

    PARAMETER = "parameter"
    RETURN = "return"
    ATTRIBUTE = "attribute"
    """``self.x = …`` in ``__init__``; its owner is the class."""
    VARIABLE = "variable"
    """A module's or a class's."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one annotation.

    ``owner`` is the dotted name of the function or class that it belongs to, as `Region.name` has it, "" for the
    module. ``name`` is the parameter without its stars, "return", or the attribute or variable. The annotation is
    inserted at byte ``offset`` of the file (counted from 0), which is in ``line`` (from 1). ``default`` is a
    parameter's default, or the value that the attribute or variable is set to. ``node`` is the function, or the
    assignment; ``function`` is the function of a parameter, return or attribute. ``first`` is the line of the
    definition that holds the slot, which distinguishes two of the same name.
    """

    path: str
    kind: SlotKind
    owner: str
    name: str
    offset: int
    line: int
    star: str = ""
    default: ast.expr | None = field(default=None, repr=False, compare=False)
    node: Function | ast.Assign | None = field(default=None, repr=False, compare=False)
    parents: tuple[DefinitionNode, ...] = field(default=(), repr=False, compare=False)
    first: int = 1

    @property
    def key(self) -> str:
        """Name the slot within its file: "owner:name@line", the line being that of the definition or assignment."""
        return f"{self.owner}:{self.name}@{self.first}"

    @property
    def title(self) -> str:
        """Name the slot for people: "Parser.parse(text)", "Parser.parse return", "Parser.depth"."""
        if self.kind is SlotKind.PARAMETER:
            return f"{self.owner}({self.star}{self.name})"
        if self.kind is SlotKind.RETURN:
            return f"{self.owner} return"
        return f"{self.owner}.{self.name}" if self.owner else self.name


def slot_key(function: FunctionSymbol, name: str) -> str:
    """Return the key of the slot of a parameter of a function, or of its ``return``; see `Slot.key`."""
    return f"{function.name}:{name}@{function.first}"


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A function, class or variable whose slots are not touched, and why in one sentence. ``line`` is its first."""

    name: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """The user's options about slots.

    ``exclude`` are globs of names to leave alone: "Parser.*", "test_*", "*.callback". ``rewrite``: convert
    ``# type:`` comments.
    """

    exclude: tuple[str, ...] = ()
    rewrite: bool = False


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of one file in source order, what is left alone, and how many places are annotated already.

    ``hidden`` counts the empty places among what is left alone.
    """

    slots: tuple[Slot, ...]
    left: tuple[LeftAlone, ...] = ()
    annotated: int = 0
    hidden: int = 0


TYPE_COMMENT = re.compile(rb"#[ \t]*type:(?![ \t]*ignore\b)[ \t]*([^\r\n#]*[^\s#])")
"""A comment that says a type: PEP 484's, ``# type: ignore`` aside."""


@lru_cache(maxsize=8)  # asked again for each region of a file
def find_slots(source: PythonSource, wishes: Wishes | None = None) -> Slots:
    """Find every slot of a file.

    Raises:
        TargetError: The file does not parse.
    """
    wishes = wishes or Wishes()
    if source.path.endswith(".pyi"):
        return Slots((), (LeftAlone("", 1, "It is a stub."),))
    slots: list[Slot] = []
    left: list[LeftAlone] = []
    annotated = total = 0
    for region in definitions(source):
        finder = _Finder(source, region)
        found = list(finder.slots())
        annotated += finder.annotated
        total += len(found)
        if not found:
            continue
        if reason := _leave(region, source, wishes):
            left.append(LeftAlone(region.name, region.first, reason))
            continue
        for slot in found:
            if _is_excluded(slot, wishes.exclude):
                left.append(LeftAlone(slot.title, slot.line, "The settings exclude it."))
            elif not wishes.rewrite and _says_type(slot, source):
                left.append(LeftAlone(slot.title, slot.line, "A type comment says it; convert it with --rewrite."))
            else:
                slots.append(slot)
    return Slots(tuple(sorted(slots, key=lambda slot: slot.offset)), tuple(left), annotated, total - len(slots))


_Holder = Function | ast.Assign


class _Finder:
    """Finds the slots that belong to one definition itself, not to those within it."""

    def __init__(self, source: PythonSource, region: Region) -> None:
        self._source = source
        self._region = region
        self.annotated = 0

    def slots(self) -> Iterator[Slot]:
        node = node_of(self._region)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self._parameters(node)
            yield from self._return(node)
        elif isinstance(node, ast.ClassDef):
            yield from self._variables(node)
            yield from self._attributes(node)
        elif isinstance(node, ast.Module):
            yield from self._variables(node)

    def _parameters(self, node: Function) -> Iterator[Slot]:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        pairs = list(zip(positional, [*defaults, *arguments.defaults], strict=True))
        if pairs and self._binds_first(node):
            pairs = pairs[1:]
        found = [("", argument, default) for argument, default in pairs]
        found += [("*", arguments.vararg, None)] if arguments.vararg else []
        found += [("", each, value) for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        found += [("**", arguments.kwarg, None)] if arguments.kwarg else []
        for star, argument, default in found:
            if argument.annotation is not None:
                self.annotated += 1
                continue
            offset = self._source.span(argument)[1]
            yield self._slot(SlotKind.PARAMETER, argument.arg, offset, node, default, star)

    def _binds_first(self, node: Function) -> bool:
        """Whether the first parameter is the object or the class, whose type needs no words."""
        parents = parents_of(self._region)
        if not parents or not isinstance(parents[-1], ast.ClassDef):
            return False
        return "staticmethod" not in {last_name(dotted(each) or "") for each in node.decorator_list}

    def _return(self, node: Function) -> Iterator[Slot]:
        if node.returns is not None:
            self.annotated += 1
            return
        offset = header_end(self._source, node)
        if offset is not None:
            yield self._slot(SlotKind.RETURN, "return", offset, node, None)

    def _variables(self, node: ast.Module | ast.ClassDef) -> Iterator[Slot]:
        """Yield the variables assigned once, by their bare names, to None or an empty container."""
        body = list(own_nodes(node.body))
        self.annotated += sum(isinstance(each, ast.AnnAssign) for each in body)
        counts: dict[str, int] = {}
        for each in body:
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                counts[each.id] = counts.get(each.id, 0) + 1
        for each in body:
            if not isinstance(each, ast.Assign) or each not in node.body or len(each.targets) > 1:
                continue
            target = each.targets[0]
            if not isinstance(target, ast.Name) or counts[target.id] > 1 or _is_dunder(target.id):
                continue
            if says_little(each.value) and self._is_bare(target):
                yield self._slot(SlotKind.VARIABLE, target.id, self._source.span(target)[1], each, each.value)

    def _attributes(self, node: ast.ClassDef) -> Iterator[Slot]:
        for method in node.body:
            if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.name == "__init__":
                yield from self._attributes_set(method)

    def _attributes_set(self, method: Function) -> Iterator[Slot]:
        first = next(iter([*method.args.posonlyargs, *method.args.args]), None)
        seen: set[str] = set()
        for each in own_nodes(method.body):
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Attribute):
                seen.add(each.target.attr)
                self.annotated += 1
            if not isinstance(each, ast.Assign) or first is None:
                continue
            for target in each.targets:
                if not isinstance(target, ast.Attribute) or dotted(target.value) != first.arg or target.attr in seen:
                    continue
                seen.add(target.attr)
                if len(each.targets) == 1 and says_little(each.value) and self._is_bare(target):
                    offset = self._source.span(target)[1]
                    yield self._slot(SlotKind.ATTRIBUTE, target.attr, offset, each, each.value)

    def _is_bare(self, target: ast.expr) -> bool:
        """Whether no parenthesis stands around the target: ``(x): int = 1`` makes no variable of that name."""
        end = self._source.span(target)[1]
        return re.match(rb"[ \t]*=(?!=)", self._source.data[end : end + 200]) is not None

    def _slot(
        self, kind: SlotKind, name: str, offset: int, node: _Holder, value: ast.expr | None, star: str = ""
    ) -> Slot:
        region = self._region
        first = region.first if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else node.lineno
        line = self._source.line_of(offset)
        return Slot(region.path, kind, region.name, name, offset, line, star, value, node, parents_of(region), first)


def says_little(value: ast.expr) -> bool:
    """Return whether a variable's first value leaves its type open: None, or an empty container."""
    if isinstance(value, ast.Constant):
        return value.value is None
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return not value.elts and not isinstance(value, ast.Tuple)
    if isinstance(value, ast.Dict):
        return not value.keys
    if isinstance(value, ast.Call) and not value.args and not value.keywords:
        return last_name(dotted(value.func) or "") in _EMPTY
    return isinstance(value, ast.Call) and last_name(dotted(value.func) or "") in _ALWAYS_EMPTY


_EMPTY = frozenset({"list", "dict", "set", "frozenset", "OrderedDict", "Counter", "deque"})
_ALWAYS_EMPTY = frozenset({"defaultdict", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet"})


# -- what is left alone


def _leave(region: Region, source: PythonSource, wishes: Wishes) -> str:
    node = node_of(region)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ""
    if "overload" in {last_name(dotted(each) or "") for each in node.decorator_list}:
        return "It is an overload."
    if not wishes.rewrite and has_type_comment(source, node):
        return "A type comment says its types; convert it with --rewrite."
    return ""


def has_type_comment(source: PythonSource, node: Function) -> bool:
    """Return whether a function's header, or the line below it, holds a type comment."""
    start = source.offset(node.lineno, 0)
    first = node.body[0]
    end = source.offset(first.lineno, first.col_offset)
    header = source.data[start:end]
    if TYPE_COMMENT.search(_without_strings(header)) is not None:
        return True
    if first.lineno > node.lineno:
        return False
    line_end = source.offset(min(first.lineno + 1, source.last_line + 1), 0)
    return TYPE_COMMENT.search(_without_strings(source.data[start:line_end])) is not None


_STRING = re.compile(rb"\"[^\"\r\n]*\"|'[^'\r\n]*'")


def _without_strings(data: bytes) -> bytes:
    return _STRING.sub(b"''", data)


def _says_type(slot: Slot, source: PythonSource) -> bool:
    """Return whether a type comment stands behind an assignment."""
    node = slot.node
    if not isinstance(node, ast.Assign):
        return False
    line = source.lines[(node.end_lineno or node.lineno) - 1]
    return TYPE_COMMENT.search(_without_strings(line)) is not None


def _is_excluded(slot: Slot, globs: Sequence[str]) -> bool:
    names = {slot.owner, last_name(slot.owner), slot.name, f"{slot.owner}.{slot.name}".removeprefix(".")}
    return any(fnmatchcase(name, glob) for glob in globs for name in names if name)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


# -- places

_REST_OF_HEADER = re.compile(rb"(?:[\s,/()\[\]*\\]|#[^\r\n]*)*")
_COMMENT = re.compile(rb"#[^\r\n]*")


def header_end(source: PythonSource, node: Function) -> int | None:
    """Find the byte behind the parenthesis that closes the parameters."""
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    values = [*arguments.defaults, *arguments.kw_defaults, *getattr(node, "type_params", ())]
    ends = [source.span(each)[1] for each in (*named, *values) if each is not None]
    if ends:
        start = max(ends)
    else:
        begin = source.offset(node.lineno, node.col_offset)
        match = re.compile(rb"(?:async[\s\\]+)?def[\s\\]+[^\s(\\]+").match(source.data, begin)
        if match is None:
            return None
        start = match.end()
    rest = _REST_OF_HEADER.match(source.data, start)
    assert rest is not None
    plain = _COMMENT.sub(lambda match: b" " * len(match[0]), rest[0])
    close = plain.rfind(b")")
    if close < 0 or source.data[rest.end() : rest.end() + 1] != b":":
        return None
    return start + close + 1
