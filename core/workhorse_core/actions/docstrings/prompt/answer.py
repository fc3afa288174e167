"""Strict reading of a model's answer: each text fits the question, or is refused in words for the model."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, cast

from workhorse_core.actions.docstrings.prompt.labels import GROUPS, SUMMARY, Label, Texts, labels_of
from workhorse_core.actions.docstrings.prompt.lines import read_lines
from workhorse_core.actions.docstrings.prompt.opening import check_opening, make_imperative
from workhorse_core.actions.docstrings.prompt.question import NO_LINES
from workhorse_core.actions.docstrings.render.literal import find_unwritable, finish_summary, first_sentence
from workhorse_core.actions.docstrings.render.sections import reads_as_type
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.docstring.marks import find_marks
from workhorse_core.languages.python.docstring.paragraph import SECTION_TITLES, columns, unwrap
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.linter_settings import LinterSettings

LONGEST_ANSWER = 20_000
"""Characters; a longer answer is no docstring."""
LONGEST_TEXT = 300
_RUN = 5
"""Words in a row that are an echo."""
_SMALL = 3
"""Letters of words without content."""

_NOTHING = re.compile(r"(?:n/?a|none|null|nil|unknown|string|text|summary|description|value|\W*)\.?", re.IGNORECASE)
_CODE = re.compile(
    r"^[ \t]*(?:(?:async )?def \w+\(|class \w+[:(]|from [\w.]+ import |import \w+$|return \w+[\w.]*\(|@\w+$)",
    re.MULTILINE,
)
_FIELD = re.compile(r"^[ \t]*(?::(?:param|type|returns?|rtype|raises|yields)\b|@param\b|[-=~]{3,}\s*$)", re.MULTILINE)


class Reading(NamedTuple):
    """The usable texts of an answer, and the faults of the others in words for the model."""

    texts: Texts
    faults: tuple[str, ...]


class Asked(NamedTuple):
    """The question that an answer belongs to.

    Attributes:
        shape: The entries that were asked for.
        summary_room: The most columns of the summary.
        name: The bare name of the definition.
        code: Its source, which the answer must not repeat.
        examples: The texts of the examples, which belong to other functions.
        settings: The project's linters.
        untyped: Whether a result that begins with a word and a colon would be taken for its type.
    """

    shape: Shape
    summary_room: int
    name: str
    code: str
    examples: Sequence[str] = ()
    settings: LinterSettings = LinterSettings()
    untyped: bool = False


def read_answer(answer: str, asked: Asked) -> Reading:
    """Parse and check an answer in lines or in JSON.

    Returns:
        The texts with white space normalised and sentences finished: some of the entries that were asked for.

    Raises:
        AnswerMalformed: Nothing of the answer can be read.
    """
    wanted = labels_of(asked.shape)
    found = _read_texts(answer, wanted)
    judge = _Judge(asked)
    texts: dict[Label, str] = {}
    faults: list[str] = []
    for label in wanted:
        try:
            if label not in found:
                _refuse(f"The line {label} is missing.")
            texts[label] = judge.summary(found[label]) if label == SUMMARY else judge.entry(label, found[label])
        except AnswerMalformed as error:
            faults.append(error.message)
    return Reading(texts, tuple(faults))


def _read_texts(answer: str, wanted: Sequence[Label]) -> Texts:
    if len(answer) > LONGEST_ANSWER:
        _refuse(f"The answer has {len(answer)} characters; a docstring is short.")
    kept, brace, rest = f"\n{answer.strip()}".partition("\n{")
    texts = read_lines(kept, wanted)
    if brace and len(texts) == len(kept.split("\n")) - 1:  # nothing but lines that stand from an earlier answer
        return {**texts, **_read_object(brace.strip() + rest, [each for each in wanted if each not in texts])}
    texts = read_lines(answer, wanted)
    if not texts:
        _refuse(NO_LINES)
    return texts


def _read_object(text: str, wanted: Sequence[Label]) -> Texts:
    """Read a JSON object that has exactly the properties of `make_schema`."""
    try:
        value: object = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        _refuse(f"The answer is not one JSON object and nothing else ({_in_short(error)}).")
    values = _flat(cast("Mapping[str, object]", value))
    names = {_place(label): label for label in wanted}
    if missing := [name for name in names if name not in values]:
        _refuse(f"The answer lacks {', '.join(name for _, name in missing)}.")
    values = {place: text for place, text in values.items() if place in names or place not in _UNASKED}
    if unknown := [name for name in values if name not in names]:
        _refuse(f"The answer has {', '.join(_shown(name) for _, name in unknown)}, which was not asked for.")
    return {names[place]: text for place, text in values.items()}


_UNASKED = frozenset(("", name) for name in ("description", "returns", "yields"))
"""Properties that models add of themselves; they are dropped."""


def _flat(value: Mapping[str, object]) -> dict[tuple[str, str], str]:
    """Return the texts of the object by group and name."""
    texts: dict[tuple[str, str], str] = {}
    for name, inner in value.items():
        is_group = isinstance(inner, dict) and name in GROUPS.values()
        items = cast("Mapping[str, object]", inner if is_group else {name: inner})
        for key, text in items.items():
            if not isinstance(text, str):
                _refuse(f"The property {_shown(key)} must be a string.")
            texts[name if is_group else "", key] = text
    return texts


def _place(label: Label) -> tuple[str, str]:
    group = GROUPS.get(label.kind)
    return (group, label.name) if group else ("", label.kind.value)


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


class _Judge:
    """Checks of single texts."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._code = _code_lines(asked.code)
        self._words = frozenset(_words(asked.code))
        self._runs = frozenset(run for told in asked.examples for run in _runs(told)) - frozenset(_runs(asked.code))
        self._told = frozenset(_bare(told) for told in asked.examples)

    def summary(self, text: str) -> str:
        """Return the summary: one sentence on one line, or several of which the first fits on it."""
        words = self._judged("summary", text).replace("\n", " ")
        name = self._asked.name
        if name and re.search(rf"(?<!\w){re.escape(name)}\([^)]", words):
            _refuse("The summary repeats the signature; say what it does instead.")
        check_opening(words, self._asked.settings)
        summary, room = finish_summary(make_imperative(words, self._asked.settings)), self._asked.summary_room
        if columns(first_sentence(summary)) > room:
            _refuse(f"The summary has {columns(summary)} characters; write one sentence of at most {room}.")
        return summary

    def entry(self, label: Label, text: str) -> str:
        """Return the text about a parameter, a result or an exception."""
        about = f"text about {label.name}" if label.name else str(label)
        words = self._judged(about, text).replace("\n", " ")
        if not label.name and self._asked.untyped and reads_as_type(words):
            _refuse("The result begins with a word and a colon, which reads as its type; write a sentence.")
        if not label.name:
            return _finish(words)
        bare = re.escape(label.name.lstrip("*").rpartition(".")[2])
        only = rf"(?:(?:the|a|an|this)\s+)?`*{bare}`*(?:\s+(?:parameter|argument|value|exception))?"
        if re.fullmatch(only, words.rstrip(". "), re.I):
            _refuse(f"The {about} is only its name.")
        words = re.sub(rf"^`*\*{{0,2}}{bare}`*\s*(?:\([^)]*\)\s*)?:\s+", "", words)
        return _finish(words[0].upper() + words[1:] if words[:1].islower() and words.split(" ")[0].isalpha() else words)

    def _judged(self, name: str, value: str) -> str:
        if character := find_unwritable(value):
            _refuse(f"The {name} holds the character {character}; write plain text.")
        words = unwrap(value.strip())
        if not words or _NOTHING.fullmatch(words):
            _refuse(f"The {name} is empty.")
        if len(words) > LONGEST_TEXT:
            _refuse(f"The {name} has {len(words)} characters; write one short sentence.")
        for _, fault in (*find_marks(value, self._asked.code), *find_marks(words, self._asked.code)):
            _refuse(f"The {name} {fault}.")
        for pattern, fault in _FAULTS:
            if pattern.search(words) or pattern.search(value):
                _refuse(f"The {name} {fault}.")
        if any(
            line.strip().rstrip(":").lower() in SECTION_TITLES and line.strip().endswith(":")
            for line in value.split("\n")
        ):
            _refuse(f"The {name} holds a section; write sentences only.")
        if any(_bare(line) in self._code for line in value.split("\n")):
            _refuse(f"The {name} repeats the code; say what it means.")
        if not self._runs.isdisjoint(_runs(words)) or (_bare(words) in self._told and not self._is_grounded(words)):
            _refuse(f"The {name} is that of an example; describe this code.")
        return words

    def _is_grounded(self, text: str) -> bool:
        """Return whether all words of content are in the code, so that equal words need not be an echo."""
        return all(word in self._words for word in _words(text) if len(word) > _SMALL)


_FAULTS = (
    (_CODE, "holds code; describe it in words"),
    (_FIELD, "holds a section or a field; write sentences only"),
    (re.compile(r"\.\.\.\s*$|…\s*$"), "ends with dots; finish the sentence"),
)


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


def _words(text: str) -> list[str]:
    """Return the words of a text, those within names apart."""
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    return (tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
