"""One review over the children of a job: all verdicts or none, and each landing whole."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from support.killing import killing_at_steps
from support.opened_project import open_project
from support.prepared_jobs import ADA, open_ledger, put_before, verified_parts
from support.repository import make_repository, write_files
from workhorse_core.errors import JobError, LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import JobStatus, read_job, started
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.services.merge import Merged, merge_children
from workhorse_core.services.review import judge_children

PATHS = ("a.py", "b.py", "c.py")
CODE = '"""Shop."""\n\n\ndef one():\n    return 1\n'


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "project", dict.fromkeys(PATHS, CODE))


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with open_ledger(home) as opened:
        yield opened


@pytest.fixture
def parent(home: Repository, ledger: Ledger) -> str:
    """A job with a verified child for each file."""
    parent = ledger.new_job()
    ledger.append(parent, EventKind.STARTED, started(Task("docstrings", ())))
    for path in PATHS:
        edit = put_before(home, path, "    return 1", '    """Return one."""\n')
        verified_parts(home, ledger, {path: [Part("one", (edit,))]}, parent)
    return parent


def statuses(ledger: Ledger, parent: str) -> list[JobStatus]:
    return [read_job(ledger, child).status for child in ledger.children(parent)]


async def merged(home: Repository, ledger: Ledger, parent: str) -> list[Merged]:
    return [each async for each in merge_children(open_project(home.root), ledger, parent)]


async def test_verdict_approves_all_children_and_each_lands_as_a_commit(
    home: Repository, ledger: Ledger, parent: str
) -> None:
    verdicts = judge_children(home, ledger, parent, Decision.APPROVE, "Fine.", ADA)
    assert [(each.by, each.name) for each in verdicts] == [tuple(ADA)] * 3
    assert len({each.tree for each in verdicts}) == 3
    assert len(await merged(home, ledger, parent)) == 3
    assert statuses(ledger, parent) == [JobStatus.MERGED] * 3
    assert read_job(ledger, parent).status is JobStatus.MERGED
    assert home.read("log", "--format=%s", "-3").decode().count("Docstrings for") == 3
    assert home.read("status", "--porcelain") == b""
    assert ledger.jobs(over=False) == []


async def test_rejected_children_stay_where_they_are(home: Repository, ledger: Ledger, parent: str) -> None:
    judge_children(home, ledger, parent, Decision.REJECT, "No.", ADA)
    assert statuses(ledger, parent) == [JobStatus.REJECTED] * 3
    assert await merged(home, ledger, parent) == []


def test_unfinished_child_refuses_the_verdict_on_all(home: Repository, ledger: Ledger, parent: str) -> None:
    late = ledger.new_job(parent=parent)
    ledger.append(late, EventKind.STARTED, started(Task("docstrings", ())))
    with pytest.raises(JobError, match=f"{late} is not finished"):
        judge_children(home, ledger, parent, Decision.APPROVE, "", ADA)
    assert statuses(ledger, parent)[:3] == [JobStatus.VERIFIED] * 3


def test_child_that_another_process_works_on_refuses_the_verdict_on_all(
    home: Repository, ledger: Ledger, parent: str
) -> None:
    with ledger.hold(ledger.children(parent)[2]), pytest.raises(JobError, match="at work"):
        judge_children(home, ledger, parent, Decision.APPROVE, "", ADA)
    assert statuses(ledger, parent) == [JobStatus.VERIFIED] * 3


async def test_unjudged_child_refuses_the_landing_of_all(home: Repository, ledger: Ledger, parent: str) -> None:
    with pytest.raises(JobError, match="is not approved"):
        await merged(home, ledger, parent)
    with pytest.raises(JobError, match="has no children"):
        await merged(home, ledger, ledger.children(parent)[0])
    assert home.read("log", "--format=%s") == b"Begin\n"


async def test_refused_child_stops_the_landing_and_the_rest_lands_later(
    home: Repository, ledger: Ledger, parent: str
) -> None:
    judge_children(home, ledger, parent, Decision.APPROVE, "", ADA)
    write_files(home.root, {"b.py": CODE.replace("return 1", "return 11")})
    with pytest.raises(LandingRefused):
        await merged(home, ledger, parent)
    assert statuses(ledger, parent) == [JobStatus.MERGED, JobStatus.APPROVED, JobStatus.APPROVED]
    write_files(home.root, {"b.py": CODE})
    assert len(await merged(home, ledger, parent)) == 2
    assert statuses(ledger, parent) == [JobStatus.MERGED] * 3


def merge_again(root: str, parent: str) -> None:
    home = Repository.find(Path(root))
    assert home is not None
    with open_ledger(home) as ledger:
        asyncio.run(merged(home, ledger, parent))


@pytest.mark.slow
def test_killed_at_any_step_the_rest_lands_when_called_again(home: Repository, ledger: Ledger, parent: str) -> None:
    judge_children(home, ledger, parent, Decision.APPROVE, "", ADA)
    with killing_at_steps(merge_again, str(home.root), parent) as killer:
        for step in count(3, 11):
            if killer.run_to(step):
                break
    assert statuses(ledger, parent) == [JobStatus.MERGED] * 3
    assert home.read("status", "--porcelain") == b""
    assert [home.read("show", f"HEAD:{path}").count(b"Return one") for path in PATHS] == [1, 1, 1]
    assert int(home.read("rev-list", "--count", "HEAD")) == 4
