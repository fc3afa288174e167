"""Names with a fixed meaning: dunders, ``main``, ``setUp``, context managers."""

import ast
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.english.vocabulary import VERBS
from workhorse_core.actions.docstrings.rules.english.words import article, sentence
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.languages.python.string_words import string_words

_DUNDERS = {
    "__repr__": "Return a representation of the {noun} for debugging.",
    "__str__": "Return the {noun} as a string.",
    "__bytes__": "Return the {noun} as bytes.",
    "__eq__": "Return whether the {noun} and ``{0}`` are equal.",
    "__ne__": "Return whether the {noun} and ``{0}`` differ.",
    "__lt__": "Return whether the {noun} is less than ``{0}``.",
    "__le__": "Return whether the {noun} is less than or equal to ``{0}``.",
    "__gt__": "Return whether the {noun} is greater than ``{0}``.",
    "__ge__": "Return whether the {noun} is greater than or equal to ``{0}``.",
    "__hash__": "Return a hash of the {noun}.",
    "__bool__": "Return the truth value of the {noun}.",
    "__len__": "Return the length of the {noun}.",
    "__iter__": "Iterate over the {noun}.",
    "__aiter__": "Iterate asynchronously over the {noun}.",
    "__reversed__": "Iterate over the {noun} in reverse.",
    "__contains__": "Return whether ``{0}`` is in the {noun}.",
    "__getitem__": "Return the item of the {noun} at ``{0}``.",
    "__setitem__": "Set the item of the {noun} at ``{0}``.",
    "__delitem__": "Delete the item of the {noun} at ``{0}``.",
    "__enter__": "Enter the context of the {noun}.",
    "__exit__": "Leave the context of the {noun}.",
    "__aenter__": "Enter the asynchronous context of the {noun}.",
    "__aexit__": "Leave the asynchronous context of the {noun}.",
    "__next__": "Return the next item of the {noun}.",
    "__anext__": "Return the next item of the {noun}.",
    "__getattr__": "Return an attribute of the {noun} that is not found in the usual way.",
    "__getattribute__": "Return an attribute of the {noun}.",
    "__setattr__": "Set an attribute of the {noun}.",
    "__delattr__": "Delete an attribute of the {noun}.",
    "__getstate__": "Return the state of the {noun} for pickling.",
    "__setstate__": "Restore the {noun} from a pickled state.",
    "__reduce__": "Return how the {noun} is pickled.",
    "__reduce_ex__": "Return how the {noun} is pickled.",
    "__copy__": "Return a shallow copy of the {noun}.",
    "__deepcopy__": "Return a deep copy of the {noun}.",
    "__dir__": "Return the names of the attributes of the {noun}.",
    "__int__": "Return the {noun} as an integer.",
    "__float__": "Return the {noun} as a float.",
    "__await__": "Wait for the {noun}.",
}
_TEST_CASE = {
    "setUp": "Set up what each test needs.",
    "tearDown": "Clean up after each test.",
    "setUpClass": "Set up what the tests of this class need.",
    "tearDownClass": "Clean up after the tests of this class.",
    "setUpModule": "Set up what the tests of this module need.",
    "tearDownModule": "Clean up after the tests of this module.",
}


_HTTP_METHODS = frozenset({"get", "head", "options", "post", "put", "patch", "delete", "trace"})


def _http_method(subject: Subject) -> Phrase | None:
    """Recognise ``get(url, …)`` whose body calls ``request("GET", url, …)``."""
    if subject.name not in _HTTP_METHODS or "url" not in subject.parameters:
        return None
    for call in subject.nodes:
        if isinstance(call, ast.Call) and last_name(dotted(call.func) or "") == "request" and call.args:
            method = string_words(call.args[0])
            if method and method.lower() == subject.name:
                return Phrase(
                    f"Send {article(method.upper())} {method.upper()} request to ``url``.",
                    f"call on line {call.lineno}",
                )
    return None


def convention_summary(subject: Subject) -> Phrase | None:
    """Return the sentence for a well-known name."""
    function = subject.function
    if function is None:
        return None
    if said := _described_command(subject) or _http_method(subject):
        return said
    noun = "exception" if subject.owner is not None and is_exception(subject.owner) else subject.owner_noun
    if subject.owner is not None and subject.name == "__init__" and noun:
        return Phrase(f"Initialize the {noun}.", "convention of __init__", formula=True)
    pattern = _DUNDERS.get(subject.name) if subject.owner is not None else None
    if pattern and noun and (required := [p.name for p in subject.signature.parameters] or [""]):
        if "{0}" in pattern and not required[0]:
            return None
        text = pattern.format(*required, noun=noun).replace("context of the context", "context")
        return Phrase(text, f"convention of {subject.name}", formula=True)
    if subject.name in _TEST_CASE and (subject.owner is None or _is_test_case(subject.owner)):
        return Phrase(_TEST_CASE[subject.name], f"convention of {subject.name}", formula=True)
    return None


def is_exception(node: ast.ClassDef) -> bool:
    """Return whether a class is an exception, by the names of its bases and its own."""
    names = [node.name, *(last_name(dotted(base) or "") for base in node.bases)]
    return bool(node.bases) and any(name.endswith(("Error", "Exception", "Warning")) for name in names)


def _is_test_case(owner: ast.ClassDef) -> bool:
    return any((dotted(base) or "").endswith(("TestCase", "Test")) for base in owner.bases)


def _runs(subject: Subject, calls: Sequence[ast.Call]) -> bool:
    """Return whether a parser is used as well as built: then its description is that of the function."""
    parses = any(getattr(call.func, "attr", "") in {"parse_args", "parse_known_args"} for call in calls)
    return parses or subject.name == "main"


def _described_command(subject: Subject) -> Phrase | None:
    """Return the help of a command: ``ArgumentParser(description=…)``, ``@click.command(help=…)``."""
    function = subject.function
    assert function is not None
    calls = [node for node in [*function.decorator_list, *subject.nodes] if isinstance(node, ast.Call)]
    for call in calls:
        name = last_name(dotted(call.func) or "")
        wanted = {"ArgumentParser": "description", "command": "help", "group": "help"}.get(name)
        inside = call not in function.decorator_list
        if wanted is None or inside != (name == "ArgumentParser") or (inside and not _runs(subject, calls)):
            continue
        for keyword in call.keywords:
            words = string_words(keyword.value) if keyword.arg == wanted else None
            if words and "{" not in words and len(words.split()) > 2 and words.split()[0].lower() in VERBS:
                return Phrase(sentence(" ".join(words.split("\n\n")[0].split())), f"{wanted} on line {call.lineno}")
    if subject.name == "main" and any(last_name(dotted(call.func) or "") == "ArgumentParser" for call in calls):
        return Phrase("Run the command line.", "argument parser in the body")
    return None
