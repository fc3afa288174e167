"""Marks of what is no text about code: placeholders, marks of a chat, markup, and talk about the answer."""

import re
from collections.abc import Iterator

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
    (late_pattern("```|~~~"), "holds a code fence; write plain sentences"),
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
)


def find_marks(words: str, code: str) -> Iterator[tuple[str, str]]:
    """Yield each mark that a text has and the code has not, and the fault in words for a model."""
    for pattern, fault in _MARKS:
        match = pattern.search(words)
        if match and match[0].lower().rstrip("s") not in code.lower():
            yield match[0], fault
