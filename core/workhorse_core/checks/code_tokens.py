"""What is written in two files besides docstrings: comments, and every other token."""

import re
import sys
import tokenize
from bisect import bisect_right

from workhorse_core.checks.code_file import CodeFile
from workhorse_core.checks.code_tree import DiffersError

_LAYOUT = frozenset({tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})


_TOKEN = re.compile(
    r"""\#[^\n]*
    |\"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}
    |'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}
    |"[^"\\\n]*(?:\\.[^"\\\n]*)*"
    |'[^'\\\n]*(?:\\.[^'\\\n]*)*'
    |[^\s"'\#\\]+
    |\S""",
    re.DOTALL | re.VERBOSE,
)
"""Comments, strings, and what stands between them, by the blanks around it. Every character but blanks is in one."""


def check_tokens(before: CodeFile, after: CodeFile) -> None:
    """Compare comments and everything else that is written, docstrings, blanks and line ends aside.

    Before Python 3.12 tokenize is written in Python and would cost more than the rest of the proof; its f-strings
    cannot nest there, so one pattern finds all strings and comments.

    Raises:
        DiffersError: They are not the same.
    """
    split = _words if sys.version_info[:2] < (3, 12) else _tokens
    old, new = split(before), split(after)
    if [text for text, _ in old] != [text for text, _ in new]:
        different = (line for (a, _), (b, line) in zip(old, new, strict=False) if a != b)
        line = next(different, len(after.starts))
        raise DiffersError("tokens", "A comment or another token was added, removed or changed.", line)


def _words(side: CodeFile) -> list[tuple[str, int]]:
    """Split by one pattern. Gives each text and, cheaper than its line, the line of the docstring before it."""
    text = side.text
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    words: list[tuple[str, int]] = []
    position, line = 0, 1
    for first, start, last, end in side.docstrings:
        low, high = (
            starts[first - 1] + side.characters(first, start),
            starts[last - 1] + side.characters(last, end),
        )
        words += [(word, line) for word in _TOKEN.findall(text, position, low)]
        # one that is written as several literals may have comments between them, which stay
        words += [(word, line) for word in _TOKEN.findall(text, low, high) if word.startswith("#")]
        position, line = high, last
    return words + [(word, line) for word in _TOKEN.findall(text, position)]


def _tokens(side: CodeFile) -> list[tuple[str, int]]:
    """Split by tokenize. Gives each text and its line."""
    lines = iter(re.findall(r"[^\n]*\n|[^\n]+", side.text))
    spans = [
        ((first, side.characters(first, start)), (last, side.characters(last, end)))
        for first, start, last, end in side.docstrings
    ]
    starts = [span[0] for span in spans]
    tokens: list[tuple[str, int]] = []
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type in _LAYOUT:
                continue
            index = bisect_right(starts, token.start) - 1
            if token.type != tokenize.STRING or index < 0 or token.end > spans[index][1]:
                tokens.append((token.string, token.start[0]))
    except (tokenize.TokenError, SyntaxError) as error:
        raise DiffersError("tokens", f"The file cannot be split into tokens: {error}.") from error
    return tokens
