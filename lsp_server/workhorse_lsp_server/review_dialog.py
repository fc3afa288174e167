"""The review of a candidate in the editor: as a preview or a message, and the answer carried out."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from workhorse_core.errors import WorkhorseError
from workhorse_lsp_server.job_records import discard_job, record_acceptance
from workhorse_lsp_server.placement import Candidate, Placement, Placer
from workhorse_lsp_server.projects import uri_of
from workhorse_lsp_server.rebase_edits import Stale

if TYPE_CHECKING:
    from workhorse_lsp_server.editor import Editor

APPLY, DIFF, RETRY, DISCARD, LATER, UNDO, KEEP = "Apply", "Show diff", "Retry…", "Discard", "Later", "Undo", "Keep"
NOTES = ("Shorter", "More detail", "Say why, not how", "It is wrong")
"""Fixed notes, for an editor that cannot ask for words."""

_TRIES = 3
"""How often an edit is placed again because the user typed while it was under way."""
_READING_SECONDS = 1.0
"""A refusal in less time was not by the user."""

Again = Callable[[Candidate, str | None], Awaitable[None]]
"""Drafts a candidate again, with the user's note, or None if only the text has changed."""


class ReviewDialog:
    """The dialog about one candidate after the other."""

    def __init__(self, editor: "Editor", placer: Callable[[], Placer], again: Again, way: Callable[[], str]) -> None:
        self._editor = editor
        self._lander = placer
        self._again = again
        self._way = way
        self._turn = asyncio.Lock()
        """One edit at a time: the next one is made from the text after it."""

    @cached_property
    def _folder(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="workhorse-", ignore_cleanup_errors=True)

    async def show(self, candidate: Candidate) -> None:
        """Show a candidate: as a preview if the editor has one, else as a message with buttons."""
        way = self._way()
        if way == "later" and candidate.job:
            self._editor.say(f"{candidate.title}: job {candidate.job} waits for your review.")
            return
        preview = self._editor.can_preview and way in ("auto", "preview") and candidate.job is not None
        if not (preview and await self._preview(candidate)):
            await self._converse(candidate)

    async def _preview(self, candidate: Candidate) -> bool:
        """Show a preview; return False if a part of the candidate would land outside of the buffers."""
        loop = asyncio.get_running_loop()
        for _ in range(_TRIES):
            placed = self._lander().place(candidate, confirm=True)
            if isinstance(placed, Stale):
                await self._stale(candidate, placed)
                return True
            if len(placed.held) < len(candidate.changes):
                return False
            begun = loop.time()
            taken = await self._editor.apply(placed.edit, f"Workhorse: {candidate.title}")
            refused_at_once = not taken and loop.time() - begun < _READING_SECONDS
            placer = self._lander()
            wrong = await placer.read_back(placed, taken)
            if not wrong:
                await self._accept(candidate, placed)
            elif placer.untouched(placed):
                await self._answered(candidate, f"{candidate.title}: not applied.", (RETRY, DIFF, DISCARD, LATER))
            elif taken:
                await self._mismatch(candidate, placed)
            elif refused_at_once:
                continue  # the user typed before the preview opened: place it in the present text
            else:
                words = f"{candidate.title}: not applied, for the file has changed meanwhile."
                await self._answered(candidate, words, (APPLY, RETRY, DIFF, DISCARD))
            return True
        await self._converse(candidate)
        return True

    async def _converse(self, candidate: Candidate) -> None:
        await self._answered(candidate, _summary(candidate), (APPLY, DIFF, RETRY, DISCARD))

    async def _answered(self, candidate: Candidate, words: str, options: tuple[str, ...]) -> None:
        while True:
            match await self._editor.choose(words, options):
                case "Apply":
                    await self.apply(candidate)
                case "Show diff":
                    await self.show_diff(candidate)
                    continue
                case "Retry…":
                    if (note := await self.note()) is None:
                        continue
                    await self._again(candidate, note)
                case "Discard":
                    await self.discard(candidate)
                case _ if candidate.job and not self._editor.can_choose:
                    self._editor.say(f"{candidate.title}: done. Apply or discard it from the menu of code actions.")
                case _:
                    if candidate.job:
                        self._editor.log(f"{candidate.title}: job {candidate.job} waits for your review.")
            return

    async def note(self) -> str | None:
        """Ask for a note on a draft."""
        if self._editor.can_ask:
            return await self._editor.ask("Retry", "What should be different this time?")
        return await self._editor.choose("What should be different this time?", NOTES)

    async def show_diff(self, candidate: Candidate) -> None:
        """Open the diff."""
        if self._editor.can_show_diff and candidate.job:
            self._editor.notify("workhorse/showDiff", {"job": candidate.job, "folder": candidate.home.uri})
        elif not await self._editor.show(uri_of(await asyncio.to_thread(_write_diff, self._folder.name, candidate))):
            self._editor.say(candidate.diff)

    async def discard(self, candidate: Candidate) -> None:
        """Discard a candidate."""
        if candidate.job:
            await self._succeeds(asyncio.to_thread(discard_job, candidate.home, candidate.job))

    # -- applying

    async def apply(self, candidate: Candidate, reason: str = "") -> bool:
        """Place a candidate in the buffers, read them back, and record the approval; return whether it has landed."""
        for _ in range(_TRIES):
            placer = self._lander()
            taken, wrong = True, False
            async with self._turn:
                placed = placer.place(candidate, confirm=False)
                if not isinstance(placed, Stale) and placed.held:
                    taken = await self._editor.apply(placed.edit, f"Workhorse: {candidate.title}")
                    wrong = bool(await placer.read_back(placed, taken))
            if isinstance(placed, Stale):
                await self._stale(candidate, placed)
                return False
            if not wrong:
                return await self._accept(candidate, placed, reason)
            if taken:
                await self._mismatch(candidate, placed)
                return False
            if placer.untouched(placed):
                break
            # refused because the user typed meanwhile: place it in the present text
        self._editor.say("The editor did not apply the change; nothing was changed.", lsp.MessageType.Warning)
        return False

    async def _accept(self, candidate: Candidate, placed: Placement, reason: str = "") -> bool:
        if candidate.job is None:
            return True
        return await self._succeeds(
            asyncio.to_thread(record_acceptance, candidate.home, candidate.job, placed.held, reason)
        )

    async def _mismatch(self, candidate: Candidate, placed: Placement) -> None:
        words = f"{candidate.title}: the text differs from the draft after the change. Undo it?"
        found = self._lander().texts(placed)
        if await self._editor.choose(words, (UNDO, KEEP)) != UNDO:
            return
        placer = self._lander()
        if placer.texts(placed) != found:
            self._editor.say("You have typed since, so undo it with the editor's own undo.", lsp.MessageType.Warning)
        elif not await placer.undo(placed):
            self._editor.say("It could not be undone; use the editor's own undo.", lsp.MessageType.Warning)

    async def _stale(self, candidate: Candidate, stale: Stale) -> None:
        where = ", ".join(name or "the lines around it" for name in stale.names)
        words = f"{candidate.title}: you have typed in {where} meanwhile, so the draft no longer fits."
        answer = await self._editor.choose(words, ("Retry", DISCARD))
        if answer is not None:
            await self.discard(candidate)
        if answer == "Retry":
            await self._again(candidate, None)

    async def _succeeds(self, work: Awaitable[object]) -> bool:
        """Await some work; show its error, and return whether it succeeded."""
        try:
            await work
        except WorkhorseError as error:
            self._editor.say(" ".join(filter(None, (error.message, error.hint))), lsp.MessageType.Error)
            return False
        return True


def _summary(candidate: Candidate) -> str:
    names = list(dict.fromkeys(draft.name or draft.path for draft in candidate.drafts if draft.parts))
    where = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    alone = "" if candidate.job else " There is no git repository here, so there is no scratch branch."
    return f"{candidate.title}: {where}.{alone}"


def _write_diff(folder: str, candidate: Candidate) -> Path:
    path = Path(folder) / f"{candidate.job or 'workhorse'}.diff"
    path.write_text(candidate.diff, "utf-8", newline="")
    return path
