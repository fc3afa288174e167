"""Strict reading of a model's answer: it fits the question, or is refused in words for the model."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn, cast

from workhorse_core.actions.docstrings.prompt.question import DESCRIPTION_LENGTH, PARAMETER_LENGTH, schema_words
from workhorse_core.actions.docstrings.render.literal import find_unwritable, finish_summary
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText
from workhorse_core.languages.python.docstring.paragraph import SECTION_TITLES, columns, unwrap

LONGEST_ANSWER = 20_000
"""Characters; a longer answer is no docstring."""

_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD|XXX|lorem ipsum)\b|\b(?:description|summary|text|explanation) (?:goes )?here\b"
    r"|\b(?:your|insert|add|write) (?:a |the )?(?:description|summary|docstring)\b|\[(?:description|summary|text)\]",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"(?:n/?a|none|null|nil|unknown|string|text|summary|description|value|\W*)\.?", re.IGNORECASE)
_HTML = re.compile(
    r"</?(?:html|head|body|div|span|p|br|hr|b|i|em|strong|ul|ol|li|code|pre|a|table|tr|td|h[1-6]|script|style)\b[^<>]*>"
    r"|&(?:lt|gt|amp|quot|nbsp|#\d+);",
    re.IGNORECASE,
)
_MACHINERY = re.compile(r"</?(?:think|thinking|answer|tool_call|reasoning)>|<\|[\w ]+\|>|\[/?INST\]", re.IGNORECASE)
_CODE = re.compile(
    r"^\s*(?:(?:async )?def \w+\(|class \w+[:(]|from [\w.]+ import |import \w+$|return \w+[\w.]*\(|@\w+$)",
    re.MULTILINE,
)
_FIELD = re.compile(
    r"^\s*(?::(?:param|type|returns?|rtype|raises|yields)\b|@param\b|[-=~]{3,}\s*$|#{1,6} )", re.MULTILINE
)


def read_answer(text: str, shape: Shape, summary_room: int, name: str, code: str) -> DocstringContent:
    """Parse and check an answer.

    Args:
        text: The answer as received.
        shape: The entries that were asked for.
        summary_room: The most columns of the summary.
        name: The name of the definition.
        code: Its source, which the answer must not repeat.

    Returns:
        The content with white space normalised and sentences finished: exactly the entries that were asked for.

    Raises:
        AnswerMalformed: The answer does not fit the question.
    """
    answer = _Answer(_read_object(text), _code_lines(code), name)
    answer.check_keys(shape)
    content = DocstringContent(
        answer.summary(summary_room) if shape.summary else "",
        answer.description() if shape.summary else "",
        tuple(ParameterText(label, answer.entry("parameters", label)) for label in shape.parameters),
        answer.text("returns", PARAMETER_LENGTH) if shape.returns else None,
        answer.text("yields", PARAMETER_LENGTH) if shape.yields else None,
        tuple(RaiseText(exception, answer.entry("raises", exception)) for exception in shape.raises),
    )
    if shape.summary and _bare(content.summary) == _bare(content.description):
        _refuse("The description repeats the summary; leave it empty or say more.")
    return content


def _read_object(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_ANSWER:
        _refuse(f"The answer has {len(text)} characters; a docstring is short.")
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        _refuse(f"The answer is not one JSON object and nothing else ({_in_short(error)}).")
    if not isinstance(value, dict):
        _refuse("The answer is JSON, but not an object with the asked properties.")
    return cast("Mapping[str, Any]", value)


def _in_short(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return "nested too deeply" if isinstance(error, RecursionError) else "it has an endless number"


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _refuse("A property stands in the answer twice.")
    return found


def _refuse(message: str) -> NoReturn:
    raise AnswerMalformed(message)


class _Answer:
    """An untrusted answer object; every text taken out of it is checked."""

    def __init__(self, values: Mapping[str, Any], code: frozenset[str], name: str) -> None:
        self._values = values
        self._code = code
        self._name = name

    def check_keys(self, shape: Shape) -> None:
        """Require exactly the properties that were asked for, each of its type."""
        wanted: dict[str, tuple[str, ...] | None] = {"summary": None, "description": None} if shape.summary else {}
        wanted |= {"parameters": shape.parameters} if shape.parameters else {}
        wanted |= {"returns": None} if shape.returns else {}
        wanted |= {"yields": None} if shape.yields else {}
        wanted |= {"raises": shape.raises} if shape.raises else {}
        _compare("The answer", self._values, wanted)
        for name, inner in wanted.items():
            value = self._values[name]
            if inner is not None:
                if not isinstance(value, dict):
                    _refuse(f"The property {name} must be an object.")
                _compare(f"The property {name}", cast("Mapping[str, Any]", value), inner)
            elif not isinstance(value, str):
                _refuse(f"The property {name} must be a string.")

    def summary(self, room: int) -> str:
        """Return the summary: one sentence on one line."""
        words = self._judged("summary", self._values["summary"], max(room, 20) + 20)
        if "\n" in words:
            _refuse("The summary has several paragraphs; write one sentence.")
        if re.search(rf"(?<!\w){re.escape(self._name)}\([^)]", words) and self._name:
            _refuse("The summary repeats the signature; say what it does instead.")
        summary = finish_summary(words)
        if columns(summary) > room:
            _refuse(f"The summary has {len(summary)} characters; at most {room} fit on its line.")
        return summary

    def description(self) -> str:
        """Return the description, which may be empty."""
        value = self._values["description"]
        if not value.strip() or _NOTHING.fullmatch(value.strip()):
            return ""
        return self._judged("description", value, DESCRIPTION_LENGTH)

    def text(self, name: str, longest: int) -> str:
        """Return one of the texts at the top."""
        return _finish(self._judged(name, self._values[name], longest).replace("\n", " "))

    def entry(self, group: str, name: str) -> str:
        """Return the text about one parameter or exception."""
        value = self._values[group][name]
        if not isinstance(value, str):
            _refuse(f"The text about {name} in {group} must be a string.")
        words = self._judged(f"text about {name}", value, PARAMETER_LENGTH).replace("\n", " ")
        bare = re.escape(name.lstrip("*").rpartition(".")[2])
        if re.fullmatch(
            rf"(?:(?:the|a|an|this)\s+)?`*{bare}`*(?:\s+(?:parameter|argument|value|exception))?",
            words.rstrip(". "),
            re.I,
        ):
            _refuse(f"The text about {name} is only its name.")
        words = re.sub(rf"^`*\*{{0,2}}{bare}`*\s*(?:\([^)]*\)\s*)?:\s+", "", words)
        return _finish(words[0].upper() + words[1:] if words[:1].islower() and words.split(" ")[0].isalpha() else words)

    def _judged(self, name: str, value: str, longest: int) -> str:
        if character := find_unwritable(value):
            _refuse(f"The {name} holds the character {character}; write plain text.")
        words = unwrap(value.strip())
        if not words or _NOTHING.fullmatch(words):
            _refuse(f"The {name} is empty.")
        if len(words) > longest:
            _refuse(f"The {name} has {len(words)} characters; at most {longest} are allowed.")
        if len(value) >= longest and words[-1] not in ".!?)`\"'":
            _refuse(f"The {name} was cut off at {longest} characters; be shorter.")
        for pattern, fault in _FAULTS:
            if pattern.search(words) or pattern.search(value):
                _refuse(f"The {name} {fault}.")
        if any(
            line.strip().rstrip(":").lower() in SECTION_TITLES and line.strip().endswith(":")
            for line in value.split("\n")
        ):
            _refuse(f"The {name} holds a section; write sentences only.")
        if _bare(words) in schema_words():
            _refuse(f"The {name} repeats the schema; describe the code.")
        if any(_bare(line) in self._code for line in value.split("\n")):
            _refuse(f"The {name} repeats the code; say what it means.")
        return words


_FAULTS = (
    (re.compile("```|~~~"), "holds a code fence; write plain sentences"),
    (_MACHINERY, "holds a mark that is no part of the text; write plain sentences"),
    (_HTML, "holds HTML; write plain text"),
    (_PLACEHOLDER, "holds a placeholder; say what the code does"),
    (_CODE, "holds code; describe it in words"),
    (_FIELD, "holds a section or a field; write sentences only"),
    (re.compile(r"\.\.\.\s*$|…\s*$"), "ends with dots; finish the sentence"),
    (
        re.compile(
            r"\bAs an AI\b|\bSure[,!] |\bHere(?:'s| is) (?:the|a|your) (?:docstring|JSON|description)",
            re.IGNORECASE,
        ),
        "talks about the answer; describe the code",
    ),
    (re.compile(r'^\s*[{\[]\s*"'), "holds JSON; write plain sentences"),
)


def _compare(what: str, found: Mapping[str, Any], wanted: Mapping[str, Any] | tuple[str, ...]) -> None:
    if missing := [name for name in wanted if name not in found]:
        _refuse(f"{what} lacks {', '.join(missing)}.")
    if unknown := [name for name in found if name not in wanted]:
        _refuse(f"{what} has {', '.join(map(_shown, unknown))}, which was not asked for.")


def _shown(name: str) -> str:
    return re.sub(r"[^\w*. -]", "?", name)[:40]


def _code_lines(code: str) -> frozenset[str]:
    """Return the normalised lines of the code that are long enough to be recognised."""
    return frozenset(
        bare for line in code.split("\n") if len(bare := _bare(line)) >= 20 and not line.strip().startswith("#")
    )


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".").lower()


def _finish(words: str) -> str:
    """End a sentence of several words with a full stop."""
    words = " ".join(words.split()).rstrip(" ,;")
    return words + "." if " " in words and (words[-1].isalnum() or words[-1] in ")]`'\"") else words
