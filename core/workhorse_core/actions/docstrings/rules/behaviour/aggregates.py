"""Comprehensions and aggregates as noun phrases."""

import ast
import re
from collections.abc import Callable

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope
from workhorse_core.actions.docstrings.rules.code.clauses import COMPARED, list_words
from workhorse_core.actions.docstrings.rules.english.words import is_adjective, plural, spell_all, split_words
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.system.lazy_regex import late_pattern

Noun = Callable[[Scope, ast.expr], str | None]
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_KINDS: dict[type[ast.expr], str] = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dictionary"}
_BUILT = {"list": "list", "set": "set", "tuple": "tuple", "frozenset": "frozen set"}


class _Loop:
    """The single loop of a comprehension: what it runs over, and which elements it takes."""

    def __init__(self, scope: Scope, loop: ast.comprehension, noun: Noun) -> None:
        self.name = ast.unparse(loop.target).strip("()")
        self.inner = scope.within(*self.name.split(", "))
        self.over = noun(scope, loop.iter)
        self.tests = loop.ifs
        self.element = _element_word(self.name)

    def elements(self) -> str | None:
        """Return "the elements of ``xs`` whose ``a`` is None"."""
        filtered = self.filter()
        if self.over is None or filtered is None or _is_long(self.over):
            return None
        return f"the {self.element} {'in' if self.element != 'elements' else 'of'} {self.over}{filtered}"

    def each(self) -> str | None:
        """Return "each ``x`` in ``xs`` whose ``a`` is None"."""
        filtered = self.filter()
        if self.over is None or filtered is None or _is_long(self.over):
            return None
        return f"each ``{self.name}`` in {self.over}{filtered}"

    def filter(self, many: bool = True) -> str | None:
        """Return the relative clause of its tests; "" where it has none."""
        if not self.tests:
            return ""
        if len(self.tests) > 1:
            return None
        said = _relative(self.inner, self.name, self.tests[0], holds=True)
        if said and not many:
            said = re.sub(r"^that are (not )?instances of", r"that is \1an instance of", said)
            said = said.replace("that are ", "that is ", 1)
        return f" {said}" if said else None


def _is_long(noun: str) -> bool:
    return " if " in noun or ", " in noun or noun.startswith("whether ")


def _element_word(name: str) -> str:
    words = split_words(name)
    if len(name) < 3 or not words or not all(word.isalpha() for word in words) or is_adjective(words[-1]):
        return "elements"
    return spell_all([*words[:-1], plural(words[-1])])


def _loop(scope: Scope, node: _Comprehension, noun: Noun) -> _Loop | None:
    if len(node.generators) != 1 or node.generators[0].is_async:
        return None
    loop = node.generators[0]
    targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
    if not all(isinstance(one, ast.Name) and one.id not in scope.subject.parameters for one in targets):
        return None
    return _Loop(scope, loop, noun)


def comprehension_noun(scope: Scope, node: _Comprehension, noun: Noun) -> str | None:
    """Return the noun phrase of a comprehension with one loop."""
    loop = _loop(scope, node, noun)
    if loop is None:
        return None
    kind = _KINDS.get(type(node))
    if isinstance(node, ast.DictComp):
        key, value, each = loop.inner.code(node.key, 30), loop.inner.code(node.value, 30), loop.each()
        return f"a dictionary that maps {key} to {value} for {each}" if key and value and each else None
    mapped = _mapped(loop, node.elt)
    if mapped is None:
        return None
    return f"a {kind} of {mapped}" if kind else mapped


def _mapped(loop: _Loop, element: ast.expr) -> str | None:
    """Return what the elements are turned into."""
    if dotted(element) == loop.name:
        return loop.elements()
    each, code = loop.each(), loop.inner.code(element, 40)
    return f"{code} for {each}" if each and code else None


def aggregate_noun(scope: Scope, node: ast.Call, noun: Noun) -> str | None:
    """Return the noun phrase of ``sum``, ``any``, ``sorted``, ``join`` and their like."""
    name = dotted(node.func)
    if isinstance(node.func, ast.Attribute) and node.func.attr == "join" and len(node.args) == 1:
        return _joined(scope, node.func.value, node.args[0], noun)
    if name in {"any", "all"} and len(node.args) == 1:
        return _quantified(scope, name, node.args[0], noun)
    if name == "next" and len(node.args) == 2 and isinstance(node.args[0], ast.GeneratorExp):
        return _first(scope, node.args[0], node.args[1], noun)
    if name in {"sorted", "max", "min"} and len(node.args) == 1:
        return _ordered(scope, name, node, noun)
    if len(node.args) != 1 or node.keywords or name not in {"sum", *_BUILT}:
        return None
    if name == "sum":
        said = _plain(scope, node.args[0], noun)
        return f"the sum of {said}" if said else None
    return _built(scope, name, node.args[0], noun)


def _built(scope: Scope, name: str, elements: ast.expr, noun: Noun) -> str | None:
    """Describe ``set(x)`` and its like."""
    if isinstance(elements, (ast.Tuple, ast.List, ast.Set)):
        return _of_elements(scope, name, elements.elts, noun)
    said = noun(scope, elements)
    if said is None or _is_long(said):
        return None
    inner = _loop(scope, elements, noun) if isinstance(elements, ast.GeneratorExp) else None
    if inner is not None:
        return f"a {_BUILT[name]} of {said}"
    if said == scope.owner():
        said = f"the {'keys' if _MAPPING.search(said) else 'elements'} of {said}"
    return f"a {_BUILT[name]} of {said if said.startswith('the ') else f'the elements of {said}'}"


def _of_elements(scope: Scope, name: str, elements: list[ast.expr], noun: Noun) -> str | None:
    """Describe ``frozenset((a, b))``."""
    said = [noun(scope, one) for one in elements]
    words = [one for one in said if one and not _is_long(one)]
    if not words or len(words) != len(elements) or len(words) > 4:
        return None
    return (
        f"a {_BUILT[name]} of {list_words(words, 'and')}"
        if len(words) > 1
        else f"a {_BUILT[name]} with only {words[0]}"
    )


_MAPPING = late_pattern(r"(?:dictionary|dict|mapping|map)$")


def _first(scope: Scope, node: ast.GeneratorExp, default: ast.expr, noun: Noun) -> str | None:
    """Return "the first element of ``xs`` whose ``a`` is None, or None if there is none"."""
    loop, otherwise = _loop(scope, node, noun), noun(scope, default)
    if loop is None or loop.over is None or otherwise is None or _is_long(loop.over) or _is_long(otherwise):
        return None
    filtered = loop.filter(many=False)
    if filtered is None:
        return None
    if dotted(node.elt) == loop.name:
        return f"the first element of {loop.over}{filtered}, or {otherwise} if there is none"
    code = loop.inner.code(node.elt, 40)
    return (
        f"{code} for the first ``{loop.name}`` in {loop.over}{filtered}, or {otherwise} if there is none"
        if code
        else None
    )


def _plain(scope: Scope, node: ast.expr, noun: Noun) -> str | None:
    said = noun(scope, node)
    return said if said and not _is_long(said) else None


def _joined(scope: Scope, separator: ast.expr, parts: ast.expr, noun: Noun) -> str | None:
    said = _plain(scope, parts, noun)
    if dotted(separator) in scope.subject.parameters and said:
        said = f"the elements of {said}" if re.fullmatch("``[^`]*``", said) else said.removeprefix("a list of ")
        return f"{said}, joined by {scope.code(separator)}" if scope.code(separator) else None
    if not isinstance(separator, ast.Constant) or not isinstance(separator.value, (str, bytes)):
        return None
    if said is None:
        return None
    said = said.removeprefix("a list of ")
    said = f"the elements of {said}" if re.fullmatch("``[^`]*``", said) else said
    mark = separator.value if isinstance(separator.value, str) else separator.value.decode("latin-1")
    if mark == "":
        return f"{said}, concatenated"
    if mark in {"\n", "\r\n"}:
        return f"{said}, joined by line breaks"
    if mark == " ":
        return f"{said}, joined by spaces"
    plain = mark.isprintable() and not set(mark) & set('"\\`')
    return f'{said}, joined by ``{"b" * isinstance(separator.value, bytes)}"{mark}"``' if plain else None


def _quantified(scope: Scope, name: str, argument: ast.expr, noun: Noun) -> str | None:
    """Return "whether ``x.done`` is true for every ``x`` in ``xs``"."""
    if not isinstance(argument, (ast.GeneratorExp, ast.ListComp)):
        return None
    loop = _loop(scope, argument, noun)
    if loop is None or loop.over is None or loop.filter() is None or _is_long(loop.over):
        return None
    quantity = "any" if name == "any" else "every"
    over = f"{quantity} ``{loop.name}`` in {loop.over}{loop.filter()}"
    if dotted(argument.elt) == loop.name:
        return f"whether {over} is truthy" if not loop.tests else None
    code = loop.inner.code(argument.elt, 40)
    return f"whether {code} holds for {over}" if code else None


def _ordered(scope: Scope, name: str, node: ast.Call, noun: Noun) -> str | None:
    """Return "the elements of ``xs``, sorted by ``a``", or the largest of them."""
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if set(keywords) - {"key", "reverse"} or not isinstance(keywords.get("reverse", ast.Constant(True)), ast.Constant):
        return None
    said = _plain(scope, node.args[0], noun)
    key = _key(keywords["key"]) if "key" in keywords else ""
    if said is None or key is None:
        return None
    if name == "sorted":
        reverse = keywords.get("reverse")
        order = " in descending order" if isinstance(reverse, ast.Constant) and reverse.value else ""
        said = said.removeprefix("a list of ")
        return f"{said}, sorted{f' by {key}' if key else ''}{order}"
    extreme = "largest" if name == "max" else "smallest"
    if key:
        return f"the element of {said} with the {extreme} {key}" if said.startswith("``") else None
    return f"the {extreme} of {said}" if said.startswith("the ") else f"the {extreme} element of {said}"


def _key(node: ast.expr) -> str | None:
    """Name the attribute or item that a key function takes."""
    if isinstance(node, ast.Lambda) and len(node.args.args) == 1:
        name, body = node.args.args[0].arg, node.body
        if isinstance(body, ast.Attribute) and dotted(body.value) == name and not body.attr.startswith("_"):
            return f"``{body.attr}``"
        if isinstance(body, ast.Subscript) and dotted(body.value) == name and isinstance(body.slice, ast.Constant):
            value = body.slice.value
            return f'``"{value}"``' if isinstance(value, str) and value.isidentifier() else None
        return None
    return f"``{node.id}``" if isinstance(node, ast.Name) and node.id in {"len", "str", "int"} else None


def _relative(scope: Scope, name: str, test: ast.expr, holds: bool) -> str | None:
    """Return a relative clause: "whose ``a`` is None", "that are not in ``ys``"."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _relative(scope, name, test.operand, not holds)
    if dotted(test) == name:
        return f"that are {'truthy' if holds else 'falsy'}"
    if isinstance(test, ast.Attribute) and dotted(test.value) == name and not test.attr.startswith("_"):
        return f"whose ``{test.attr}`` is {'truthy' if holds else 'falsy'}"
    if isinstance(test, ast.Call) and dotted(test.func) == "isinstance" and len(test.args) == 2:
        kind = scope.code(test.args[1])
        if dotted(test.args[0]) == name and kind and isinstance(test.args[1], (ast.Name, ast.Attribute)):
            return f"that are {'' if holds else 'not '}instances of {kind}"
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and (said := _compared(scope, name, test, holds)):
        return said
    code = scope.code(test if holds else ast.UnaryOp(ast.Not(), test), 40)
    return f"for which {code}" if code else None


def _compared(scope: Scope, name: str, test: ast.Compare, holds: bool) -> str | None:
    relation = COMPARED[type(test.ops[0])]
    right = test.comparators[0]
    known = scope.code(right, 30)
    if known is None or any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(right)):
        return None
    if isinstance(right, ast.Constant) and not isinstance(right.value, str):
        known = str(right.value)
    verb = relation[not holds]
    if dotted(test.left) == name:
        return f"that {verb.replace('is', 'are', 1)} {known}"
    if isinstance(test.left, ast.Attribute) and dotted(test.left.value) == name and not test.left.attr.startswith("_"):
        return f"whose ``{test.left.attr}`` {verb} {known}"
    return None
