"""Unapproved drafts are not pushed."""

import subprocess
from pathlib import Path

import pytest

from hooks.hooked import Hooked
from support.prepared_jobs import approved_job, open_ledger, put_before, verified_job
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job
from workhorse_core.landing.plan import land, plan_landing
from workhorse_hooks.install import install


@pytest.fixture
def near(repository: Repository, tmp_path: Path) -> Hooked:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "far")], check=True)
    made = Hooked(repository.root)
    made.git("remote", "add", "origin", str(tmp_path / "far"))
    made.git("push", "-q", "origin", "main")
    install(repository, ["pre-push", "commit-msg"])
    return made


def landed(repository: Repository) -> Job:
    with open_ledger(repository) as ledger:
        job = approved_job(
            repository, ledger, [put_before(repository, "src/shapes.py", "    return", '    """Doc."""\n')]
        )
        land(repository, ledger, plan_landing(repository, job), "Add docs")
    return job


def test_an_ordinary_push_passes_without_a_word(near: Hooked) -> None:
    near.commit("--allow-empty")
    assert near.git("push", "-q", "origin", "main").stderr == ""


def test_a_scratch_branch_is_refused_and_may_be_deleted(near: Hooked, repository: Repository) -> None:
    with open_ledger(repository) as ledger:
        job = verified_job(
            repository, ledger, [put_before(repository, "src/shapes.py", "    return", '    """D."""\n')]
        )
    assert job.scratch is not None
    branch = job.scratch.branch
    done = near.git("push", "origin", branch, check=False)
    assert done.returncode == 1
    assert f"workhorse: {branch} is a scratch branch: approve and merge its job instead." in done.stderr
    renamed = near.git("push", "origin", f"{branch}:refs/heads/mine", check=False)
    assert "is a scratch branch" in renamed.stderr
    by_id = near.git("push", "origin", f"{job.scratch.candidate}:refs/heads/mine", check=False)
    assert f"{job.scratch.candidate[:12]} is a draft that no merge has landed" in by_id.stderr
    near.git("push", "-q", "--no-verify", "origin", branch)
    assert near.git("push", "-q", "origin", f":{branch}").stderr == ""


def test_a_landed_job_passes(near: Hooked, repository: Repository) -> None:
    landed(repository)
    assert "Workhorse-Job: " in near.out("log", "-1", "--format=%B")
    assert near.git("push", "-q", "origin", "main").stderr == ""


def test_a_landed_job_that_was_changed_afterwards_is_refused(near: Hooked, repository: Repository) -> None:
    job = landed(repository)
    near.stage("src/shapes.py", near.read("src/shapes.py") + "\nX = 1\n")
    near.git("commit", "-q", "--amend", "--no-edit")
    done = near.git("push", "-q", "origin", "main", check=False)
    assert done.returncode == 1
    assert f"(job {job.id}): " in done.stderr
    assert "The push is refused." in done.stderr
    near.set(pre_push="report")
    assert "(job " in near.git("push", "-q", "origin", "main").stderr


def test_only_what_is_new_to_the_remote_is_looked_at(near: Hooked, repository: Repository) -> None:
    landed(repository)
    near.git("commit", "-q", "--amend", "--allow-empty", "-m", "Change\n\nWorkhorse-Job: zzzz")
    near.git("push", "-q", "--no-verify", "origin", "main")
    near.commit("--allow-empty")
    near.git("push", "-q", "origin", "main")
    near.git("push", "-q", "origin", "main:refs/heads/second", "HEAD:refs/tags/v1")


def test_a_message_with_only_some_of_the_trailers_is_reported(near: Hooked) -> None:
    done = near.git("commit", "-q", "--allow-empty", "-m", "Change\n\nWorkhorse-Job: k3f9")
    assert "The trailer Workhorse-Change is missing." in done.stderr
    near.set(commit_msg="block")
    assert near.git("commit", "-q", "--allow-empty", "-m", "Change\n\nWorkhorse-Job: k3f9", check=False).returncode == 1
    assert near.git("commit", "-q", "--allow-empty", "-m", "Change").stderr == ""


def test_the_trailers_of_an_unapproved_job_are_reported(near: Hooked, repository: Repository) -> None:
    with open_ledger(repository) as ledger:
        edit = put_before(repository, "src/shapes.py", "    return", '    """Doc."""\n')
        job = verified_job(repository, ledger, [edit])
    said = near.git("commit", "-q", "--allow-empty", "-m", f"Change\n\nWorkhorse-Job: {job.id}").stderr
    assert f"Job {job.id} is not approved: its status is verified." in said


@pytest.mark.parametrize("message", ["Draft\n\nWorkhorse-Draft: k3f9", "Squash\n\n    Workhorse-Draft: k3f9\n\nmore"])
def test_a_message_with_a_drafts_trailer_is_reported(near: Hooked, message: str) -> None:
    said = near.git("commit", "-q", "--allow-empty", "-m", message).stderr
    assert "the draft of job k3f9, which no verdict has landed" in said
    near.set(commit_msg="block")
    assert near.git("commit", "-q", "--allow-empty", "-m", message, check=False).returncode == 1
    near.set(commit_msg="off")
    assert near.git("commit", "-q", "--allow-empty", "-m", message).stderr == ""
