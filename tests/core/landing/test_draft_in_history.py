"""A draft that git itself brought into the branch is refused, and lands once the named command has been run."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.prepared_jobs import approved_job, open_ledger, put_before, retried_job
from support.repository import commit_all, make_repository
from workhorse_core.errors import LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.jobs.scratch import Scratch
from workhorse_core.landing.landed_commits import read_commits, read_range
from workhorse_core.landing.plan import land, plan_landing
from workhorse_core.services.audit import audit

SHAPES = "src/shapes.py"
DOCSTRING = '    """Give the area of a square."""\n'
DIRTY = "# A remark that is in no commit.\n"


@pytest.fixture
def ledger(repository: Repository) -> Iterator[Ledger]:
    with open_ledger(repository) as ledger:
        yield ledger


def approved(repository: Repository, ledger: Ledger) -> tuple[Job, Scratch]:
    job = approved_job(repository, ledger, [put_before(repository, SHAPES, "    return side", DOCSTRING)])
    assert job.scratch is not None
    return job, job.scratch


def drafted_again(repository: Repository, ledger: Ledger, job: Job, text: str = DOCSTRING) -> Job:
    return retried_job(repository, ledger, job, [put_before(repository, SHAPES, "    return side", text)])


def git(repository: Repository, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=repository.root, check=True, capture_output=True)


def fast_forwarded(repository: Repository, scratch: Scratch) -> None:
    git(repository, "merge", "--ff-only", scratch.branch)


def merged(repository: Repository, scratch: Scratch) -> None:
    git(repository, "merge", "--no-ff", "--no-edit", scratch.branch)


def picked(repository: Repository, scratch: Scratch) -> None:
    git(repository, "cherry-pick", scratch.branch)


def amended(repository: Repository, scratch: Scratch) -> None:
    git(repository, "cherry-pick", scratch.branch)
    git(repository, "commit", "--amend", "--no-edit", "--reset-author")


def squashed(repository: Repository, scratch: Scratch) -> None:
    git(repository, "merge", "--squash", scratch.branch)
    git(repository, "commit", "--no-edit")


def built_upon(repository: Repository, scratch: Scratch) -> None:
    git(repository, "merge", "--ff-only", scratch.branch)
    (repository.root / "more.py").write_text("MORE = 1\n")
    commit_all(repository, "More")


def rebased(repository: Repository, scratch: Scratch) -> None:
    (repository.root / "more.py").write_text("MORE = 1\n")
    commit_all(repository, "More")
    git(repository, "checkout", "-q", "-b", "topic", scratch.branch)
    git(repository, "rebase", "-q", "main")


WAYS = [fast_forwarded, merged, picked, amended, squashed, built_upon, rebased]


def way_out(repository: Repository, job: Job, commit: bool = True) -> str:
    """Return the command that the refusal names."""
    with pytest.raises(LandingRefused, match=f"The draft of job {job.id} is in this branch already") as refused:
        plan_landing(repository, job, commit)
    introduction, command = refused.value.hint.split(": ")
    assert introduction == "Take it out first"
    return command


def follow(repository: Repository, command: str) -> None:
    """Run a command as a person would, who drops the draft where a list of commits is opened."""
    drop = "sed -i -e '/Draft /d' -e '/Files as they were/d'"
    variables = {**os.environ, "GIT_SEQUENCE_EDITOR": drop, "GIT_EDITOR": "true"}
    subprocess.run(shlex.split(command), cwd=repository.root, check=True, capture_output=True, env=variables)


def assert_lands(repository: Repository, ledger: Ledger, job: Job) -> None:
    landed = land(repository, ledger, plan_landing(repository, job), "Add a docstring")
    found = read_commits(repository, read_range("HEAD"))
    assert landed.commit == repository.commit_id("HEAD")
    assert DOCSTRING in (repository.root / SHAPES).read_text()
    assert not [each for each in found.plain if each.drafts or each.by_workhorse]
    assert [each.valid for each in audit(repository, found, ledger)] == [True]


@pytest.mark.parametrize("brought", WAYS)
def test_draft_in_the_branch_is_refused_until_the_named_command_has_run(
    repository: Repository, ledger: Ledger, brought: Callable[[Repository, Scratch], None]
) -> None:
    job, scratch = approved(repository, ledger)
    brought(repository, scratch)

    follow(repository, way_out(repository, job))

    assert_lands(repository, ledger, job)


def test_draft_in_the_branch_is_refused_for_the_work_tree_alone(repository: Repository, ledger: Ledger) -> None:
    job, scratch = approved(repository, ledger)
    fast_forwarded(repository, scratch)

    assert way_out(repository, job, commit=False).startswith("git reset --soft ")


@pytest.mark.parametrize("commits", ["", "^"])
def test_draft_of_uncommitted_work_is_refused_and_the_work_is_kept(
    repository: Repository, ledger: Ledger, commits: str
) -> None:
    shapes = repository.root / SHAPES
    shapes.write_text(shapes.read_text() + DIRTY)
    job, scratch = approved(repository, ledger)
    git(repository, "stash")
    git(repository, "merge", "--ff-only", scratch.branch + commits)

    follow(repository, way_out(repository, job))
    assert DIRTY in shapes.read_text()
    assert_lands(repository, ledger, job)


@pytest.mark.parametrize("brought", [merged, squashed])
def test_earlier_draft_of_a_retried_job_in_the_branch_is_refused(
    repository: Repository, ledger: Ledger, brought: Callable[[Repository, Scratch], None]
) -> None:
    job, earlier = approved(repository, ledger)
    again = drafted_again(repository, ledger, job)
    brought(repository, earlier._replace(branch=earlier.candidate))

    follow(repository, way_out(repository, again))

    assert_lands(repository, ledger, again)


def test_snapshot_of_a_retried_jobs_earlier_draft_in_the_branch_is_refused(
    repository: Repository, ledger: Ledger
) -> None:
    shapes = repository.root / SHAPES
    shapes.write_text(shapes.read_text() + DIRTY)
    job, earlier = approved(repository, ledger)
    shapes.write_text(shapes.read_text() + DIRTY)
    again = drafted_again(repository, ledger, job)
    git(repository, "stash")
    git(repository, "merge", "--ff-only", earlier.base)

    assert way_out(repository, again).startswith("git reset --soft ")


def test_earlier_draft_that_was_pushed_conflicts_with_the_retried_one(
    repository: Repository, ledger: Ledger, tmp_path: Path
) -> None:
    job, earlier = approved(repository, ledger)
    again = drafted_again(repository, ledger, job, DOCSTRING.replace("Give", "Return"))
    fast_forwarded(repository, earlier._replace(branch=earlier.candidate))
    git(repository, "init", "-q", "--bare", str(tmp_path / "remote"))
    git(repository, "remote", "add", "origin", str(tmp_path / "remote"))
    git(repository, "push", "-q", "-u", "origin", "HEAD")

    with pytest.raises(LandingRefused, match="changed in the same lines"):
        plan_landing(repository, again)


def test_draft_before_the_first_commit_is_refused(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "new", {SHAPES: "def area(side):\n    return side\n"}, commit=False)
    with open_ledger(repository) as ledger:
        job, scratch = approved(repository, ledger)
        (repository.root / SHAPES).unlink()
        fast_forwarded(repository, scratch)

        follow(repository, way_out(repository, job))

        assert repository.head().commit is None
        assert plan_landing(repository, job).tree is None


def test_job_is_not_landed_on_its_own_branch(repository: Repository, ledger: Ledger) -> None:
    job, scratch = approved(repository, ledger)
    git(repository, "switch", "-q", scratch.branch)
    with pytest.raises(LandingRefused, match="own branch") as refused:
        plan_landing(repository, job)
    follow(repository, refused.value.hint.partition(": ")[2])

    assert_lands(repository, ledger, job)


def test_draft_of_another_job_in_the_branch_does_not_stop_this_one(repository: Repository, ledger: Ledger) -> None:
    _, other = approved(repository, ledger)
    job, _ = approved(repository, ledger)
    fast_forwarded(repository, other)

    assert plan_landing(repository, job).job == job.id
