"""Drafts of projects outside of git, which no ledger records: kept until they are decided, or the server ends."""

from itertools import count

from workhorse_lsp_server.candidate import Candidate, version_of_text


class UnrecordedDrafts:
    """The waiting drafts by their ids; an id is like that of no job."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._kept: dict[str, Candidate] = {}

    @property
    def waiting(self) -> list[Candidate]:
        """The drafts, newest first."""
        return [*reversed(self._kept.values())]

    def keep(self, candidate: Candidate) -> Candidate:
        """Keep a draft, and return it with its id."""
        kept = candidate._replace(id=f"draft-{next(self._numbers)}", version=version_of_text(candidate.diff))
        self._kept[kept.id] = kept
        return kept

    def find(self, name: str) -> Candidate | None:
        """Return the draft of an id."""
        return self._kept.get(name)

    def drop(self, name: str) -> None:
        """Forget a draft that is decided."""
        self._kept.pop(name, None)
