"""Landing a candidate that its user has approved: in the buffers, read back, then recorded."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from workhorse_core.errors import WorkhorseError
from workhorse_lsp_server.candidate import Candidate, RegionId
from workhorse_lsp_server.job_records import discard_job, keep_parts, narrowed, record_acceptance, reject_job
from workhorse_lsp_server.placement import Placement, Placer
from workhorse_lsp_server.rebase_edits import Stale
from workhorse_lsp_server.unrecorded import UnrecordedDrafts

if TYPE_CHECKING:
    from workhorse_lsp_server.editor import Editor

UNDO, KEEP, RETRY, DISCARD = "Undo", "Keep", "Retry", "Discard"
TRIES = 3
"""How often an edit is placed again because the user typed while it was under way."""

Again = Callable[[Candidate, str | None], Awaitable[None]]
"""Drafts a candidate again, with the user's note, or None if only the text has changed."""


class Lander:
    """Lands one candidate after the other, and records what became of each."""

    def __init__(
        self,
        editor: "Editor",
        placer: Callable[[], Placer],
        again: Again,
        unrecorded: UnrecordedDrafts,
        landed: Callable[[Candidate, Placement], None],
    ) -> None:
        self._editor = editor
        self._placer = placer
        self._again = again
        self._unrecorded = unrecorded
        self._landed = landed
        self._turn = asyncio.Lock()
        """One edit at a time: the next one is made from the text after it."""

    async def land(self, candidate: Candidate, reason: str = "", *, judged: bool = False) -> bool:
        """Place a candidate in the buffers, read them back, and record the approval; return whether it has landed.

        Args:
            candidate: A candidate whose user has read exactly this version of it, and approved it.
            reason: The user's reason.
            judged: Whether the approval is recorded already.
        """
        for _ in range(TRIES):
            placer = self._placer()
            taken, wrong = True, False
            async with self._turn:
                placed = placer.place(candidate, confirm=False)
                if not isinstance(placed, Stale) and placer.has_unsaved(candidate, placed):
                    self._editor.say("Save the file first, then accept it.", lsp.MessageType.Warning)
                    return False
                if not isinstance(placed, Stale) and not placed.held and candidate.job is None:
                    taken, wrong = False, True  # it would land nowhere
                elif not isinstance(placed, Stale) and placed.held:
                    taken = await self._editor.apply(placed.edit, f"Workhorse: {candidate.title}")
                    wrong = bool(await placer.read_back(placed, taken))
            if isinstance(placed, Stale):
                await self.stale(candidate, placed)
                return False
            if not wrong:
                return await self.record(candidate, placed, reason, judged=judged)
            if taken:
                await self.mismatch(candidate, placed)
                return False
            if placer.untouched(placed):
                break
            # refused because the user typed meanwhile: place it in the present text
        self._editor.say("The editor refused it; nothing was changed.", lsp.MessageType.Warning)
        return False

    async def land_some(self, candidate: Candidate, rejected: dict[RegionId, str], reason: str = "") -> bool:
        """Approve and land a candidate without some of its regions; return whether it has landed."""
        if candidate.job is None:
            return await self.land(narrowed(candidate, rejected))
        try:
            kept = await asyncio.to_thread(keep_parts, candidate.home, candidate.job, rejected, reason)
        except WorkhorseError as error:
            self._tell(error)
            return False
        return await self.land(kept, judged=True)

    async def record(self, candidate: Candidate, placed: Placement, reason: str = "", *, judged: bool = False) -> bool:
        """Record the approval of a candidate that the buffers hold; return whether it was recorded."""
        if candidate.job is None:
            self._unrecorded.drop(candidate.id)
            return True
        work = asyncio.to_thread(record_acceptance, candidate.home, candidate.job, placed.held, reason, judged=judged)
        recorded = await self._succeeds(work)
        if recorded and len(placed.held) == len(candidate.changes):
            self._landed(candidate, placed)
        return recorded

    async def discard(self, candidate: Candidate) -> None:
        """Discard a candidate."""
        self._unrecorded.drop(candidate.id)
        if candidate.job:
            await self._succeeds(asyncio.to_thread(discard_job, candidate.home, candidate.job))

    async def redraft(self, candidate: Candidate, note: str | None) -> None:
        """Draft a candidate again."""
        self._unrecorded.drop(candidate.id)
        await self._again(candidate, note)

    async def reject(self, candidate: Candidate, reason: str) -> None:
        """Record a rejection."""
        self._unrecorded.drop(candidate.id)
        if candidate.job:
            await self._succeeds(asyncio.to_thread(reject_job, candidate.home, candidate.job, reason))

    async def mismatch(self, candidate: Candidate, placed: Placement) -> None:
        """Offer to take back an edit of which the editor has made something else."""
        words = f"{candidate.title}: the text differs from the draft after the change. Undo it?"
        found = self._placer().texts(placed)
        if await self._editor.choose(words, (UNDO, KEEP)) == UNDO and self.is_untouched_since(placed, found):
            await self.take_back(placed)

    def is_untouched_since(self, placed: Placement, found: object) -> bool:
        """Return whether the buffers are as they were found, and report if they are not."""
        if self._placer().texts(placed) == found:
            return True
        self._editor.say("You typed since; use the editor's own undo.", lsp.MessageType.Warning)
        return False

    async def take_back(self, placed: Placement) -> None:
        """Undo an edit."""
        if not await self._placer().undo(placed):
            self._editor.say("Not undone; use the editor's own undo.", lsp.MessageType.Warning)

    async def stale(self, candidate: Candidate, stale: Stale) -> None:
        """Report that a draft no longer fits, and offer a new one."""
        where = ", ".join(name or "the lines around it" for name in stale.names)
        words = f"{candidate.title}: you have typed in {where} meanwhile, so the draft no longer fits."
        answer = await self._editor.choose(words, (RETRY, DISCARD))
        if answer is not None:
            await self.discard(candidate)
        if answer == RETRY:
            await self._again(candidate, None)

    async def _succeeds(self, work: Awaitable[object]) -> bool:
        """Await some work; show its error, and return whether it succeeded."""
        try:
            await work
        except WorkhorseError as error:
            self._tell(error)
            return False
        return True

    def _tell(self, error: WorkhorseError) -> None:
        self._editor.say(" ".join(filter(None, (error.message, error.hint))), lsp.MessageType.Error)
