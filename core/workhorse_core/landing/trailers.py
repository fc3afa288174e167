"""The trailers of a landed commit: their names, how they are written, and how they are read back.

    Workhorse-Job: k3f9
    Workhorse-Change: docstrings 6f1c0a52b7d94e3380aa61e5c2d7f094
    Assisted-by: workhorse rules
    Verified-by: workhorse same-code, syntax (evidence 0123456789abcdef)
    Reviewed-by: Ada Lovelace <ada@example.org>

``Workhorse-Change`` names the action and the digest of the commit's change (`git/differences.py`): it stays the same
when the commit is rebased or cherry-picked, and is another one as soon as a line more or less is changed. The commits
of a scratch branch carry ``Workhorse-Draft`` instead, which no landed commit does.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workhorse_core.jobs.scratch import DRAFT
from workhorse_core.system.printable import visible

Trailer = tuple[str, str]

JOB = "Workhorse-Job"
CHANGE = "Workhorse-Change"
ASSISTED = "Assisted-by"
VERIFIED = "Verified-by"
REVIEWED = "Reviewed-by"
EVIDENCE_LENGTH = 16
"""Number of hex digits of the evidence that are written; more would not fit on a line."""

_NAMES = (JOB, CHANGE, ASSISTED, VERIFIED, REVIEWED)
_LINE = re.compile(rf"^({'|'.join(_NAMES)})[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*)*)", re.IGNORECASE | re.MULTILINE)
_JOB = re.compile(r"[0-9a-z]{4,}")
_DRAFT = re.compile(rf"^[ \t]*{DRAFT}[ \t]*:[ \t]*([0-9a-z]{{4,}})[ \t]*$", re.IGNORECASE | re.MULTILINE)
_CHANGE = re.compile(r"([a-z][a-z0-9-]*) ([0-9a-f]{32})")
_VERIFIED = re.compile(r"workhorse (.*?) ?\(evidence ([0-9a-f]{16})\)")
_OURS = re.compile(r"workhorse\b")


@dataclass(frozen=True, slots=True)
class JobTrailers:
    """The statements of a message about its commit.

    ``action``, ``change`` (a digest) and ``evidence`` are None where they are not stated. ``checks`` are the names of
    those that passed. ``problems`` are sentences on their form: trailers missing, malformed, or contradictory.
    """

    job: str
    action: str | None
    change: str | None
    checks: tuple[str, ...]
    evidence: str | None
    reviewers: tuple[str, ...]
    problems: tuple[str, ...]


def write_trailers(trailers: Iterable[Trailer]) -> str:
    """Write trailers, each on one line, with everything that cannot be seen escaped."""
    return "".join(f"{name}: {visible(' '.join(value.split()))}\n" for name, value in trailers)


def say_verified(checks: Sequence[str], evidence: str) -> str:
    """Return the value of ``Verified-by``: the checks that passed, and the digest of the results of all."""
    return f"workhorse {', '.join(checks)} (evidence {evidence[:EVIDENCE_LENGTH]})"


def read_trailers(message: str) -> JobTrailers | None:
    """Read the trailers of a commit's message; None when it names no job, as most do not.

    A line that begins with ``Workhorse-Job:`` counts wherever it stands: a squashed commit keeps the messages of its
    parts, and people read them as they stand. The very same trailer twice counts once.
    """
    found: dict[str, dict[str, None]] = {name.lower(): {} for name in _NAMES}
    for name, value in _LINE.findall(message):
        found[name.lower()][" ".join(value.split())] = None
    jobs, changes, assisted, verified, reviewed = (list(values) for values in found.values())
    if not jobs:
        return None
    if len(jobs) > 1:
        several = f"It holds {len(jobs)} jobs ({', '.join(jobs)}), and no verdict is about all of them together."
        return JobTrailers(jobs[0], None, None, (), None, tuple(reviewed), (several,))
    assisted, verified = ([value for value in values if _OURS.match(value)] for values in (assisted, verified))
    change = _CHANGE.fullmatch(changes[0]) if len(changes) == 1 else None
    checked = _VERIFIED.fullmatch(verified[0]) if len(verified) == 1 else None
    problems = [] if _JOB.fullmatch(jobs[0]) else [f"{JOB} names no job: {jobs[0] or 'it is empty'}."]
    counts = ((CHANGE, changes, change), (ASSISTED, assisted, assisted), (VERIFIED, verified, checked))
    problems += _problems(*counts, (REVIEWED, reviewed, any(reviewed)))
    return JobTrailers(
        jobs[0],
        change[1] if change else None,
        change[2] if change else None,
        tuple(checked[1].split(", ")) if checked else (),
        checked[2] if checked else None,
        tuple(reviewed),
        tuple(problems),
    )


def read_drafts(message: str) -> tuple[str, ...]:
    """Return the jobs whose drafts a message names; git indents the messages of the commits that it squashes."""
    return tuple(dict.fromkeys(_DRAFT.findall(message)))


def _problems(*trailers: tuple[str, Sequence[str], object]) -> Iterator[str]:
    for name, values, read in trailers:
        if not values:
            yield f"The trailer {name} is missing."
        elif len(values) > 1 and name in (CHANGE, VERIFIED):
            yield f"There are {len(values)} different trailers {name}."
        elif not read:
            yield f"The trailer {name} is not one that Workhorse writes: {values[0] or 'it is empty'}."
