"""The one way to do a task: every door iterates this and shows what comes out."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import ExitStack, aclosing
from typing import TYPE_CHECKING

from workhorse_core.actions.registry import find_action
from workhorse_core.checks.registry import find_checks
from workhorse_core.errors import EndpointUnreachable, UsageError
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Handoff, make_handoff
from workhorse_core.jobs.job import Job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.jobs.scratch import Ground, make_scratch, read_ground
from workhorse_core.pipeline.action import Action, Noting
from workhorse_core.pipeline.baseline import Baselines
from workhorse_core.pipeline.check import Check, Preparing
from workhorse_core.pipeline.draft import Draft, parts_of
from workhorse_core.pipeline.drafting import Drafting
from workhorse_core.pipeline.repair import Checked, Repaired, repair
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.pipeline.verification import Verifier, closing_checks
from workhorse_core.services.run_record import RunRecord, continue_record, start_record
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workhorse_core.models.endpoint import Endpoint


class RunResources(NamedTuple):
    """Resources of a run.

    ``ledger`` is None in a dry run: then nothing is created. ``lanes`` bounds how many regions the endpoint is asked
    about at the same time; None means as many as it serves. ``announce`` is called with a new job's id before the job
    is started: what it stores durably is there whenever the job is. ``parent`` is the job that a new one is a child of.
    """

    ledger: Ledger | None = None
    endpoint: "Endpoint | None" = None
    lanes: int | None = None
    announce: Callable[[str], None] | None = None
    parent: str | None = None


class RunStarted(NamedTuple):
    """Number of regions that need work, and the job; None in a dry run and when there is nothing to do."""

    regions: int
    job: str | None


class RunFinished(NamedTuple):
    """The end: every draft as it was left, and the bundle for the reviewer when there is something to review.

    ``notes`` are full sentences about inputs that no draft could use.
    """

    job: str | None
    drafts: tuple[Draft, ...]
    handoff: Handoff | None
    notes: tuple[str, ...] = ()


Product = RunStarted | Draft | Checked | RunFinished


async def run(task: Task, project: Project, resources: RunResources, job: Job | None = None) -> AsyncGenerator[Product]:
    """Carry a task from its targets to a verified candidate on a scratch branch.

    Args:
        task: The task.
        project: The project.
        resources: The ledger, the model and their bounds.
        job: An interrupted job to go on with: its drafts serve again wherever their regions are unchanged.

    Yields:
        Each product as it is made; a draft comes again when it changes; :class:`RunFinished` comes last.

    Raises:
        JobError: Another process is at work on the job, or has finished it.
        WorkhorseError: The task cannot be done at all.
    """
    action = find_action(task.action)
    _check_allowed(action, task, project, resources)
    checks = choose_checks(action, project)
    async with closing_checks(checks):
        for check in checks:
            if isinstance(check, Preparing):
                check.prepare(project, task)
        work = action.start(task, project)
        drafting = Drafting(work, task, project.tree, list(work.regions()), resources.endpoint, resources.lanes)
        with ExitStack() as held:
            record = _begin_record(task, resources, job, drafting.regions, held)
            yield RunStarted(drafting.regions, record.job)

            drafts: list[Draft] = []
            async with aclosing(drafting.draft(record.earlier)) as made:
                async for draft in made:
                    drafts.append(draft)
                    record.draft(draft)
                    yield draft
            drafts.sort(key=lambda draft: (draft.path, draft.first, draft.name))
            verifier = Verifier(checks, Baselines(resources.ledger.folder / "baselines" if resources.ledger else None))
            ground: Future[Ground] | None = None
            async with aclosing(repair(drafts, task, project, verifier, drafting.redraft)) as products:
                async for product in products:
                    if isinstance(product, Repaired):
                        notes = tuple(work.notes()) if isinstance(work, Noting) else ()
                        finished = _finish(product, task, project, record, notes, ground)
                        held.close()
                        yield finished
                    else:
                        if isinstance(product, Draft):
                            record.draft(product)
                        elif ground is None and record.job and project.repository:
                            ground = _read_aside(project.repository, drafts, held)
                        yield product


def _read_aside(repository: Repository, drafts: Sequence[Draft], held: ExitStack) -> "Future[Ground]":
    """Read in a thread what a scratch branch is built on, while the slower checks wait for their tools."""
    from concurrent.futures import ThreadPoolExecutor

    paths = frozenset(path for part in parts_of(drafts) for path in part.paths)
    return held.enter_context(ThreadPoolExecutor(1)).submit(read_ground, repository, paths)


def _begin_record(task: Task, resources: RunResources, job: Job | None, regions: int, held: ExitStack) -> RunRecord:
    """Go on with a job's record, or start one where there is something to do and a ledger for it."""
    if resources.ledger and job:
        return continue_record(resources.ledger, job, held)
    if resources.ledger and regions:
        return start_record(resources.ledger, task, held, resources.parent, resources.announce)
    return RunRecord()


def choose_checks(action: Action, project: Project) -> list[Check]:
    """Take the action's checks, add what the configuration requires, leave out what it skips; proofs stay."""
    required = [name for name in project.config.checks_require if name not in action.checks]
    checks = find_checks([*action.checks, *required])
    return [check for check in checks if check.proof or check.name not in project.config.checks_skip]


def _check_allowed(action: Action, task: Task, project: Project, resources: RunResources) -> None:
    allowed = project.config.actions
    if allowed is not None and action.name not in allowed:
        raise UsageError(
            f"This project's configuration does not allow the action {action.name}.",
            "See its origin with: workhorse config",
        )
    if task.engine is Engine.LOCAL and resources.endpoint is None:
        raise EndpointUnreachable("No model server answers.", "Start one, or name it with --url, or use --engine rules")


def _finish(
    repaired: Repaired,
    task: Task,
    project: Project,
    record: RunRecord,
    notes: tuple[str, ...],
    ground: "Future[Ground] | None",
) -> RunFinished:
    """Write the candidate to a scratch branch, where there is a record to keep."""
    if not repaired.patch.changes:
        record.nothing(repaired.drafts, notes)
        return RunFinished(record.job, repaired.drafts, None, notes)
    scratch = None
    if record.job and project.repository:
        slug = _slug(repaired.drafts)
        scratch = make_scratch(
            project.repository, record.job, task.action, slug, repaired.patch, ground.result() if ground else None
        )
        record.verified(scratch, repaired.verification, notes)
    handoff = make_handoff(record.job, task, repaired.drafts, repaired.patch, scratch, repaired.verification)
    return RunFinished(record.job, repaired.drafts, handoff, notes)


def _slug(drafts: Sequence[Draft]) -> str:
    """Name the branch after what was drafted: the region, else the file, else the folder."""
    kept = [draft for draft in drafts if draft.parts]
    paths = {draft.path for draft in kept}
    if len(kept) == 1 and kept[0].name:
        return kept[0].name.rpartition(".")[2]
    if len(paths) == 1:
        return next(iter(paths)).rpartition("/")[2].removesuffix(".py")
    return next(iter(sorted(paths)), "").split("/")[-2:][0]
