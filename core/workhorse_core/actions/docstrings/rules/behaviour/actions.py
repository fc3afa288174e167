"""Statements as commands: "set ``self.debug`` to True", "append ``item`` to ``self.items``"."""

import ast

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, is_hidden
from workhorse_core.actions.docstrings.rules.behaviour.values import value_noun
from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.actions.docstrings.rules.english.vocabulary import SELF_VERBS
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.system.named_tuple import NamedTuple

_TO = {"append": "append", "extend": "extend", "write": "write", "send": "send", "put": "put", "add": "add"}
_FROM = {"remove": "remove", "discard": "discard", "pop": "remove"}
_LOGGERS = frozenset({"log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER"})
_LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})


class Command(NamedTuple):
    """A command, and whether it means more than that a function is called."""

    text: str
    telling: bool = True


def command(scope: Scope, statement: ast.stmt) -> Command | None:
    """Return the command that a statement carries out; None where it is uncertain."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return _stored(scope, statement.targets[0], statement.value)
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _stored(scope, statement.target, statement.value)
    if isinstance(statement, ast.AugAssign):
        return _changed(scope, statement)
    if isinstance(statement, ast.Delete) and len(statement.targets) == 1:
        return _deleted(scope, statement.targets[0])
    if isinstance(statement, ast.Expr):
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        return _called(scope, value) if isinstance(value, ast.Call) else None
    if isinstance(statement, ast.If):
        return _conditional(scope, statement)
    if isinstance(statement, ast.For) and not statement.orelse:
        return _repeated(scope, statement)
    if isinstance(statement, ast.Try):
        return _tried(scope, statement)
    return None


def is_silent(statement: ast.stmt) -> bool:
    """Return whether a statement has no effect that a docstring names: logging, imports, assertions, ``pass``."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Pass, ast.Assert, ast.Global, ast.Nonlocal)):
        return True
    if isinstance(statement, ast.If) and not statement.orelse and not isinstance(statement.body[0], ast.Pass):
        asks = any(isinstance(node, (ast.Call, ast.NamedExpr, ast.Await)) for node in ast.walk(statement.test))
        return not asks and all(map(is_silent, statement.body))
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    function = statement.value.func
    if not isinstance(function, ast.Attribute) or function.attr not in _LEVELS:
        return False
    return (dotted(function.value) or "").rpartition(".")[2] in _LOGGERS


def _stored(scope: Scope, target: ast.expr, value: ast.expr) -> Command | None:
    said = value_noun(scope, value)
    if said is None or said.startswith("whether ") or ", or " in said:
        return None
    if isinstance(target, ast.Attribute) and dotted(target.value) in {"self", "cls"} and is_hidden(target.attr):
        noun = scope.subject.private_noun(target.attr)
        return Command(f"set {noun} to {said}") if noun else None
    if isinstance(target, ast.Attribute):
        place = scope.code(target)
        return Command(f"set {place} to {said}") if place else None
    if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
        holder, key = value_noun(scope, target.value), value_noun(scope, target.slice)
        if holder is None or key is None or "," in holder + key:
            return None
        return Command(f"store {said} under {key} in {holder}")
    return None


def _changed(scope: Scope, statement: ast.AugAssign) -> Command | None:
    """Describe ``self.count += 1``; for other operators the words depend on the types."""
    if not isinstance(statement.op, (ast.Add, ast.Sub)) or isinstance(statement.target, ast.Name):
        return None
    place = value_noun(scope, statement.target)
    if place is None or not isinstance(statement.value, ast.Constant) or not isinstance(statement.value.value, int):
        return None
    verb = "increase" if isinstance(statement.op, ast.Add) else "decrease"
    return Command(f"{verb} {place} by {statement.value.value}")


def _deleted(scope: Scope, target: ast.expr) -> Command | None:
    if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
        holder, key = value_noun(scope, target.value), value_noun(scope, target.slice)
        return Command(f"delete the item of {holder} at {key}") if holder and key and "," not in holder + key else None
    place = scope.code(target) if isinstance(target, ast.Attribute) else None
    return Command(f"delete {place}") if place else None


def _called(scope: Scope, call: ast.Call) -> Command | None:
    function = call.func
    if inherited_call(scope, call):
        return Command("do what the base class does", telling=False)
    if isinstance(function, ast.Attribute) and not call.keywords:
        holder = value_noun(scope, function.value)
        known = _method(scope, function.attr, holder, call.args) if holder else None
        if known is not None:
            return known
    if isinstance(function, (ast.Name, ast.Attribute)) and (
        known := function_command(scope, dotted(function) or "", call)
    ):
        return known
    quoted = scope.code(call)
    return Command(f"call {quoted}", telling=_is_protocol(scope, call)) if quoted else None


def _is_protocol(scope: Scope, call: ast.Call) -> bool:
    """Return whether Python itself calls the function: then its name does not describe the call."""
    return scope.subject.name in PROTOCOL and (dotted(call.func) or "").startswith("self.")


PROTOCOL = frozenset({"__enter__", "__exit__", "__aenter__", "__aexit__", "__del__"})
"""Methods that Python itself calls."""


_FUNCTIONS = {
    "os.remove": "remove the file {0}",
    "os.unlink": "remove the file {0}",
    "os.rmdir": "remove the folder {0}",
    "os.mkdir": "create the folder {0}",
    "os.makedirs": "create the folder {0} with its parents",
    "os.chdir": "make {0} the working directory",
    "os.rename": "rename {0} to {1}",
    "shutil.rmtree": "remove the folder {0} with all it contains",
    "shutil.move": "move {0} to {1}",
    "shutil.copy": "copy {0} to {1}",
    "shutil.copyfile": "copy the file {0} to {1}",
    "time.sleep": "sleep for {0} seconds",
    "sys.exit": "exit the program with the status {0}",
    "print": "print {0}",
    "setattr": "set the attribute {1} of {0} to {2}",
    "delattr": "delete the attribute {1} of {0}",
}


def function_command(scope: Scope, name: str, call: ast.Call) -> Command | None:
    """Return the command of a well-known function."""
    pattern = _FUNCTIONS.get(name)
    if pattern is None or call.keywords or len(call.args) != pattern.count("{"):
        return None
    said = [value_noun(scope, one) for one in call.args]
    if not all(said) or any("," in str(one) or " if " in str(one) or "whether" in str(one) for one in said):
        return None
    return Command(pattern.format(*said))


def _method(scope: Scope, name: str, holder: str, arguments: list[ast.expr]) -> Command | None:
    """Describe a method whose name alone states its effect on its object."""
    if holder.startswith(("whether", "the item of ")) or "," in holder or " if " in holder:
        return None
    if not arguments and name in SELF_VERBS and holder != scope.owner():
        return Command(f"{name} {holder}")
    if not arguments and name == "set" and holder.rstrip("`").endswith("event"):
        return Command(f"set {holder}")
    said = value_noun(scope, arguments[0]) if len(arguments) == 1 else None
    if said is None or said.startswith("whether ") or holder == scope.owner():
        return None
    if name == "extend":
        return Command(f"extend {holder} with {said}")
    if name == "update":
        return Command(f"update {holder} with {said}")
    if name in _TO:
        return Command(f"{_TO[name]} {said} to {holder}")
    if name in _FROM and "," not in said:
        return Command(f"{_FROM[name]} {said} from {holder}")
    return None


def inherited_call(scope: Scope, call: ast.expr) -> bool:
    """Return whether this is the same method of the base class, with the same arguments."""
    if isinstance(call, ast.Await):
        call = call.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    inner, owner = call.func.value, scope.subject.owner
    given = [dotted(one.value if isinstance(one, ast.Starred) else one) for one in call.args]
    given += [dotted(keyword.value) for keyword in call.keywords]
    by_super = isinstance(inner, ast.Call) and dotted(inner.func) == "super"
    if not by_super and owner is not None and dotted(inner) in {dotted(base) for base in owner.bases}:
        by_super, given = given[:1] == ["self"], given[1:]
    return by_super and call.func.attr == scope.subject.name and given == list(scope.subject.parameters)


def _conditional(scope: Scope, statement: ast.If) -> Command | None:
    words = Reader(scope.subject, statement.lineno).words(statement.test) if not scope.loops else None
    then, otherwise = commands(scope, statement.body), commands(scope, statement.orelse)
    if not words or not then or otherwise is None or len(then) > 2 or len(otherwise) > 1:
        return None
    if any(" if " in one.text for one in [*then, *otherwise]):
        return None
    telling = len(then) == 1 or any(one.telling for one in [*then, *otherwise])
    if len(then) == 2:
        both = f"if {words}, {then[0].text} and {then[1].text}"
        return Command(both, telling) if not otherwise and "," not in then[0].text + then[1].text else None
    if otherwise:
        return Command(f"{then[0].text} if {words}, else {otherwise[0].text}", telling)
    return Command(f"{then[0].text} if {words}", telling)


def _tried(scope: Scope, statement: ast.Try) -> Command | None:
    """Describe ``try`` whose handler does nothing."""
    if len(statement.handlers) != 1 or statement.orelse or statement.finalbody:
        return None
    handler = statement.handlers[0]
    done = commands(scope, statement.body)
    if not done or len(done) > 1 or not all(map(is_silent, handler.body)) or " if " in done[0].text:
        return None
    caught = caught_text(handler)
    return Command(f"{done[0].text}, ignoring {caught}", done[0].telling) if caught else None


def caught_text(handler: ast.ExceptHandler) -> str | None:
    """Name the exceptions that a handler catches."""
    if handler.type is None or dotted(handler.type) in {"Exception", "BaseException"}:
        return "any exception"
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [dotted(node) for node in nodes]
    return " and ".join(f"``{name}``" for name in names) if all(names) and len(names) < 3 else None


def _repeated(scope: Scope, statement: ast.For) -> Command | None:
    """Describe a loop that does one thing for each element."""
    over = value_noun(scope, statement.iter)
    targets = statement.target.elts if isinstance(statement.target, ast.Tuple) else [statement.target]
    names = [one.id for one in targets if isinstance(one, ast.Name)]
    if len(names) != len(targets) or over is None or "," in over or " if " in over:
        return None
    name = ", ".join(names)
    if set(names) & set(scope.subject.parameters) or over.startswith("whether"):
        return None
    done = commands(scope.within(*names), statement.body)
    if done is None or len(done) != 1 or " if " in done[0].text or " for each " in done[0].text:
        return None
    text, each = done[0].text, f"each ``{name}`` in {over}"
    if text.count(f"``{name}``") == 1 and text.count("``") == 2:
        return Command(text.replace(f"``{name}``", each), done[0].telling)
    return Command(f"{text} for {each}", done[0].telling)


def commands(scope: Scope, body: list[ast.stmt]) -> list[Command] | None:
    """Return the commands of statements, None where one has none."""
    found: list[Command] = []
    for statement in body:
        if is_silent(statement):
            continue
        said = command(scope, statement)
        if said is None:
            return None
        found.append(said)
    return found
