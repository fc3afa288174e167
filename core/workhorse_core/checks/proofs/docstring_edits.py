"""The edits that lead from one file to another that differs in its docstrings only, found from the two alone.

They are a guess that the proof judges: where something else differs, they do not lead from one to the other.
"""

import ast
from collections.abc import Iterator

from workhorse_core.change.edit import Edit
from workhorse_core.checks.proofs.code_file import CodeFile

_BLANKS = b" \t\r\n"
_Span = tuple[int, int]


def docstring_edits(path: str, before: CodeFile, after: CodeFile) -> tuple[Edit, ...]:
    """Return an edit for each docstring that is new or changed.

    Args:
        path: Of the file.
        before: A file.
        after: One whose tree is the same but for its docstrings; each that ``before`` has is still one.
    """
    return tuple(_edits(path, before, after))


def _edits(path: str, before: CodeFile, after: CodeFile) -> Iterator[Edit]:
    old, new = _literals(before), _literals(after)
    position = place = 0  # how far before and after are read
    for index, (start, end) in sorted(new.items(), key=lambda item: item[1]):
        if known := old.get(index):
            if before.data[slice(*known)] != after.data[start:end]:
                yield Edit(path, *known, after.data[start:end])
            position, place = known[1], end
            continue
        code = after.data[place:start].rstrip(_BLANKS)
        gap = position + len(code)
        blank = _blank(before.data, gap)
        leading, trailing = after.data[place + len(code) : start], _blank(after.data, end)
        kept = _shared(blank, leading, trailing)
        text = leading[kept:] + after.data[start:end] + trailing[: len(trailing) - len(blank) + kept]
        yield Edit(path, gap + kept, gap + kept, text)
        position, place = gap + len(blank), end + len(trailing)


def _literals(file: CodeFile) -> dict[int, _Span]:
    """Return the span of each docstring in bytes, by the node that has it."""
    spans = dict(zip(file.docstrings, file.literals, strict=True))
    return {index: spans[_place(node)] for index, node in file.shape.docstrings.items()}


def _place(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def _blank(data: bytes, start: int) -> bytes:
    end = start
    while end < len(data) and data[end] in _BLANKS:
        end += 1
    return data[start:end]


def _shared(blank: bytes, leading: bytes, trailing: bytes) -> int:
    """Find how much of the old blank stands before the docstring, the rest of it standing behind."""
    splits = range(len(blank), -1, -1)
    fits = (n for n in splits if leading.startswith(blank[:n]) and trailing.endswith(blank[n:]))
    return next(fits, 0)
