"""Calls of well-known functions and methods as noun phrases."""

import ast
import re
from collections.abc import Callable

from workhorse_core.actions.docstrings.rules.behaviour.scope import Scope, class_in
from workhorse_core.actions.docstrings.rules.code.conditions import Reader
from workhorse_core.actions.docstrings.rules.english.words import article, is_plural
from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.system.lazy_regex import late_pattern

Noun = Callable[[Scope, ast.expr], str | None]
_OF_ONE = {
    "json.loads": "{0} parsed as JSON",
    "json.dumps": "{0} as JSON",
    "json.load": "the JSON content of {0}",
    "copy.copy": "a shallow copy of {0}",
    "copy.deepcopy": "a deep copy of {0}",
    "deepcopy": "a deep copy of {0}",
    "hash": "the hash of {0}",
    "id": "the identity of {0}",
    "str": "{0} as a string",
    "int": "{0} as an integer",
    "float": "{0} as a float",
    "bytes": "{0} as bytes",
    "repr": "the representation of {0}",
    "type": "the type of {0}",
    "iter": "an iterator over {0}",
    "reversed": "an iterator over {0} in reverse",
    "abs": "the absolute value of {0}",
    "round": "{0} rounded to an integer",
    "os.path.basename": "the last part of the path {0}",
    "os.path.dirname": "the folder of the path {0}",
    "os.path.abspath": "the absolute path of {0}",
    "os.path.realpath": "the path {0} with symbolic links resolved",
    "os.path.expanduser": "{0} with ``~`` expanded",
    "os.path.getsize": "the size of the file {0} in bytes",
    "os.path.getmtime": "the modification time of {0}",
    "os.listdir": "the names of the entries in the folder {0}",
    "shlex.quote": "{0} quoted for a shell",
    "shlex.split": "{0} split as a shell would",
}
_NOTHING_GIVEN = {
    "time.time": "the current time in seconds since the epoch",
    "os.getcwd": "the current working directory",
    "os.getpid": "the ID of the current process",
    "datetime.now": "the current local date and time",
    "datetime.datetime.now": "the current local date and time",
    "datetime.utcnow": "the current date and time in UTC",
    "datetime.datetime.utcnow": "the current date and time in UTC",
    "time.monotonic": "the value of the monotonic clock in seconds",
    "deque": "an empty deque",
    "collections.deque": "an empty deque",
    "OrderedDict": "an empty ordered dictionary",
    "collections.OrderedDict": "an empty ordered dictionary",
    "dict": "an empty dictionary",
    "list": "an empty list",
    "set": "an empty set",
}
_METHODS = {
    "strip": "{0} without leading and trailing whitespace",
    "lstrip": "{0} without leading whitespace",
    "rstrip": "{0} without trailing whitespace",
    "lower": "{0} in lower case",
    "upper": "{0} in upper case",
    "title": "{0} in title case",
    "splitlines": "the lines of {0}",
    "copy": "a copy of {0}",
    "keys": "the keys of {0}",
    "values": "the values of {0}",
    "items": "the items of {0}",
    "isoformat": "{0} in ISO format",
    "readlines": "the lines of {0}",
    "read_text": "the text of the file {0}",
    "read_bytes": "the bytes of the file {0}",
}
_OF_MAPPINGS = frozenset({"keys", "values", "items", "copy"})
_CODED = {"encode": "{0} encoded as {1}", "decode": "{0} decoded as {1}"}


def known_call_noun(scope: Scope, node: ast.Call, noun: Noun) -> str | None:
    """Return the noun phrase of a call whose meaning is known, None for any other."""
    name = dotted(node.func) or ""
    if name in {"open", "io.open"} and node.args:
        return _filled("the open file {0}", scope, node.args[0], noun)
    if name == "os.path.join" and len(node.args) == 2 and not node.keywords:
        return _path(scope, node.args, noun)
    if name == "len" and len(node.args) == 1:
        return _length(scope, node.args[0], noun)
    if name in _NOTHING_GIVEN and not node.args and not node.keywords:
        return _NOTHING_GIVEN[name]
    if name == "bool" and len(node.args) == 1:
        return _truth(scope, node.args[0], noun)
    if name in _OF_ONE and len(node.args) == 1 and not node.keywords:
        return _filled(_OF_ONE[name], scope, node.args[0], noun)
    if name == "getattr" and len(node.args) in {2, 3}:
        return _looked_up(scope, node.args[0], node.args[1:], noun, "attribute")
    if isinstance(node.func, ast.Attribute) and not node.keywords:
        return _method(scope, node.func, node.args, noun)
    return None


def _truth(scope: Scope, node: ast.expr, noun: Noun) -> str | None:
    """Describe ``bool(x)`` of a name; of an expression only where that is a test itself."""
    words = Reader(scope.subject, node.lineno).words(node) if not scope.loops else None
    if words and "``" in words and not re.fullmatch(r"``[^`]*``(?: is (?:truthy|true))?", words):
        return f"whether {words}"
    said = noun(scope, node)
    if said is None or said.startswith("whether "):
        return said
    return f"whether {said} is truthy" if dotted(node) and "," not in said else None


def made_noun(scope: Scope, node: ast.Call, noun: Noun) -> str | None:
    """Return the noun of the object that a class makes: "a ``Response`` made from ``data``"."""
    name = (dotted(node.func) or "").rpartition(".")[2]
    own = dotted(node.func) in {"cls", "self.__class__"}
    if not own and (class_in(node.func) is None or not scope.is_shown(node.func)):
        return None
    given = [_star(one, noun, scope) for one in node.args]
    named = [_named(scope, keyword, noun) for keyword in node.keywords]
    if not all(given) or not all(named) or any("," in str(one) or " from " in str(one) for one in given):
        return None
    if len(given) > 4 or len(named) > 4:
        return None
    if own and "self" in {dotted(one) for one in node.args}:
        return None  # a copy, or what the class makes of it
    said = "a new instance of the class" if own else f"{article(name)} ``{name}``"
    words = [one for one in given if one]
    said += f" made from {_listed(words)}" if words else ""
    joint = "with" if words else "made with"
    return f"{said} {joint} {_listed([one for one in named if one])}" if named else said


def _star(node: ast.expr, noun: Noun, scope: Scope) -> str | None:
    if isinstance(node, ast.Starred):
        name = dotted(node.value)
        return f"``*{name}``" if name in scope.subject.parameters else None
    return noun(scope, node)


def _named(scope: Scope, keyword: ast.keyword, noun: Noun) -> str | None:
    """Describe a keyword argument: "``strict`` set to True", or only "``strict``" if the value has that name."""
    said = noun(scope, keyword.value)
    if keyword.arg is None and dotted(keyword.value) in scope.subject.parameters:
        return f"``**{dotted(keyword.value)}``"
    if keyword.arg is None or said is None or "," in said or " as " in said:
        return None
    return said if said == f"``{keyword.arg}``" else f"``{keyword.arg}`` set to {said}"


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _filled(pattern: str, scope: Scope, node: ast.expr, noun: Noun) -> str | None:
    said = noun(scope, node)
    if said is None or "," in said or " if " in said or said.startswith("whether "):
        return None
    if " as " in said or said.startswith("the ``") or (pattern.endswith("s of {0}") and "``" not in said):
        return None  # "x as a set as a string"; "the values of the tasks"
    if not pattern.startswith("{0}") and not said.startswith(("``", "the ", "a ")):
        return None
    return pattern.format(said if "open file" in pattern else said.replace("the open file", "the file"))


def _path(scope: Scope, parts: list[ast.expr], noun: Noun) -> str | None:
    folder, name = noun(scope, parts[0]), noun(scope, parts[1])
    if folder is None or name is None or "," in folder + name or " in " in folder + name:
        return None
    return f"the path of {name} in {folder}"


def _length(scope: Scope, node: ast.expr, noun: Noun) -> str | None:
    said = noun(scope, node)
    if said is None or "," in said:
        return None
    said = said.removeprefix("a list of ")
    if said.startswith("the ") and is_plural(said.split(" of ")[0].split(" in ")[0].split()[-1]):
        return f"the number of {said.removeprefix('the ')}"
    return f"the length of {said}"


def _looked_up(scope: Scope, holder: ast.expr, keys: list[ast.expr], noun: Noun, what: str) -> str | None:
    """Describe ``getattr(x, name, default)`` and ``x.get(key, default)``."""
    of, key = noun(scope, holder), noun(scope, keys[0])
    if of is None or key is None or not key.startswith("``") or "," in of:
        return None
    if what == "attribute":
        key = key.replace('"', "")
    said = f"the {what} {key} of {of}" if what == "attribute" else f"the value of {key} in {of}"
    if what == "attribute" and len(keys) == 1:
        return said
    default = noun(scope, keys[1]) if len(keys) > 1 else "None"
    return f"{said}, or {default} if there is none" if default and "," not in default else None


def _method(scope: Scope, function: ast.Attribute, arguments: list[ast.expr], noun: Noun) -> str | None:
    attribute = function.attr
    if attribute == "get" and dotted(function.value) == "self" and _is_mapping(scope.subject.owner):
        return _looked_up(scope, function.value, arguments, noun, "value") if 0 < len(arguments) < 3 else None
    if dotted(function.value) in {"self", "cls"} and attribute not in _OF_MAPPINGS:
        return None  # a method of the class: what its name means is the class's own affair
    if attribute == "get" and len(arguments) in {1, 2}:
        return _gotten(scope, function, arguments, noun)
    if attribute == "read" and not arguments:
        said = (
            _filled("the content of {0}", scope, function.value, noun) if isinstance(function.value, ast.Call) else None
        )
        return said.replace("the open file", "the file") if said else None
    if attribute == "replace" and len(arguments) == 2:
        return _replaced(scope, function.value, arguments, noun)
    if attribute in _METHODS and not arguments:
        return _filled(_METHODS[attribute], scope, function.value, noun)
    if attribute in _CODED:
        coding = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
        if (arguments and not isinstance(coding, str)) or len(arguments) > 1:
            return None
        written = str(coding or "utf8")
        spelled = "UTF-8" if written.lower().replace("-", "") == "utf8" else f"``{written}``"
        said = noun(scope, function.value)
        if said and " as " in said:
            return f"{said} and then {attribute}d as {spelled}" if " and " not in said and "," not in said else None
        return _CODED[attribute].format(said, spelled) if said and "," not in said else None
    return None


def _is_mapping(owner: ast.ClassDef | None) -> bool:
    """Return whether a class is derived from a dictionary."""
    bases = {last_name(dotted(base) or "") for base in (owner.bases if owner is not None else ())}
    return bool(bases & {"dict", "UserDict", "OrderedDict", "DictType", "defaultdict"})


def _replaced(scope: Scope, holder: ast.expr, arguments: list[ast.expr], noun: Noun) -> str | None:
    """Describe ``text.replace("a", "b")``."""
    texts = [one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    said = noun(scope, holder)
    if said is None or len(texts) != 2 or " with each " in said or "," in said or " if " in said:
        return None
    old = _MARKS.get(texts[0]) or noun(scope, arguments[0])
    new = f"a {_MARKS[texts[1]]}" if texts[1] in _MARKS else noun(scope, arguments[1])
    if old is None or new is None or not texts[0]:
        return None
    return f"{said} with each {old} {f'replaced by {new}' if texts[1] else 'removed'}"


_MARKS = {"\n": "line break", "\r": "carriage return", "\t": "tab", " ": "space"}
_MAPPING = late_pattern(r"(?:options|settings|config|params|kwargs|environ|headers|meta|metadata|mapping|dict|cache)$")


def _gotten(scope: Scope, function: ast.Attribute, arguments: list[ast.expr], noun: Noun) -> str | None:
    """Describe ``x.get(key)`` of a mapping: of one that is known to be, or with a default."""
    holder = dotted(function.value) or ""
    mapping = len(arguments) == 2 or _MAPPING.search(holder) is not None
    if not mapping or holder.rpartition(".")[2] in {"session", "client", "requests"}:
        return None
    return _looked_up(scope, function.value, arguments, noun, "value")
