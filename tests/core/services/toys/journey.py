"""The whole way of a toy: run, approve, land; gone on with from wherever it was left."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from core.services.toys import generated_test, rename, two_turns
from core.services.toys.note import Note, Politeness, Split
from support.endpoint import Script, ScriptedEndpoint
from workhorse_core.actions import registry as actions
from workhorse_core.checks import registry as checks
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import Job, JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.plan import finish_landing
from workhorse_core.pipeline.task import Task, parse_target
from workhorse_core.services.review import judge, merge_job
from workhorse_core.services.run import RunResources, run
from workhorse_core.workspace.project import Project, open_project

ACTIONS = {
    "note": Note,
    "split": Split,
    "toy-rename": rename.Rename,
    "toy-tests": generated_test.GenerateTests,
    "toy-two-turns": two_turns.TwoTurns,
}
CHECKS = {"politeness": Politeness, "toy-bindings": rename.Bindings, "toy-run": generated_test.RunTests}


class Journey(NamedTuple):
    """A task over some files, the model's answers, and the files at its end."""

    task: Task
    files: Mapping[str, str]
    after: Mapping[str, str]
    script: Script | None = None


JOURNEYS = {
    "rename": Journey(
        Task("toy-rename", (parse_target("shapes.py"),), options={"new name": "geometry"}), rename.FILES, rename.AFTER
    ),
    "generated-test": Journey(
        Task("toy-tests", (parse_target("shapes.py"),)),
        generated_test.FILES,
        generated_test.AFTER,
        generated_test.SCRIPT,
    ),
    "two-turns": Journey(
        Task("toy-two-turns", (parse_target("shop.py::price"),)), two_turns.FILES, two_turns.AFTER, two_turns.script
    ),
}


def register() -> None:
    """Register the toys in this process, for good."""
    cast("dict[str, object]", actions.ACTIONS).update(ACTIONS)
    checks.CHECKS.update(CHECKS)


async def go_on(root: Path, journey: Journey, endpoint: ScriptedEndpoint | None) -> Job:
    """Start the journey's job, or go on with it from wherever it is; return it landed."""
    project = open_project(root)
    assert project.repository is not None
    with Ledger.open(project.repository.common_dir / "workhorse") as ledger:
        jobs = [job for job in ledger.jobs() if ledger.events(job)]
        assert len(jobs) < 2
        job = read_job(ledger, jobs[0]) if jobs else None
        if job is None or job.status is JobStatus.DRAFTING:
            task = job.task if job else journey.task
            products = [each async for each in run(task, project, RunResources(ledger, endpoint), job)]
            job = read_job(ledger, getattr(products[-1], "job"))  # noqa: B009 - the last one has it
        return await _land(project, ledger, job)


async def _land(project: Project, ledger: Ledger, job: Job) -> Job:
    assert project.repository is not None
    if job.status is JobStatus.VERIFIED:
        judge(project.repository, ledger, job, Decision.APPROVE, "")
        job = read_job(ledger, job.id)
    if job.landing is not None and job.status is not JobStatus.MERGED:
        finish_landing(project.repository, ledger, job)
        job = read_job(ledger, job.id)
    if job.status is JobStatus.APPROVED:
        await merge_job(project, ledger, job)
    return read_job(ledger, job.id)
