"""The review of a candidate: announced when it is made, shown when its user asks for it, and the answer carried out.

No user approves a text that was not shown. A candidate's arrival opens nothing and asks nothing: a user who types at
that moment would answer. A verdict comes from a question that showed the text, or from a command that names the version
that was shown; an edit that the editor reports as applied is none.
"""

import asyncio
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from workhorse_core.errors import JobError
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.candidate import Candidate, RegionId, regions_of
from workhorse_lsp_server.decisions import DecisionBook, reasons_of, undecided
from workhorse_lsp_server.job_messages import drafted_message
from workhorse_lsp_server.lander import DISCARD, TRIES, UNDO, Lander
from workhorse_lsp_server.placement import Placer
from workhorse_lsp_server.projects import uri_of
from workhorse_lsp_server.rebase_edits import Stale

if TYPE_CHECKING:
    from workhorse_lsp_server.editor import Editor

APPLY, RETRY, LATER, KEEP = "Apply", "Retry…", "Later", "Keep"
NOTES = ("Shorter", "More detail", "Say why, not how", "It is wrong")
"""Fixed notes, for an editor that cannot ask for words."""
_QUOTED_LINES = 20
"""Lines of a diff that a question quotes where the whole diff is open beside it."""
_READING_SECONDS = 1.0
"""A refusal in less time was not by the user."""


class Decided(NamedTuple):
    """The answer to a decision: whether the candidate has landed, and the number of regions left to decide."""

    landed: bool
    left: int


class ReviewDialog:
    """The dialog about one candidate after the other."""

    def __init__(self, editor: "Editor", placer: Callable[[], Placer], lander: Lander, way: Callable[[], str]) -> None:
        self._editor = editor
        self._placer = placer
        self._lander = lander
        self._way = way
        self.decisions = DecisionBook()
        self._shown: set[str] = set()
        """The versions of which the text was shown in a document or a message."""

    @cached_property
    def _folder(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="workhorse-", ignore_cleanup_errors=True)

    # -- announcing and showing

    def announce(self, candidate: Candidate) -> None:
        """Announce that a candidate waits, without taking the keyboard."""
        if self._way() == "later":
            return
        if self._editor.shows_drafts:
            self._editor.notify("workhorse/drafted", drafted_message(candidate))
        else:
            self._editor.say(f"Draft ready (code actions): {candidate.names}")

    async def show(self, candidate: Candidate) -> None:
        """Show a candidate to the user who asks for it, and carry out the answer."""
        way = self._way()
        if way == "preview" and self._editor.can_preview and await self._preview(candidate):
            return
        if self._editor.can_show_diff and way not in ("preview", "message"):
            self._editor.notify("workhorse/showDiff", {"job": candidate.id, "folder": candidate.home.uri})
        else:
            await self._converse(candidate)

    async def show_diff(self, candidate: Candidate) -> bool:
        """Open the diff beside the text, or in a message; return whether it is in a document."""
        if self._editor.can_show_diff:
            self._editor.notify("workhorse/showDiff", {"job": candidate.id, "folder": candidate.home.uri})
            return False
        is_open = await self._open(candidate)
        if not is_open:
            self._editor.show_text(candidate.diff)
        self._shown.add(candidate.version)
        return is_open

    def was_shown(self, version: str) -> bool:
        """Return whether the text of a version was shown in a document or a message."""
        return version in self._shown

    async def _open(self, candidate: Candidate) -> bool:
        return await self._editor.show(uri_of(await asyncio.to_thread(_write_diff, self._folder.name, candidate)))

    async def _converse(self, candidate: Candidate) -> None:
        """Show the text, and ask about it by name; the first answer is the one that changes nothing."""
        is_open = await self._open(candidate)
        words = f"{candidate.title}: apply it?\n\n{quote(candidate.diff, is_open)}"
        match await self._editor.choose(words, (LATER, APPLY, RETRY, DISCARD)):
            case "Apply":
                await self._lander.land(candidate)
            case "Retry…":
                if note := await self.note():
                    await self._lander.redraft(candidate, note)
            case "Discard":
                await self._lander.discard(candidate)
            case _ if not self._editor.can_choose:
                if not is_open:
                    self._editor.show_text(candidate.diff)
                self._shown.add(candidate.version)
            case _:
                pass

    async def note(self) -> str | None:
        """Ask for a note on a draft."""
        if self._editor.can_ask:
            return await self._editor.ask("Retry", "What should be different this time?")
        return await self._editor.choose("What should be different this time?", NOTES)

    # -- the editor's own preview

    async def _preview(self, candidate: Candidate) -> bool:
        """Preview the edit in the editor, and ask about the resulting text; return False if it cannot."""
        loop = asyncio.get_running_loop()
        for _ in range(TRIES):
            placed = self._placer().place(candidate, confirm=True)
            if isinstance(placed, Stale):
                await self._lander.stale(candidate, placed)
                return True
            if len(placed.held) < len(candidate.changes):
                return False
            begun = loop.time()
            taken = await self._editor.apply(placed.edit, f"Workhorse: {candidate.title}")
            refused_at_once = not taken and loop.time() - begun < _READING_SECONDS
            placer = self._placer()
            if not await placer.read_back(placed, taken):
                found = placer.texts(placed)
                words = f"{candidate.title} is in your text. Keep it?\n\n{quote(candidate.diff, False)}"
                answer = await self._editor.choose(words, (LATER, KEEP, UNDO))
                if answer == KEEP:
                    await self._lander.record(candidate, placed)
                elif answer == UNDO and self._lander.is_untouched_since(placed, found):
                    await self._lander.take_back(placed)
            elif placer.untouched(placed):
                self._editor.say(f"Not applied: {candidate.title}")
            elif taken:
                await self._lander.mismatch(candidate, placed)
            elif refused_at_once:
                continue  # the user typed before the preview opened: place it in the present text
            else:
                self._editor.say(f"Not applied, for the file changed: {candidate.title}")
            return True
        return False

    # -- verdicts

    async def approve(self, candidate: Candidate, version: str | None, reason: str) -> bool:
        """Land a candidate of which the user was shown this very version, else show it; return whether it landed."""
        if version != candidate.version:
            await self.show(candidate)
            return False
        return await self._finish(candidate, reason)

    async def decide(
        self, candidate: Candidate, version: str, region: RegionId, accept: bool | None, why: str
    ) -> Decided:
        """Accept or reject one region; with the last one the verdict is recorded, and what was accepted lands.

        Raises:
            JobError: The candidate has changed meanwhile, or has no such region.
        """
        if version != candidate.version:
            raise JobError("The draft has changed meanwhile.", "Look at it again")
        if region not in regions_of(candidate):
            raise JobError(f"The draft has no region {region.name} in {region.path}.", "Look at it again")
        left = len(undecided(candidate, self.decisions.decide(candidate, region, accept, why)))
        return Decided(landed=not left and await self._finish(candidate, ""), left=left)

    async def _finish(self, candidate: Candidate, reason: str) -> bool:
        """Approve what is not rejected; return whether it has landed."""
        rejected = dict(self.decisions.of(candidate).rejected)
        if len(rejected) == len(regions_of(candidate)):
            await self._lander.reject(candidate, reasons_of(rejected))
            landed = False
        elif rejected:
            landed = await self._lander.land_some(candidate, rejected, reason)
        else:
            landed = await self._lander.land(candidate, reason)
        if landed:
            self.decisions.forget(candidate)
        return landed


def quote(diff: str, is_open: bool) -> str:
    """Return the changed lines of a diff: all of them, or the first ones where it is open beside the question."""
    lines: list[str] = []
    in_header = True
    for line in diff.removesuffix("\n").split("\n"):
        if line.startswith("diff --git "):
            in_header = True
        elif line.startswith("@@ "):
            in_header = False
        if not (in_header and line.startswith(("diff --git ", "index ", "--- "))):  # "--- x" may be "-- x", removed
            lines.append(line.removesuffix("\r"))
    shown = lines[:_QUOTED_LINES] if is_open else lines
    return "\n".join(shown) + ("\n…" if len(shown) < len(lines) else "")


def _write_diff(folder: str, candidate: Candidate) -> Path:
    path = Path(folder) / f"{candidate.id}.diff"
    path.write_text(candidate.diff, "utf-8", newline="")
    return path
