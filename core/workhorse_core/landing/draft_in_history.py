"""Drafts that are in the branch already, merged or picked by git: they must be taken out before they can land.

Such a commit keeps the draft's trailer, or was written by Workhorse itself, and the pre-push hook refuses it. A landing
would find nothing left to commit.
"""

from collections.abc import Sequence

from workhorse_core.errors import LandingRefused
from workhorse_core.git.repository import Head, Repository
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.landing.landed_commits import PlainCommit, default_range, read_commits

_SHORT = 12


def refuse_draft_in_history(repository: Repository, scratch: Scratch, head: Head) -> None:
    """Refuse to land a job whose draft is among the commits that the upstream, or any remote, lacks.

    Raises:
        LandingRefused: Its draft is there, or its branch is the current one; the hint takes the draft's commits away
            and keeps their content in the work tree.
    """
    if head.branch == scratch.branch:
        raise LandingRefused(f"{scratch.branch} is the job's own branch.", "Go back to yours first: git switch -")
    commits = read_commits(repository, default_range(repository)).plain
    drafts = [each for each in commits if _is_draft(each, scratch)]
    if not drafts:
        return
    sentence = f"The draft of job {scratch.job} is in this branch already, as {drafts[0].commit[:_SHORT]}."
    raise LandingRefused(sentence, f"Take it out first: {_way_out(head, commits, drafts)}")


def _is_draft(commit: PlainCommit, scratch: Scratch) -> bool:
    """Return whether a commit holds a draft of the job, or what was not committed before one; earlier ones count."""
    snapshot = commit.by_workhorse and scratch.job in commit.subject.split()
    return snapshot or scratch.job in commit.drafts


def _way_out(head: Head, commits: Sequence[PlainCommit], drafts: Sequence[PlainCommit]) -> str:
    """Return the command: a reset that changes no file where the drafts are the newest commits, else a rebase."""
    parents = {each.commit: each.parent for each in commits}
    left, tip = {each.commit for each in drafts}, head.commit
    while tip in left:
        left.remove(tip)
        tip = parents[tip]
    if left:
        oldest = drafts[-1].parent
        return f"git rebase -i --rebase-merges {oldest[:_SHORT] if oldest else '--root'}"
    return f"git reset --soft {tip[:_SHORT]}" if tip else "git update-ref -d HEAD"
