"""Exceptions that escape a function's own code, with the conditions under which they are raised."""

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from workhorse_core.languages.python.nodes import Function, dotted, last_name, leaves, own_nodes
from workhorse_core.languages.python.string_words import read_message

Bases = Mapping[str, Sequence[str]]
"""The last names of the bases of a class, by the last name of the class."""
_UNSTOPPED = frozenset({"BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit"})
_BROAD = frozenset({"Exception", "BaseException"})


class GuardKind(StrEnum):
    """The kind of a condition that guards a statement."""

    IF = "if"
    EARLIER = "earlier"
    """An ``if`` before it, in the same block, that leaves the block."""
    WHILE = "while"
    LOOP = "loop"
    """``holds`` is False in the ``else`` of a loop: it ended without ``break``."""
    HANDLER = "handler"
    """``test`` names the exceptions of an ``except``, with commas."""
    CASE = "case"


class Guard(NamedTuple):
    """One condition under which a statement runs: ``test`` is its source, true where ``holds``."""

    kind: GuardKind
    test: str
    holds: bool
    line: int
    node: ast.AST | None = None


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


def class_bases(module: ast.Module) -> Bases:
    """Collect the bases of every class of a module."""
    return {
        node.name: [last_name(name) for base in node.bases if (name := dotted(base))]
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }


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


class _Handler(NamedTuple):
    """The exceptions of one ``except``, None for any; ``reraises``: it may raise them again."""

    names: tuple[str, ...] | None
    reraises: bool


_Nets = tuple[tuple[_Handler, ...], ...]


def _ancestors(name: str, bases: Bases) -> tuple[set[str], bool]:
    """Return the class and all its ancestors, and whether all of them are known."""
    found: set[str] = set()
    known = True
    waiting = [last_name(name)]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        builtin = getattr(builtins, current, None)
        if current in bases:
            waiting.extend(bases[current])
        elif isinstance(builtin, type):
            found.update(cls.__name__ for cls in builtin.__mro__)
        else:
            known = False
    return found, known


def _canonical(name: str) -> str:
    """Return the canonical name of a builtin that has several ("IOError" is "OSError")."""
    builtin = getattr(builtins, last_name(name), None)
    return builtin.__name__ if isinstance(builtin, type) else last_name(name)


def _catches(handler: _Handler, exception: str, bases: Bases) -> bool | None:
    """Return whether a handler catches an exception, None where that is unknown."""
    if handler.names is None:
        return True
    above, known = _ancestors(exception, bases)
    for name in handler.names:
        if name == "Exception" and last_name(exception) not in _UNSTOPPED:
            return True
        if _canonical(name) in above:
            return True
    if known or all(isinstance(getattr(builtins, last_name(name), None), type) for name in handler.names):
        return False if known else None
    return None


def _is_class_name(name: str, bases: Bases) -> bool:
    last = last_name(name)
    builtin = getattr(builtins, last, None)
    if isinstance(builtin, type):
        return issubclass(builtin, BaseException)
    if last in bases or ("." in name and last in {"error", "timeout", "gaierror", "herror"}):
        return True
    bare = last.lstrip("_")
    return bare[:1].isupper() and (not bare.isupper() or len(bare) == 1) and last != "WinError"


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
                guards = (*guards, *_left_by(statement))

    def statement(
        self, node: ast.stmt, guards: tuple[Guard, ...], nets: _Nets, handling: ast.ExceptHandler | None
    ) -> Iterator[Raised]:
        if isinstance(node, ast.Raise):
            yield from self.raising(node, guards, nets, handling)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            yield from self.trying(node, guards, nets, handling)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield from self.block(node.body, guards, (*nets, *_suppressed(node)), handling)
        else:
            for more, body in _branches(node):
                yield from self.block(body, (*guards, *more), nets, handling)

    def trying(
        self,
        node: ast.Try | ast.TryStar,
        guards: tuple[Guard, ...],
        nets: _Nets,
        handling: ast.ExceptHandler | None,
    ) -> Iterator[Raised]:
        if any(isinstance(part, ast.Return) for part in node.finalbody):
            nets = (*nets, (_Handler(None, False),))
        net = tuple(_Handler(_handler_names(h), _reraises(h)) for h in node.handlers)
        yield from self.block(node.body, guards, (*nets, net), handling)
        for handler in node.handlers:
            names = _handler_names(handler)
            guard = Guard(GuardKind.HANDLER, ", ".join(names or ()), True, handler.lineno, node)
            yield from self.block(handler.body, (*guards, guard), nets, handler)
        yield from self.block(node.orelse, guards, nets, handling)
        yield from self.block(node.finalbody, guards, nets, handling)

    def raising(
        self, node: ast.Raise, guards: tuple[Guard, ...], nets: _Nets, handling: ast.ExceptHandler | None
    ) -> Iterator[Raised]:
        reraised = node.exc is None or (handling is not None and _is_variable(node.exc, handling.name))
        if reraised:
            caught = _handler_names(handling) if handling is not None else None
            names: _Named = [(name, None) for name in caught or () if last_name(name) not in _BROAD]
        else:
            names = self.named(node.exc, guards)
        for name, call in names:
            if not _is_class_name(name, self.bases):
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
                caught = _catches(handler, exception, self.bases)
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
        elif isinstance(node, ast.Name) and not _is_class_name(node.id, self.bases):
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
            if isinstance(value, ast.Name) and not _is_class_name(value.id, self.bases):
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
            if any(_is_variable(target, name) for target in targets):
                yield node.value


def _is_variable(node: ast.AST | None, name: str | None) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _handler_names(handler: ast.ExceptHandler) -> tuple[str, ...] | None:
    """Return the exceptions that a handler catches; None for a bare ``except``."""
    if handler.type is None:
        return None
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return tuple(dotted(node) or ast.unparse(node) for node in nodes)


def _reraises(handler: ast.ExceptHandler) -> bool:
    return any(
        isinstance(node, ast.Raise) and (node.exc is None or _is_variable(node.exc, handler.name))
        for node in own_nodes(handler.body)
    )


def _suppressed(node: ast.With | ast.AsyncWith) -> Iterator[tuple[_Handler, ...]]:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and last_name(dotted(call.func) or "") in {
            "suppress",
            "raises",
            "assertRaises",
        }:
            yield (_Handler(tuple(dotted(arg) or "" for arg in call.args), False),)


def _branches(node: ast.stmt) -> Iterator[tuple[tuple[Guard, ...], Sequence[ast.stmt]]]:
    """Split a compound statement into its blocks, each with the conditions under which it runs."""
    if isinstance(node, ast.If):
        yield (_guard(GuardKind.IF, node.test, True),), node.body
        yield (_guard(GuardKind.IF, node.test, False),), node.orelse
    elif isinstance(node, ast.While):
        endless = isinstance(node.test, ast.Constant)
        yield () if endless else (_guard(GuardKind.WHILE, node.test, True),), node.body
        yield (_guard(GuardKind.WHILE, node.test, False),), node.orelse
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        test = f"{ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        yield (Guard(GuardKind.LOOP, test, True, node.lineno, node),), node.body
        yield (Guard(GuardKind.LOOP, test, False, node.lineno, node),), node.orelse
    elif isinstance(node, ast.Match):
        for case in node.cases:
            test = f"{ast.unparse(node.subject)} is {ast.unparse(case.pattern)}"
            yield (Guard(GuardKind.CASE, test, True, node.lineno, case),), case.body


def _guard(kind: GuardKind, test: ast.expr, holds: bool) -> Guard:
    return Guard(kind, ast.unparse(test), holds, test.lineno, test)


def _left_by(node: ast.If) -> Iterator[Guard]:
    """Yield the conditions that hold after an ``if`` with a branch that leaves the block."""
    if leaves(node.body):
        yield _guard(GuardKind.EARLIER, node.test, False)
        for inner in node.orelse:
            if isinstance(inner, ast.If) and len(node.orelse) == 1:
                yield from _left_by(inner)
    elif leaves(node.orelse):
        yield _guard(GuardKind.EARLIER, node.test, True)
