from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from support.opened_project import open_project
from support.prepared_jobs import approved_job, open_ledger, put_before
from support.repository import commit_all, make_repository, write_files
from workhorse_core.errors import LandingOvertaken
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job, JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.plan import LandingPlan, plan_landing
from workhorse_core.services.merge import merge_job

PATH = "a.py"
CODE = '"""A."""\n\n\ndef is_even(number):\n    return number % 2 == 0\n'


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "project", {PATH: CODE, "b.py": ""})


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with open_ledger(home) as opened:
        yield opened


@pytest.fixture
def job(home: Repository, ledger: Ledger) -> Job:
    return approved_job(home, ledger, [put_before(home, PATH, "    return", '    """Tell."""\n')])


def commit_while_it_plans(monkeypatch: pytest.MonkeyPatch, home: Repository, times: int) -> list[str]:
    """Make a commit right after each of the first plans."""
    commits: list[str] = []
    plan = plan_landing

    def planned(repository: Repository, job: Job, commit: bool = True, held: Collection[str] = ()) -> LandingPlan:
        made = plan(repository, job, commit, held)
        if len(commits) < times:
            write_files(home.root, {"b.py": f"B = {len(commits)}\n"})
            commits.append(commit_all(home, "Meanwhile"))
        return made

    monkeypatch.setattr("workhorse_core.services.merge.plan_landing", planned)
    return commits


async def test_commit_between_plan_and_landing_is_planned_again(
    home: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = commit_while_it_plans(monkeypatch, home, 2)
    merged = await merge_job(open_project(home.root), ledger, job)
    assert merged.landed.commit == home.commit_id("HEAD")
    assert home.commit_id("HEAD^") == commits[-1]
    assert home.read("status", "--porcelain") == b""
    assert b'"""Tell."""' in (home.root / PATH).read_bytes()


async def test_branch_that_moves_at_every_plan_is_refused(
    home: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = commit_while_it_plans(monkeypatch, home, 9)
    with pytest.raises(LandingOvertaken, match="HEAD has moved meanwhile"):
        await merge_job(open_project(home.root), ledger, job)
    assert home.commit_id("HEAD") == commits[-1]
    assert len(commits) == 3
    assert read_job(ledger, job.id).status is JobStatus.APPROVED
    assert (home.root / PATH).read_text() == CODE


async def test_a_change_that_head_holds_already_leaves_no_branch(home: Repository, ledger: Ledger, job: Job) -> None:
    put = (home.root / PATH).read_text().replace("    return", '    """Tell."""\n    return')
    write_files(home.root, {PATH: put})
    commit_all(home, "By hand")
    assert (await merge_job(open_project(home.root), ledger, job)).landed.commit is None
    assert home.read("branch", "--list", "workhorse/*") == b""


async def test_a_change_of_the_work_tree_alone_keeps_its_branch(home: Repository, ledger: Ledger, job: Job) -> None:
    await merge_job(open_project(home.root), ledger, job, commit=False)
    assert home.read("branch", "--list", "workhorse/*") != b""


async def test_a_landing_forgets_why_an_earlier_one_was_undone(
    home: Repository, ledger: Ledger, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_while_it_plans(monkeypatch, home, 1)
    await merge_job(open_project(home.root), ledger, job)
    assert read_job(ledger, job.id).reason is None
