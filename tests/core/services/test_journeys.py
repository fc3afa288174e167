"""Toy actions of the kinds to come go the whole way: run, scratch branch, checks, approval, landing, audit."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import cast

import pytest

from core.services.toys import generated_test
from core.services.toys.journey import ACTIONS, CHECKS, JOURNEYS, go_on
from support.endpoint import ScriptedEndpoint
from support.opened_project import open_project
from support.repository import make_repository, write_files
from workhorse_core.actions import registry as actions
from workhorse_core.checks import registry as checks
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job, JobStatus
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.landed_commits import read_commits, read_range
from workhorse_core.models.conversation import ToolCall
from workhorse_core.pipeline.check import CheckStatus, Evidence
from workhorse_core.pipeline.draft import Draft
from workhorse_core.services.audit import Record, audit
from workhorse_core.services.run import RunFinished, RunResources, run


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, action in ACTIONS.items():
        monkeypatch.setitem(cast("dict[str, object]", actions.ACTIONS), name, action)
    for name, check in CHECKS.items():
        monkeypatch.setitem(checks.CHECKS, name, check)


def files_of(root: Path) -> Mapping[str, str]:
    paths = [path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts]
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def assert_audited(home: Repository, commits: int) -> None:
    with Ledger.open(home.common_dir / "workhorse") as ledger:
        audited = list(audit(home, read_commits(home, read_range(f"HEAD~{commits}..HEAD")), ledger))
    assert [(commit.record, commit.problems) for commit in audited] == [(Record.FOUND, ())] * commits


async def travel(name: str, root: Path) -> tuple[Repository, list[Job], ScriptedEndpoint | None]:
    journey = JOURNEYS[name]
    home = make_repository(root, journey.files)
    endpoint = journey.endpoint
    return home, await go_on(home.root, journey, endpoint), endpoint


@pytest.mark.parametrize("name", JOURNEYS)
def test_toy_lands_and_is_audited(name: str, tmp_path: Path) -> None:
    home, jobs, _ = asyncio.run(travel(name, tmp_path / "project"))
    assert {job.status for job in jobs} == {JobStatus.MERGED}
    assert files_of(home.root) == JOURNEYS[name].after
    assert home.read("status", "--porcelain") == b""
    assert_audited(home, len(jobs))


@pytest.mark.parametrize(
    ("name", "step"),
    [("rename", 25), ("verdict-on-parts", 25), *(pytest.param(name, 1, marks=pytest.mark.slow) for name in JOURNEYS)],
)
def test_toy_lands_after_a_kill_at_any_instant(name: str, step: int, tmp_path: Path) -> None:
    command = [sys.executable, "-Im", "core.services.toys.kill_driver", str(tmp_path), name, str(step), str(step // 2)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sum(found.values()) >= 50 // step
    assert step > 1 or set(found) == {"not begun", "drafting", "verified", "approved", "merged"}


async def finish(name: str, root: Path, files: Mapping[str, str] | None = None, **options: str) -> RunFinished:
    journey = JOURNEYS[name]
    home = make_repository(root, files or journey.files)
    task = journey.tasks[0]._replace(options={**journey.tasks[0].options, **options})
    products = [each async for each in run(task, open_project(home.root), RunResources(endpoint=journey.endpoint))]
    assert isinstance(products[-1], RunFinished)
    return products[-1]


async def test_rename_that_misses_an_import_of_the_project_fails_its_proof_whole(tmp_path: Path) -> None:
    finished = await finish("rename", tmp_path / "project", missed="app.py")
    assert finished.handoff is None
    assert finished.drafts[0].reason == "toy-bindings: There is no module shapes."


async def test_generated_test_comes_with_evidence_and_the_one_that_fails_is_left_out(tmp_path: Path) -> None:
    _, (job,), _ = await travel("generated-test", tmp_path / "project")
    assert job.verification is not None
    (result,) = job.verification.results
    assert result.evidence == (Evidence("assertions that hold", 2, unit="assertions"),)
    assert [(draft.name, draft.status.value, draft.rounds) for draft in job.drafts] == [
        ("area", "drafted", 1),
        ("edge", "failed", 2),
    ]


async def test_test_that_failed_on_the_base_already_is_no_finding(tmp_path: Path) -> None:
    files = {**generated_test.FILES, "check_old.py": "assert False\n"}
    finished = await finish("generated-test", tmp_path / "project", files)
    assert finished.handoff is not None
    assert finished.handoff.verification.results[0].status is CheckStatus.PASSED


async def test_check_that_holds_folders_is_closed_when_the_run_ends_or_is_left(tmp_path: Path) -> None:
    made: list[generated_test.RunTests] = []

    def make() -> generated_test.RunTests:
        made.append(generated_test.RunTests())
        return made[-1]

    checks.CHECKS["toy-run"] = make  # what the fixture sets is put back
    await finish("generated-test", tmp_path / "project")
    (check,) = made
    assert check.folders == []
    assert check.baselines == 1


async def test_two_turns_call_a_tool_and_count_what_both_cost(tmp_path: Path) -> None:
    _, (job,), endpoint = await travel("two-turns", tmp_path / "project")
    assert endpoint is not None
    assert len(endpoint.conversations) == 2
    assert [tool.name for tool in endpoint.conversations[0].tools] == ["read_file"]
    (draft,) = job.drafts
    expected = sum(len(conversation.text) // 4 + 1 for conversation in endpoint.conversations)
    assert (draft.cost.prompt_tokens, draft.rounds, draft.answer) == (expected, 1, None)


async def test_model_that_calls_tools_for_ever_is_stopped(tmp_path: Path) -> None:
    journey = JOURNEYS["two-turns"]
    home = make_repository(tmp_path / "project", journey.files)
    endpoint = ScriptedEndpoint(ToolCall("1", "read_file", "{}"))
    products = [each async for each in run(journey.tasks[0], open_project(home.root), RunResources(endpoint=endpoint))]
    assert isinstance(products[-1], RunFinished)
    assert products[-1].drafts[0].reason == "The model did not finish within 50 turns."
    assert len(endpoint.conversations) == 50


@pytest.mark.parametrize(("above", "turns"), [("", 0), ("LIMIT = 1\n", 2)], ids=["same file", "changed file"])
async def test_resumed_conversation_is_held_again_only_where_its_file_changed(
    tmp_path: Path, above: str, turns: int
) -> None:
    journey = JOURNEYS["two-turns"]
    home = make_repository(tmp_path / "project", journey.files)
    assert journey.script is not None
    endpoint = ScriptedEndpoint(journey.script)
    with Ledger.open(home.common_dir / "workhorse") as ledger:
        resources = RunResources(ledger, endpoint)
        async with aclosing(run(journey.tasks[0], open_project(home.root), resources)) as products:
            async for product in products:
                if isinstance(product, Draft):
                    break
    write_files(home.root, {"shop.py": above + journey.files["shop.py"]})
    endpoint.conversations.clear()
    (job,) = await go_on(home.root, journey, endpoint)
    assert job.status is JobStatus.MERGED
    assert files_of(home.root)["shop.py"] == above + journey.after["shop.py"]
    assert len(endpoint.conversations) == turns
