"""``workhorse discard``: removes the branch of a job."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@json_option
def command(job: str, json: bool) -> int:
    """Remove a job's branch; the record of it stays."""
    from workhorse_cli.job_command import print_view
    from workhorse_cli.jobs import open_store
    from workhorse_core.services.review import discard

    with open_store() as store:
        found = store.find(job)
        discard(store.repository, store.ledger, found)
        print_view(store.view(store.find(found.id), with_diff=json), json)
    return 0
