"""An action that is only in the catalog goes through every hook, from pre-commit to the background worker."""

import asyncio
import os
from pathlib import Path

import pytest

from hooks.hooked import BARE, Hooked
from support.opened_project import open_project
from support.repository import make_repository
from support.toy_actions import add_action
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.services.merge import merge_job
from workhorse_core.services.review import judge, user_of
from workhorse_hooks.commit_msg import run_commit_msg
from workhorse_hooks.framework import check_commit
from workhorse_hooks.pre_commit import REFUSED, run_pre_commit
from workhorse_hooks.pre_push import run_pre_push
from workhorse_hooks.queue import Queue
from workhorse_hooks.run_hook import run_hook
from workhorse_hooks.scan import DIFF, QUIETLY
from workhorse_hooks.worker import serve

QUIET = '"""A module."""\n\n\ndef whisper():\n    return 1\n'


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hooked:
    add_action(monkeypatch, "shout", "support.toy_actions.shout")
    hall = Hooked(make_repository(tmp_path / "hall", {"b.py": ""}).root)
    monkeypatch.chdir(hall.root)
    return hall


def choose(hall: Hooked, **modes: str) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{mode}"\n' for name, mode in modes.items()]
    file.write_text(f'[hooks]\nactions = ["docstrings", "shout"]\n{"".join(lines)}')


def pre_commit(hall: Hooked) -> int:
    git_dir = str(hall.repository.git_dir)
    diff = hall.repository.read(*QUIETLY, *DIFF, environment={"GIT_LITERAL_PATHSPECS": "0"})
    return run_pre_commit(git_dir, git_dir, diff)


def test_pre_commit_reports_what_each_action_finds(hall: Hooked, capfd: pytest.CaptureFixture[str]) -> None:
    choose(hall)
    hall.stage("a.py", QUIET)
    assert pre_commit(hall) == 0
    said = capfd.readouterr().err
    assert "2 definitions of this commit lack docstrings or shouts:" in said
    assert "a.py:4  whisper: no docstring" in said
    assert "a.py:4  whisper: no shout" in said
    assert "workhorse docstrings --changed=HEAD^ and workhorse shout --changed=HEAD^" in said


def test_pre_commit_refuses_for_its_sake(hall: Hooked, capfd: pytest.CaptureFixture[str]) -> None:
    choose(hall, pre_commit="block")
    hall.stage("a.py", QUIET.replace("    return", '    """Whisper."""\n    return'))
    assert pre_commit(hall) == REFUSED
    assert "The commit is refused. Draft them: workhorse shout --staged" in capfd.readouterr().err


def test_pre_commit_applies_the_fixes_of_both_actions(hall: Hooked, capfd: pytest.CaptureFixture[str]) -> None:
    choose(hall, pre_commit="fix")
    hall.stage("a.py", '"""A module."""\n' + BARE)
    assert pre_commit(hall) == 0
    said = capfd.readouterr().err
    assert "docstrings were added to a.py" in said
    assert "shouts were added to a.py" in said
    assert "lack" not in said
    assert "# HO!" in hall.read("a.py")
    assert '"""Return whether' in hall.read("a.py")
    assert hall.staged("a.py") == hall.read("a.py")


def test_the_check_of_hook_frameworks_fails_for_its_sake(hall: Hooked, capfd: pytest.CaptureFixture[str]) -> None:
    hall.stage("a.py", QUIET)
    assert check_commit(["shout"], hall.root) == 1
    assert "whisper: no shout" in capfd.readouterr().err


def test_the_worker_drafts_it_and_a_merged_draft_passes_commit_msg_and_pre_push(
    hall: Hooked, capfd: pytest.CaptureFixture[str]
) -> None:
    choose(hall, commit_msg="block")
    hall.stage("a.py", QUIET)
    hall.commit()
    queue = Queue(hall.common_dir)
    queue.add(hall.out("rev-parse", "HEAD").strip(), str(hall.root))
    (request,) = queue.requests()
    serve(queue, request, hall.common_dir)
    (begun,) = queue.requests()
    job = dict(begun.jobs)["shout"]
    git_dir = str(hall.repository.git_dir)
    with Ledger.open(hall.repository.common_dir / "workhorse") as ledger:
        assert read_job(ledger, job).status is JobStatus.VERIFIED
        branch = read_job(ledger, job).scratch.branch  # type: ignore[union-attr]
        commit = hall.out("rev-parse", branch).strip()
        pushed = f"refs/heads/{branch} {commit} refs/heads/{branch} {'0' * 40}\n".encode()
        assert run_pre_push(git_dir, ["origin"], pushed) == REFUSED
        judge(hall.repository, ledger, read_job(ledger, job), Decision.APPROVE, "", user_of(hall.repository))
        asyncio.run(merge_job(open_project(hall.root), ledger, read_job(ledger, job)))
    message = hall.write("message", hall.out("log", "-1", "--format=%B"))
    assert "shout" in message.read_text()
    assert run_commit_msg(git_dir, str(message)) == 0
    head = hall.out("rev-parse", "HEAD").strip()
    capfd.readouterr()
    assert run_pre_push(git_dir, ["origin"], f"refs/heads/main {head} refs/heads/main {'0' * 40}\n".encode()) == 0
    assert capfd.readouterr().err == ""


def test_run_hook_knows_it_as_the_shims_do(hall: Hooked, capfd: pytest.CaptureFixture[str]) -> None:
    choose(hall)
    hall.stage("a.py", QUIET)
    assert run_hook("pre-commit", [], b"") == 0
    assert "whisper: no shout" in capfd.readouterr().err
