"""Landings in open buffers, watched for its user's undo and redo."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.documents import split_lines
from workhorse_lsp_server.projects import OpenProject

_KEPT = 50
"""Landings that are watched; of older ones the editor's undo is hardly reached any more."""


@dataclass(slots=True)
class _Landing:
    home: OpenProject
    job: str
    before: Mapping[Path, list[str]]
    after: Mapping[Path, list[str]]
    stands: bool = True


class Turn(NamedTuple):
    """A landing that was undone in its buffer, or is there again."""

    home: OpenProject
    job: str
    stands: bool


class Landings:
    """The landings of this session, in the order in which they were made."""

    def __init__(self) -> None:
        self._landings: list[_Landing] = []

    def remember(self, home: OpenProject, job: str, before: Mapping[Path, str], after: Mapping[Path, str]) -> None:
        """Watch a landing that lies in buffers alone; its texts are those before and after it."""
        if before:
            self._landings = [*self._landings[1 - _KEPT :], _Landing(home, job, _lines(before), _lines(after))]

    def turns(self, place: Path, lines: list[str]) -> Iterator[Turn]:
        """Yield the landings that a document's present text shows to be undone, or done again.

        An editor's undo passes through exactly the text that stood before an edit, so no other text counts.
        """
        for landing in self._landings:
            wanted = landing.before if landing.stands else landing.after
            if wanted.get(place) == lines:
                landing.stands = not landing.stands
                yield Turn(landing.home, landing.job, landing.stands)


def _lines(texts: Mapping[Path, str]) -> dict[Path, list[str]]:
    return {place: split_lines(text) for place, text in texts.items()}
