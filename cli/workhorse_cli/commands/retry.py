"""``workhorse retry``: drafts a job again with a note."""

from pathlib import Path

import click

from workhorse_cli.job_command import job_argument, json_option
from workhorse_cli.shared_options import engine_options


@click.command
@job_argument
@click.option("-m", "--message", required=True, metavar="NOTE", help="What should be different this time.")
@engine_options
@json_option
def command(job: str, message: str, engine: str | None, model: str | None, url: str | None, json: bool) -> int:
    """Draft a job again, with your note to the model.

    Rules cannot follow a note. The engine is the job's own unless --engine is given.
    """
    from workhorse_cli.output import Output
    from workhorse_cli.rerun import Rerun, retry
    from workhorse_core.services.session import Overrides, Session

    with Session(Path.cwd(), Overrides(model, url), note=Output(json).note) as session:
        return retry(Rerun(session, engine, json), session.find_job(job), message)
