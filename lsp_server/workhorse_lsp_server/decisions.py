"""A user's decisions on the regions of one candidate, until each of them is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workhorse_lsp_server.candidate import Candidate, RegionId, regions_of

NO_REASON = "Left out by the reviewer."


@dataclass(slots=True)
class Decisions:
    """The regions that were accepted, and those that were rejected, with the reason."""

    accepted: set[RegionId] = field(default_factory=set[RegionId])
    rejected: dict[RegionId, str] = field(default_factory=dict[RegionId, str])

    def mark_of(self, region: RegionId) -> str | None:
        """Return "accepted" or "rejected", None for a region that is not decided."""
        return "accepted" if region in self.accepted else "rejected" if region in self.rejected else None


class DecisionBook:
    """The decisions on each candidate; another version of a candidate begins without any."""

    def __init__(self) -> None:
        self._by_version: dict[str, Decisions] = {}

    def of(self, candidate: Candidate) -> Decisions:
        """Return the decisions on a candidate, to be read."""
        return self._by_version.get(candidate.version, Decisions())

    def decide(self, candidate: Candidate, region: RegionId, accept: bool | None, reason: str = "") -> Decisions:
        """Accept or reject a region, or with None take the decision back."""
        decisions = self._by_version.setdefault(candidate.version, Decisions())
        decisions.accepted.discard(region)
        decisions.rejected.pop(region, None)
        if accept:
            decisions.accepted.add(region)
        elif accept is False:
            decisions.rejected[region] = reason or NO_REASON
        return decisions

    def forget(self, candidate: Candidate) -> None:
        """Forget the decisions on a candidate that is over."""
        self._by_version.pop(candidate.version, None)


def undecided(candidate: Candidate, decisions: Decisions) -> list[RegionId]:
    """List the regions that wait for a decision."""
    return [region for region in regions_of(candidate) if decisions.mark_of(region) is None]


def reasons_of(rejected: Mapping[RegionId, str]) -> str:
    """Return the reasons as one."""
    return "; ".join(dict.fromkeys(rejected.values()))
