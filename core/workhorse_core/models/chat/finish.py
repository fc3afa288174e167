"""The end of a turn: whether it is whole, by the server's reason and by what was received."""

import json

from workhorse_core.errors import AnswerMalformed, AnswerTruncated
from workhorse_core.models.chat.reply import SMALLER, Reply
from workhorse_core.models.chat.strategy import only_object
from workhorse_core.models.conversation import Schema
from workhorse_core.models.events import FinishReason
from workhorse_core.system.printable import printable

_LENGTH = frozenset(("length", "max_tokens", "max_length", "model_length", "limit", "max_output_tokens", "incomplete"))
_STOP = frozenset(
    ("stop", "eos", "eos_token", "eot", "end_turn", "end", "done", "stop_sequence", "stop_string", "completed")
)
_CALLS = frozenset(("tool_calls", "tool_call", "tool_use", "function_call"))
_REFUSED = frozenset(("content_filter", "safety", "recitation", "refusal", "abort", "cancelled", "error"))


def check_end(reply: Reply, schema: Schema | None, limit: int) -> FinishReason:
    """Check that a turn is whole.

    Servers name the reason in different words, and some name none. Then the answer counts as whole only where that
    can be seen: a whole JSON object where one was asked for, whole arguments of its calls, or a text that ended in the
    way of the protocol with fewer bytes than the tokens that it might have had.

    Args:
        reply: All that came.
        schema: The schema of the answer, None for text.
        limit: The token limit that was sent.

    Raises:
        AnswerTruncated: It was cut off.
        AnswerMalformed: The model stopped for another reason than being done.
    """
    word = (reply.finish or "").lower()
    if word in _LENGTH:
        raise AnswerTruncated("The answer was cut off at the limit of its tokens.", SMALLER)
    whole = FinishReason.TOOL_CALLS if reply.calls else FinishReason.STOP
    if word in _STOP or (word in _CALLS and (reply.calls or _is_whole(reply, schema))):
        return whole
    if word not in _REFUSED and (word or reply.is_closed) and _is_whole(reply, schema):
        return whole
    if not word and reply.is_closed and schema is None and not reply.calls and _bytes_of(reply) < limit:
        return whole
    if word:
        raise AnswerMalformed(f"The model stopped before it was done: {printable(word, 40)}.")
    raise AnswerTruncated("The stream ended before the answer did.", "Look into the model server's log.")


def _is_whole(reply: Reply, schema: Schema | None) -> bool:
    if reply.calls:
        return all(_is_object("".join(call.pieces)) for call in reply.calls)
    if schema is None:
        return False
    try:
        only_object("".join(reply.pieces), schema)
    except AnswerMalformed:
        return False
    return True


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text or "{}"), dict)
    except (ValueError, RecursionError):
        return False


def _bytes_of(reply: Reply) -> int:
    return sum(len(piece.encode("utf-8", "replace")) for piece in (*reply.pieces, *reply.reasoning))
