"""Claims about defaults that the signature contradicts."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Place, Text
from workhorse_core.languages.python.signature import Parameter
from workhorse_core.system.lazy_regex import late_pattern

_CLAIM = late_pattern(
    r"(?:^|[(,;.]\s*|\bit |\band |\bthe |\bvalue )default(?:s|ing|ed)?(?: value)?"
    r"(?: (?:is|to|of|being)|\s*[:=])\s*[`*]*"
    r"(None|True|False|-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?(?![\w.]*\w)|'[^']*'|\"[^\"]*\""
    r"|(?:an? )?empty (?:string|list|dict|tuple))",
    re.IGNORECASE,
)
_EMPTY: dict[str, object] = {"string": "", "list": [], "dict": {}, "tuple": ()}
_UNKNOWN = object()


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find "defaults to 5" where the parameter has another default, or none."""
    for text in texts:
        for sentence in text.sentences:
            match = _CLAIM.search(sentence)
            parameter = _meant(text, sentence[: match.start()], subject) if match else None
            if match is None or parameter is None or parameter.label != parameter.name:
                continue
            if not _agrees(match[1], parameter, subject):
                truth = f"it is {parameter.default}" if parameter.default else "it has none"
                yield Fault(text, f"{text.label} gives {parameter.name} the default {match[1]}; {truth}.", sentence)


def _meant(text: Text, before: str, subject: Subject) -> Parameter | None:
    if text.place is Place.PARAMETER:
        return subject.parameters.get(text.name)
    named = [name for name in re.findall(r"\w+", before) if name in subject.parameters]
    return subject.parameters[named[-1]] if len(set(named)) == 1 else None


def _agrees(claim: str, parameter: Parameter, subject: Subject) -> bool:
    value = _value(claim)
    default = _value(parameter.default) if parameter.default else None
    if default is _UNKNOWN or value is _UNKNOWN:
        return True
    if parameter.default and value == default and isinstance(value, bool) == isinstance(default, bool):
        return True
    # a default that the body fills in
    constants = subject.file.constants
    if not value and not default and parameter.default:
        return True  # None for False, or for nothing
    if not value and not default and parameter.default:
        return True  # None for False, or for nothing
    filled = parameter.default in (None, "None", "False", "()", "''", '""') and value is not None
    made = value in ([], {}, ()) and bool(re.search(r"\[\]|\{\}|\(\)|\b(?:list|dict|tuple)\(\)", subject.code))
    return filled and (made or any(value == each and type(value) is type(each) for each in constants))


def _value(text: str) -> object:
    text = text.strip().rstrip(".")
    if match := re.fullmatch(r"(?:an? )?empty (\w+)", text, re.IGNORECASE):
        return _EMPTY[match[1].lower()]
    if text.lower() in ("none", "true", "false"):
        text = text.capitalize()
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return _UNKNOWN
