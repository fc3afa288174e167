"""The one way to do a task: every door iterates this and shows what comes out."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import ExitStack, aclosing
from itertools import groupby
from typing import NamedTuple

from workhorse_core.actions.registry import find_action
from workhorse_core.checks.registry import find_checks
from workhorse_core.errors import EndpointUnreachable, JobError, UsageError
from workhorse_core.jobs.handoff import Handoff, make_handoff
from workhorse_core.jobs.job import Job, JobStatus, checked, drafted, ended, read_job, scratched, started
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.jobs.scratch import Scratch, make_scratch
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.pipeline.action import Action, Noting, Retry, Skipped, Work
from workhorse_core.pipeline.baseline import Baselines
from workhorse_core.pipeline.check import Check, Preparing
from workhorse_core.pipeline.draft import Draft, DraftStatus, make_draft, skipped_draft
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.repair import Checked, Repaired, repair
from workhorse_core.pipeline.route import Way
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.pipeline.verification import Verification, Verifier, closing_checks
from workhorse_core.workspace.project import Project


class RunResources(NamedTuple):
    """What a run may use.

    ``ledger`` is None in a dry run: then nothing is created. ``lanes`` bounds how many regions the endpoint is asked
    about at the same time; None means as many as it serves. ``announce`` is called with a new job's id before the job
    is started: what it notes durably is there whenever the job is.
    """

    ledger: Ledger | None = None
    endpoint: Endpoint | None = None
    lanes: int | None = None
    announce: Callable[[str], None] | None = None


class RunStarted(NamedTuple):
    """How many regions need work, and under which job; None in a dry run and when there is nothing to do."""

    regions: int
    job: str | None


class RunFinished(NamedTuple):
    """The end: every draft as it was left, and the bundle for the reviewer when there is something to review.

    ``notes`` are full sentences about what could not be used for all of them.
    """

    job: str | None
    drafts: tuple[Draft, ...]
    handoff: Handoff | None
    notes: tuple[str, ...] = ()


Product = RunStarted | Draft | Checked | RunFinished


async def run(task: Task, project: Project, resources: RunResources, job: Job | None = None) -> AsyncGenerator[Product]:
    """Carry a task from its targets to a verified candidate on a scratch branch.

    Args:
        task: What was asked.
        project: Where.
        resources: What may be used.
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
        found = list(work.regions())
        regions = [item for item in found if isinstance(item, Region)]
        bench = _Bench(work, task, resources, regions)
        with ExitStack() as held:
            record = (
                _Record.begin(resources, resources.ledger, task, job, held) if resources.ledger and regions else None
            )
            yield RunStarted(len(regions), record.job if record else None)

            drafts: dict[_Place, Draft] = {}
            async with aclosing(_drafts(found, bench, job)) as made:
                async for draft in made:
                    drafts[_place(draft)] = draft
                    if record:
                        record.draft(draft)
                    yield draft
            in_order = sorted(drafts.values(), key=lambda draft: (draft.path, draft.first, draft.name))
            verifier = Verifier(checks, Baselines(resources.ledger.folder / "baselines" if resources.ledger else None))
            async with aclosing(repair(in_order, task, project, verifier, bench.redraft)) as products:
                async for product in products:
                    if isinstance(product, Repaired):
                        notes = tuple(work.notes()) if isinstance(work, Noting) else ()
                        finished = _finish(product, task, project, record, notes)
                        held.close()
                        yield finished
                    else:
                        if record and isinstance(product, Draft):
                            record.draft(product)
                        yield product


async def _drafts(found: Sequence[Region | Skipped], bench: "_Bench", job: Job | None) -> AsyncGenerator[Draft]:
    for item in found:
        if isinstance(item, Skipped):
            yield skipped_draft(item)
    async with aclosing(bench.draft(job.drafts if job else ())) as drafts:
        async for draft in drafts:
            yield draft


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
            "See where that is said with: workhorse config",
        )
    if task.engine is Engine.LOCAL and resources.endpoint is None:
        raise EndpointUnreachable("No model server answers.", "Start one, or name it with --url, or use --engine rules")


def _finish(
    repaired: Repaired, task: Task, project: Project, record: "_Record | None", notes: tuple[str, ...]
) -> RunFinished:
    """Put what holds on a scratch branch, where there is a record to keep; else it is only shown."""
    job = record.job if record else None
    if not repaired.patch.changes:
        if record:
            record.nothing(repaired.drafts, notes)
        return RunFinished(job, repaired.drafts, None, notes)
    scratch = None
    if record and project.repository:
        slug = _slug(repaired.drafts)
        scratch = make_scratch(project.repository, record.job, task.action, slug, repaired.patch)
        record.verified(scratch, repaired.verification, notes)
    handoff = make_handoff(job, task, repaired.drafts, repaired.patch, scratch, repaired.verification)
    return RunFinished(job, repaired.drafts, handoff, notes)


class _Record(NamedTuple):
    """What is written down of a run as it goes, so that it can be resumed at any point."""

    ledger: Ledger
    job: str

    @classmethod
    def begin(cls, resources: RunResources, ledger: Ledger, task: Task, job: Job | None, held: ExitStack) -> "_Record":
        """Take a job to oneself until ``held`` is closed."""
        record = cls(ledger, job.id if job else ledger.new_job())
        held.enter_context(ledger.hold(record.job))
        if job is None:
            if resources.announce:
                resources.announce(record.job)
            ledger.append(record.job, EventKind.STARTED, started(task))
        elif (status := read_job(ledger, job.id).status) is not JobStatus.DRAFTING:
            sentence = f"Job {job.id} has been finished meanwhile: its status is {status.value}."
            raise JobError(sentence, f"workhorse show {job.id}")
        return record

    def draft(self, draft: Draft) -> None:
        self.ledger.append(self.job, EventKind.DRAFTED, drafted(draft))

    def verified(self, scratch: Scratch, verification: Verification, notes: Sequence[str]) -> None:
        self.ledger.append(self.job, EventKind.SCRATCHED, scratched(scratch))
        self.ledger.append(self.job, EventKind.CHECKED, checked(verification, scratch, notes))

    def nothing(self, drafts: Sequence[Draft], notes: Sequence[str]) -> None:
        failed = [draft for draft in drafts if draft.status is DraftStatus.FAILED]
        kind = EventKind.FAILED if failed else EventKind.NOTHING
        reason = failed[0].reason or "" if failed else "Nothing was found to write."
        self.ledger.append(self.job, kind, ended(reason, notes))


def _slug(drafts: Sequence[Draft]) -> str:
    """Name the branch after what was drafted: the region, else the file, else the folder."""
    kept = [draft for draft in drafts if draft.parts]
    paths = {draft.path for draft in kept}
    if len(kept) == 1 and kept[0].name:
        return kept[0].name.rpartition(".")[2]
    if len(paths) == 1:
        return next(iter(paths)).rpartition("/")[2].removesuffix(".py")
    return next(iter(sorted(paths)), "").split("/")[-2:][0]


class _Bench:
    """Where drafts are made: the action at work, and the model if there is one."""

    def __init__(self, work: Work, task: Task, resources: RunResources, regions: Sequence[Region]) -> None:
        self._work = work
        self._task = task
        self._endpoint = resources.endpoint
        self._lanes = resources.lanes
        self._regions = {_place(region): region for region in regions}

    async def draft(self, earlier: Sequence[Draft]) -> AsyncGenerator[Draft]:
        """Draft every region, or use the earlier draft of the very same text again."""
        known = {_place(draft): draft for draft in earlier if draft.status is DraftStatus.DRAFTED}
        waiting: list[Region] = []
        for place, region in self._regions.items():
            if place in known and known[place].digest == region.digest:
                yield known[place]
            else:
                waiting.append(region)
        if self._endpoint is None:
            for region in waiting:
                yield await self._one(region)
            return
        async for draft in self._in_lanes(waiting, self._lanes or self._endpoint.lanes):
            yield draft

    async def redraft(self, draft: Draft, words: str) -> Draft | None:
        """Ask the model again with a check's words, while a round is left."""
        if draft.engine != Way.LOCAL or draft.rounds >= self._task.max_rounds:
            return None
        again = await self._one(self._regions[_place(draft)], Retry(words, draft.rounds + 1))
        return again._replace(cost=draft.cost.plus(again.cost))

    async def _one(self, region: Region, retry: Retry | None = None) -> Draft:
        if retry is None and self._task.note:
            retry = Retry(self._task.note, attempt=1)
        return await make_draft(self._work, region, self._task, self._endpoint, retry)

    async def _in_lanes(self, regions: Sequence[Region], count: int) -> AsyncGenerator[Draft]:
        """Give each lane one file at a time, so that the server's prefix cache serves the file's other regions."""
        files = [list(group) for _, group in groupby(regions, key=lambda region: region.path)][::-1]
        done: asyncio.Queue[Draft | BaseException] = asyncio.Queue()

        async def lane() -> None:
            while files:
                for region in files.pop():
                    await done.put(await self._one(region))

        def report(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()):
                done.put_nowait(error)

        lanes = [asyncio.create_task(lane()) for _ in range(min(count, len(files)))]
        for task in lanes:
            task.add_done_callback(report)
        try:
            for _ in regions:
                item = await done.get()
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            for task in lanes:
                task.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)


_Place = tuple[str, str, int]


def _place(item: Region | Draft) -> _Place:
    return item.path, item.name, item.first
