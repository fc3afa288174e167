"""Claims whose words stand only in a TODO or in code that is commented out."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.code.vocabulary import general_stems
from workhorse_core.checks.words.stems import PART, stem
from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text
from workhorse_core.system.lazy_regex import late_pattern

_COMMENT = late_pattern(r"(?:^|\s)#\s?(.*)$")
_TODO = late_pattern(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find sentences with a word that the definition has only in such a comment."""
    lines = subject.code.split("\n")
    idle = [comment for comment in map(_idle_comment, lines) if comment]
    if not idle:
        return
    rest = _stems("\n".join(line for line in lines if not _idle_comment(line)))
    only = _stems(" ".join(idle)) - rest - general_stems()
    for text in texts:
        for sentence in text.sentences:
            if found := sorted(only & _stems(sentence)):
                yield Fault(text, f"{text.label} claims what stands only in a comment ({found[0]}).", sentence)


def _idle_comment(line: str) -> str:
    """Return the comment of a line that is a TODO or holds code; "" for any other line."""
    match = _COMMENT.search(line)
    if match is None:
        return ""
    words = match[1]
    return words if _TODO.search(words) or (not line[: match.start()].strip() and _is_code(words)) else ""


def _is_code(words: str) -> bool:
    if not re.search(r"[=(\[]|^(?:return|raise|import|from|del|yield)\b", words):
        return False
    try:
        body = ast.parse(words.strip().removesuffix(":") if words.endswith(":") else words.strip()).body
    except (SyntaxError, ValueError):
        return False
    return bool(body) and not (
        isinstance(body[0], ast.Expr) and isinstance(body[0].value, (ast.Name, ast.Constant, ast.Tuple))
    )


def _stems(words: str) -> set[str]:
    return {stem(word) for word in PART.findall(words) if len(word) > 3}
