"""Running a job again: with a reviewer's note, or from where it was interrupted."""

from collections.abc import Sequence

from workhorse_cli.errors import DONE, report
from workhorse_cli.merge import finish_merge
from workhorse_cli.output import Output
from workhorse_cli.task_run import TaskRun, run_task
from workhorse_core.errors import EndpointUnreachable, WorkhorseError
from workhorse_core.jobs.job import Job, JobStatus, ended
from workhorse_core.jobs.ledger import EventKind
from workhorse_core.pipeline.task import Engine
from workhorse_core.services.review import reopen
from workhorse_core.services.session import Session
from workhorse_core.system.named_tuple import NamedTuple


class Rerun(NamedTuple):
    """The way in which jobs are run again: by the given engine, or each by its own."""

    session: Session
    engine: str | None
    json: bool


def retry(rerun: Rerun, job: Job, note: str) -> int:
    """Run a job again with a reviewer's note, and return the exit code.

    Raises:
        JobError: The job is over, or being merged.
        EndpointError: Only a model may do it, and none can be asked; the job stays as it is.
    """
    session, engine = rerun.session, rerun.engine or job.task.engine
    if engine == Engine.LOCAL and session.open_model() is None:
        raise EndpointUnreachable("No model server answers.", "Start one with: workhorse up")
    return _carry_on(rerun, reopen(session.repository, session.ledger, job, note))


def resume(rerun: Rerun, jobs: Sequence[Job]) -> int:
    """Continue the interrupted ones of the jobs, and return the exit code."""
    code = DONE
    interrupted = [job for job in jobs if job.landing or job.status is JobStatus.DRAFTING]
    interrupted = [job for job in interrupted if job.status is not JobStatus.MERGED]
    for job in interrupted:
        try:
            code = max(code, _resume_one(rerun, job))
        except WorkhorseError as error:  # the others are finished all the same
            code = max(code, report(error, []))
    if not interrupted:
        Output(json=True).note("Nothing was interrupted.")
    return code


def _resume_one(rerun: Rerun, job: Job) -> int:
    if job.landing is not None:
        return finish_merge(rerun.session, job, rerun.json)
    return _carry_on(rerun, job)


def _carry_on(rerun: Rerun, job: Job) -> int:
    session = rerun.session
    task = job.task._replace(engine=Engine(rerun.engine)) if rerun.engine else job.task
    code = run_task(TaskRun(task, session, Output(rerun.json), job=job))
    if session.find_job(job.id).status is JobStatus.DRAFTING:  # its regions have been written meanwhile
        with session.ledger.hold(job.id):
            session.ledger.append(job.id, EventKind.NOTHING, ended("There is nothing left to do."))
    return code
