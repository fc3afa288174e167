"""Parts that the commands about one job share."""

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from workhorse_core.jobs.handoff import Decision, PartId
    from workhorse_core.jobs.job import Job
    from workhorse_core.services.session import Session

job_argument: Callable[[Any], Any] = click.argument("job", metavar="JOB")
json_option: Callable[[Any], Any] = click.option(
    "--json", is_flag=True, help="JSON on standard output; messages go to standard error."
)


@contextmanager
def open_here() -> "Generator[Session]":
    """Open the project of the current folder.

    Raises:
        NotARepository: The folder lies outside of git.
        LedgerError: The ledger cannot be used.
    """
    from workhorse_core.services.session import Session

    with Session(Path.cwd()) as session:
        yield session


def print_state(session: "Session", job: "Job", json: bool, everything: bool = False) -> None:
    """Print a job's state, and the commands that make sense now."""
    from workhorse_cli.json_line import to_line
    from workhorse_cli.output import Output
    from workhorse_cli.report import print_job, print_next, print_title
    from workhorse_core.services.job_json import job_json
    from workhorse_core.services.job_view import view_job

    output = Output(json)
    view = view_job(session, job, with_diff=json)
    if json:
        print(to_line(job_json(view)))
    if everything:
        print_job(view, output, everything=True)
    else:
        print_title(view, output)
    print_next(view, output)


def record_verdict(job: str, decision: "Decision", reason: str, json: bool) -> int:
    """Record a verdict on a job, print the job's state, and return the exit code."""
    from workhorse_core.services.review import judge, user_of

    with open_here() as session:
        found = session.find_job(job)
        judge(session.repository, session.ledger, found, decision, reason, user_of(session.repository))
        print_state(session, session.find_job(found.id), json)
    return 0


def approve_regions(job: str, only: Sequence[str], reason: str, json: bool) -> int:
    """Approve some regions of a job and reject the others, print the job's state, and return the exit code.

    Raises:
        UsageError: A name in ``only`` fits no region that was drafted.
        JobError: There is nothing to judge, or the rest does not pass its checks.
    """
    from workhorse_cli.interruption import run_interruptible
    from workhorse_core.services.part_review import judge_parts, parts_by_id
    from workhorse_core.services.review import user_of

    with open_here() as session:
        found = session.find_job(job)
        parts = parts_by_id(found)
        kept = {part for name in only for part in _parts_named(name, parts, found.id)}
        rejected = {part: "left out by the reviewer" for part in parts if part not in kept}
        reviewer = user_of(session.repository)
        run_interruptible(judge_parts(session.project, session.ledger, found, rejected, reviewer, reason))
        print_state(session, session.find_job(found.id), json)
    return 0


def _parts_named(name: str, parts: "Collection[PartId]", job: str) -> "list[PartId]":
    """Find the parts of a region that is given as NAME, path or path::NAME."""
    from workhorse_core.errors import UsageError

    found = [part for part in parts if name in (part.region, part.path, f"{part.path}::{part.region}")]
    if not found:
        raise UsageError(f"Job {job} has no drafted region {name}.", f"See its regions: workhorse show {job}")
    return found
