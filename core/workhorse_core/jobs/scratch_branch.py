"""The branches of a job's candidates: their names, and their removal."""

import os

from workhorse_core.errors import RepositoryError
from workhorse_core.git.fast_import import IDENTITY, QUIETLY
from workhorse_core.git.repository import BRANCHES, Repository
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

_NUMBERED = late_pattern(r"(?P<stem>.*-(?P<job>[0-9a-z]{4,}))-(?P<number>[0-9]{1,3})")
"""The branch of a candidate that a verdict has narrowed; three digits are too few for a job's id."""


def branch_number(job: str, branch: str) -> tuple[str, int]:
    """Return the name of a job's first branch, and the number of the given one, from 1."""
    match = _NUMBERED.fullmatch(branch)
    return (match["stem"], int(match["number"])) if match and match["job"] == job else (branch, 1)


def remove_branch(repository: Repository, name: str, commit: str | None) -> bool:
    """Remove a branch of ours at ``commit``, or, with None, at any commit of ours.

    Returns:
        False when there is no such branch.

    Raises:
        RepositoryError: It is checked out, or holds commits that are not ours.
    """
    ref = BRANCHES + name
    found = next((branch for branch in _branches(repository, ref) if branch.ref == ref), None)
    if found is None:
        return False
    if found.place:
        raise RepositoryError(f"The branch {name} is checked out in {found.place}", "Leave it with: git switch -")
    if found.tip != commit and (commit or not found.is_ours):
        raise RepositoryError(f"The branch {name} holds other commits.", f"Remove it with: git branch -D {name}")
    _delete(repository, found)
    return True


def remove_branches(repository: Repository, stem: str, keep: str | None) -> None:
    """Remove a job's first branch and the numbered ones beside it, but the one to keep and those that are not ours."""
    first = BRANCHES + stem
    for branch in _branches(repository, first, f"{first}-*"):
        match = _NUMBERED.fullmatch(branch.ref)
        is_one = branch.ref == first or (match and match["stem"] == first)
        if is_one and branch.is_ours and not (keep and branch.ref == BRANCHES + keep):
            _delete(repository, branch)


class _Branch(NamedTuple):
    """A branch; ``place`` is the work tree in which it is checked out, "" for none."""

    ref: str
    tip: str
    committer: str
    place: str

    @property
    def is_ours(self) -> bool:
        return self.committer == IDENTITY and not self.place


def _branches(repository: Repository, *patterns: str) -> list[_Branch]:
    fields = "%(refname)%00%(objectname)%00%(committername) %(committeremail)%00%(worktreepath)"
    lines = os.fsdecode(repository.read("for-each-ref", f"--format={fields}%00", *patterns)).split("\0\n")
    return [_Branch(*line.split("\0")) for line in lines[:-1]]


def _delete(repository: Repository, branch: _Branch) -> None:
    repository.write(*QUIETLY, "update-ref", "-d", branch.ref, branch.tip)
