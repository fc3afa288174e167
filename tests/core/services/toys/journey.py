"""The whole way of a toy: run, approve, land; gone on with from wherever it was left."""

from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple, cast

from core.services.toys import generated_test, rename, two_turns
from core.services.toys.note import Note, Politeness, Split
from support.endpoint import Script, ScriptedEndpoint
from support.opened_project import open_project
from workhorse_core.actions import registry as actions
from workhorse_core.checks import registry as checks
from workhorse_core.jobs.handoff import Decision, Reviewer, ReviewerKind
from workhorse_core.jobs.job import Job, JobStatus, read_job, read_jobs, started
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.landing.plan import finish_landing
from workhorse_core.pipeline.task import Engine, Task, parse_target
from workhorse_core.services.merge import merge_children, merge_job
from workhorse_core.services.part_review import judge_parts, parts_by_id
from workhorse_core.services.review import judge_children
from workhorse_core.services.run import RunFinished, RunResources, run
from workhorse_core.workspace.project import Project

ACTIONS = {
    "note": Note,
    "split": Split,
    "toy-rename": rename.Rename,
    "toy-tests": generated_test.GenerateTests,
    "toy-two-turns": two_turns.TwoTurns,
}
CHECKS = {"politeness": Politeness, "toy-bindings": rename.Bindings, "toy-run": generated_test.RunTests}
REVIEWER = Reviewer(ReviewerKind.HUMAN, "Ada Lovelace <ada@example.org>")


class Journey(NamedTuple):
    """Tasks over some files, the model's answers, and the files at the end.

    Several tasks are a batch: children of one job, with one review. ``rejected`` are names of parts that the reviewer
    leaves out.
    """

    tasks: tuple[Task, ...]
    files: Mapping[str, str]
    after: Mapping[str, str]
    script: Script | None = None
    rejected: frozenset[str] = frozenset()

    @property
    def endpoint(self) -> ScriptedEndpoint | None:
        """A model that answers by the script."""
        return None if self.script is None else ScriptedEndpoint(self.script)


_NAMES = ("one", "two", "six")
_FUNCTIONS = {name: f"def {name}():\n    return {len(name)}\n" for name in _NAMES}

JOURNEYS = {
    "rename": Journey(
        (Task("toy-rename", (parse_target("shapes.py"),), options={"new name": "geometry"}),),
        rename.FILES,
        rename.AFTER,
    ),
    "generated-test": Journey(
        (Task("toy-tests", (parse_target("shapes.py"),)),),
        generated_test.FILES,
        generated_test.AFTER,
        generated_test.SCRIPT,
    ),
    "two-turns": Journey(
        (Task("toy-two-turns", (parse_target("shop.py::price"),)),),
        two_turns.FILES,
        two_turns.AFTER,
        two_turns.script,
    ),
    "batch": Journey(
        tuple(Task("note", (parse_target(f"{name}.py"),), Engine.LOCAL) for name in _NAMES),
        {f"{name}.py": code for name, code in _FUNCTIONS.items()},
        {f"{name}.py": f"# Noted.\n{code}" for name, code in _FUNCTIONS.items()},
        "Noted.",
    ),
    "verdict-on-parts": Journey(
        (Task("note", (parse_target("all.py"),), Engine.LOCAL),),
        {"all.py": "\n\n".join(_FUNCTIONS.values())},
        {"all.py": "\n\n".join(("" if name == "two" else "# Noted.\n") + _FUNCTIONS[name] for name in _NAMES)},
        "Noted.",
        frozenset({"two"}),
    ),
}


def register() -> None:
    """Register the toys in this process, for good."""
    cast("dict[str, object]", actions.ACTIONS).update(ACTIONS)
    checks.CHECKS.update(CHECKS)


async def go_on(root: Path, journey: Journey, endpoint: ScriptedEndpoint | None) -> list[Job]:
    """Start the journey's jobs, or go on with them from wherever they are; return them landed."""
    project = open_project(root)
    assert project.repository is not None
    with Ledger.open(project.repository.common_dir / "workhorse") as ledger:
        if len(journey.tasks) > 1:
            return await _go_on_with_batch(project, ledger, journey, endpoint)
        jobs = list(read_jobs(ledger))
        assert len(jobs) < 2
        job = await _draft(project, ledger, journey.tasks[0], endpoint, jobs[0] if jobs else None)
        if job.status is JobStatus.VERIFIED:
            rejected = {part: "not needed" for part in parts_by_id(job) if part.region in journey.rejected}
            await judge_parts(project, ledger, job, rejected, REVIEWER)
            job = read_job(ledger, job.id)
        if job.landing is not None and job.status is not JobStatus.MERGED:
            finish_landing(project.repository, ledger, job)
            job = read_job(ledger, job.id)
        if job.status is JobStatus.APPROVED:
            await merge_job(project, ledger, job)
        return [read_job(ledger, job.id)]


async def _go_on_with_batch(
    project: Project, ledger: Ledger, journey: Journey, endpoint: ScriptedEndpoint | None
) -> list[Job]:
    assert project.repository is not None
    parents = [job for job in read_jobs(ledger) if ledger.parent(job.id) is None]
    parent = parents[0].id if parents else ledger.new_job()
    if not parents:
        ledger.append(parent, EventKind.STARTED, started(Task("toy-batch", ())))
    for task in journey.tasks:
        children = [job for job in read_jobs(ledger) if ledger.parent(job.id) == parent and job.task == task]
        assert len(children) < 2
        await _draft(project, ledger, task, endpoint, children[0] if children else None, parent)
    if any(job.status is JobStatus.VERIFIED for job in read_jobs(ledger)):
        judge_children(project.repository, ledger, parent, Decision.APPROVE, "", REVIEWER)
    async with aclosing(merge_children(project, ledger, parent)) as landed:
        async for _ in landed:
            pass
    return [job for job in read_jobs(ledger) if ledger.parent(job.id) == parent]


async def _draft(
    project: Project,
    ledger: Ledger,
    task: Task,
    endpoint: ScriptedEndpoint | None,
    job: Job | None,
    parent: str | None = None,
) -> Job:
    if job is not None and job.status is not JobStatus.DRAFTING:
        return job
    resources = RunResources(ledger, endpoint, parent=parent)
    products = [product async for product in run(task, project, resources, job)]
    assert isinstance(products[-1], RunFinished)
    assert products[-1].job is not None
    return read_job(ledger, products[-1].job)
