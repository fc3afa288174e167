"""The drafting of all regions of a task: in lanes, and from what an interrupted run has left."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from itertools import groupby
from typing import TYPE_CHECKING

from workhorse_core.errors import AnswerMalformed
from workhorse_core.pipeline.action import AnswerIncomplete, Proposal, Retry, Skipped, Work
from workhorse_core.pipeline.draft import Draft, DraftStatus, FileDigest, make_draft, skipped_draft
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.route import Way
from workhorse_core.pipeline.task import Task
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.tasks import stop_all
from workhorse_core.workspace.file_tree import Tree

if TYPE_CHECKING:
    from workhorse_core.models.endpoint import Endpoint


class RegionKey(NamedTuple):
    """The identity of a region, whatever is edited around it: ``ordinal`` counts those of one name, from 0."""

    path: str
    name: str
    ordinal: int


def key_of(draft: Draft) -> RegionKey:
    """Return the identity of a draft's region."""
    return RegionKey(draft.path, draft.name, draft.ordinal)


class Drafting:
    """The regions of a task, the action's work on them, and the model, if there is one.

    Args:
        work: The action's work.
        task: The task.
        tree: The files.
        found: The regions that the work found, in the order of the files.
        endpoint: The model; None where there is none.
        lanes: How many regions are drafted at the same time at most; by default as many as the endpoint serves.
    """

    def __init__(
        self,
        work: Work,
        task: Task,
        tree: Tree,
        found: Sequence[Region | Skipped],
        endpoint: "Endpoint | None",
        lanes: int | None = None,
    ) -> None:
        self._work = work
        self._task = task
        self._tree = tree
        self._endpoint = endpoint
        self._lanes = lanes or (endpoint.lanes if endpoint else 1)
        self._digests: dict[str, str | None] = {}
        self._regions: dict[RegionKey, Region] = {}
        self._skipped: list[Draft] = []
        ordinals = Counter[tuple[str, str]]()
        for item in found:
            key = RegionKey(item.path, item.name, ordinals[item.path, item.name])
            ordinals[item.path, item.name] += 1
            if isinstance(item, Region):
                self._regions[key] = item
            else:
                self._skipped.append(skipped_draft(item)._replace(ordinal=key.ordinal))

    @property
    def regions(self) -> int:
        """Number of regions that need work."""
        return len(self._regions)

    async def draft(self, earlier: Sequence[Draft] = ()) -> AsyncGenerator[Draft]:
        """Draft every region; an earlier draft of the very same text serves again, placed where the region is now.

        Yields:
            One draft for each region, then one for each earlier draft whose region is gone.
        """
        for skipped in self._skipped:
            yield skipped
        kept = self._match(earlier)
        waiting: list[tuple[RegionKey, Region]] = []
        for key, region in self._regions.items():
            again = await self._reuse(region, kept[key]) if key in kept else None
            if again:
                yield again._replace(ordinal=key.ordinal)
            else:
                waiting.append((key, region))
        if self._endpoint is None:
            for key, region in waiting:
                yield await self._one(key, region)
        else:
            async with aclosing(self._in_lanes(waiting)) as drafts:
                async for draft in drafts:
                    yield draft
        present = {*self._regions, *map(key_of, self._skipped)}
        for draft in earlier:
            if key_of(draft) not in present:
                gone = Draft(draft.path, draft.name, draft.first, draft.last, DraftStatus.SKIPPED)
                yield gone._replace(ordinal=draft.ordinal, reason="It is no longer there, or needs no work any more.")

    async def redraft(self, draft: Draft, words: str) -> Draft | None:
        """Ask the model again with a check's words, while a round is left."""
        if draft.engine != Way.LOCAL or draft.rounds >= self._task.max_rounds:
            return None
        key = key_of(draft)
        again = await self._one(key, self._regions[key], Retry(words, draft.rounds + 1, draft.answer or ""))
        return again._replace(cost=draft.cost.plus(again.cost))

    async def _one(self, key: RegionKey, region: Region, retry: Retry | None = None) -> Draft:
        if retry is None and self._task.note:
            retry = Retry(self._task.note, attempt=1)
        draft = await make_draft(self._work, region, self._task, self._endpoint, retry)
        return self._bound(draft, region)._replace(ordinal=key.ordinal)

    async def _in_lanes(self, regions: Sequence[tuple[RegionKey, Region]]) -> AsyncGenerator[Draft]:
        """Draft one file at a time in each lane, so that the server's prefix cache serves the file's other regions."""
        files = [list(group) for _, group in groupby(regions, key=lambda item: item[0].path)][::-1]
        done: asyncio.Queue[Draft | BaseException] = asyncio.Queue()

        async def lane() -> None:
            while files:
                for key, region in files.pop():
                    await done.put(await self._one(key, region))

        def report(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()):
                done.put_nowait(error)

        lanes = [asyncio.create_task(lane()) for _ in range(min(self._lanes, len(files)))]
        for task in lanes:
            task.add_done_callback(report)
        try:
            for _ in regions:
                item = await done.get()
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            await stop_all(lanes)

    # -- drafts of an interrupted run

    def _match(self, earlier: Iterable[Draft]) -> Mapping[RegionKey, Draft]:
        """Match each region with the earlier draft of its text: of its own identity, else of its name."""
        drafts = [draft for draft in earlier if draft.status is DraftStatus.DRAFTED]
        matched = {key_of(draft): draft for draft in drafts if self._digest_at(key_of(draft)) == draft.digest}
        left = [draft for draft in drafts if key_of(draft) not in matched]
        for key, region in self._regions.items():
            if key not in matched:
                same = [each for each in left if (each.path, each.name, each.digest) == (*key[:2], region.digest)]
                if same:
                    matched[key] = same[0]
                    left.remove(same[0])
        return matched

    def _digest_at(self, key: RegionKey) -> str | None:
        region = self._regions.get(key)
        return region.digest if region else None

    async def _reuse(self, region: Region, draft: Draft) -> Draft | None:
        """Reuse an earlier draft: as it is where its files are unchanged, else rendered from its answer or by rule."""
        if draft.start == region.start and draft.files == self._files(draft, region):
            return draft
        known = await self._work.by_rule(region)
        proposal = self._made_again(region, known, draft)
        if proposal is None or not proposal.parts:
            return None
        moved = draft._replace(parts=proposal.parts, first=region.first, last=region.last, start=region.start)
        return self._bound(moved, region)

    def _made_again(self, region: Region, known: Proposal, draft: Draft) -> Proposal | None:
        if draft.answer is None:
            return known if draft.engine == Way.RULES else None
        try:
            return self._work.by_answer(region, known, draft.answer)
        except AnswerIncomplete as error:
            return error.proposal
        except AnswerMalformed:  # it does not fit what is around the region now
            return None

    def _bound(self, draft: Draft, region: Region) -> Draft:
        """Bind a draft to the bytes of every file that it was made from or touches."""
        return draft._replace(files=self._files(draft, region)) if draft.parts else draft

    def _files(self, draft: Draft, region: Region) -> tuple[FileDigest, ...]:
        paths = sorted({region.path}.union(*(part.paths for part in draft.parts)))
        return tuple(FileDigest(path, self._digest(path)) for path in paths)

    def _digest(self, path: str) -> str | None:
        if path not in self._digests:
            data = self._tree.read(path)
            self._digests[path] = None if data is None else hashlib.sha256(data).hexdigest()
        return self._digests[path]
