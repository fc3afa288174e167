"""Readers of docstrings at run time: adding one there changes behaviour, so it is not done unasked."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, parents_of, source_of
from workhorse_core.languages.python.nodes import DefinitionNode, decorator_names
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import Region
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple


class _Decorator(NamedTuple):
    """A decorator that reads the docstring; ``owner`` and ``module`` are None where they do not matter."""

    names: frozenset[str]
    reason: str
    owner: re.Pattern[str] | None = None
    module: re.Pattern[str] | None = None


class _Base(NamedTuple):
    """A base class that reads the docstrings of methods, and of the class itself where ``of_class`` is set."""

    bases: re.Pattern[str]
    methods: re.Pattern[str]
    reason: str
    of_class: bool = False


_DECORATORS = (
    _Decorator(frozenset({"command", "group", "callback"}), "click and typer print it as the command's help"),
    _Decorator(
        frozenset(
            {
                "get",
                "post",
                "put",
                "delete",
                "patch",
                "head",
                "options",
                "trace",
                "route",
                "api_route",
                "websocket",
            }
        ),
        "web frameworks put it into the API's description",
        owner=late_pattern(r"(?i)app|rout|blueprint|\bbp|api|\bns\b|namespace"),
    ),
    _Decorator(
        frozenset({"tool", "function_tool", "kernel_function"}),
        "language models are shown it as the tool's description",
    ),
    _Decorator(
        frozenset({"resource", "prompt"}),
        "language models are shown it as the description",
        owner=late_pattern(r"(?i)mcp|server"),
    ),
    _Decorator(frozenset({"task"}), "invoke prints it as the task's help", module=late_pattern(r"invoke|fabric|duty")),
    _Decorator(frozenset({"session"}), "nox prints it in its list of sessions", module=late_pattern(r"nox")),
)
_DOCUMENTING = late_pattern(r"(?i)(?:\w*_)?(?:doc|docs|docstring|docstrings)(?:_\w*)?")
_HTTP = late_pattern(r"get|post|put|delete|patch|head|options|list|create|retrieve|update|destroy")
_BASES = (
    _Base(late_pattern(r"(\w*_)?Cmd"), late_pattern(r"do_\w+"), "cmd.Cmd prints it as the command's help"),
    _Base(
        late_pattern(r"\w*TestCase"),
        late_pattern(r"test\w*"),
        "unittest shows its first line in place of the test's name",
    ),
    _Base(
        late_pattern(r"\w*(APIView|ViewSet|Resource|MethodView|HTTPEndpoint)"),
        _HTTP,
        "web frameworks put it into the API's description",
        of_class=True,
    ),
    _Base(
        late_pattern(r"BaseModel|BaseSettings|RootModel|GenericModel|SQLModel"),
        late_pattern(r"(?!)"),
        "pydantic puts it into the JSON schema",
        of_class=True,
    ),
    _Base(
        late_pattern(r"ObjectType|InputObjectType|Mutation"),
        late_pattern(r"(?!)"),
        "it becomes the type's description",
        of_class=True,
    ),
)


def find_reader(region: Region) -> str | None:
    """Return what reads the docstring of a definition at run time, None where no reader is known."""
    readers = (_setter, _module_reader, _mention_reader, _decorator_reader, _class_reader, _grammar_reader)
    return next((reason for reader in readers if (reason := reader(region))), None)


def _setter(region: Region) -> str | None:
    """Return the reason where the docstring is set elsewhere: by ``name.__doc__ = …``, or by a decorator for it."""
    node = node_of(region)
    if region.kind is RegionKind.MODULE:
        return None
    if {region.name, region.name.rpartition(".")[2]} & _set_docs(region.source):
        return "the module sets its __doc__"
    names = decorator_names(node) if isinstance(node, DefinitionNode) else ()
    found = next((name for name in names if _DOCUMENTING.fullmatch(name.rpartition(".")[2])), None)
    return f"a decorator sets it (@{found})" if found else None


def _module_reader(region: Region) -> str | None:
    if region.kind is RegionKind.MODULE and "" in _mentions(region.source):
        return "the module uses its own __doc__"
    return None


def _mention_reader(region: Region) -> str | None:
    """Return the reason where the code has `name.__doc__` somewhere, or a class `self.__doc__`."""
    mentioned = _mentions(region.source)
    if region.kind is not RegionKind.MODULE and mentioned & {region.name, region.name.rpartition(".")[2]}:
        return "the module reads its __doc__"
    return None


def _decorator_reader(region: Region) -> str | None:
    node = node_of(region)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    for name in decorator_names(node):
        owner, _, last = name.rpartition(".")
        for reader in _DECORATORS:
            owned = reader.owner is None or reader.owner.search(owner)
            imported = reader.module is None or any(map(reader.module.fullmatch, _imports(region.source)))
            if last in reader.names and owned and imported:
                return f"{reader.reason} (@{name})"
    return None


def _class_reader(region: Region) -> str | None:
    node, parents = node_of(region), parents_of(region)
    owner = node if isinstance(node, ast.ClassDef) else parents[-1] if parents else None
    if not isinstance(owner, ast.ClassDef):
        return None
    for last in _base_names(source_of(region), owner):
        for reader in _BASES:
            about = reader.of_class if owner is node else reader.methods.fullmatch(region.name.rpartition(".")[2])
            if about and reader.bases.fullmatch(last):
                return f"{reader.reason} ({last})"
    return None


def _base_names(source: PythonSource, owner: ast.ClassDef) -> Iterator[str]:
    """Yield the bases of a class, and theirs as far as the file defines them."""
    seen: set[str] = set()
    waiting = [owner]
    classes = {node.name: node for node in source.tree.body if isinstance(node, ast.ClassDef)}
    while waiting:
        for base in waiting.pop().bases:
            name = _last_name(base)
            if name and name not in seen:
                seen.add(name)
                yield name
                waiting += [classes[name]] if name in classes else []


def _grammar_reader(region: Region) -> str | None:
    name = region.name.rpartition(".")[2]
    if re.match(r"[pt]_\w", name) and region.kind is not RegionKind.CLASS and "ply" in _imports(region.source):
        return "PLY reads the grammar from it"
    return None


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=64)
def _mentions(source: PythonSource) -> frozenset[str]:
    """Return the names whose `__doc__` the file reads; "" is the module's own."""
    return frozenset(_find_mentions(source.tree, "")) if b"__doc__" in source.data else frozenset()


@lru_cache(maxsize=64)
def _set_docs(source: PythonSource) -> frozenset[str]:
    """Return the names whose `__doc__` is set while the file is imported, outside of functions."""
    return frozenset(_find_set(source.tree)) if b"__doc__" in source.data else frozenset()


def _find_set(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Attribute) and child.attr == "__doc__" and isinstance(child.ctx, ast.Store):
            yield _last_name(child.value)
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _find_set(child)


def _find_mentions(node: ast.AST, owner: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and child.id == "__doc__":
            yield ""
        elif isinstance(child, ast.Attribute) and child.attr == "__doc__" and isinstance(child.ctx, ast.Load):
            name = _last_name(child.value)
            about = owner if name in {"self", "cls", "__class__"} else name
            if about:
                yield about
        yield from _find_mentions(child, child.name if isinstance(child, ast.ClassDef) else owner)


@lru_cache(maxsize=64)
def _imports(source: PythonSource) -> frozenset[str]:
    """Return the top-level packages that the module's own statements import."""
    names: set[str] = set()
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return frozenset(names)
