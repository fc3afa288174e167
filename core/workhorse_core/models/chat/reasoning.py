"""Taking the thinking out of what a model wrote, so that no draft ever holds any of it."""

import json
import re

_TAG = r"think|thinking|thought|reasoning"
_BLOCK = re.compile(
    rf"\s*(?:<(?P<tag>{_TAG})>|(?P<bracket>\[THINK\]))"
    r".*?"
    r"(?:(?(tag)</(?P=tag)>|\[/THINK\])|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_LONELY_END = re.compile(rf"(?:</(?:{_TAG})>|\[/THINK\])(?=\s*(?:\n|\Z|[\[{{`]))", re.IGNORECASE)


def without_thinking(text: str) -> str:
    """Give what comes after the thinking.

    Blocks count at the start only, one after the other, and one that does not end takes all the rest
    with it. An end without a start (some chat templates open the block themselves) counts where it
    closes a line or stands right before JSON or a fence, so that code about such tags stays whole.
    What is JSON as it stands is never touched.
    """
    if _is_json(text):
        return text
    rest = _without_blocks(text)
    if rest == text and (end := _LONELY_END.search(text)):
        rest = _without_blocks(text[end.end() :])
    return rest


def _without_blocks(text: str) -> str:
    while match := _BLOCK.match(text):
        text = text[match.end() :]
    return text


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
