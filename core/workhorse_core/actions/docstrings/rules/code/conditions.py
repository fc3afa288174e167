"""Conditions as words: tests in the code about parameters and the object."""

import ast
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workhorse_core.actions.docstrings.rules.code.bindings import (
    acts_on_itself_before,
    changed_before,
    filled_before,
    local_names,
    stored_before,
)
from workhorse_core.actions.docstrings.rules.code.clauses import (
    COMPARED,
    METHODS,
    STATES,
    code_of,
    emptiness,
    is_length,
    is_simple,
    list_words,
    masked,
    one_of,
    quoted,
    truth_word,
    value_of,
)
from workhorse_core.actions.docstrings.rules.english.words import (
    article,
    is_adjective,
    is_plural,
    spell_all,
    split_words,
)
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.system.named_tuple import NamedTuple

_ZERO: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("is negative", "is not negative"),
    ast.LtE: ("is not positive", "is positive"),
    ast.Gt: ("is positive", "is not positive"),
    ast.GtE: ("is not negative", "is negative"),
}
_SIZED = ("str", "bytes", "list", "dict", "tuple", "set", "frozenset", "Sequence", "Mapping", "Iterable", "Collection")
_OF_NUMBERS = frozenset({"odd", "even", "first", "last", "positive", "negative"})
"""Adjectives of an attribute that are not true of the object itself."""
_MAX_LENGTH = 90


class Reader(NamedTuple):
    """Translation of tests into words at one line of a function, where some names no longer hold what was passed in."""

    subject: Subject
    line: int
    items: Mapping[str, str] = MappingProxyType({})
    """Loop variables, by the parameter whose items they hold."""

    def words(self, test: ast.expr, holds: bool = True) -> str | None:
        """Describe the case in which a test is true, or false; None where a caller could not understand it."""
        if not self.is_about_caller(test):
            return None
        said = self._test(test, holds)
        if said is None and any(isinstance(n, ast.Name) and n.id in self.items for n in ast.walk(test)):
            return None
        if said is None:
            source = ast.unparse(test)
            if re.search(r"\b_", source) or len(source) > _MAX_LENGTH // 2:
                return None
            said = quoted(test, holds)
            if said is None:
                return None
        if self._is_filled(test) and re.search(r"\b(?:None|missing|given|empty|true|false)\b", said):
            return None  # a default was filled in for None
        return said if len(said) <= _MAX_LENGTH else None

    def _is_filled(self, test: ast.expr) -> bool:
        filled = filled_before(self.subject, self.line)
        return any(isinstance(inner, ast.Name) and inner.id in filled for inner in ast.walk(test))

    def is_about_caller(self, node: ast.AST) -> bool:
        """Return whether an expression has only parameters as passed in, the object, and names of the module."""
        own = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
        own |= {
            inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }
        stored = stored_before(self.subject, self.line)
        if any(dotted(inner) in stored for inner in ast.walk(node) if isinstance(inner, ast.Attribute)):
            return False
        asks_itself = any(isinstance(inner, ast.Name) and inner.id == "self" for inner in ast.walk(node))
        if asks_itself and acts_on_itself_before(self.subject, self.line):
            return False
        return all(
            inner.id in own or self._is_known(inner.id)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
        ) and not any(isinstance(inner, (ast.NamedExpr, ast.Await, ast.Yield, ast.Lambda)) for inner in ast.walk(node))

    def _is_known(self, name: str) -> bool:
        if name in self.items:
            return self.items[name] not in changed_before(self.subject, self.line)
        if name in changed_before(self.subject, self.line):
            return False
        return name in self.subject.parameters or name not in local_names(self.subject)

    # -- shapes of tests

    def _test(self, test: ast.expr, holds: bool) -> str | None:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._test(test.operand, not holds)
        if isinstance(test, ast.BoolOp):
            return self._joined(test, holds)
        if isinstance(test, ast.Compare):
            if isinstance(test.ops[0], ast.NotEq) and ast.unparse(test.comparators[0]) == "0" and masked(test.left):
                return self._test(test.left, holds)
            return self._compared(test, holds)
        if mask := masked(test):
            bits = self._noun(mask[0])
            return f"{bits} has {'a' if holds else 'no'} bit of {code_of(mask[1])} set" if bits else None
        if isinstance(test, ast.Call):
            return self._called(test, holds)
        return self._truth(test, holds)

    def _joined(self, test: ast.BoolOp, holds: bool) -> str | None:
        parts = [self._test(value, holds) for value in test.values]
        if len(parts) > 3 or any(isinstance(value, ast.BoolOp) for value in test.values):
            return None
        both = isinstance(test.op, ast.And) == holds
        known = [part for part in parts if part is not None]
        return (" and " if both else " or ").join(known) if len(known) == len(parts) else None

    def _compared(self, test: ast.Compare, holds: bool) -> str | None:
        if len(test.ops) == 2:
            return self._between(test, holds)
        left, operator, right = test.left, test.ops[0], test.comparators[0]
        if len(test.ops) != 1:
            return None
        if isinstance(left, ast.Constant):
            return self._contained(left, operator, right, holds)
        subject = self._noun(left)
        if subject is None:
            return None
        if isinstance(right, ast.Constant) and (said := self._against_constant(left, operator, right, holds)):
            return said
        if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            return one_of(subject, right, isinstance(operator, ast.In) == holds)
        verb = COMPARED[type(operator)][not holds]
        if isinstance(operator, (ast.Eq, ast.NotEq)) and not isinstance(right, (ast.Constant, ast.UnaryOp)):
            verb = "equals" if isinstance(operator, ast.Eq) == holds else "differs from"
        if isinstance(right, ast.Call):
            called = self._noun(right)
            return f"{subject} {verb} {called}" if called else None
        return f"{subject} {verb} {value_of(right)}" if is_simple(right) else None

    def _contained(self, left: ast.Constant, operator: ast.cmpop, right: ast.expr, holds: bool) -> str | None:
        """Describe ``"x" in y``."""
        subject = self._noun(right)
        if subject is None or not isinstance(operator, (ast.In, ast.NotIn)):
            return None
        contains = isinstance(operator, ast.In) == holds
        return f"{subject} {'contains' if contains else 'does not contain'} {code_of(left)}"

    def _against_constant(self, left: ast.expr, operator: ast.cmpop, right: ast.Constant, holds: bool) -> str | None:
        """Describe comparisons with zero and with empty values."""
        equality = isinstance(operator, (ast.Eq, ast.NotEq))
        equal = isinstance(operator, ast.Eq) == holds
        if equality and right.value in ("", b""):
            return emptiness(self._noun(left), equal)
        if right.value != 0 or isinstance(right.value, (bool, complex)):
            return None
        if is_length(left):
            return emptiness(self._noun(left.args[0]), equal) if equality else None
        return f"{self._noun(left)} {_ZERO[type(operator)][not holds]}" if type(operator) in _ZERO else None

    def _between(self, test: ast.Compare, holds: bool) -> str | None:
        """Describe ``low <= x <= high``."""
        subject = self._noun(test.comparators[0])
        simple = is_simple(test.left) and is_simple(test.comparators[1])
        if subject is None or not simple or not all(isinstance(operator, ast.LtE) for operator in test.ops):
            return None
        low, high = value_of(test.left), value_of(test.comparators[1])
        return f"{subject} is {'' if holds else 'not '}between {low} and {high}"

    def _called(self, test: ast.Call, holds: bool) -> str | None:
        name = dotted(test.func) or ""
        last = name.rpartition(".")[2]
        if test.keywords or (not test.args and not isinstance(test.func, ast.Attribute)):
            return None
        if name in {"isinstance", "issubclass"} and len(test.args) == 2:
            return self._is_a(test, holds, "a subclass of" if name == "issubclass" else "")
        if name == "hasattr" and len(test.args) == 2 and isinstance(test.args[1], ast.Constant):
            if str(test.args[1].value).startswith("_"):
                return None
            subject = self._noun(test.args[0])
            return f"{subject} has {'an' if holds else 'no'} attribute ``{test.args[1].value!s}``" if subject else None
        if name in {"callable", "os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.isabs"} or (
            name.startswith("inspect.") and last in STATES
        ):
            subject = self._noun(test.args[0]) if len(test.args) == 1 else None
            return f"{subject} {STATES[last][not holds]}" if subject and last in STATES else None
        if isinstance(test.func, ast.Attribute) and (said := self._method(test.func, test.args, holds)):
            return said
        if last.startswith(("is_", "has_")) and not test.args and is_simple(test.func):
            return f"{code_of(test)} is {'true' if holds else 'false'}"
        return None

    def _method(self, function: ast.Attribute, arguments: Sequence[ast.expr], holds: bool) -> str | None:
        subject = self._noun(function.value)
        if subject is None:
            return None
        if function.attr in STATES and not arguments:
            return f"{subject} {STATES[function.attr][not holds]}"
        if function.attr in {"startswith", "endswith"} and len(arguments) == 1:
            value = self._one_of(arguments[0])
            return f"{subject} {METHODS[function.attr][not holds]} {value}" if value else None
        if function.attr in {"match", "fullmatch"} and len(arguments) == 1:
            matched = self._noun(arguments[0])
            return f"{matched} {METHODS[function.attr][not holds]} {subject}" if matched else None
        return None

    def _one_of(self, node: ast.expr) -> str | None:
        """Return a text, or "one of" several where the name is a plural: "one of ``PREFIXES``"."""
        if isinstance(node, ast.Tuple):
            texts = [value_of(one) for one in node.elts if is_simple(one)]
            return list_words(texts, "or") if len(texts) == len(node.elts) else None
        name = last_name(dotted(node) or "")
        if not is_simple(node) or name.startswith("_"):
            return None
        many = bool(name) and is_plural(split_words(name)[-1])
        return f"one of {value_of(node)}" if many else value_of(node)

    def _is_a(self, test: ast.Call, holds: bool, relation: str) -> str | None:
        subject = self._noun(test.args[0])
        classes = test.args[1].elts if isinstance(test.args[1], ast.Tuple) else [test.args[1]]
        names = [dotted(cls) for cls in classes]
        if subject is None or not all(names) or len(names) > 4:
            return None
        listed = list_words([f"``{name}``" for name in names], "or")
        linked = relation or ("an instance of" if names[0] in self.subject.parameters else article(str(names[0])))
        return f"{subject} is {'' if holds else 'not '}{linked} {listed}"

    def _truth(self, test: ast.expr, holds: bool) -> str | None:
        """Describe the truth of a bare name or attribute, which depends on its type."""
        if isinstance(test, ast.Attribute) and dotted(test.value) == "self":
            return self._state(test.attr, holds)
        subject = self._noun(test)
        if subject is None or not isinstance(test, ast.Name):
            return None if subject is None else f"{subject} is {truth_word(dotted(test) or '', holds)}"
        parameter = self.subject.parameters.get(test.id) if test.id not in self.items else None
        if parameter is None:
            return f"{subject} is {truth_word(test.id, holds)}"
        kind = (parameter.annotation or "").removeprefix("typing.").removeprefix("t.")
        if kind == "bool" or parameter.default in {"True", "False"}:
            return f"{subject} is {'true' if holds else 'false'}"
        if parameter.label != parameter.name:
            return f"{'' if holds else 'no '}{subject} are given"
        if kind.partition("[")[0].rpartition(".")[2] in _SIZED:
            return emptiness(subject, not holds)
        if parameter.default in {"None", "''", '""', "()", "[]", "{}"} or "None" in kind or "Optional" in kind:
            nothing = "zero" if re.search(r"\b(?:int|float)\b", kind) else "empty"
            return f"{subject} is given" if holds else f"{subject} is missing or {nothing}"
        return f"{subject} is {truth_word(test.id, holds)}"

    def _state(self, attribute: str, holds: bool) -> str | None:
        """Describe ``self.closed`` as the state of the object."""
        words = split_words(attribute)
        if words[:1] in (["is"], ["was"]):
            words = words[1:]
        noun = self.subject.owner_noun
        if noun and len(words) == 1 and is_adjective(words[0]) and words[0] not in _OF_NUMBERS:
            link = "are" if is_plural(noun.split()[-1]) else "is"
            return f"the {noun} {link} {'' if holds else 'not '}{spell_all(words)}"
        if attribute.startswith("_"):
            noun = self.subject.private_noun(attribute)
            return f"{noun} is {'truthy' if holds else 'falsy'}" if noun else None
        return f"``self.{attribute}`` is {truth_word(attribute, holds)}"

    def _noun(self, node: ast.expr) -> str | None:
        """Return a noun for the operand of a test."""
        if isinstance(node, ast.Name) and node.id in self.items:
            return f"an item of ``{self.items[node.id]}``"
        if isinstance(node, ast.Name):
            parameter = self.subject.parameters.get(node.id)
            return f"``{parameter.label}``" if parameter else f"``{node.id}``"
        if isinstance(node, ast.Attribute):
            name = dotted(node)
            if name is None or name.split(".")[0] in self.items:
                return None
            if any(part.startswith("_") for part in name.split(".")):
                own = name.removeprefix("self.") if name.startswith("self._") else ""
                return self.subject.private_noun(own) if own and "." not in own else None
            return f"``{name}``"
        if is_length(node):
            inner = self._noun(node.args[0])
            return f"the length of {inner}" if inner else None
        if isinstance(node, ast.Call) and dotted(node.func) == "type" and len(node.args) == 1:
            inner = self._noun(node.args[0])
            return f"the type of {inner}" if inner else None
        if isinstance(node, ast.Call) and is_simple(node.func) and all(map(is_simple, node.args)) and not node.keywords:
            return code_of(node) if len(ast.unparse(node)) <= 40 and not self.items else None
        return None
