"""Words about the answer, marks of the chat, and what stands for a text still to be written."""

import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.text import Fault, Text
from workhorse_core.system.lazy_regex import late_pattern

_MARKS = (
    (
        late_pattern(
            r"\b(?:TODO|FIXME|TBD|lorem ipsum)\b|\b(?:description|summary|text|explanation) (?:goes )?here\b"
            r"|\b(?:your|insert|add|write) (?:a |the )?(?:description|summary|docstring)\b"
            r"|\[(?:description|summary|text)\]",
            re.IGNORECASE,
        ),
        "holds a placeholder; say what the code does",
    ),
    (
        late_pattern(
            r"</?(?:think|thinking|answer|tool_call|reasoning)>|<\|[\w ]+\|>|\[/?INST\]"
            r"|^(?:assistant|user|system|analysis|final)\s*:",
            re.IGNORECASE,
        ),
        "holds a mark of the chat; write plain sentences",
    ),
    (
        late_pattern(
            r"</?(?:html|head|body|div|span|p|br|hr|b|i|em|strong|ul|ol|li|code|pre|a|table|tr|td|h[1-6]|script|style)"
            r"\b[^<>]*>|&(?:lt|gt|amp|quot|nbsp|#\d+);",
            re.IGNORECASE,
        ),
        "holds HTML; write plain text",
    ),
    (
        late_pattern(
            r"^(?:(?:The|This) (?:code|snippet)|The (?:function|method|class) `?[A-Za-z_.]+`?(?: is|:| \w+s\b))"
        ),
        "talks about the code as a text; begin with what it does",
    ),
    (late_pattern("```"), "holds a code fence; write plain sentences"),
    (late_pattern(r'^\s*[{\[]\s*"|"\s*[}\]]\.?$'), "holds JSON; write plain sentences"),
    (late_pattern(r"^#{1,6} \w", re.MULTILINE), "holds a heading; write plain sentences"),
    (
        late_pattern(
            r"\bAs an AI\b|^(?:Sure|Certainly|Okay|Of course)\b[,!]|\bdocstrings?\b"
            r"|\b(?:Here|Below)(?:'s| is) (?:the|a|an|your) (?:\w+ )?(?:docstring|JSON|description|summary|answer)\b"
            r"|\bthe (?:provided|following|given|above) (?:code|snippet)\b|\bI (?:have|will|can|cannot|am|don't)\b",
            re.IGNORECASE,
        ),
        "talks about the answer or the code as a text; say what the code does",
    ),
    (
        late_pattern(r"^(?:summary|description|args|returns?|raises|yields|docstring|name):", re.IGNORECASE),
        "begins with the name of a field",
    ),
)


def find(texts: Sequence[Text], code: str) -> Iterator[Fault]:
    """Find texts that are not about the code; words of the code itself are allowed."""
    for text in texts:
        for pattern, fault in _MARKS:
            match = pattern.search(text.words)
            if match and match[0].lower().rstrip("s") not in code.lower():
                sentence = next((each for each in text.sentences if match[0] in each), "")
                yield Fault(text, f"{text.label} {fault}.", sentence)
                break
