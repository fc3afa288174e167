"""A change that is offered to the user: its regions, and what names exactly this text of it."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from workhorse_core.change.patch import FileChange
from workhorse_core.languages.registry import source_of
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Task
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.documents import split_lines
from workhorse_lsp_server.projects import OpenProject

if TYPE_CHECKING:
    from workhorse_core.change.edit import Edit


class Candidate(NamedTuple):
    """A change that is offered to the user.

    ``job`` is None outside of git, where nothing is recorded; ``id`` names it all the same. ``version`` names exactly
    this text: a verdict is only taken on the version that its user was shown.
    """

    home: OpenProject
    task: Task
    title: str
    drafts: tuple[Draft, ...]
    changes: tuple[FileChange, ...]
    diff: str
    risks: tuple[str, ...] = ()
    job: str | None = None
    id: str = ""
    version: str = ""

    @property
    def names(self) -> str:
        """The names of its regions, for people: at most three."""
        names = list(dict.fromkeys(draft.name or draft.path for draft in self.drafts if draft.parts))
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def version_of_text(diff: str) -> str:
    """Return the version of a candidate that has no commit."""
    return sha256(diff.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class RegionId(NamedTuple):
    """The identity of a region in a candidate; ``first`` is its first line in the base, from 1."""

    path: str
    name: str
    first: int


class Lines(NamedTuple):
    """Lines ``first`` to ``last`` of a text, from 0, both included; ``last`` is less where there are none."""

    first: int
    last: int


class RegionText(NamedTuple):
    """The effect of a draft on one file: the lines before and after, and the new lines as text."""

    region: RegionId
    before: Lines
    after: Lines
    text: str


def region_of(draft: Draft) -> RegionId:
    """Return the identity of a draft's region."""
    return RegionId(draft.path, draft.name, draft.first)


def regions_of(candidate: Candidate) -> list[RegionId]:
    """List the regions that the candidate changes."""
    return [region_of(draft) for draft in candidate.drafts if draft.parts]


def texts_of(candidate: Candidate, change: FileChange) -> Iterator[RegionText]:
    """Yield what each draft does in one file, in the order of the file."""
    old = change.moved_from or change.path
    found = [(draft, edits) for draft in candidate.drafts if (edits := _edits(draft, change, old))]
    for draft, edits in sorted(found, key=lambda item: item[1][0].start):
        yield _text(region_of(draft), edits, change)


def _edits(draft: Draft, change: FileChange, path: str) -> "list[Edit]":
    edits = [edit for part in draft.parts for edit in part.edits if edit.path == path and not edit.shared]
    return sorted((edit for edit in edits if edit in change.edits), key=lambda edit: edit.start)


def _text(region: RegionId, edits: "Sequence[Edit]", change: FileChange) -> RegionText:
    first, last = edits[0], edits[-1]
    grown = sum(len(edit.new) - (edit.end - edit.start) for edit in change.edits if edit.start < first.start)
    inside = sum(len(edit.new) - (edit.end - edit.start) for edit in edits)
    after = _lines(change.path, change.after or b"", first.start + grown, last.end + grown + inside)
    before = _lines(change.moved_from or change.path, change.before or b"", first.start, last.end)
    shown = split_lines(_decode(change.path, change.after or b""))[after.first : after.last + 1]
    return RegionText(region, before, after, _dedented(shown))


def _lines(path: str, data: bytes, start: int, end: int) -> Lines:
    """Return the lines of the bytes ``start`` to ``end``; an insertion between two lines touches none before."""
    at_start = end == 0 or data[end - 1 : end] in (b"\n", b"\r")
    return Lines(_line_at(path, data, start), _line_at(path, data, end) - (1 if at_start else 0))


def _line_at(path: str, data: bytes, offset: int) -> int:
    lines = split_lines(_decode(path, data[:offset]))
    return len(lines) if not lines or lines[-1][-1] in "\r\n" else len(lines) - 1


def _decode(path: str, data: bytes) -> str:
    return source_of(path, data).text


def _dedented(lines: Sequence[str]) -> str:
    from textwrap import dedent

    return dedent("".join(lines).replace("\r\n", "\n")).strip("\n")
