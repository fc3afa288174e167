"""Import statements that several drafts add to at one place, written as one sorted block."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple


class ImportedName(NamedTuple):
    """One name, or one module.

    ``section`` is a digit: imports of different sections have a blank line between them. ``order`` sorts within the
    section, and the names of one head among each other. ``head`` is ``from typing import`` with ``name`` behind it,
    or ``import os`` with ``name`` "".
    """

    section: str
    order: str
    head: str
    name: str = ""


class ImportBlock(NamedTuple):
    """Names to import at one place, and the form that they are written in.

    ``header`` opens the block (``if TYPE_CHECKING:``), ``indent`` and ``newline`` are those of its lines. ``before``
    and ``after`` are the sections of the imports around it, "" for none; ``gap`` is how many blank lines go before what
    is after it. Where ``joined`` is False every name has a statement of its own. A line that is longer than ``width``
    columns is wrapped in parentheses. ``whole_lines``: the block ends with a line end; else it stands in place of one
    statement.
    """

    names: tuple[ImportedName, ...]
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
    def form(self) -> "ImportBlock":
        """Everything but the names: blocks of one form at one place are one."""
        return self._replace(names=())


def write_imports(blocks: Sequence[ImportBlock]) -> str:
    """Write blocks of one form as one."""
    form = blocks[0]
    names = sorted({name for block in blocks for name in block.names})
    lines = list(_lines(names, form))
    if not form.whole_lines:
        return form.newline.join(lines).removeprefix(form.indent)
    return form.header + "".join(f"{line}{form.newline}" for line in lines)


def _lines(names: Iterable[ImportedName], form: ImportBlock) -> Iterator[str]:
    section = form.before
    for (now, head), group in groupby(names, lambda name: (name.section, name.head)):
        if section and now != section:
            yield ""
        section = now
        words = [name.name for name in group if name.name]
        if form.joined or not words:
            yield _statement(head, words, form)
        else:
            yield from (_statement(head, [word], form) for word in words)
    if form.after and section != form.after:
        yield from [""] * form.gap


def _statement(head: str, words: Sequence[str], form: ImportBlock) -> str:
    line = f"{form.indent}{head} {', '.join(words)}".rstrip()
    if len(line) <= form.width or len(words) < 2:
        return line
    inner = "".join(f"{form.newline}{form.indent}    {word}," for word in words)
    return f"{form.indent}{head} ({inner}{form.newline}{form.indent})"
