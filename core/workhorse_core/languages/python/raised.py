"""Exceptions that escape a function's own code, with the conditions under which they are raised."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.guards import Guard, GuardKind, branches, left_by
from workhorse_core.languages.python.handlers import (
    Bases,
    Handler,
    catches,
    handler_names,
    is_class_name,
    is_variable,
    reraises,
    suppressed,
)
from workhorse_core.languages.python.nodes import Function, dotted, last_name, own_nodes
from workhorse_core.languages.python.string_words import read_message
from workhorse_core.system.named_tuple import NamedTuple

_BROAD = frozenset({"Exception", "BaseException"})


class Raised(NamedTuple):
    """An exception that leaves the function, as written ("ValueError", "errors.Bad").

    ``guards`` go from the outermost to the innermost. ``message`` has ``{source}`` where a value is filled
    in. ``doubtful``: a handler around it may or may not catch it. ``stub``: the NotImplementedError that
    stands for a body.
    """

    exception: str
    line: int
    guards: tuple[Guard, ...] = ()
    message: str | None = None
    reraised: bool = False
    doubtful: bool = False
    stub: bool = False
    node: ast.Raise | None = None

    @property
    def condition(self) -> str | None:
        """The source of the innermost ``if`` that leads here."""
        return next((g.test for g in reversed(self.guards) if g.kind is GuardKind.IF), None)

    @property
    def negated(self) -> bool:
        """Whether that ``if`` leads here when its test is false."""
        return next((not g.holds for g in reversed(self.guards) if g.kind is GuardKind.IF), False)


class Escapes(NamedTuple):
    """The exceptions that escape a function; ``unnamed``: there are others whose class the code does not show."""

    raised: tuple[Raised, ...] = ()
    unnamed: bool = False


def read_escapes(function: Function, owner: str | None = None, bases: Bases | None = None) -> Escapes:
    """Find the exceptions that a function's own code raises and does not catch.

    Args:
        function: Nested functions in it are left out.
        owner: The class that it is a method of, which ``raise cls(...)`` means.
        bases: Known classes, to decide whether a handler catches an exception.
    """
    reader = _Reader(function, owner, bases or {})
    raised = tuple(reader.block(function.body, (), (), None))
    return Escapes(raised, reader.unnamed)


_Nets = tuple[tuple[Handler, ...], ...]
_Named = list[tuple[str, ast.Call | None]]
"""Exceptions that may be raised, each with the call that makes it."""


class _Reader:
    """Walk of one function's statements that tracks guards and the handlers around them."""

    def __init__(self, function: Function, owner: str | None, bases: Bases) -> None:
        self.function = function
        self.owner = owner
        self.bases = bases
        self.unnamed = False
        self.following: set[str] = set()

    def block(
        self,
        body: Sequence[ast.stmt],
        guards: tuple[Guard, ...],
        nets: _Nets,
        handling: ast.ExceptHandler | None,
    ) -> Iterator[Raised]:
        for statement in body:
            yield from self.statement(statement, guards, nets, handling)
            if isinstance(statement, ast.If):
                guards = (*guards, *left_by(statement))

    def statement(
        self, node: ast.stmt, guards: tuple[Guard, ...], nets: _Nets, handling: ast.ExceptHandler | None
    ) -> Iterator[Raised]:
        if isinstance(node, ast.Raise):
            yield from self.raising(node, guards, nets, handling)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            yield from self.trying(node, guards, nets, handling)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield from self.block(node.body, guards, (*nets, *suppressed(node)), handling)
        else:
            for more, body in branches(node):
                yield from self.block(body, (*guards, *more), nets, handling)

    def trying(
        self,
        node: ast.Try | ast.TryStar,
        guards: tuple[Guard, ...],
        nets: _Nets,
        handling: ast.ExceptHandler | None,
    ) -> Iterator[Raised]:
        if any(isinstance(part, ast.Return) for part in node.finalbody):
            nets = (*nets, (Handler(None, False),))
        net = tuple(Handler(handler_names(h), reraises(h)) for h in node.handlers)
        yield from self.block(node.body, guards, (*nets, net), handling)
        for handler in node.handlers:
            names = handler_names(handler)
            guard = Guard(GuardKind.HANDLER, ", ".join(names or ()), True, handler.lineno, node)
            yield from self.block(handler.body, (*guards, guard), nets, handler)
        yield from self.block(node.orelse, guards, nets, handling)
        yield from self.block(node.finalbody, guards, nets, handling)

    def raising(
        self, node: ast.Raise, guards: tuple[Guard, ...], nets: _Nets, handling: ast.ExceptHandler | None
    ) -> Iterator[Raised]:
        reraised = node.exc is None or (handling is not None and is_variable(node.exc, handling.name))
        if reraised:
            caught = handler_names(handling) if handling is not None else None
            names: _Named = [(name, None) for name in caught or () if last_name(name) not in _BROAD]
        else:
            names = self.named(node.exc, guards)
        for name, call in names:
            if not is_class_name(name, self.bases):
                self.unnamed = True
                continue
            escapes, doubtful = self.escapes(name, nets)
            if escapes:
                message = read_message(call) if call is not None else None
                stub = last_name(name) == "NotImplementedError" and not guards and nets == ()
                yield Raised(name, node.lineno, guards, message, reraised, doubtful, stub, node)

    def escapes(self, exception: str, nets: _Nets) -> tuple[bool, bool]:
        doubtful = False
        for net in reversed(nets):
            for handler in net:
                caught = catches(handler, exception, self.bases)
                if caught and not handler.reraises:
                    return False, False
                doubtful = doubtful or (caught is None and not handler.reraises)
                if caught:
                    break
        return True, doubtful

    def named(self, node: ast.AST | None, guards: tuple[Guard, ...]) -> _Named:
        """Return the exceptions that an expression raises; nothing, with ``unnamed`` set, where they are unknown."""
        if isinstance(node, ast.IfExp):
            return [*self.named(node.body, guards), *self.named(node.orelse, guards)]
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in {"with_traceback", "with_suppressed"}:
                return self.named(function.value, guards)
            name = self.class_name(function)
            if name is not None:
                return [(name, node)]
        elif isinstance(node, ast.Name) and not is_class_name(node.id, self.bases):
            return self.variable(node.id, guards)
        elif (name := self.class_name(node)) is not None:
            return [(name, None)]
        self.unnamed = True
        return []

    def class_name(self, node: ast.AST | None) -> str | None:
        name = dotted(node)
        own = name in {"cls", "self.__class__"} or (
            isinstance(node, ast.Call) and dotted(node.func) == "type" and [dotted(a) for a in node.args] == ["self"]
        )
        return self.owner if own else name

    def variable(self, name: str, guards: tuple[Guard, ...]) -> _Named:
        """Return the exceptions that were assigned to a local variable."""
        found: _Named = []
        if name in self.following:  # exc = exc.with_traceback(…)
            return found
        self.following.add(name)
        for value in _values_of(self.function, name):
            if isinstance(value, ast.Constant) and value.value is None:
                continue
            if isinstance(value, ast.Name) and not is_class_name(value.id, self.bases):
                self.unnamed = True
                continue
            found += self.named(value, guards)
        self.following.discard(name)
        self.unnamed = self.unnamed or not found
        return found


def _values_of(function: Function, name: str) -> Iterator[ast.expr]:
    """Yield the values of a local variable; of a handler's variable, the exceptions that it may hold."""
    for node in own_nodes(function.body):
        if isinstance(node, ast.ExceptHandler) and node.name == name and node.type is not None:
            yield from node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(is_variable(target, name) for target in targets):
                yield node.value
