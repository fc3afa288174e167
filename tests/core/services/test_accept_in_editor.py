"""Changes accepted in an editor are recorded as approved and landed; those that it does not hold land on disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.opened_project import open_project
from support.prepared_jobs import ADA, FAILED, open_ledger, put_before, verified_job
from support.repository import make_repository
from workhorse_core.change.edit import Edit
from workhorse_core.errors import JobError, LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.services.merge import accept_in_editor

CODE = "def a():\n    return 1\n"


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "project", {"a.py": CODE, "b.py": CODE})


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with open_ledger(home) as opened:
        yield opened


def edits(home: Repository) -> list[Edit]:
    return [put_before(home, path, "    return", '    """Tell."""\n') for path in ("a.py", "b.py")]


async def test_the_held_file_is_left_alone_and_the_other_lands(home: Repository, ledger: Ledger) -> None:
    job = verified_job(home, ledger, edits(home))
    await accept_in_editor(open_project(home.root), ledger, job, ["a.py"], ADA, "Good.")
    assert (home.root / "a.py").read_text() == CODE
    assert '"""Tell."""' in (home.root / "b.py").read_text()
    landed = read_job(ledger, job.id)
    assert (landed.status, landed.commit, landed.held) == (JobStatus.MERGED, None, ("a.py",))
    assert landed.verdict is not None
    assert landed.verdict.reason == "Good."
    assert home.write("branch", "--list", "workhorse/*") == b""
    assert home.read("log", "--format=%s") == b"Begin\n"


async def test_accepting_a_job_that_failed_its_checks_is_refused(home: Repository, ledger: Ledger) -> None:
    job = verified_job(home, ledger, edits(home), verification=FAILED)
    with pytest.raises(JobError):
        await accept_in_editor(open_project(home.root), ledger, job, ["a.py", "b.py"], ADA)
    assert read_job(ledger, job.id).status is JobStatus.FAILED


async def test_where_the_rest_cannot_land_it_stays_approved(home: Repository, ledger: Ledger) -> None:
    job = verified_job(home, ledger, edits(home))
    (home.root / "b.py").write_text("def a():\n    return 2\n")
    with pytest.raises(LandingRefused):
        await accept_in_editor(open_project(home.root), ledger, job, ["a.py"], ADA)
    assert read_job(ledger, job.id).status is JobStatus.APPROVED
    assert (home.root / "b.py").read_text() == "def a():\n    return 2\n"
