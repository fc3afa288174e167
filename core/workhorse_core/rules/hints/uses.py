"""What a function does with a parameter: the attributes that it takes of it, and what it asks it to be."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workhorse_core.code.nodes import dotted
from workhorse_core.rules.hints.index import ClassPlace, FunctionPlace, Index, arguments_of

_EVERYWHERE = frozenset(dir(object)) | {"__dict__", "__name__", "__module__", "__qualname__"}
_KNOWN_OUTSIDE = frozenset({"object", "ABC", "Protocol", "Generic"})


@dataclass
class Uses:
    """``attributes`` are read or called on it itself; ``guards`` are the classes that ``isinstance`` asks for."""

    attributes: set[str] = field(default_factory=set)
    guards: list[ast.expr] = field(default_factory=list)
    assigned: bool = False


def uses_of(place: FunctionPlace) -> Mapping[str, Uses]:
    """Read the uses of each parameter of a function; those after it is assigned anew are of something else."""
    found = {each.arg: Uses() for each in arguments_of(place.node)}
    for node in ast.walk(ast.Module(place.node.body, [])):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in found:
            found[node.value.id].attributes.add(node.attr)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in found:
            found[node.id].assigned = True
        elif isinstance(node, ast.Call) and dotted(node.func) in {"isinstance", "hasattr"} and len(node.args) == 2:
            name = dotted(node.args[0])
            if name in found:
                found[name].guards.append(node.args[1])
    return found


def attributes_of(index: Index, place: ClassPlace) -> set[str] | None:
    """Name what the objects of a class have; None where it has bases that are not the project's."""
    found: set[str] = set(_EVERYWHERE)
    for each in (place, *index.ancestors(place)):
        for base in each.node.bases:
            written = dotted(base.value if isinstance(base, ast.Subscript) else base)
            if (
                index.find_class(each.module, written) is None
                and (written or "").rpartition(".")[2] not in _KNOWN_OUTSIDE
            ):
                return None
        found.update(_own_attributes(each.node))
        if "__getattr__" in found:
            return None
    return found


def _own_attributes(node: ast.ClassDef) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield each.name
        elif (
            isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Store)
            and dotted(each.value) in {"self", "cls"}
        ):
            yield each.attr
    for each in node.body:
        if isinstance(each, ast.Assign):
            yield from (name.id for target in each.targets for name in ast.walk(target) if isinstance(name, ast.Name))
            if [dotted(t) for t in each.targets] == ["__slots__"]:
                yield from (
                    c.value for c in ast.walk(each.value) if isinstance(c, ast.Constant) and isinstance(c.value, str)
                )
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id
