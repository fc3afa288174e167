"""The comments of a Python file, by the tokenizer."""

import re
import tokenize
from collections.abc import Iterator, Sequence

from workhorse_core.errors import TargetError
from workhorse_core.languages.source import Source

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")


def find_comments(source: Source) -> Sequence[tuple[int, int]]:
    """Find the comments as offsets, half open, in source order; none where the file cannot be tokenized."""
    try:
        return list(_comments(source, _LINE.findall(source.text)))
    except (TargetError, SyntaxError, tokenize.TokenError):
        return []


def _comments(source: Source, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    unified = iter([f"{line}\n" for line in lines])  # tokenize does not know that a CR alone ends a line
    for token in tokenize.generate_tokens(lambda: next(unified, "")):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            start = source.offset(line, len(lines[line - 1][:column].encode()))
            yield start, start + len(source.encode(token.string))
