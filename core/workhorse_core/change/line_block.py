"""Sorted blocks of lines that several edits add to at one place: imports, entries of a list."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from workhorse_core.system.named_tuple import NamedTuple


class LineItem(NamedTuple):
    """One line of a block, or one word of a line.

    Items with the same ``head`` share a line: the head, a blank, and their words in order. An item without a word is
    the line ``head``. ``section`` is a digit; lines of different sections have a blank line between them. ``order``
    sorts within the section, and the words of one head among each other.
    """

    section: str
    order: str
    head: str
    word: str = ""


class LineBlock(NamedTuple):
    """Items to add at one place, and the form to write them in.

    ``header`` opens the block, ``indent`` and ``newline`` are those of its lines. ``before`` and ``after`` are the
    sections of the lines around it, "" for none; ``gap`` is the number of blank lines in front of the section after
    it. With ``joined`` False every word has a line of its own. A line longer than ``width`` columns is wrapped in
    parentheses. With ``whole_lines`` the block ends with a line end; else it replaces one statement.
    """

    items: tuple[LineItem, ...]
    header: str = ""
    indent: str = ""
    newline: str = "\n"
    before: str = ""
    after: str = ""
    joined: bool = True
    width: int = 88
    whole_lines: bool = True
    gap: int = 1

    @property
    def form(self) -> "LineBlock":
        """The block without its items: blocks of one form at one place are written as one."""
        return self._replace(items=())


def write_block(blocks: Sequence[LineBlock]) -> str:
    """Write blocks of one form as one block, each item once."""
    form = blocks[0]
    items = sorted({item for block in blocks for item in block.items})
    lines = list(_lines(items, form))
    if not form.whole_lines:
        return form.newline.join(lines).removeprefix(form.indent)
    return form.header + "".join(f"{line}{form.newline}" for line in lines)


def _lines(items: Iterable[LineItem], form: LineBlock) -> Iterator[str]:
    section = form.before
    for (now, head), group in groupby(items, lambda item: (item.section, item.head)):
        if section and now != section:
            yield ""
        section = now
        words = [item.word for item in group if item.word]
        if form.joined or not words:
            yield _line(head, words, form)
        else:
            yield from (_line(head, [word], form) for word in words)
    if form.after and section != form.after:
        yield from [""] * form.gap


def _line(head: str, words: Sequence[str], form: LineBlock) -> str:
    line = f"{form.indent}{head} {', '.join(words)}".rstrip()
    if len(line) <= form.width or len(words) < 2:
        return line
    inner = "".join(f"{form.newline}{form.indent}    {word}," for word in words)
    return f"{form.indent}{head} ({inner}{form.newline}{form.indent})"
