"""A toy action and a toy check, which live here only, go the whole way: an action is one class and one line."""

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from core.services.toys.note import Note, Politeness, Split
from support.endpoint import ScriptedEndpoint, in_turn
from support.opened_project import open_project
from support.repository import commit_all, make_repository, write_files
from workhorse_core.actions import registry as actions
from workhorse_core.checks import registry as checks
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.repair import Checked
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.merge import merge_job
from workhorse_core.services.review import judge, user_of
from workhorse_core.services.run import Product, RunFinished, RunResources, run

SOURCE = "def one():\n    return 1\n\n\ndef two():\n    return 2\n\n\ndef noted():  # fine\n    return 3\n"


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ACTIONS", {**actions.ACTIONS, "note": Note, "split": Split})
    monkeypatch.setitem(checks.CHECKS, "politeness", Politeness)


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "project", {"a.py": SOURCE, "b.py": "B = 1\n"})


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with Ledger.open(home.common_dir / "workhorse") as opened:
        yield opened


async def carry(task: Task, root: Path, resources: RunResources) -> tuple[RunFinished, list[Checked]]:
    products = [product async for product in run(task, open_project(root), resources)]
    assert isinstance(products[-1], RunFinished)
    return products[-1], [product for product in products if isinstance(product, Checked)]


async def approve_and_merge(home: Repository, ledger: Ledger, job: str | None) -> str:
    assert job is not None
    judge(home, ledger, read_job(ledger, job), Decision.APPROVE, "", user_of(home))
    merged = await merge_job(open_project(home.root), ledger, read_job(ledger, job))
    assert read_job(ledger, job).status is JobStatus.MERGED
    assert merged.landed.commit is not None
    return merged.landed.commit


def statuses(finished: RunFinished) -> dict[str, str]:
    return {draft.name: draft.status.value for draft in finished.drafts}


async def test_drafts_of_rules_and_model_become_a_landed_commit(home: Repository, ledger: Ledger) -> None:
    endpoint: Endpoint = ScriptedEndpoint({"def two": "Long."})
    before = home.read("status", "--porcelain")
    finished, _ = await carry(Task("note", (Target("a.py"),)), home.root, RunResources(ledger, endpoint))
    assert statuses(finished) == {"one": "drafted", "two": "drafted", "noted": "skipped"}
    assert (home.root / "a.py").read_text() == SOURCE  # until it is merged
    assert home.read("status", "--porcelain") == before
    commit = await approve_and_merge(home, ledger, finished.job)
    assert (home.root / "a.py").read_text() == SOURCE.replace("def one", "# Short.\ndef one").replace(
        "def two", "# Long.\ndef two"
    )
    assert b"Workhorse-Job: " in home.read("log", "-1", "--format=%B", commit)


async def test_a_malformed_answer_is_asked_again_with_the_reason(home: Repository) -> None:
    endpoint = ScriptedEndpoint(in_turn(["two\nlines", "One line."]))
    finished, _ = await carry(Task("note", (Target("a.py", "two"),)), home.root, RunResources(endpoint=endpoint))
    assert statuses(finished) == {"two": "drafted"}
    assert "Not: A note is one line." in endpoint.conversations[1].text
    assert (finished.drafts[0].rounds, finished.drafts[0].engine) == (2, "local")


async def test_model_receives_the_finding_and_its_new_draft_is_checked(home: Repository) -> None:
    endpoint = ScriptedEndpoint(in_turn(["stupid", "Clever."]))
    finished, checked = await carry(Task("note", (Target("a.py", "two"),)), home.root, RunResources(endpoint=endpoint))
    assert [(each.round, each.result.status.value) for each in checked] == [(1, "failed"), (2, "passed")]
    assert "Not: Be polite." in endpoint.conversations[1].text
    assert statuses(finished) == {"two": "drafted"}


async def test_draft_that_fails_in_every_round_is_left_out_and_the_rest_is_kept(home: Repository) -> None:
    endpoint = ScriptedEndpoint("stupid")
    finished, _ = await carry(Task("note", (Target("a.py"),)), home.root, RunResources(endpoint=endpoint))
    assert statuses(finished) == {"one": "drafted", "two": "failed", "noted": "skipped"}
    assert finished.handoff is not None
    assert b"stupid" not in finished.handoff.patch.text
    assert "left out" in " ".join(finished.handoff.risks)


async def test_no_model_and_nothing_known_is_skipped_with_what_is_missing(home: Repository) -> None:
    finished, _ = await carry(Task("note", (Target("a.py", "two"),)), home.root, RunResources())
    assert finished.handoff is None
    assert finished.drafts[0].status is DraftStatus.SKIPPED
    assert "a note" in (finished.drafts[0].reason or "")


async def test_an_action_may_make_and_move_files(home: Repository, ledger: Ledger) -> None:
    task = Task("split", (Target("b.py"),), Engine.RULES, {"into": "pkg"})
    finished, _ = await carry(task, home.root, RunResources(ledger))
    await approve_and_merge(home, ledger, finished.job)
    assert (home.root / "pkg/__init__.py").read_bytes() == b"# made\n"
    assert (home.root / "pkg/first.py").read_bytes() == b"# moved\nB = 1\n"
    assert not (home.root / "b.py").exists()
    assert home.read("status", "--porcelain") == b""


async def test_an_interrupted_run_uses_its_drafts_again(home: Repository, ledger: Ledger) -> None:
    endpoint = ScriptedEndpoint("Long.")
    task = Task("note", (Target("a.py"),))
    async with aclosing(run(task, open_project(home.root), RunResources(ledger, endpoint))) as products:
        async for product in products:
            if isinstance(product, Draft) and product.name == "two":
                break  # killed here
    job = read_job(ledger, ledger.find_job("@"))
    assert job.status is JobStatus.DRAFTING
    endpoint.conversations.clear()
    again = [product async for product in run(task, open_project(home.root), RunResources(ledger, endpoint), job)]
    assert isinstance(again[-1], RunFinished)
    assert again[-1].job == job.id
    assert endpoint.conversations == []
    assert read_job(ledger, job.id).status is JobStatus.VERIFIED


@pytest.mark.parametrize("files", [{"b.py": "B = 2\n"}, {"a.py": SOURCE + "\n\nC = 3\n"}], ids=["other", "same"])
async def test_commit_made_during_the_checks_stays_and_the_draft_lands_upon_it(
    home: Repository, ledger: Ledger, files: dict[str, str]
) -> None:
    before, meanwhile = home.commit_id("HEAD"), ""
    endpoint = ScriptedEndpoint(in_turn(["stupid", "Long."]))
    products: list[Product] = []
    async for product in run(Task("note", (Target("a.py"),)), open_project(home.root), RunResources(ledger, endpoint)):
        products.append(product)
        if isinstance(product, Checked) and product.round == 2:  # HEAD is asked for in the first round
            write_files(home.root, files)
            meanwhile = commit_all(home, "Meanwhile")
    assert isinstance(products[-1], RunFinished)
    scratch = read_job(ledger, products[-1].job or "").scratch
    assert scratch is not None
    assert scratch.base == before

    commit = await approve_and_merge(home, ledger, products[-1].job)

    assert home.commit_id(f"{commit}^") == meanwhile
    landed = {"a.py": SOURCE, "b.py": "B = 1\n"} | files
    landed["a.py"] = landed["a.py"].replace("def one", "# Short.\ndef one").replace("def two", "# Long.\ndef two")
    assert {path: (home.root / path).read_text() for path in landed} == landed
    assert home.read("status", "--porcelain") == b""
