"""The proof that nothing but docstrings changed: same tree, same tokens, same bytes elsewhere, same byte-code.

It starts from the two byte strings alone and shares no code with what wrote the docstrings, so that a mistake there
is found here. Each of the four would let something through that another catches: a comment that moved into a string
leaves the tree alone, a docstring below a statement leaves the tokens of the rest alone.
"""

import asyncio
import time
from bisect import bisect_left

from workhorse_core.check import CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.checks.byte_code import check_byte_code
from workhorse_core.checks.code_file import ENDS, CodeFile, read_code
from workhorse_core.checks.code_tokens import check_tokens
from workhorse_core.checks.code_tree import DiffersError, check_trees
from workhorse_core.checks.docstring_edits import docstring_edits
from workhorse_core.patch import FileChange


class SameCode:
    """Proves that a candidate's files are their base's with docstrings added or replaced."""

    name = "same-code"
    proof = True

    async def run(self, comparison: Comparison) -> CheckResult:
        """Prove every changed file; about 10 ms for an average one, so others get their turn between files."""
        begin = time.perf_counter()
        findings: list[Finding] = []
        for change in comparison.patch.changes:
            findings += differences(change)
            await asyncio.sleep(0)
        status = CheckStatus.FAILED if findings else CheckStatus.PASSED
        return CheckResult(self.name, status, tuple(findings), time.perf_counter() - begin)


def differences(change: FileChange) -> list[Finding]:
    """Say where a file's code differs from its base's, docstrings aside; nothing when it is proved the same."""
    try:
        _prove(change)
    except DiffersError as difference:
        return [Finding(change.path, difference.line, str(difference), difference.rule)]
    return []


def _prove(change: FileChange) -> None:
    if change.before is None or change.after is None or change.moved_from is not None:
        raise DiffersError("files", "A file was added, deleted or moved.")
    _check_frame(change.before, change.after)
    before, after = read_code(change.before, "base"), read_code(change.after, "candidate")
    if before.encoding != after.encoding:
        raise DiffersError("encoding", f"The encoding was {before.encoding} and is {after.encoding}.")
    check_trees(before.shape, after.shape)
    if not change.edits:
        change = FileChange(change.path, change.before, change.after, docstring_edits(change.path, before, after))
    _check_bytes(change, before, after)
    check_tokens(before, after)
    check_byte_code(before, after)


# -- the frame: what is read before any code is


def _check_frame(before: bytes, after: bytes) -> None:
    if (before.startswith(b"#!") or after.startswith(b"#!")) and _first_line(before) != _first_line(after):
        raise DiffersError("bytes", "The first line, which starts the program, is another one.")
    known, kinds = set(ENDS.findall(before)), set(ENDS.findall(after))
    if kinds - known if known else len(kinds) > 1:
        raise DiffersError("bytes", "Line ends of another kind were added.")


def _first_line(data: bytes) -> bytes:
    return ENDS.split(data, maxsplit=1)[0]


# -- the bytes


def _check_bytes(change: FileChange, before: CodeFile, after: CodeFile) -> None:
    """Every byte outside the edits is the base's; every edit puts in a docstring, at most in place of an old one."""
    position = shift = 0
    for edit in sorted(change.edits, key=lambda edit: (edit.start, edit.end)):
        start, end = edit.start + shift, edit.start + shift + len(edit.new)
        line = after.line_of(start)
        if edit.start < position or edit.path != change.path:
            raise DiffersError("bytes", "Two edits overlap, or one is of another file.", line)
        _check_same(before.data[position : edit.start], after.data[position + shift : start], after, start)
        if after.data[start:end] != edit.new:
            raise DiffersError("bytes", "The file does not hold what the edit says.", line)
        if edit.end > edit.start and (edit.start, edit.end) not in before.literals:
            raise DiffersError("bytes", "Something that was no docstring was replaced.", line)
        _check_edit(after, start, end)
        position = edit.end
        shift += len(edit.new) - (edit.end - edit.start)
    _check_same(before.data[position:], after.data[position + shift :], after, position + shift)


def _check_same(old: bytes, new: bytes, after: CodeFile, start: int) -> None:
    if old != new:
        raise DiffersError("bytes", "Something outside the docstrings changed.", after.line_of(start))


def _check_edit(after: CodeFile, start: int, end: int) -> None:
    """An edit's own bytes are docstrings with blanks and line ends around them, and nothing else."""
    first = bisect_left(after.literals, (start, start))
    inside = [literal for literal in after.literals[first : bisect_left(after.literals, (end, 0))] if literal[1] <= end]
    rest = after.data[start:end]
    for low, high in reversed(inside):
        rest = rest[: low - start] + rest[high - start :]
    if not inside or rest.strip(b" \t\r\n"):
        raise DiffersError("bytes", "Something other than a docstring was put in.", after.line_of(start))
