"""Getting an answer in JSON out of a model: by schema, by grammar, by asking; and noticing a prompt that was cut."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from workhorse_core.errors import AnswerMalformed, AnswerTruncated
from workhorse_core.models.chat.gbnf import to_grammar
from workhorse_core.models.conversation import Conversation, Message, Role, Schema
from workhorse_core.models.discovery.conformance import Conformance, Strategy, Switch

CANARY = "control_word"
PROBE = "See what the model can do, and have it asked in a way that it can: workhorse probe"
_SILENT = "/no_think"
_IN_WORDS = "Answer with one JSON object and nothing else, no fence, no words. It obeys this JSON schema:"


@dataclass(frozen=True, slots=True)
class Format:
    """A conversation as it is sent; ``canary`` is the word at its start that must come back, empty for none."""

    conversation: Conversation
    schema: Schema | None = None
    grammar: str | None = None
    canary: str = ""


def choose_format(
    conversation: Conversation, known: Conformance | None, canary: str = "", strategy: Strategy | None = None
) -> Format:
    """Choose by what the probe has measured; servers that were not probed are taken to obey a schema.

    Args:
        conversation: The conversation as it is meant.
        known: What the probe has measured of the model.
        canary: A word that must come back, empty for none.
        strategy: What this model has shown since; it counts before the probe.
    """
    if known and known.switch is Switch.WORD:
        conversation = with_words(conversation, Role.USER, "", f"\n{_SILENT}")
    schema = conversation.schema
    if schema is None:
        return Format(conversation)
    if canary:
        schema = _with_canary(schema, canary)
        words = f"The {CANARY} is {canary}. Copy it into the field {CANARY}.\n\n"
        conversation = with_words(conversation, Role.SYSTEM, words)
    strategy = strategy or (known.strategy if known else Strategy.SCHEMA)
    if strategy is Strategy.SCHEMA:
        return Format(conversation, schema, canary=canary)
    if strategy is Strategy.GRAMMAR and (grammar := to_grammar(schema)):
        return Format(conversation, grammar=grammar, canary=canary)
    return Format(with_words(conversation, Role.SYSTEM, "", f"\n\n{schema_in_words(schema)}"), canary=canary)


def schema_in_words(schema: Schema) -> str:
    """Write a schema as an instruction for a model whose server does not enforce it."""
    return f"{_IN_WORDS}\n{json.dumps(dict(schema), ensure_ascii=False)}"


def with_words(conversation: Conversation, role: Role, before: str = "", after: str = "") -> Conversation:
    """Put words around the system message, or the last message of the user; one is added where there is none."""
    messages = list(conversation.messages)
    places = [place for place, message in enumerate(messages) if message.role is role]
    if not places:
        added = Message(role, (before + after).strip())
        return conversation._replace(messages=(added, *messages) if role is Role.SYSTEM else (*messages, added))
    place = places[0 if role is Role.SYSTEM else -1]
    messages[place] = messages[place]._replace(text=f"{before}{messages[place].text}{after}")
    return conversation._replace(messages=tuple(messages))


def read_answer(text: str, schema: Schema | None, canary: str) -> str:
    """Take an answer in JSON out of what surrounds it; without a schema the text is the answer.

    Raises:
        AnswerMalformed: There is no JSON where some was asked for.
        AnswerTruncated: The word at the prompt's start did not come back.
    """
    if schema is None:
        return text
    text = only_object(text, schema) if _object(text) is None else text.strip()
    return _without_canary(text, canary) if canary else text


def only_object(text: str, schema: Schema) -> str:
    """Find the one JSON object in a text; of several, the one that has the properties of the schema.

    Raises:
        AnswerMalformed: There is none, or more than one.
    """
    found: list[str] = []
    start = text.find("{")
    while start >= 0:
        try:
            _, end = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            end = start + 1
        except RecursionError:
            break
        else:
            found.append(text[start:end])
        start = text.find("{", end)
    required = set(schema.get("required", ()))
    fitting = list(dict.fromkeys(item for item in found if required <= (_object(item) or {}).keys()))
    found = fitting or list(dict.fromkeys(found))
    if len(found) != 1:
        raise AnswerMalformed(f"The answer holds {len(found) or 'no'} JSON objects, and one was asked for.", PROBE)
    return found[0]


def _with_canary(schema: Schema, word: str) -> Schema:
    field = {CANARY: {"type": "string", "maxLength": len(word) + 8}}
    properties = field | dict(schema.get("properties", {}))
    return {**schema, "properties": properties, "required": [CANARY, *schema.get("required", [])]}


def _without_canary(text: str, word: str) -> str:
    value = _object(text) or {}
    if str(value.pop(CANARY, "")).strip() != word:
        raise AnswerTruncated(
            "The word from the question's start did not come back, so the server may have cut the question off.",
            "Start the model server with a larger context, or use one that counts tokens.",
        )
    return json.dumps(value, ensure_ascii=False)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else None
