"""``workhorse resume``: goes on with what was interrupted."""

import click

from workhorse_cli.action_command import engine_options
from workhorse_cli.job_command import json_option


@click.command
@click.argument("job", metavar="[JOB]", required=False)
@engine_options
@json_option
def command(job: str | None, engine: str | None, model: str | None, url: str | None, json: bool) -> int:
    """Go on with what was interrupted: drafting, or a merge. Without JOB, with everything.

    With --json there is one object on a line for each job.
    """
    from workhorse_cli.jobs import open_store
    from workhorse_cli.rerunning import RerunOptions, resume

    options = RerunOptions(engine, model, url, json)
    with open_store() as store:
        return resume(store, [store.find(job)] if job else list(store.jobs(over=False)), options)
