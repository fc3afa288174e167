"""The tokens of two files besides their docstrings, comments included."""

import re

from workhorse_core.checks.proofs.code_file import CodeFile
from workhorse_core.checks.proofs.code_tree import DiffersError

_TOKEN = re.compile(
    r"""\#[^\r\n]*
    |\"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}
    |'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}
    |"[^"\\\n]*(?:\\.[^"\\\n]*)*"
    |'[^'\\\n]*(?:\\.[^'\\\n]*)*'
    |\w+
    |->|:=|\.{3}|(?:\*\*|//|<<|>>)=?|[-+*/%@&|^=<>!]=?
    |\S""",
    re.DOTALL | re.VERBOSE,
)
"""Comments, strings, words and operators; every character but blanks is in one."""


def check_tokens(before: CodeFile, after: CodeFile) -> None:
    """Compare comments and all other tokens, without docstrings, blanks and line ends.

    One pattern splits the text, as ``tokenize`` would in the time of the whole rest of the proof.

    Raises:
        DiffersError: They are not the same.
    """
    old, new = split_tokens(before), split_tokens(after)
    if [text for text, _ in old] != [text for text, _ in new]:
        different = (line for (a, _), (b, line) in zip(old, new, strict=False) if a != b)
        line = next(different, len(after.starts))
        raise DiffersError("tokens", "A comment or another token was added, removed or changed.", line)


def find_tokens(text: str) -> list[tuple[str, int]]:
    """Return each token of a text with its offset in characters."""
    return [(match[0], match.start()) for match in _TOKEN.finditer(text)]


def split_tokens(side: CodeFile) -> list[tuple[str, int]]:
    """Return each token with, cheaper than its own line, that of the docstring or f-string before it.

    An f-string is one token: it may hold quotes and comments, so where it ends is taken from the tree. Of a docstring
    that is written as several literals the comments between them stay.
    """
    text = side.text
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    tokens: list[tuple[str, int]] = []
    position, line = 0, 1
    places = [(place, True) for place in side.docstrings] + [(place, False) for place in side.f_strings]
    for (first, start, last, end), is_docstring in sorted(places):
        low = starts[first - 1] + side.characters(first, start)
        high = starts[last - 1] + side.characters(last, end)
        if low < position:
            continue  # an f-string within an f-string
        tokens += [(token, line) for token in _TOKEN.findall(text, position, low)]
        if is_docstring:
            tokens += [(token, line) for token in _TOKEN.findall(text, low, high) if token.startswith("#")]
        else:
            tokens.append((text[low:high], first))
        position, line = high, last
    return tokens + [(token, line) for token in _TOKEN.findall(text, position)]
