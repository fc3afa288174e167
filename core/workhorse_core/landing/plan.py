"""Landings of approved jobs: planned, and carried out, in the user's branch, index and work tree.

Each of the three places is compared with the exact bytes of the draft's base; where it differs, the draft is merged
into the present content, or refused.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from workhorse_core.change.patch import Patch
from workhorse_core.errors import LandingRefused, LedgerError
from workhorse_core.git.differences import digest_between
from workhorse_core.git.output import records
from workhorse_core.git.own_programs import own_programs
from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Head, Repository, TreeEntry
from workhorse_core.jobs.job import Job, JobStatus, ended, landed, landing_begun, read_job
from workhorse_core.jobs.landing import Landing
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.jobs.scratch import Scratch, read_patch
from workhorse_core.landing.apply import apply_landing, refuse_operation
from workhorse_core.landing.approval import approved_scratch
from workhorse_core.landing.draft_in_history import refuse_draft_in_history
from workhorse_core.landing.index import in_conflict, index_entries
from workhorse_core.landing.places import (
    DraftBranch,
    file_steps,
    index_steps,
    place_in_index,
    place_in_work_tree,
    unverified_in,
)
from workhorse_core.landing.trailers import (
    ASSISTED,
    CHANGE,
    JOB,
    REVIEWED,
    VERIFIED,
    Trailer,
    say_verified,
    write_trailers,
)
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.draft import DraftStatus
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.printable import visible


class LandingPlan(NamedTuple):
    """The changes that landing a job would make; nothing has been done yet.

    ``tree`` is the tree of the commit, None when no commit would be made; its message ends with ``trailers``.
    ``unverified`` are the changes of the places where another result than the verified one would land: verify them
    before landing. ``notes`` are sentences for the user. ``held`` are the paths that have landed in an editor's
    buffers already.
    """

    job: str
    landing: Landing
    tree: str | None
    trailers: tuple[Trailer, ...]
    unverified: tuple[Patch, ...] = ()
    notes: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


class Landed(NamedTuple):
    """A landing that is done: ``commit`` is the user's new commit, None when only the work tree changed."""

    commit: str | None
    paths: tuple[str, ...]
    work_tree_only: tuple[str, ...]


def plan_landing(repository: Repository, job: Job, commit: bool = True, held: Collection[str] = ()) -> LandingPlan:
    """Plan the landing of a job in the present state of the repository.

    Args:
        repository: The repository whose work tree to land in.
        job: An approved job.
        commit: Whether to commit; otherwise only the work tree changes.
        held: Paths whose new content an editor's buffers hold already: they are left alone in the work tree.

    Raises:
        LandingRefused: No verdict fits its candidate, or the same lines have been changed since.
        JobError: Its commits are gone.
    """
    try:
        return _planned(repository, job, commit, held)
    except LandingRefused as error:
        raise LandingRefused(error.message, error.hint.replace("JOB", job.id)) from error


def land(repository: Repository, ledger: Ledger, plan: LandingPlan, message: str) -> Landed:
    """Carry out a plan, all of it or nothing.

    Args:
        repository: The repository that the plan was made for.
        ledger: Records the intent before anything is touched, so that a kill loses nothing.
        plan: The plan as it was shown; any change since refuses it.
        message: The commit's message, without trailers.

    Raises:
        LandingRefused: It would not be safe; nothing was changed.
        JobError: It stopped half way and can be finished.
    """
    landing = plan.landing
    if plan.tree is not None:
        commit = _commit(repository, plan, message)
        landing = replace(landing, commit=commit, subject=message.split("\n", 1)[0])
    ledger.append(plan.job, EventKind.LANDING, landing_begun(landing))
    return _apply(repository, ledger, plan.job, landing, plan.held)


def finish_landing(repository: Repository, ledger: Ledger, job: Job) -> Landed | None:
    """Finish a landing that was interrupted; None when there is none.

    Raises:
        LandingRefused: Things have changed since; nothing more was changed, and the job can be landed anew.
        JobError: Another process is finishing it.
    """
    with ledger.hold(job.id):
        return _finish(repository, ledger, read_job(ledger, job.id))


def _finish(repository: Repository, ledger: Ledger, job: Job) -> Landed | None:
    if job.landing is None or job.status is JobStatus.MERGED:
        return None
    root = Path(job.landing.root)
    there = repository if repository.root == root else Repository.find(root) if root.is_dir() else None
    # A copied .git may hold any record: it lands in the work trees of this repository alone.
    if there is None or there.root != root or not there.common_dir.samefile(repository.common_dir):
        ledger.append(job.id, EventKind.UNDONE, ended("The work tree is gone."))
        raise LandingRefused(f"The work tree is gone: {visible(str(root))}", f"Land it here: workhorse merge {job.id}")
    return _apply(there, ledger, job.id, job.landing)


def _apply(repository: Repository, ledger: Ledger, job: str, landing: Landing, held: Collection[str] = ()) -> Landed:
    try:
        apply_landing(repository, landing, job)
    except LandingRefused as error:
        with suppress(LedgerError):  # the user has to see the refusal, not the ledger's failure
            ledger.append(job, EventKind.UNDONE, ended(error.message))
        raise
    ledger.append(job, EventKind.LANDED, landed(landing.commit, held))
    committed = {step.path for step in landing.index}
    only = tuple(step.path for step in landing.files if step.path not in committed)
    return Landed(landing.commit, tuple(sorted(committed)), only)


# -- planning


def _planned(repository: Repository, job: Job, commit: bool, held: Collection[str]) -> LandingPlan:
    scratch = approved_scratch(repository, job)
    head = repository.head()
    refuse_draft_in_history(repository, scratch, head)
    patch = read_patch(repository, scratch)
    changes = [change for change in patch.changes if change.path not in held]
    work = [place for change in changes if (place := place_in_work_tree(repository, change, head))]
    landing = Landing(str(repository.root), tuple(step for change in work for step in file_steps(repository, change)))
    plan = LandingPlan(job.id, landing, None, (), held=tuple(sorted(held)))
    plan = plan._replace(unverified=unverified_in(work, changes))
    if not commit:
        return plan
    if head.commit is None:
        return plan._replace(notes=("There is no commit yet: only the work tree changes.",))
    refuse_operation(repository)
    plan = _with_commit(repository, plan, scratch, patch, head)
    if plan.tree is None or head.tree is None:
        return plan
    change = digest_between(repository, head.tree, plan.tree)
    return plan._replace(landing=replace(plan.landing, change=change), trailers=_trailers(job, change))


def _with_commit(repository: Repository, plan: LandingPlan, scratch: Scratch, patch: Patch, head: Head) -> LandingPlan:
    branch = DraftBranch(repository, scratch, patch)
    _refuse_conflicts(repository)
    now = repository.tree_entries(head.commit or "", branch.paths)
    ignored = _ignored(repository, patch)
    in_head = [
        placed for change in patch.changes if change.path not in ignored and (placed := branch.place(change, now))
    ]
    staged = index_entries(repository, branch.paths)
    in_index = [placed for each in in_head if (placed := place_in_index(branch, each, staged))]
    index = tuple(step for placed in in_index for step in index_steps(placed, staged))
    landing = replace(plan.landing, index=index, branch=head.branch, head=head.commit)
    unverified = [*plan.unverified, *branch.unverified(in_head), *branch.unverified(in_index)]
    return plan._replace(
        landing=landing,
        tree=branch.tree(in_head, head) if in_head else None,
        unverified=tuple({patch.text: patch for patch in unverified}.values()),
        notes=tuple(_notes(plan.landing, patch, now, ignored)),
    )


def _refuse_conflicts(repository: Repository) -> None:
    conflicts = records(repository.read("ls-files", "-u", "-z"))
    if conflicts:
        raise in_conflict(conflicts[0].split("\t", 1)[1])


def _ignored(repository: Repository, patch: Patch) -> set[str]:
    """Return the new files that the user's ignore rules keep out of commits."""
    new = [change.path for change in patch.changes if change.before is None]
    if not new:
        return set()
    stdin = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in new)
    # This command takes no literal pathspecs, and asks for none: what it reads are plain paths.
    answer = repository.ask("check-ignore", "-z", "--stdin", stdin=stdin, environment={"GIT_LITERAL_PATHSPECS": "0"})
    if answer.status > 1:
        raise git_failed(("check-ignore",), answer.complaint)
    return set(records(answer.output))


def _notes(landing: Landing, patch: Patch, head: Mapping[str, TreeEntry], ignored: set[str]) -> Iterable[str]:
    touched, root = {step.path for step in landing.files}, Path(landing.root)
    for change in patch.changes:
        old, path = change.moved_from or change.path, visible(change.path)
        if change.path in ignored:
            yield f"{path} is ignored by git: it changes in the work tree only."
        elif change.before is not None and old not in head:
            yield f"{visible(old)} is not in any commit of this branch: it changes in the work tree only."
        elif change.path not in touched:
            absent = change.after is not None and not os.path.lexists(root / change.path)
            yield f"{path} {'is not in' if absent else 'holds the change already in'} the work tree."


# -- the commit


def _commit(repository: Repository, plan: LandingPlan, message: str) -> str:
    """Write the commit, signed where the user signs commits; no branch points to it yet."""
    text = f"{message.rstrip()}\n\n{write_trailers(plan.trailers)}".encode("utf-8", "surrogateescape")
    sign = ["-S"] if repository.setting("commit.gpgsign", "bool") == "true" else []
    if sign and (programs := [name for name in own_programs(repository) if name.startswith("gpg.")]):
        raise LandingRefused(
            f"{min(programs)} of this repository's .git/config names a program to sign with; nothing was changed.",
            f"If you trust it, name it in your own: git config --global {min(programs)} PROGRAM",
        )
    parent = ("-p", plan.landing.head or "")
    arguments = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", *sign, *parent, "-F", "-", plan.tree or "")
    answer = repository.change(*arguments, stdin=text)
    if answer.status == 0:
        return answer.output.decode().strip()
    if "user.email" in answer.complaint or "user.name" in answer.complaint or "ident" in answer.complaint:
        hint = "git config --global user.name NAME; git config --global user.email ADDRESS"
        raise LandingRefused("Git has no name and address for you; nothing was changed.", hint)
    reason = answer.complaint.strip().replace("\n", "; ")
    hint = "Without a signature: git config commit.gpgsign false" if sign else ""
    raise LandingRefused(f"The commit could not be made ({reason}); nothing was changed.", hint)


def _trailers(job: Job, change: str) -> tuple[Trailer, ...]:
    """Return the trailers: job, change, drafting engines, checks, and reviewer."""
    drafted = [draft for draft in job.drafts if draft.status is DraftStatus.DRAFTED]
    engines = sorted({f"workhorse {draft.engine or ''} {draft.model or ''}".strip() for draft in drafted})
    verification, verdict = job.verification, job.verdict
    passed = [r.name for r in verification.results if r.status is CheckStatus.PASSED] if verification else []
    return (
        (JOB, job.id),
        (CHANGE, f"{job.task.action} {change}"),
        *((ASSISTED, engine) for engine in engines),
        (VERIFIED, say_verified(passed, verification.evidence_digest if verification else "")),
        *(((REVIEWED, verdict.name),) if verdict else ()),
    )
