"""``workhorse resume``: continues interrupted jobs."""

from pathlib import Path

import click

from workhorse_cli.job_command import json_option
from workhorse_cli.shared_options import engine_options


@click.command
@click.argument("job", metavar="[JOB]", required=False)
@engine_options
@json_option
def command(job: str | None, engine: str | None, model: str | None, url: str | None, json: bool) -> int:
    """Continue a job that was interrupted while drafting or merging; without JOB, every such job.

    With --json there is one object on a line for each job.
    """
    from workhorse_cli.output import Output
    from workhorse_cli.rerun import Rerun, resume
    from workhorse_core.services.session import Overrides, Session

    with Session(Path.cwd(), Overrides(model, url), note=Output(json).note) as session:
        jobs = [session.find_job(job)] if job else list(session.jobs(over=False))
        return resume(Rerun(session, engine, json), jobs)
