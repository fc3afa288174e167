"""Merging from the terminal: what lands is what was verified, or it is verified again first."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from workhorse_cli.errors import DONE
from workhorse_cli.jobs import Bureau
from workhorse_cli.output import Output
from workhorse_cli.report import print_title
from workhorse_cli.view import to_json, to_line
from workhorse_core.actions.registry import find_action
from workhorse_core.check import CheckStatus, Comparison
from workhorse_core.errors import LandingRefused
from workhorse_core.job import Job
from workhorse_core.merge import Landed, finish_landing, land, plan_landing
from workhorse_core.patch import Patch
from workhorse_core.project import open_project
from workhorse_core.run import choose_checks
from workhorse_core.scratch import drop_scratch
from workhorse_core.verification import Verification, in_words, verify


def merge(bureau: Bureau, job: Job, commit: bool, message: str | None, json: bool) -> int:
    """Land an approved job and give the exit code.

    Args:
        bureau: Where.
        job: An approved job.
        commit: Whether to commit; otherwise only the work tree changes.
        message: Of the commit; made from the task when it is not given.
        json: Whether to print JSON.

    Raises:
        LandingRefused: It would not be safe; nothing was changed.
    """
    plan = plan_landing(bureau.repository, job, commit)
    for patch in plan.unverified:
        _verify_again(bureau, job, patch)
    for note in plan.notes:
        Output(json).note(note)
    landed = land(bureau.repository, bureau.ledger, plan, message or _message(job))
    return _report(bureau, job, landed, json)


def finish_merge(bureau: Bureau, job: Job, json: bool) -> int:
    """Finish a landing that was interrupted and give the exit code.

    Raises:
        LandingRefused: Things have changed since; it can be merged anew.
    """
    landed = finish_landing(bureau.repository, bureau.ledger, job)
    return DONE if landed is None else _report(bureau, job, landed, json)


def _verify_again(bureau: Bureau, job: Job, patch: Patch) -> None:
    """Check what the three-way merge made of the candidate, which nobody has checked yet."""
    project = open_project(bureau.repository.root)
    checks = choose_checks(find_action(job.task.action), project)

    async def check() -> Verification:
        return Verification(tuple([result async for result in verify(Comparison(project, job.task, patch), checks)]))

    for result in asyncio.run(check()).results:
        if result.status is CheckStatus.FAILED:
            words = in_words(result.findings[0]) if result.findings else result.reason
            raise LandingRefused(
                f"The files have changed since, and merged with them {result.name} fails: {words}",
                f"Draft it again: workhorse retry {job.id} -m NOTE",
            )


def _report(bureau: Bureau, job: Job, landed: Landed, json: bool) -> int:
    if landed.commit and job.scratch:
        drop_scratch(bureau.repository, job.scratch)  # what it held is on the user's branch now
    output = Output(json)
    view = replace(bureau.view(bureau.find(job.id), with_diff=json), error=None)
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


def _message(job: Job) -> str:
    """Say what was done and where, in one line."""
    paths = sorted({draft.path for draft in job.drafts if draft.parts})
    names = sorted({draft.name for draft in job.drafts if draft.parts and draft.name})
    where = paths[0] if len(paths) == 1 else f"{len(paths)} files"
    return f"{job.task.action.capitalize()} for {names[0] + ' in ' if len(names) == 1 else ''}{where}"
