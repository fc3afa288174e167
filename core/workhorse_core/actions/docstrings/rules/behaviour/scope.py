"""The names of a function as its caller knows them, and code that may be quoted to a caller."""

import ast
import builtins

from workhorse_core.actions.docstrings.rules.english.words import class_noun
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.system.named_tuple import NamedTuple

LONGEST = 48
"""Characters of quoted code."""
_UNQUOTED = (
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.NamedExpr,
    ast.Yield,
    ast.YieldFrom,
    ast.IfExp,
    ast.Starred,
)


class Scope(NamedTuple):
    """The function, and the loop variables that a sentence has introduced."""

    subject: Subject
    loops: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    """Parameters that are bound again, a filled-in default aside."""

    def within(self, *names: str) -> "Scope":
        """Return the scope of a sentence that introduces loop variables."""
        return self._replace(loops=(*self.loops, *names))

    def is_shown(self, node: ast.AST) -> bool:
        """Return whether all names of an expression mean something to a caller: public, and not local."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and is_hidden(inner.attr):
                return False
            if isinstance(inner, ast.keyword) and inner.arg is None:
                return False
            if isinstance(inner, ast.Name) and not self.is_known(inner.id):
                return False
        return True

    def is_known(self, name: str) -> bool:
        """Return whether a name is a parameter, a loop variable, or a public name of the module."""
        if name in self.loops or name in self.subject.parameters or name in {"self", "cls"}:
            return not self.is_changed(name)
        return not is_hidden(name) and name not in _locals(self.subject)

    def is_changed(self, name: str) -> bool:
        """Return whether a parameter is bound again somewhere in the function, a filled-in default aside."""
        return name not in self.loops and name in self.changed

    def code(self, node: ast.AST, longest: int = LONGEST) -> str | None:
        """Quote an expression; None where it is long, or a caller could not understand it."""
        if any(isinstance(inner, _UNQUOTED) for inner in ast.walk(node)) or not self.is_shown(node):
            return None
        if isinstance(node, ast.Await):
            node = node.value
        text = ast.unparse(node)
        strings = [
            inner for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        ]
        if any('"' in str(one.value) or "'" in str(one.value) for one in strings) and not isinstance(
            node, ast.Constant
        ):
            return None
        if strings and "JoinedStr" not in {type(inner).__name__ for inner in ast.walk(node)}:
            text = text.replace("'", '"')
        if len(text) > longest or "\\" in text or "`" in text or "\n" in text or "  " in text:
            return None
        return f"``{text}``"

    def owner(self) -> str:
        """Return the noun for the object of a method."""
        noun = self.subject.owner_noun
        return f"the {noun}" if noun else "``self``"


def is_hidden(name: str) -> bool:
    """Return whether a name is private; dunders are not."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__")) and name != "_"


def _locals(subject: Subject) -> set[str]:
    from workhorse_core.actions.docstrings.rules.code.bindings import local_names

    return local_names(subject)


def is_builtin(name: str) -> bool:
    """Return whether a name is one of Python's own."""
    return hasattr(builtins, name)


def class_in(node: ast.expr) -> str | None:
    """Return the noun of a class that is called by its name ("a response"), None for other functions."""
    name = (dotted(node) or "").rpartition(".")[2]
    if not name[:1].isupper() or name.isupper():
        return None
    return class_noun(name)
