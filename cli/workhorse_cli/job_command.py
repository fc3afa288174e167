"""What the commands about one job share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from workhorse_cli.view import JobView
    from workhorse_core.jobs.handoff import Decision

job_argument: Callable[[Any], Any] = click.argument("job", metavar="JOB")
json_option: Callable[[Any], Any] = click.option(
    "--json", is_flag=True, help="JSON on standard output; words go to standard error."
)


def print_view(view: "JobView", json: bool, everything: bool = False) -> None:
    """Print where a job stands, and what to do next."""
    from workhorse_cli.output import Output
    from workhorse_cli.report import print_job, print_next, print_title
    from workhorse_cli.view import to_json, to_line

    output = Output(json)
    if json:
        print(to_line(to_json(view)))
    if everything:
        print_job(view, output, everything=True)
    else:
        print_title(view, output)
    print_next(view, output)


def record_verdict(job: str, decision: "Decision", reason: str, json: bool) -> int:
    """Record a verdict on a job and print where it stands now."""
    from workhorse_cli.jobs import open_store
    from workhorse_core.services.review import judge

    with open_store() as store:
        found = store.find(job)
        judge(store.repository, store.ledger, found, decision, reason)
        print_view(store.view(store.find(found.id), with_diff=json), json)
    return 0
