"""A run that was interrupted, resumed after the files have changed."""

import json
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from core.services.toys.note import Note, Politeness
from support.endpoint import ScriptedEndpoint
from support.opened_project import open_project
from support.repository import make_repository, write_files
from workhorse_core.actions import registry as actions
from workhorse_core.checks import registry as checks
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job, JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.models.conversation import Conversation
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.run import RunFinished, RunResources, run

LIMITED = "LIMIT = 1\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 2\n"
NOTES = {"def one": "One.", "def two": "Two."}


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ACTIONS", {**actions.ACTIONS, "note": Note})
    monkeypatch.setitem(checks.CHECKS, "politeness", Politeness)


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "project", {"a.py": LIMITED})


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with Ledger.open(home.common_dir / "workhorse") as opened:
        yield opened


async def interrupt(home: Repository, ledger: Ledger, task: Task, endpoint: Endpoint | None, after: int) -> Job:
    """Run until so many drafts are made, and leave it at that."""
    count = 0
    async with aclosing(run(task, open_project(home.root), RunResources(ledger, endpoint))) as products:
        async for product in products:
            count += isinstance(product, Draft)
            if count == after:
                break
    job = read_job(ledger, ledger.find_job("@"))
    assert job.status is JobStatus.DRAFTING
    return job


async def resume(home: Repository, ledger: Ledger, job: Job, endpoint: Endpoint | None) -> RunFinished:
    resources = RunResources(ledger, endpoint)
    products = [product async for product in run(job.task, open_project(home.root), resources, job)]
    assert isinstance(products[-1], RunFinished)
    assert read_job(ledger, job.id).status is JobStatus.VERIFIED
    return products[-1]


def after(finished: RunFinished, path: str = "a.py") -> str:
    assert finished.handoff is not None
    return {change.path: change.after or b"" for change in finished.handoff.patch.changes}[path].decode()


CHANGES = {
    "a longer line above": LIMITED.replace("LIMIT = 1", "LIMIT = 1_000_000"),
    "lines above": "import os\nimport sys\n\n" + LIMITED,
    "lines between": LIMITED.replace("def two", "def other():  # fine\n    return 3\n\n\ndef two"),
    "a function of the same name above": "def one():  # fine\n    return 0\n\n\n" + LIMITED,
    "lines removed": LIMITED.removeprefix("LIMIT = 1\n\n\n"),
    "nothing": LIMITED,
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
async def test_drafts_are_kept_and_no_token_is_spent_again(home: Repository, ledger: Ledger, changed: str) -> None:
    endpoint = ScriptedEndpoint(NOTES)
    job = await interrupt(home, ledger, Task("note", (Target("a.py"),), Engine.LOCAL), endpoint, after=2)
    asked = len(endpoint.conversations)
    write_files(home.root, {"a.py": changed})
    finished = await resume(home, ledger, job, endpoint)
    expected = changed.replace("def one():\n    return 1", "# One.\ndef one():\n    return 1")
    assert after(finished) == expected.replace("def two", "# Two.\ndef two")
    assert len(endpoint.conversations) == asked
    assert [draft.rounds for draft in finished.drafts if draft.parts] == [1, 1]
    assert all(draft.cost.prompt_tokens for draft in finished.drafts if draft.parts)


EVEN = "LIMIT = 1\n\n\n# Return whether two divides the number.\ndef is_even(number):\n    return number % 2 == 0\n"


async def test_drafts_by_rule_are_placed_where_their_regions_are_now(home: Repository, ledger: Ledger) -> None:
    write_files(home.root, {"a.py": EVEN})
    task = Task("docstrings", (Target("a.py", "is_even"),), Engine.RULES)
    job = await interrupt(home, ledger, task, None, after=1)
    changed = EVEN.replace("LIMIT = 1", "LIMIT = 1_000_000")
    write_files(home.root, {"a.py": changed})
    lines = after(await resume(home, ledger, job, None)).splitlines(keepends=True)
    assert lines.pop(5).startswith('    """')
    assert "".join(lines) == changed


async def test_region_that_was_edited_is_drafted_anew(home: Repository, ledger: Ledger) -> None:
    endpoint = ScriptedEndpoint({**NOTES, "return 20": "Twenty."})
    job = await interrupt(home, ledger, Task("note", (Target("a.py"),), Engine.LOCAL), endpoint, after=2)
    asked = len(endpoint.conversations)
    write_files(home.root, {"a.py": LIMITED.replace("return 2", "return 20")})
    finished = await resume(home, ledger, job, endpoint)
    assert len(endpoint.conversations) == asked + 1
    assert "# One.\ndef one" in after(finished)


async def test_region_that_is_gone_is_skipped_with_the_reason(home: Repository, ledger: Ledger) -> None:
    endpoint = ScriptedEndpoint(NOTES)
    job = await interrupt(home, ledger, Task("note", (Target("a.py"),), Engine.LOCAL), endpoint, after=2)
    write_files(home.root, {"a.py": LIMITED.partition("def two")[0]})
    finished = await resume(home, ledger, job, endpoint)
    assert after(finished) == LIMITED.partition("def two")[0].replace("def one", "# One.\ndef one")
    gone = next(draft for draft in read_job(ledger, job.id).drafts if draft.name == "two")
    assert (gone.status.value, gone.parts) == ("skipped", ())
    assert "no longer there" in (gone.reason or "")


TYPED = "import os\n\n\ndef one(x):\n    return os.fspath(x)\n\n\ndef two(x):\n    return os.fspath(x)\n"


def answer_types(conversation: Conversation) -> str:
    assert conversation.schema
    return json.dumps(dict.fromkeys(conversation.schema["properties"], "Sequence[int]"))


async def test_shared_imports_of_kept_drafts_are_placed_anew(home: Repository, ledger: Ledger) -> None:
    settings = '[project]\nrequires-python = ">=3.11"\n[tool.workhorse.checks]\nskip = ["annotation-types"]\n'
    write_files(home.root, {"a.py": TYPED, "pyproject.toml": settings})
    endpoint = ScriptedEndpoint(answer_types)
    job = await interrupt(home, ledger, Task("hints", (Target("a.py"),), Engine.LOCAL), endpoint, after=2)
    asked = len(endpoint.conversations)
    write_files(home.root, {"a.py": "LIMIT = 1_000_000\n" + TYPED})
    finished = await resume(home, ledger, job, endpoint)
    assert len(endpoint.conversations) == asked == 2
    assert after(finished).startswith("from collections.abc import Sequence\n\nLIMIT = 1_000_000\nimport os\n")
    assert "def two(x: Sequence[int]) -> Sequence[int]:" in after(finished)
