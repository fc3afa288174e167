"""Names that new annotations read while a module is imported, and that may be unbound then."""

import ast
import builtins
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.nodes import DefinitionNode, Function, arguments_of, dotted
from workhorse_core.languages.python.symbols.bound_names import is_bound_before
from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.statements import running
from workhorse_core.pipeline.check import Finding
from workhorse_core.system.named_tuple import NamedTuple


class Read(NamedTuple):
    """One dotted name that an annotation reads; ``place`` names the annotation. ``line`` is the statement's."""

    place: str
    name: str
    line: int
    owner: ast.ClassDef | None


def unbound_reads(before: Module | None, after: Module, order: ImportOrder) -> Sequence[Finding]:
    """Find the names that annotations read and their base's did not, and that are unbound in some order of imports."""
    known = {(read.place, read.name) for read in annotation_reads(before)} if before else set[tuple[str, str]]()
    found: list[Finding] = []
    for read in annotation_reads(after):
        if (read.place, read.name) not in known and not _is_bound(after, read, order):
            message = f"The annotation reads {read.name}, which may be unbound when the module is imported."
            found.append(Finding(after.path, read.line, message, "unbound-annotation"))
    return found


def _is_bound(module: Module, read: Read, order: ImportOrder) -> bool:
    head = read.name.partition(".")[0]
    if read.owner is not None and is_bound_before(read.owner.body, head, read.line):
        return True
    if head not in module.names and (hasattr(builtins, head) or module.star_imports):
        return True
    return order.is_always_bound(module, read.name, read.line)


def annotation_reads(module: Module) -> Iterator[Read]:
    """Yield the names that annotations read while the module is imported: none where their evaluation is deferred.

    Functions within functions are left out: their annotations are evaluated when the outer one is called.
    """
    if any(each.module == "__future__" and each.attribute == "annotations" for each in module.imports):
        return
    yield from _reads(module.tree.body, (), None)


def _reads(body: Sequence[ast.stmt], path: tuple[str, ...], owner: ast.ClassDef | None) -> Iterator[Read]:
    for node, checking in running(body):
        if checking:
            continue
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        generic = {each.name for each in getattr(node, "type_params", ())}
        for label, annotation in _annotations(node):
            place = ".".join([*path, label])
            for name in _names(annotation):
                if name.partition(".")[0] not in generic:
                    yield Read(place, name, first, owner)
        if isinstance(node, ast.ClassDef):
            yield from _reads(node.body, (*path, node.name), node)


def _annotations(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, Function):
        for each in arguments_of(node):
            if each.annotation is not None:
                yield f"{node.name}({each.arg})", each.annotation
        if node.returns is not None:
            yield f"{node.name} return", node.returns
    elif isinstance(node, ast.AnnAssign):
        yield ast.unparse(node.target), node.annotation


def _names(node: ast.AST) -> Iterator[str]:
    """Yield the outermost dotted names; those in quotes are not read."""
    if isinstance(node, (ast.Name, ast.Attribute)) and (name := dotted(node)):
        yield name
    elif not isinstance(node, (DefinitionNode, ast.Lambda)):
        for each in ast.iter_child_nodes(node):
            yield from _names(each)
