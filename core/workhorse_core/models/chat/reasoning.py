"""Separate the reasoning in a model's text from its answer, so that no draft ever holds any of it.

Servers that know a model's markup do this themselves; others pass it on. The forms known here: tags of several names,
Mistral's brackets, OpenAI's harmony channels (https://github.com/openai/harmony), whole or with its special tokens
lost, Gemma's channels, and those of Cohere, Kimi and Sky-T1.
"""

import json
import re

from workhorse_core.system.named_tuple import NamedTuple

_TAG = r"(?:[a-z]{1,12}:)?(?:think|thinking|thought|thoughts|reason|reasoning)"
_BLOCK = re.compile(
    r"\s*(?:"
    rf"<(?P<tag>{_TAG})>.*?(?:</(?P=tag)>|\Z)"
    r"|\[THINK\].*?(?:\[/THINK\]|\Z)"
    r"|◁think▷.*?(?:◁/think▷|\Z)"
    r"|<\|START_THINKING\|>.*?(?:<\|END_THINKING\|>|\Z)"
    r"|<\|begin_of_thought\|>.*?(?:<\|end_of_thought\|>|\Z)"
    r"|<\|channel>thought\b.*?(?:<channel\|>|\Z)"
    r")",
    re.DOTALL | re.IGNORECASE,
)
_LONELY_END = re.compile(rf"(?:</{_TAG}>|\[/THINK\]|◁/think▷)(?=\s*(?:\n|\Z|[\[{{`]))", re.IGNORECASE)
_FRAME = re.compile(
    r"\s*<\|(?:START_RESPONSE|begin_of_solution)\|>\s*(?P<inside>.*?)\s*"
    r"(?:<\|(?:END_RESPONSE|end_of_solution)\|>\s*)?\Z",
    re.DOTALL,
)
_CHANNEL = re.compile(
    r"(?:<\|start\|>)?(?:assistant)?\s*<\|channel\|>\s*(?P<name>\w+)[^<]{0,200}(?:<\|constrain\|>[^<]{0,100})?<\|message\|>"
    r"(?P<text>.*?)(?:<\|(?:end|return|call)\|>|(?=<\|(?:start|channel)\|>)|\Z)",
    re.DOTALL,
)
_BARE_HARMONY = re.compile(r"\s*analysis(?P<reasoning>.*?)assistantfinal(?:json|code)?\s*(?P<answer>.*)\Z", re.DOTALL)


class Separated(NamedTuple):
    """A model's text in its two parts."""

    reasoning: str
    answer: str


def separate_reasoning(text: str) -> Separated:
    """Separate the reasoning from the answer that follows it.

    Blocks count at the start only, one after the other, and one that does not end takes all the rest
    with it. An end without a start (some chat templates open the block themselves) counts where it
    closes a line or stands right before JSON or a fence, so that code about such tags stays whole.
    What is JSON as it stands is never touched.
    """
    if _is_json(text):
        return Separated("", text)
    if text.lstrip().removeprefix("<|start|>").removeprefix("assistant").lstrip().startswith("<|channel|>"):
        return _by_channels(text)
    if match := _BARE_HARMONY.match(text):
        return Separated(match["reasoning"], match["answer"])
    rest = _without_blocks(text)
    if rest == text and (end := _LONELY_END.search(text)):
        rest = _without_blocks(text[end.end() :])
    reasoning = text[: len(text) - len(rest)]
    if frame := _FRAME.match(rest):
        rest = frame["inside"]
    return Separated(reasoning, rest)


def _by_channels(text: str) -> Separated:
    """Read harmony's channels: ``final`` holds the answer; anything else is not for the user."""
    said = [(match["name"], match["text"]) for match in _CHANNEL.finditer(text)]
    answer = "".join(words for name, words in said if name == "final")
    return Separated("".join(words for name, words in said if name != "final"), answer)


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
