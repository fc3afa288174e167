"""The approval of a job: a verdict that is bound to exactly what its scratch branch holds."""

from workhorse_core.errors import LandingRefused
from workhorse_core.git.repository import BRANCHES, Repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import Job, JobStatus, refuse_newer
from workhorse_core.jobs.scratch import Scratch


def approved_scratch(repository: Repository, job: Job) -> Scratch:
    """Return the scratch branch of a job if the last verdict is bound to exactly its present content.

    Raises:
        LandingRefused: It is not: the job is in another state, its branch has changed, or its checks have.
    """
    refuse_newer(job)
    _refuse_state(job)
    scratch, verification, verdict = job.scratch, job.verification, job.verdict
    if verdict is None or scratch is None or verification is None:
        raise _not_approved(job)
    if verdict.decision is not Decision.APPROVE:
        raise LandingRefused(f"Job {job.id} was rejected.", f"workhorse retry {job.id} -m NOTE")
    if not verification.passed:
        raise LandingRefused(f"Checks of job {job.id} failed.", f"workhorse show {job.id}")
    ref = BRANCHES + scratch.branch
    names = [ref + "^{commit}", ref + "^^{commit}", ref + "^{tree}", ref + "^^{tree}"]
    answer = repository.ask("rev-parse", *names)
    found = answer.output.decode().split()
    if answer.status != 0 and found[:1] in ([], names[:1]):  # git repeats names that it does not know
        there = repository.ask("cat-file", "-e", scratch.candidate + "^{commit}").status == 0
        hint = f"Put it back: git branch {scratch.branch} {scratch.candidate}"
        sentence = f"The branch {scratch.branch} is gone."
        raise LandingRefused(sentence, hint if there else f"workhorse retry {job.id} -m NOTE")
    if found != [scratch.candidate, scratch.base, verdict.tree, verdict.base_tree]:
        sentence = f"The branch {scratch.branch} is not what was approved."
        raise LandingRefused(sentence, f"Put it back: git branch -f {scratch.branch} {scratch.candidate}")
    if verdict.evidence != verification.evidence_digest:
        sentence = f"The checks of job {job.id} have other results than when it was approved."
        raise LandingRefused(sentence, f"Look again: workhorse show {job.id}")
    if job.status is not JobStatus.APPROVED:
        raise _not_approved(job)  # drafted again since, for a note that the verdict does not cover
    return scratch


def _not_approved(job: Job) -> LandingRefused:
    return LandingRefused(f"Job {job.id} is not approved.", f"workhorse approve {job.id}")


def _refuse_state(job: Job) -> None:
    if job.status is JobStatus.MERGED:
        raise LandingRefused(f"Job {job.id} has landed already.", "See what waits: workhorse jobs")
    if job.status is JobStatus.DISCARDED:
        raise LandingRefused(f"Job {job.id} was discarded.", "See what waits: workhorse jobs")
    if job.landing is not None:
        raise LandingRefused(f"Job {job.id} was interrupted while it landed.", f"workhorse resume {job.id}")
    if job.status in (JobStatus.FAILED, JobStatus.NOTHING):
        raise LandingRefused(f"Job {job.id} drafted nothing that could land.", f"See why: workhorse show {job.id}")
    if job.status is JobStatus.DRAFTING:
        raise LandingRefused(f"Job {job.id} is not finished.", f"Continue it: workhorse resume {job.id}")
