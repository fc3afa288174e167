"""The code around a region that a model needs: imports, the class around it, the definitions that it uses."""

import ast
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from workhorse_core.languages.language import Excerpt, Located, Rank, RegionKind, Surroundings
from workhorse_core.languages.python.definitions import Syntax, find_definitions
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.outline import (
    indented,
    outline_class,
    outline_function,
    outline_imports,
    outline_members,
)
from workhorse_core.languages.python.source import PythonSource, python_source
from workhorse_core.system.named_tuple import NamedTuple


def surroundings_of(region: Located) -> Surroundings:
    """Gather the code around a region and the definitions that it uses.

    Raises:
        TargetError: The file does not parse, or is no Python.
    """
    place = _place_of(region)
    return Surroundings(outline_imports(place.source.tree), list(_outline(place)), list(_callees(place)))


class _Known(NamedTuple):
    """A definition of the file, by its span and node."""

    name: str
    start: int
    end: int
    node: DefinitionNode


_Index = Mapping[str, Sequence[_Known]]


# -- the outline


class _Place(NamedTuple):
    """A region's position: its innermost definition, and those around it (of a class, with itself), outermost first."""

    region: Located
    source: PythonSource
    top: ast.AST
    around: tuple[DefinitionNode, ...]
    names: tuple[str, ...]

    @property
    def owner(self) -> int:
        """The index in ``around`` of the innermost class, -1 where there is none."""
        classes = [number for number, node in enumerate(self.around) if isinstance(node, ast.ClassDef)]
        return classes[-1] if classes else -1


def _place_of(region: Located) -> _Place:
    source = python_source(region.source)
    syntax = region.syntax
    is_part = not isinstance(syntax, Syntax)
    if is_part:
        found = [each for each in find_definitions(source) if each.start <= region.start and region.end <= each.end]
        syntax = found[-1].syntax
    assert isinstance(syntax, Syntax)
    around = syntax.parents
    if isinstance(syntax.node, DefinitionNode) and (is_part or isinstance(syntax.node, ast.ClassDef)):
        around = (*around, syntax.node)
    names = tuple(accumulate((node.name for node in around), lambda left, right: f"{left}.{right}"))
    return _Place(region, source, syntax.node, around, names)


def _outline(place: _Place) -> Iterator[Excerpt]:
    """Outline what is around the region, and the members of its innermost class, or of the module itself."""
    if place.region.kind is RegionKind.MODULE:
        yield from _members(place.source.tree, 0, frozenset())
    for depth, node in enumerate(place.around):
        lines = outline_class(node, closed=False) if isinstance(node, ast.ClassDef) else outline_function(node)
        yield Excerpt(Rank.FRAME, indented(lines, depth), id(node))
        if isinstance(node, ast.ClassDef) and depth == place.owner:
            yield from _members(node, depth + 1, frozenset(words.partition(".")[2] for words in _used(place)))


def _members(node: ast.Module | ast.ClassDef, depth: int, used: frozenset[str]) -> Iterator[Excerpt]:
    for member in outline_members(node):
        rank = Rank.USED if member.name in used else Rank.OTHER
        yield Excerpt(rank, indented(member.lines, depth), id(member.node))


# -- what is called


def _callees(place: _Place) -> Iterator[Excerpt]:
    """Outline the definitions of this file that the region uses, in the order of their uses."""
    region = place.region
    if region.kind is RegionKind.MODULE:
        return
    index = _by_name(place.source)
    for used in dict.fromkeys(_used(place)):
        for found in _resolve(used, place, index):
            if found.end <= region.start or region.end <= found.start:
                yield Excerpt(Rank.CALLED, _described(found, index), id(found.node))


def _described(found: _Known, index: _Index) -> Sequence[str]:
    if not isinstance(found.node, ast.ClassDef):
        return outline_function(found.node, found.name.rpartition(".")[0])
    makers = [maker.node for maker in index.get(f"{found.name}.__init__", ())]
    signatures = [outline_function(node) for node in makers if isinstance(node, ast.FunctionDef)]
    return [
        *outline_class(found.node, closed=not signatures),
        *(line for lines in signatures for line in indented(lines)),
    ]


def _used(place: _Place) -> Iterator[str]:
    """Yield what is called, raised, or read from ``self``, as dotted names in the order of the text."""
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


def _resolve(words: str, place: _Place, index: _Index) -> Sequence[_Known]:
    """Resolve a dotted name as Python does: from the innermost function outwards, then in the module."""
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


def _attribute(owner: str, attribute: str, index: _Index, skip: bool = False) -> Sequence[_Known]:
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
        for known in index.get(name, ()):
            bases = known.node.bases if isinstance(known.node, ast.ClassDef) else []
            waiting.extend(base.id for base in bases if isinstance(base, ast.Name))
    return ()


@lru_cache(maxsize=2)  # the regions of a file come one after the other
def _by_name(source: PythonSource) -> _Index:
    index: dict[str, list[_Known]] = {}
    for name, _, start, end, _, _, syntax in find_definitions(source):
        if isinstance(syntax, Syntax) and isinstance(syntax.node, DefinitionNode):
            index.setdefault(name, []).append(_Known(name, start, end, syntax.node))
    return index
