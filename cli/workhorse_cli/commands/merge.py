"""``workhorse merge``: lands an approved job."""

import click

from workhorse_cli.job_command import job_argument, json_option


@click.command
@job_argument
@click.option("--no-commit", is_flag=True, help="Change the work tree only.")
@click.option("-m", "--message", metavar="MESSAGE", help="The commit's message; made from the job by default.")
@json_option
def command(job: str, no_commit: bool, message: str | None, json: bool) -> int:
    """Commit an approved job on the current branch.

    Your own changes since then are kept: the job is merged with them and checked again, or refused.
    """
    from workhorse_cli.job_command import open_here
    from workhorse_cli.merge import merge

    with open_here() as session:
        return merge(session, session.find_job(job), not no_commit, message, json)
