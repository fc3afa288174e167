"""How an answer in JSON is got out of a model: by schema, by grammar, by asking; and how a cut prompt is noticed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from workhorse_core.errors import AnswerMalformed, AnswerTruncated
from workhorse_core.models.chat.gbnf import to_grammar
from workhorse_core.models.discovery.conformance import Conformance, Strategy, Switch
from workhorse_core.models.endpoint import Answer, Question, Schema

CANARY = "control_word"
_SILENT = "/no_think"


@dataclass(frozen=True, slots=True)
class Format:
    """A question as it is sent; ``canary`` is the word at its start that must come back, empty for none."""

    question: Question
    schema: Schema | None = None
    grammar: str | None = None
    strategy: Strategy = Strategy.SCHEMA
    canary: str = ""


def choose_format(question: Question, known: Conformance | None, canary: str = "") -> Format:
    """Choose by what was measured; without that, servers are taken to obey a schema."""
    if known and known.switch is Switch.WORD:
        question = question._replace(region=f"{question.region}\n{_SILENT}")
    if question.schema is None:
        return Format(question)
    if canary:
        question = _with_canary(question, canary)
    strategy = known.strategy if known else Strategy.SCHEMA
    schema = question.schema
    if strategy is Strategy.SCHEMA:
        return Format(question, schema, canary=canary)
    if strategy is Strategy.GRAMMAR and (grammar := to_grammar(schema or {})):
        return Format(question, grammar=grammar, strategy=strategy, canary=canary)
    return Format(_with_schema_in_words(question), strategy=strategy, canary=canary)


def read_answer(answer: Answer, form: Format) -> Answer:
    """Take the answer out of what surrounds it.

    Raises:
        AnswerMalformed: There is no JSON where some was asked for.
        AnswerTruncated: The word at the question's start did not come back.
    """
    if form.strategy is Strategy.TEXT:
        answer = answer._replace(text=_only_object(answer.text))
    return _without_canary(answer, form.canary) if form.canary else answer


def _with_canary(question: Question, word: str) -> Question:
    schema = dict(question.schema or {})
    field = {CANARY: {"type": "string", "maxLength": len(word) + 8}}
    schema["properties"] = field | dict(schema.get("properties", {}))
    schema["required"] = [CANARY, *schema.get("required", [])]
    system = f"The {CANARY} is {word}. Copy it into the field {CANARY}.\n\n{question.system}"
    return question._replace(system=system, schema=schema)


def _without_canary(answer: Answer, word: str) -> Answer:
    value = _object(answer.text)
    if value is None:
        raise AnswerMalformed("The answer is not one JSON object.")
    if str(value.pop(CANARY, "")).strip() != word:
        raise AnswerTruncated(
            "The word from the question's start did not come back, so the server may have cut the question off.",
            "Start the model server with a larger context, or use one that counts tokens.",
        )
    return answer._replace(text=json.dumps(value, ensure_ascii=False))


def _with_schema_in_words(question: Question) -> Question:
    schema = json.dumps(dict(question.schema or {}), ensure_ascii=False)
    words = f"Answer with one JSON object and nothing else, no fence, no words. It obeys this JSON schema:\n{schema}"
    return question._replace(system=f"{question.system}\n\n{words}")


def _only_object(text: str) -> str:
    """Find the one JSON object in a text.

    Raises:
        AnswerMalformed: There is none, or more than one.
    """
    found: list[str] = []
    start = text.find("{")
    while start >= 0:
        try:
            _, end = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            found.append(text[start:end])
        start = text.find("{", end)
    if len(set(found)) != 1:
        raise AnswerMalformed(f"The answer holds {len(set(found)) or 'no'} JSON objects, and one was asked for.")
    return found[0]


def _object(text: str) -> dict[str, Any] | None:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else None
