"""Paragraphs: splitting, wrapping, and those with a fixed layout."""

import textwrap
import unicodedata
from collections.abc import Sequence

from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.system.lazy_regex import late_pattern

SECTION_TITLES = frozenset(
    (
        *("args", "arguments", "parameters", "params", "other parameters", "other params", "other args"),
        *("other arguments", "keyword args", "keyword arguments", "attributes", "methods", "receives"),
        *("returns", "return", "yields", "yield", "raises", "raise", "exceptions", "warns", "warn"),
        *("example", "examples", "note", "notes", "reference", "references", "see also", "todo", "todos"),
        *("attention", "caution", "danger", "error", "hint", "important", "tip", "warning", "warnings"),
    )
)
"""Every word that some linter or documentation tool reads as a section title when it is alone on a line."""

_LINE_END = late_pattern(r"\r\n|\n|\r")
_BULLET = late_pattern(r"(?:[-*+•]|\d{1,3}[.)])\s+")
_FIXED = late_pattern(r"\s|>>>|\.\.\s|\||```|~~~|[+=-]{3,}")
_MARKUP = late_pattern(r"(?:[-*+•|]|\d{1,3}[.)])$|:\w|@\w|>>>|\.\.|```|[-=~]{3,}")


def split_lines(text: str) -> list[str]:
    """Split at the line ends that Python's tokenizer knows, and at no others."""
    return _LINE_END.split(text)


def dedented_lines(text: str) -> list[str]:
    """Remove the common indentation as `inspect.cleandoc` does, but keep every line."""
    lines = [line.rstrip() for line in split_lines(text.expandtabs(8))]
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line), default=0)
    return [lines[0].lstrip(), *(line[margin:] for line in lines[1:])]


def columns(text: str) -> int:
    """Count the columns of a text on a screen; a tab advances to the next multiple of eight."""
    text = text.expandtabs(8)
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def paragraphs(text: str) -> list[list[str]]:
    """Split a text at its blank lines; relative indentation is kept."""
    found: list[list[str]] = [[]]
    for line in split_lines(textwrap.dedent(text.expandtabs(8))):
        if line.strip():
            found[-1].append(line.rstrip())
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]


def is_fixed(lines: Sequence[str]) -> bool:
    """Return whether the lines of a paragraph are code, a table or the like, and must not be wrapped."""
    return any(_FIXED.match(line) for line in lines) and not _is_list(lines)


def unwrap(text: str) -> str:
    """Join the lines of each prose paragraph; lists and fixed text keep their lines."""
    return "\n\n".join("\n".join(_unwrapped(lines)) for lines in paragraphs(text))


def wrap(text: str, width: int, hanging: str = "") -> list[str]:
    """Wrap every paragraph of a text to ``width`` columns; a longer word has a line of its own.

    Args:
        text: Paragraphs split by blank lines.
        width: The most columns of a line.
        hanging: The indentation of every line but the first.
    """
    wrapped: list[str] = []
    for lines in paragraphs(text):
        if wrapped:
            wrapped.append("")
        for line in _unwrapped(lines):
            indent = hanging if wrapped else ""
            if is_fixed(lines):
                wrapped.append(indent + line)
                continue
            bullet = _BULLET.match(line) if _is_list(lines) else None
            wrapped += fill(line.split(), width, indent, hanging + " " * len(bullet[0]) if bullet else hanging)
    return wrapped


def fill(words: Sequence[str], width: int, first: str, rest: str) -> list[str]:
    """Fill lines with words; no line starts with a word that reads as markup or as a section."""
    lines: list[str] = []
    left = list(words)
    indent = first
    while left:
        count = _safe(left, _fitting(left, width - columns(indent)), width - columns(rest))
        lines.append(indent + " ".join(left[:count]))
        left = left[count:]
        indent = rest
    return lines


def _is_list(lines: Sequence[str]) -> bool:
    """Return whether every line starts a list entry or continues the one before."""
    return bool(_BULLET.match(lines[0])) and all(line[0] == " " or _BULLET.match(line) for line in lines)


def _unwrapped(lines: Sequence[str]) -> list[str]:
    if is_fixed(lines):
        return list(lines)
    if not _is_list(lines):
        return [" ".join(" ".join(lines).split())]
    entries: list[str] = []
    for line in lines:
        if _BULLET.match(line):
            entries.append(" ".join(line.split()))
        else:
            entries[-1] += " " + " ".join(line.split())
    return entries


def _fitting(words: Sequence[str], room: int) -> int:
    """Count the words that fit on a line, at least one, each with its escapes."""
    taken = columns(escape(words[0]))
    for count, word in enumerate(words[1:], start=1):
        taken += 1 + columns(escape(word))
        if taken > room:
            return count
    return len(words)


def _safe(words: Sequence[str], count: int, room: int) -> int:
    """Return fewer words where the line after them would read as markup."""
    for fewer in range(count, 0, -1):
        if not _misleads(words[fewer:], room):
            return fewer
    return count


def _misleads(words: Sequence[str], room: int) -> bool:
    if not words:
        return False
    if _MARKUP.match(words[0]):
        return True
    line = " ".join(words[: _fitting(words, room)])
    return line.rstrip(":").lower() in SECTION_TITLES
