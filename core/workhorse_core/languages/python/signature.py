"""Signatures of definitions: parameters, returns, yields, exceptions, decorators."""

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from workhorse_core.languages.language import Located
from workhorse_core.languages.python.definitions import node_of, parents_of
from workhorse_core.languages.python.fields import Field, constructor_fields
from workhorse_core.languages.python.handlers import Bases, class_bases
from workhorse_core.languages.python.nodes import (
    DefinitionNode,
    Function,
    class_statements,
    decorator_names,
    is_stub,
    last_name,
    own_nodes,
)
from workhorse_core.languages.python.raised import Raised, read_escapes
from workhorse_core.languages.python.source import PythonSource, python_source
from workhorse_core.system.named_tuple import NamedTuple

_PROPERTIES = frozenset(
    {"property", "cached_property", "abstractproperty", "lazy_property", "functools.cached_property"}
)
_CLASS_METHODS = frozenset({"__init_subclass__", "__class_getitem__", "__new__"})


class ParameterKind(StrEnum):
    """The kind of a parameter, named as in ``inspect``."""

    POSITIONAL_ONLY = "positional_only"
    POSITIONAL = "positional"
    KEYWORD_ONLY = "keyword_only"
    VAR_POSITIONAL = "var_positional"
    VAR_KEYWORD = "var_keyword"


_STARS = {ParameterKind.VAR_POSITIONAL: "*", ParameterKind.VAR_KEYWORD: "**"}


class Parameter(NamedTuple):
    """One parameter; ``annotation`` (out of its quotes) and ``default`` are source text."""

    name: str
    kind: ParameterKind = ParameterKind.POSITIONAL
    annotation: str | None = None
    default: str | None = None

    @property
    def label(self) -> str:
        """The name with its stars, as docstrings write it."""
        return _STARS.get(self.kind, "") + self.name


class Signature(NamedTuple):
    """The parameters, results and exceptions of a definition.

    ``parameters`` are without ``self`` and ``cls``. ``returns`` is the annotation; ``returns_value``: the body's own
    code returns something other than None. ``raises_unnamed``: exceptions may escape whose class the code does not
    show. For a class all of it is its constructor's, which ``constructor`` names: "__init__", "__new__", "fields" (of
    a dataclass or a named tuple), None where it has none itself.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    returns: str | None = None
    returns_value: bool = False
    yields: bool = False
    yields_value: bool = False
    is_async: bool = False
    raises: tuple[Raised, ...] = ()
    raises_unnamed: bool = False
    decorators: tuple[str, ...] = ()
    is_class: bool = False
    is_method: bool = False
    is_property: bool = False
    is_setter: bool = False
    is_deleter: bool = False
    is_staticmethod: bool = False
    is_classmethod: bool = False
    is_overload: bool = False
    is_override: bool = False
    is_abstract: bool = False
    is_stub_body: bool = False
    constructor: str | None = None

    @property
    def is_generator(self) -> bool:
        """Whether a call returns an iterator."""
        return self.yields

    @property
    def is_context_manager(self) -> bool:
        """Whether ``contextlib`` makes it a context manager."""
        return any(last_name(name) in {"contextmanager", "asynccontextmanager"} for name in self.decorators)

    @property
    def raised_names(self) -> tuple[str, ...]:
        """The exceptions to document: each once, in the order of the code, without stubs."""
        return tuple(dict.fromkeys(raised.exception for raised in self.raises if not raised.stub))


def read_signature(region: Located, bases: Bases | None = None) -> Signature:
    """Read the signature of a region; that of a module or of lines is empty.

    Args:
        region: The definition.
        bases: Classes of other files, to decide better what a handler catches.
    """
    node = node_of(region)
    if node is None or isinstance(node, ast.Module):
        return Signature(region.name)
    source = python_source(region.source)
    known = {**(bases or {}), **_bases_in(source)} if _has_handlers(node) else bases
    return signature_of(node, parents_of(region), source, known)


@lru_cache(maxsize=2)  # the regions of a file come one after the other
def _bases_in(source: PythonSource) -> Bases:
    return class_bases(source.tree)


def signature_of(
    node: DefinitionNode,
    parents: Sequence[DefinitionNode] = (),
    source: PythonSource | None = None,
    bases: Bases | None = None,
) -> Signature:
    """Read the signature of a definition that lies within ``parents``, outermost first."""
    if isinstance(node, ast.ClassDef):
        return _class_signature(node, source, bases)
    owner = parents[-1] if parents and isinstance(parents[-1], ast.ClassDef) else None
    return _function_signature(node, owner, source, bases)


def parameters_of(node: DefinitionNode, parents: Sequence[DefinitionNode] = ()) -> tuple[Parameter, ...]:
    """Read the parameters alone, which is faster."""
    owner = parents[-1] if parents and isinstance(parents[-1], ast.ClassDef) else None
    if isinstance(node, ast.ClassDef):
        owner, constructor = node, constructor_of(node)
        if constructor is None:
            fields = constructor_fields(node, decorator_names(node))
            return tuple(_field_parameter(field, None) for field in fields)
        node = constructor
    return tuple(_parameters(node.args, owner is not None and not _has(node, {"staticmethod"}), None))


def constructor_of(node: ast.ClassDef) -> Function | None:
    """Find a class's own ``__init__``, else its ``__new__``; the implementation where there are overloads."""
    found: dict[str, Function] = {}
    for statement in class_statements(node.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and not _has(statement, {"overload"}):
            found[statement.name] = statement
    return found.get("__init__") or found.get("__new__")


def _has_handlers(node: DefinitionNode) -> bool:
    return any(isinstance(inner, (ast.Try, ast.TryStar, ast.With, ast.Raise)) for inner in ast.walk(node))


def _has(node: DefinitionNode, names: set[str] | frozenset[str]) -> bool:
    return any(last_name(name) in names for name in decorator_names(node))


def _function_signature(
    node: Function, owner: ast.ClassDef | None, source: PythonSource | None, bases: Bases | None
) -> Signature:
    decorators = decorator_names(node)
    last = {last_name(name) for name in decorators}
    escapes = read_escapes(node, owner.name if owner is not None else None, bases)
    yields = [n for n in own_nodes(node.body) if isinstance(n, (ast.Yield, ast.YieldFrom))]
    is_static = "staticmethod" in last
    return Signature(
        name=node.name,
        parameters=tuple(_parameters(node.args, owner is not None and not is_static, source)),
        returns=_annotation(node.returns, source),
        returns_value=any(isinstance(n, ast.Return) and not _is_none(n.value) for n in own_nodes(node.body)),
        yields=bool(yields),
        yields_value=any(isinstance(n, ast.YieldFrom) or not _is_none(n.value) for n in yields),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        raises=escapes.raised,
        raises_unnamed=escapes.unnamed,
        decorators=decorators,
        is_method=owner is not None,
        is_property=owner is not None and any(name in _PROPERTIES for name in last),
        is_setter=any(name.endswith(".setter") for name in decorators),
        is_deleter=any(name.endswith(".deleter") for name in decorators),
        is_staticmethod=is_static,
        is_classmethod="classmethod" in last or (owner is not None and node.name in _CLASS_METHODS - {"__new__"}),
        is_overload="overload" in last,
        is_override="override" in last,
        is_abstract=any(name.startswith("abstract") for name in last),
        is_stub_body=is_stub(node.body),
    )


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _class_signature(node: ast.ClassDef, source: PythonSource | None, bases: Bases | None) -> Signature:
    constructor = constructor_of(node)
    decorators = decorator_names(node)
    if constructor is not None:
        own = _function_signature(constructor, node, source, bases)
        return Signature(
            name=node.name,
            parameters=own.parameters,
            raises=own.raises,
            raises_unnamed=own.raises_unnamed,
            decorators=decorators,
            is_class=True,
            is_stub_body=is_stub(node.body),
            constructor=constructor.name,
        )
    fields = tuple(_field_parameter(field, source) for field in constructor_fields(node, decorators))
    return Signature(
        name=node.name,
        parameters=fields,
        decorators=decorators,
        is_class=True,
        is_stub_body=is_stub(node.body),
        constructor="fields" if fields else None,
    )


def _field_parameter(field: Field, source: PythonSource | None) -> Parameter:
    default = None if field.default is None else source_text(field.default, source) + "()" * field.made
    kind = ParameterKind.KEYWORD_ONLY if field.keyword_only else ParameterKind.POSITIONAL
    return Parameter(field.name, kind, _annotation(field.annotation, source), default)


def _parameters(arguments: ast.arguments, bound: bool, source: PythonSource | None) -> Iterator[Parameter]:
    """Yield the parameters in order, without the first one of a bound method."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        if index == 0 and bound:
            continue
        only = index < len(arguments.posonlyargs)
        kind = ParameterKind.POSITIONAL_ONLY if only else ParameterKind.POSITIONAL
        yield _parameter(argument, kind, default, source)
    if arguments.vararg:
        yield _parameter(arguments.vararg, ParameterKind.VAR_POSITIONAL, None, source)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, ParameterKind.KEYWORD_ONLY, default, source)
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, ParameterKind.VAR_KEYWORD, None, source)


def _parameter(
    argument: ast.arg, kind: ParameterKind, default: ast.expr | None, source: PythonSource | None
) -> Parameter:
    written = None if default is None else source_text(default, source)
    return Parameter(argument.arg, kind, _annotation(argument.annotation, source), written)


def _annotation(node: ast.expr | None, source: PythonSource | None) -> str | None:
    if node is None:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return source_text(node, source)


def source_text(node: ast.expr, source: PythonSource | None) -> str:
    """Return an expression as written where it is on one line, else unparsed."""
    if source is None or node.end_lineno != node.lineno or node.end_col_offset is None:
        return ast.unparse(node)
    start = source.offset(node.lineno, node.col_offset)
    end = source.offset(node.lineno, node.end_col_offset)
    return source.data[start:end].decode(source.encoding.removesuffix("-sig"))
