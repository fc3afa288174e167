"""Claims about the kind of a result that every ``return`` contradicts."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.code.type_nouns import FITS, HEAD, NOUN_PATTERN, NOUNS, annotated_kinds
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.languages.python.nodes import dotted, is_stub, last_name, leaves
from workhorse_core.system.lazy_regex import late_pattern

_CLAIM = late_pattern(
    rf"(?P<verb>^|^(?:it |this (?:function|method) )?returns?\s+)(?:an?|the|a new|the new|the resulting)\s+(?:\w+\s+)?"
    rf"(?P<noun>{NOUN_PATTERN})\b{HEAD}",
    re.IGNORECASE,
)
_TRUTH = late_pattern(
    r"(?P<verb>^|^(?:it |this (?:function|method) )?returns?\s+)"
    r"(?:whether\b|`*(?:true|false)`* (?:if|when|for|on|otherwise))",
    re.IGNORECASE,
)
_NONE = late_pattern(
    r"\b[Rr]eturns?\s+`*None\b|^`*None`*(?:\.|,? (?:if|when|otherwise)\b)"
    r"|\bor `*None`* (?:if|when)\b|\botherwise,? `*None\b"
)
_RETURNING = late_pattern(r"returns?\b", re.IGNORECASE)
_GETTING = late_pattern(r"(?:returns?|gets?|retrieves?|computes?|calculates?)\b", re.IGNORECASE)
_ITSELF = late_pattern(r"\b(?:self|itself|this|instance|object|same|chain\w*|fluent|current)\b", re.IGNORECASE)
_SMALL = frozenset({"the", "and", "for", "with", "set", "class"})
_CALLS = {
    **{name: name for name in ("list", "dict", "set", "tuple", "str", "bytes", "int", "float", "bool")},
    "sorted": "list",
    "len": "int",
    "repr": "str",
    "isinstance": "bool",
    "issubclass": "bool",
    "callable": "bool",
    "hasattr": "bool",
    "all": "bool",
    "any": "bool",
    "frozenset": "set",
    "iter": "iterator",
    "map": "iterator",
    "filter": "iterator",
    "zip": "iterator",
    "enumerate": "iterator",
    "reversed": "iterator",
}
_METHODS = {
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isidentifier", "is_file", "is_dir", "exists"), "bool"),
    **dict.fromkeys(("strip", "lower", "upper", "lstrip", "rstrip", "title", "capitalize", "decode"), "str"),
    **dict.fromkeys(("splitlines",), "list"),
    **dict.fromkeys(("encode",), "bytes"),
}
_NODES: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.GeneratorExp: "generator",
    ast.JoinedStr: "str",
    ast.Lambda: "function",
}


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find "a list of …" where a generator is returned, "True if …" where text is, "None" where it never is."""
    function = subject.function
    if function is None or function is not subject.node or is_stub(function.body):
        return
    for text in texts:
        if text.place is Place.RETURNS and text.words.rstrip(".") in ("None", "`None`", "``None``"):
            yield Fault(text, f"{text.label} is only None; say what the value means, or when it is None.")
    kinds = _kinds(subject)
    if "" in kinds and function.returns is not None and "generator" not in kinds:
        kinds = annotated_kinds(ast.unparse(function.returns))
    if kinds <= {"self", "None"}:
        yield from _gives_nothing(texts, kinds)
    if kinds == frozenset({"self"}):
        yield from _not_itself(texts, subject)
    if not kinds or "" in kinds:
        return
    yield from _contradictions(texts, kinds)


def _contradictions(texts: Sequence[Text], kinds: frozenset[str]) -> Iterator[Fault]:
    for text in texts:
        if text.place not in (Place.SUMMARY, Place.RETURNS, Place.DESCRIPTION):
            continue
        for sentence in text.sentences:
            if claimed := _contradicted(sentence, text.place, kinds):
                truth = " or ".join(sorted(kinds))
                yield Fault(
                    text, f"{text.label} says that the result is {claimed}; the code returns {truth}.", sentence
                )


def _contradicted(sentence: str, place: Place, kinds: frozenset[str]) -> str:
    words = sentence.lower()
    if "none" not in words and "bool" in kinds and not any(noun in words for noun in NOUNS):
        return ""
    if place is not Place.RETURNS and not re.search(r"\breturns?\b", words):
        return ""
    match = _CLAIM.search(sentence) or _TRUTH.search(sentence)
    if match and (match["verb"] or place is Place.RETURNS):
        claimed = match.groupdict().get("noun")
        noun = NOUNS[claimed.lower()] if claimed else "bool"
        parts_of_tuple = place is Place.RETURNS and "tuple" in kinds
        return "" if parts_of_tuple or kinds & FITS.get(noun, {noun}) else f"a {claimed or 'truth value'}"
    if _NONE.search(sentence) and "None" not in kinds:
        return "None"
    return ""


def _gives_nothing(texts: Sequence[Text], kinds: frozenset[str]) -> Iterator[Fault]:
    """Find "Return the …" and "Get the …" about a function that gives its caller nothing new."""
    verbs = _GETTING if "self" in kinds else _RETURNING
    for text in texts:
        if text.place is Place.SUMMARY and verbs.match(text.words) and not _ITSELF.search(text.words):
            yield Fault(text, f"{text.label} tells of a result; the code returns {' or '.join(sorted(kinds))}.")


def _not_itself(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find texts about a result that is the object itself, and which have no word for it."""
    owner = subject.parents[-1].name.lower() if subject.parents else ""
    for text in texts:
        words = [word for word in re.findall(r"[a-z]{3,}", text.words.lower()) if word not in _SMALL]
        is_named = _ITSELF.search(text.words) or any(word in owner for word in words)
        if text.place is Place.RETURNS and not is_named:
            yield Fault(text, f"{text.label} is about something else; the code returns the object itself.")


def _kinds(subject: Subject) -> frozenset[str]:
    """Return the kinds that the function returns, "" among them where one is unknown."""
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in subject.nodes):
        return frozenset({"generator"})
    inner = {
        node.name: "class" if isinstance(node, ast.ClassDef) else "function"
        for node in subject.nodes
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    assigned = _assigned(subject)
    found = {
        kind
        for node in subject.nodes
        if isinstance(node, ast.Return)
        for kind in _kinds_of(node.value, inner, assigned)
    }
    if not leaves(subject.body) and not _ends(subject.body):
        found.add("None")
    return frozenset(found)


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether control may end otherwise than by falling off: a loop, ``with``, ``try`` or ``match`` decides."""
    return bool(body) and isinstance(body[-1], (ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match))


def _assigned(subject: Subject) -> dict[str, list[ast.expr | None]]:
    values: dict[str, list[ast.expr | None]] = {name: [None] for name in subject.parameters}
    for node in subject.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            values.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            values.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            values.setdefault(node.id, [])
    stores = [node.id for node in subject.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {name: found if stores.count(name) == len(found) else [*found, None] for name, found in values.items()}


def _kinds_of(
    node: ast.expr | None, inner: dict[str, str], assigned: dict[str, list[ast.expr | None]], depth: int = 3
) -> Iterator[str]:
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        yield "None"
    elif isinstance(node, ast.Constant):
        yield type(node.value).__name__
    elif isinstance(node, ast.IfExp):
        yield from _kinds_of(node.body, inner, assigned, depth)
        yield from _kinds_of(node.orelse, inner, assigned, depth)
    elif isinstance(node, ast.Name) and node.id == "self":
        yield "self"
    elif isinstance(node, ast.Name) and node.id in inner:
        yield inner[node.id]
    elif isinstance(node, ast.Name) and depth and assigned.get(node.id):
        for value in assigned[node.id]:
            yield from _kinds_of(value, inner, assigned, depth - 1) if value is not None else [""]
    else:
        yield _kind_of(node)


def _kind_of(node: ast.expr) -> str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "bool"
    if isinstance(node, ast.Compare):
        return "bool" if all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops) else ""
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        if name in _CALLS:
            return _CALLS[name]
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "join" and isinstance(node.func.value, ast.Constant):
                return type(node.func.value.value).__name__
            return _METHODS.get(last_name(node.func.attr), "")
    return _NODES.get(type(node), "")
