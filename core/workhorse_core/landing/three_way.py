"""Three-way merges of single files, and the edits between two versions of a file."""

import tempfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from workhorse_core.change.diff import split_lines
from workhorse_core.change.edit import Edit
from workhorse_core.git.repository import Repository


def merge_bytes(repository: Repository, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Merge the changes from ``base`` to ``theirs`` into ``ours``, as git merges; None on a conflict."""
    with tempfile.TemporaryDirectory(prefix="workhorse-") as folder:
        files = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for file, data in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(data)
        answer = repository.ask("merge-file", "--stdout", "--quiet", *(str(file) for file in files))
    return answer.output if answer.status == 0 else None


def edits_between(path: str, before: bytes, after: bytes) -> tuple[Edit, ...]:
    """Return edits of whole lines that turn ``before`` into ``after``."""
    from difflib import SequenceMatcher  # deferred: only a merge needs it

    old, new = split_lines(before), split_lines(after)
    low, high = _common(old, new)
    starts = [0, *accumulate(len(line) for line in old)]
    matcher = SequenceMatcher(None, old[low : len(old) - high], new[low : len(new) - high])
    return tuple(
        Edit(path, starts[low + first], starts[low + last], b"".join(new[low + new_first : low + new_last]))
        for kind, first, last, new_first, new_last in matcher.get_opcodes()
        if kind != "equal"
    )


def _common(old: Sequence[bytes], new: Sequence[bytes]) -> tuple[int, int]:
    """Count the common lines at the beginning and at the end."""
    shorter = min(len(old), len(new))
    low = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - low
    return low, next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
