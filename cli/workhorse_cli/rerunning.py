"""Running a job again: after a reviewer's words, or from where it was interrupted."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from workhorse_cli.action_command import overrides_of
from workhorse_cli.errors import DONE, report
from workhorse_cli.jobs import JobStore
from workhorse_cli.merging import finish_merge
from workhorse_cli.output import Output
from workhorse_cli.running import TaskRun, run_task
from workhorse_core.errors import EndpointUnreachable, WorkhorseError
from workhorse_core.jobs.job import Job, JobStatus, ended
from workhorse_core.jobs.ledger import EventKind
from workhorse_core.pipeline.task import Engine
from workhorse_core.services.review import reopen
from workhorse_core.workspace.project import open_project


class RerunOptions(NamedTuple):
    """Who is to do it, None where the job's own engine and the configuration say so; and how it is shown."""

    engine: str | None
    model: str | None
    url: str | None
    json: bool


def retry(store: JobStore, job: Job, note: str, options: RerunOptions) -> int:
    """Do a job again with a reviewer's words, and give the exit code.

    Raises:
        JobError: It is over, or being merged.
        EndpointError: Only a model shall do it, and none can be asked; the job stays as it is.
    """
    if (options.engine or job.task.engine) == Engine.LOCAL:
        _check_model(store, options)
    if (options.engine or job.task.engine) == Engine.RULES:
        Output(json=True).note("Rules cannot take words into account; a model can, with --engine auto")
    return _carry_on(store, reopen(store.repository, store.ledger, job, note), options)


def resume(store: JobStore, jobs: Sequence[Job], options: RerunOptions) -> int:
    """Go on with those of the jobs that were interrupted, and give the exit code."""
    code = DONE
    interrupted = [job for job in jobs if job.landing or job.status is JobStatus.DRAFTING]
    interrupted = [job for job in interrupted if job.status is not JobStatus.MERGED]
    for job in interrupted:
        try:
            code = max(code, _resume_one(store, job, options))
        except WorkhorseError as error:  # the others are to be finished all the same
            code = max(code, report(error, []))
    if not interrupted:
        Output(json=True).note("Nothing was interrupted.")
    return code


def _check_model(store: JobStore, options: RerunOptions) -> None:
    from workhorse_core.models.discovery.locate import find_ready_endpoint

    config = open_project(store.repository.root, overrides_of(options.model, options.url), os.environ).config
    if find_ready_endpoint(config, os.environ) is None:
        raise EndpointUnreachable("No model server answers.", "Start one with: workhorse up")


def _resume_one(store: JobStore, job: Job, options: RerunOptions) -> int:
    if job.landing is not None:
        return finish_merge(store, job, options.json)
    return _carry_on(store, job, options)


def _carry_on(store: JobStore, job: Job, options: RerunOptions) -> int:
    project = open_project(store.repository.root, overrides_of(options.model, options.url), os.environ)
    task = job.task._replace(engine=Engine(options.engine)) if options.engine else job.task
    code = run_task(TaskRun(task, project, Output(options.json), job=job))
    if store.find(job.id).status is JobStatus.DRAFTING:  # what it was to do has been done meanwhile
        with store.ledger.hold(job.id):
            store.ledger.append(job.id, EventKind.NOTHING, ended("There is nothing left to do."))
    return code
