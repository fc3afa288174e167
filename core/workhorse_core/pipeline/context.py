"""What a model should see besides a region: imports, the class around it, what it calls in the same file."""

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from workhorse_core.errors import TargetError
from workhorse_core.languages.python.outline import (
    indented,
    outline_class,
    outline_function,
    outline_imports,
    outline_members,
)
from workhorse_core.languages.python.source import Definition, Source
from workhorse_core.pipeline.region import Region, RegionKind, definitions

_CHARACTERS_PER_TOKEN = 3
"""An estimate on the safe side: tokenizers for code need a token for about four characters."""

_IMPORTS_SHARE = 4
"""One part in so many of the budget is for imports: so they are the same for every region of a file."""


_Index = Mapping[str, Sequence[Region]]


class Context(NamedTuple):
    """Text for a model to read, each part whole lines, "" where there is nothing.

    ``imports`` is the same for every region of a file, so that a server can keep what it made of it.
    """

    imports: str = ""
    outline: str = ""
    callees: str = ""

    @property
    def text(self) -> str:
        """The parts, with a blank line between them."""
        return "\n\n".join(part for part in (self.imports, self.outline, self.callees) if part)


def context_of(region: Region, budget_tokens: int) -> Context:
    """Gather what a model needs to understand a region, the most useful first, as far as the budget goes.

    Args:
        region: A definition, a module, or lines; lines of a file that is not Python have no context.
        budget_tokens: How much there may be of it, one token reckoned as three characters.
    """
    try:
        place = _place_of(region)
    except TargetError:
        return Context()
    budget = max(budget_tokens, 0) * _CHARACTERS_PER_TOKEN
    lines = outline_imports(region.source.tree)
    imports = _joined(_fitting([_Entry(_OTHERS, [line]) for line in lines], budget // _IMPORTS_SHARE))
    outline, callees = list(_outline(place)), list(_callees(place))
    fitting = {id(entry) for entry in _fitting([*outline, *callees], budget - len(imports))}
    return Context(
        imports,
        _joined(entry for entry in outline if id(entry) in fitting),
        _joined(entry for entry in callees if id(entry) in fitting),
    )


# -- fitting into the budget

_FRAME, _CALLED, _USED, _OTHERS = range(4)


class _Entry(NamedTuple):
    """Lines that are shown together or not at all, the lowest rank first. ``node`` is what they show."""

    rank: int
    lines: Sequence[str]
    node: ast.AST | None = None


def _fitting(entries: Sequence[_Entry], room: int) -> Iterator[_Entry]:
    """Choose the most useful entries that fit, and show nothing twice."""
    shown: set[int] = set()
    for entry in sorted(entries, key=lambda entry: entry.rank):
        size = sum(len(line) + 1 for line in entry.lines)
        if entry.node is not None and id(entry.node) in shown:
            continue
        if size <= room:
            room -= size
            shown.add(id(entry.node))
            yield entry
        elif entry.rank == _FRAME:
            return  # without it the rest cannot be understood


def _joined(entries: Iterable[_Entry]) -> str:
    return "\n".join(line for entry in entries for line in entry.lines)


# -- the outline


class _Place(NamedTuple):
    """A region, the definitions around it (for a class with itself), outermost first, and their names."""

    region: Region
    top: ast.AST
    around: tuple[Definition, ...]
    names: tuple[str, ...]

    @property
    def owner(self) -> int:
        """Which of ``around`` is the innermost class, -1 where there is none."""
        classes = [number for number, node in enumerate(self.around) if isinstance(node, ast.ClassDef)]
        return classes[-1] if classes else -1


def _place_of(region: Region) -> _Place:
    inner = region
    if region.kind is RegionKind.LINES:
        found = definitions(region.source)
        inner = [one for one in found if one.start <= region.start and region.end <= one.end][-1]
    assert inner.node is not None
    around = inner.parents
    if isinstance(inner.node, Definition) and (inner.kind is RegionKind.CLASS or inner is not region):
        around = (*around, inner.node)
    names = tuple(accumulate((node.name for node in around), lambda left, right: f"{left}.{right}"))
    return _Place(region, inner.node, around, names)


def _outline(place: _Place) -> Iterator[_Entry]:
    """Show what is around the region, and what its innermost class, or the module itself, consists of."""
    if isinstance(place.region.node, ast.Module):
        yield from _members(place.region.node, 0, frozenset())
    for depth, node in enumerate(place.around):
        lines = outline_class(node, closed=False) if isinstance(node, ast.ClassDef) else outline_function(node)
        yield _Entry(_FRAME, indented(lines, depth), node)
        if isinstance(node, ast.ClassDef) and depth == place.owner:
            yield from _members(node, depth + 1, frozenset(words.partition(".")[2] for words in _used(place)))


def _members(node: ast.Module | ast.ClassDef, depth: int, used: frozenset[str]) -> Iterator[_Entry]:
    for member in outline_members(node):
        yield _Entry(_USED if member.name in used else _OTHERS, indented(member.lines, depth), member.node)


# -- what is called


def _callees(place: _Place) -> Iterator[_Entry]:
    """Show the definitions of this file that the region uses, in the order in which it does."""
    region = place.region
    if region.kind is RegionKind.MODULE:
        return
    index = _by_name(region.source)
    for used in dict.fromkeys(_used(place)):
        for found in _resolve(used, place, index):
            if found.end <= region.start or region.end <= found.start:
                yield _Entry(_CALLED, _described(found, index), found.node)


def _described(found: Region, index: _Index) -> Sequence[str]:
    owner = found.name.rpartition(".")[0]
    if not isinstance(found.node, ast.ClassDef):
        assert isinstance(found.node, Definition)
        return outline_function(found.node, owner)
    makers = [maker.node for maker in index.get(f"{found.name}.__init__", ())]
    signatures = [outline_function(node) for node in makers if isinstance(node, ast.FunctionDef)]
    return [
        *outline_class(found.node, closed=not signatures),
        *(line for lines in signatures for line in indented(lines)),
    ]


def _used(place: _Place) -> Iterator[str]:
    """Give what is called, raised, or taken from ``self``, as dotted words in the order of the text."""
    region = place.region
    found: list[tuple[int, int, str]] = []
    local: set[str] = set()
    for node in ast.walk(place.top):
        if isinstance(place.top, ast.Module):
            pass
        elif isinstance(node, ast.arg):
            local.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            local.add(node.id)
        words = _words(node)
        if words and isinstance(node, (ast.expr, ast.stmt)) and region.first <= node.lineno <= region.last:
            found.append((node.lineno, node.col_offset, words))
    own = {"self", "cls"}
    return (words for *_, words in sorted(found) if words.partition(".")[0] not in local - own)


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
        return node.exc.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return _dotted(node)
    return ""


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name):
            return f"{node.value.id}.{node.attr}"
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super":
            return f"super.{node.attr}"
    return ""


def _resolve(words: str, place: _Place, index: _Index) -> Sequence[Region]:
    """Find what the words mean, as Python would: from the innermost function outwards, then in the module."""
    first, _, attribute = words.partition(".")
    if first in ("self", "cls", "super") and attribute:
        if place.owner < 0:
            return ()
        return _attribute(place.names[place.owner], attribute, index, skip=first == "super")
    functions = [
        name for name, node in zip(place.names, place.around, strict=True) if not isinstance(node, ast.ClassDef)
    ]
    for scope in (*(f"{name}." for name in reversed(functions)), ""):
        if known := index.get(scope + first):
            return _attribute(scope + first, attribute, index) if attribute else known
    return ()


def _attribute(owner: str, attribute: str, index: _Index, skip: bool = False) -> Sequence[Region]:
    """Find a class's attribute in itself or in the classes of this file that it is derived from."""
    waiting, seen = deque([owner]), set[str]()
    while waiting:
        name = waiting.popleft()
        if name in seen:
            continue
        seen.add(name)
        found = index.get(f"{name}.{attribute}", ())
        if found and not (skip and name == owner):
            return found
        for region in index.get(name, ()):
            bases = region.node.bases if isinstance(region.node, ast.ClassDef) else []
            waiting.extend(base.id for base in bases if isinstance(base, ast.Name))
    return ()


@lru_cache(maxsize=8)
def _by_name(source: Source) -> _Index:
    index: dict[str, list[Region]] = {}
    for region in definitions(source)[1:]:
        index.setdefault(region.name, []).append(region)
    return index
