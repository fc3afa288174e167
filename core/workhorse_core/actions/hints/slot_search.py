"""The search for a file's slots, and for what is left alone."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.type_comments import has_type_comment, is_commented
from workhorse_core.languages.python.definitions import node_of, parents_of
from workhorse_core.languages.python.header import header_end
from workhorse_core.languages.python.nodes import Function, dotted, last_name, own_nodes
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import Region, definitions


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
            elif not wishes.rewrite and isinstance(slot.node, ast.Assign) and is_commented(source, slot.node):
                left.append(LeftAlone(slot.title, slot.line, "A type comment says it; convert it with --rewrite."))
            else:
                slots.append(slot)
    return Slots(tuple(sorted(slots, key=lambda slot: slot.offset)), tuple(left), annotated, total - len(slots))


def belongs(slot: Slot, region: Region) -> bool:
    """Return whether a slot is the region's own: of the very definition, where there are several of the name."""
    if slot.owner != region.name:
        return False
    return region.first <= slot.line <= region.last


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
            if _leaves_type_open(each.value) and self._is_bare(target):
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
                if len(each.targets) == 1 and _leaves_type_open(each.value) and self._is_bare(target):
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


def _leaves_type_open(value: ast.expr) -> bool:
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


def _is_excluded(slot: Slot, globs: Sequence[str]) -> bool:
    names = {slot.owner, last_name(slot.owner), slot.name, f"{slot.owner}.{slot.name}".removeprefix(".")}
    return any(fnmatchcase(name, glob) for glob in globs for name in names if name)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
