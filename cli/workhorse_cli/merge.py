"""Merging from the terminal, and its report."""

from collections.abc import Sequence

from workhorse_cli.errors import DONE
from workhorse_cli.interruption import run_interruptible
from workhorse_cli.json_line import to_line
from workhorse_cli.output import Output
from workhorse_cli.report import print_title
from workhorse_core.jobs.job import Job
from workhorse_core.landing.plan import Landed, finish_landing
from workhorse_core.services.job_json import job_json
from workhorse_core.services.job_view import view_job
from workhorse_core.services.merge import merge_job
from workhorse_core.services.session import Session


def merge(session: Session, job: Job, commit: bool, message: str | None, json: bool) -> int:
    """Land an approved job and return the exit code.

    Args:
        session: The project that the job belongs to.
        job: An approved job.
        commit: Whether to commit; otherwise only the work tree changes.
        message: The commit's message; made from the task by default.
        json: Whether to print JSON.

    Raises:
        LandingRefused: It would not be safe; nothing was changed.
    """
    merged = run_interruptible(merge_job(session.project, session.ledger, job, commit=commit, message=message or ""))
    for note in merged.notes:
        Output(json).note(note)
    return _report(session, job, merged.landed, json)


def finish_merge(session: Session, job: Job, json: bool) -> int:
    """Finish an interrupted landing and return the exit code.

    Raises:
        LandingRefused: The files have changed since; the job can be merged anew.
    """
    landed = finish_landing(session.repository, session.ledger, job)
    return DONE if landed is None else _report(session, job, landed, json)


def _report(session: Session, job: Job, landed: Landed, json: bool) -> int:
    output = Output(json)
    view = view_job(session, session.find_job(job.id), with_diff=json)._replace(error=None)
    if json:
        print(to_line(job_json(view)))
    print_title(view, output)
    if landed.commit:
        output.say(f"  committed as {landed.commit[:12]}: {_listed(landed.paths, output)}")
    if landed.work_tree_only:
        output.say(f"  in the work tree only: {_listed(landed.work_tree_only, output)}")
    return DONE


def _listed(paths: Sequence[str], output: Output) -> str:
    shown = ", ".join(paths[:3])
    return output.style(shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more")
