"""The frame of every proof about files: each changed file by itself, both sides read.

It also compares the line that starts the program, and the kinds of line ends.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

from workhorse_core.change.patch import FileChange
from workhorse_core.checks.proofs.code_file import ENDS, CodeFile, read_code
from workhorse_core.checks.proofs.code_tree import DiffersError
from workhorse_core.pipeline.check import CheckResult, CheckStatus, Comparison, Evidence, Finding

Prove = Callable[[FileChange, CodeFile, CodeFile], Iterable[DiffersError]]
"""Proves one file from its change and both sides.

Returns differences that stand each in a place of its own, and raises one that makes further comparison pointless.
"""


async def prove_all(name: str, comparison: Comparison, prove: Prove) -> CheckResult:
    """Prove every changed file; about 10 ms for an average one, so others get their turn between files."""
    begin = time.perf_counter()
    findings: list[Finding] = []
    for change in comparison.patch.changes:
        findings += prove_one(change, prove)
        await asyncio.sleep(0)
    status = CheckStatus.FAILED if findings else CheckStatus.PASSED
    changes = comparison.patch.changes
    failed = {finding.path for finding in findings}
    evidence = (Evidence("files proved", len(changes) - len(failed), len(changes)),)
    return CheckResult(name, status, tuple(findings), time.perf_counter() - begin, evidence=evidence)


def prove_one(change: FileChange, prove: Prove) -> list[Finding]:
    """Return the differences of a file from its base; none where it is proved the same."""
    try:
        if change.before is None or change.after is None or change.moved_from is not None:
            raise DiffersError("files", "A file was added, deleted or moved.")
        check_frame(change.before, change.after)
        before, after = read_code(change.before, "base"), read_code(change.after, "candidate")
        if before.encoding != after.encoding:
            raise DiffersError("encoding", f"The encoding was {before.encoding} and is {after.encoding}.")
        differences = list(prove(change, before, after))
    except DiffersError as difference:
        differences = [difference]
    return [Finding(change.path, each.line, str(each), each.rule) for each in differences]


def check_frame(before: bytes, after: bytes) -> None:
    """Compare the first line where it starts the program, and which line ends there are.

    Raises:
        DiffersError: They are not the same.
    """
    if (before.startswith(b"#!") or after.startswith(b"#!")) and _first_line(before) != _first_line(after):
        raise DiffersError("bytes", "The first line, which starts the program, differs.")
    known, kinds = set(ENDS.findall(before)), set(ENDS.findall(after))
    if kinds - known if known else len(kinds) > 1:
        raise DiffersError("bytes", "Line ends of another kind were added.")


def _first_line(data: bytes) -> bytes:
    return ENDS.split(data, maxsplit=1)[0]
