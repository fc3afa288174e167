"""The proof that nothing but docstrings changed: same tree, same tokens, same bytes elsewhere, same byte-code.

It starts from the two byte strings alone and shares no code with what wrote the docstrings, so that a mistake there
is found here. Each of the four would let something through that another catches: a comment that moved into a string
leaves the tree alone, a docstring below a statement leaves the tokens of the rest alone.
"""

from bisect import bisect_left
from collections.abc import Iterable

from workhorse_core.change.patch import FileChange
from workhorse_core.checks.proofs.byte_code import check_byte_code
from workhorse_core.checks.proofs.code_file import CodeFile
from workhorse_core.checks.proofs.code_tokens import check_tokens
from workhorse_core.checks.proofs.code_tree import DiffersError, check_trees
from workhorse_core.checks.proofs.docstring_edits import docstring_edits
from workhorse_core.checks.proofs.frame import prove_all, prove_one
from workhorse_core.pipeline.check import CheckCost, CheckResult, Comparison, Finding


class SameCode:
    """Proves that a candidate's files are their base's with docstrings added or replaced."""

    name = "same-code"
    proof = True
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Prove every changed file."""
        return await prove_all(self.name, comparison, _prove)


def differences(change: FileChange) -> list[Finding]:
    """Return the differences of a file's code from its base's, docstrings aside; none where it is proved the same."""
    return prove_one(change, _prove)


def _prove(change: FileChange, before: CodeFile, after: CodeFile) -> Iterable[DiffersError]:
    check_trees(before.shape, after.shape)
    if not change.edits:
        change = FileChange(change.path, change.before, change.after, docstring_edits(change.path, before, after))
    _check_bytes(change, before, after)
    check_tokens(before, after)
    check_byte_code(before, after)
    return ()


# -- the bytes


def _check_bytes(change: FileChange, before: CodeFile, after: CodeFile) -> None:
    """Check that all bytes outside the edits are the base's, and that every edit adds or replaces a docstring."""
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
    """Check that an edit's own bytes are docstrings with blanks and line ends around them."""
    first = bisect_left(after.literals, (start, start))
    inside = [literal for literal in after.literals[first : bisect_left(after.literals, (end, 0))] if literal[1] <= end]
    rest = after.data[start:end]
    for low, high in reversed(inside):
        rest = rest[: low - start] + rest[high - start :]
    if not inside or rest.strip(b" \t\r\n"):
        raise DiffersError("bytes", "Something other than a docstring was put in.", after.line_of(start))
