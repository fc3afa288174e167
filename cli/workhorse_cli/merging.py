"""Merging from the terminal, and what is said of it."""

import asyncio
from collections.abc import Sequence

from workhorse_cli.errors import DONE
from workhorse_cli.jobs import JobStore
from workhorse_cli.output import Output
from workhorse_cli.report import print_title
from workhorse_cli.view import to_json, to_line
from workhorse_core.jobs.job import Job
from workhorse_core.landing.plan import Landed, finish_landing
from workhorse_core.services.review import merge_job
from workhorse_core.workspace.project import open_project


def merge(store: JobStore, job: Job, commit: bool, message: str | None, json: bool) -> int:
    """Land an approved job and give the exit code.

    Args:
        store: Where.
        job: An approved job.
        commit: Whether to commit; otherwise only the work tree changes.
        message: Of the commit; made from the task when it is not given.
        json: Whether to print JSON.

    Raises:
        LandingRefused: It would not be safe; nothing was changed.
    """
    project = open_project(store.repository.root)
    merged = asyncio.run(merge_job(project, store.ledger, job, commit=commit, message=message or ""))
    for note in merged.notes:
        Output(json).note(note)
    return _report(store, job, merged.landed, json)


def finish_merge(store: JobStore, job: Job, json: bool) -> int:
    """Finish a landing that was interrupted and give the exit code.

    Raises:
        LandingRefused: Things have changed since; it can be merged anew.
    """
    landed = finish_landing(store.repository, store.ledger, job)
    return DONE if landed is None else _report(store, job, landed, json)


def _report(store: JobStore, job: Job, landed: Landed, json: bool) -> int:
    output = Output(json)
    view = store.view(store.find(job.id), with_diff=json)._replace(error=None)
    if json:
        print(to_line(to_json(view)))
    print_title(view, output)
    if landed.commit:
        output.say(f"  committed as {landed.commit[:12]}: {_listed(landed.paths, output)}")
    if landed.work_tree_only:
        output.say(f"  in the work tree only: {_listed(landed.work_tree_only, output)}")
    return DONE


def _listed(paths: Sequence[str], output: Output) -> str:
    shown = ", ".join(paths[:3])
    return output.style(shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more")
