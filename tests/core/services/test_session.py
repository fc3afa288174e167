"""A session opens each part of a project when it is first used, and closes it."""

import os
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from support.repository import make_repository
from workhorse_core.errors import ConfigError, EndpointUnreachable, JobError, NotARepository
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.job_view import view_job
from workhorse_core.services.run import Product, RunFinished
from workhorse_core.services.session import Began, Overrides, RunOptions, Session
from workhorse_core.settings.config_file import user_file
from workhorse_core.settings.folders import ledger_folder

SHOP = "# Return whether two divides the number.\ndef is_even(number):\n    return number % 2 == 0\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop", {"src/shop.py": SHOP}).root


def document(engine: Engine = Engine.RULES) -> Task:
    return Task("docstrings", (Target("src/shop.py"),), engine)


async def run_all(session: Session, task: Task) -> list[Began | Product]:
    async with aclosing(session.run(task)) as products:
        return [product async for product in products]


def test_a_session_finds_the_repository_from_a_file_or_a_folder_inside_it(shop: Path) -> None:
    assert Session(shop / "src").root == shop
    assert Session(shop / "src" / "shop.py").root == shop
    assert Session(shop).project.root == shop


def test_a_session_outside_of_git_has_a_project_and_no_ledger(tmp_path: Path) -> None:
    session = Session(tmp_path)
    assert (session.root, session.found) == (tmp_path, None)
    assert session.project.repository is None
    with pytest.raises(NotARepository):
        _ = session.ledger


def test_overrides_stand_over_the_configuration_and_none_keeps_it(shop: Path) -> None:
    settings = user_file(os.environ)
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('model = "configured"\n')
    assert Session(shop).project.config.model == "configured"
    assert Session(shop, Overrides(model="given")).project.config.model == "given"
    assert Session(shop, Overrides(url="http://localhost:9/v1")).project.config.model == "configured"


def test_buffers_hide_the_files_on_the_disk(shop: Path) -> None:
    session = Session(shop).with_buffers({"src/shop.py": b"X = 1\n"})
    assert session.project.source("src/shop.py").data == b"X = 1\n"


def test_jobs_are_listed_though_the_configuration_is_broken(shop: Path) -> None:
    (shop / "pyproject.toml").write_text("[tool.workhorse]\nno_such_setting = 1\n")
    with Session(shop) as session:
        assert list(session.jobs()) == []
        with pytest.raises(ConfigError):
            _ = session.project


def test_looking_for_a_ledger_makes_none(shop: Path) -> None:
    with Session(shop) as session:
        assert session.existing_ledger is None
        assert not ledger_folder(session.repository.common_dir).exists()
        with pytest.raises(JobError, match="no job here yet"):
            session.find_job("@")


async def test_a_run_records_its_job_and_a_closed_session_opens_its_ledger_again(shop: Path) -> None:
    session = Session(shop)
    with session:
        products = await run_all(session, document())
        assert products[0] == Began(None)
        finished = products[-1]
        assert isinstance(finished, RunFinished)
        job = session.find_job("@")
    assert job.id == finished.job
    assert b'+    """Return whether' in (view_job(session, job).diff or b"")
    assert [each.id for each in session.jobs(over=False)] == [job.id]
    session.close()


async def test_a_run_announces_its_job_before_it_starts_and_gives_it_its_parent(shop: Path) -> None:
    announced: list[tuple[str, int]] = []
    with Session(shop) as session:
        parent = session.ledger.new_job()

        def announce(job: str) -> None:
            announced.append((job, len(session.ledger.events(job))))

        async with aclosing(session.run(document(), RunOptions(announce=announce, parent=parent))) as products:
            async for _ in products:
                pass
        assert announced == [(session.find_job("@").id, 0)]
        assert session.ledger.children(parent) == [announced[0][0]]


async def test_a_dry_run_creates_nothing(shop: Path) -> None:
    session = Session(shop, dry_run=True)
    finished = (await run_all(session, document()))[-1]
    assert isinstance(finished, RunFinished)
    assert finished.handoff is not None
    assert finished.job is None
    assert not ledger_folder(session.repository.common_dir).exists()


async def test_a_session_of_a_loaded_project_uses_that_project(shop: Path) -> None:
    project = Session(shop).project
    session = Session.of(project, dry_run=True)
    assert session.project is project
    assert session.found is project.repository


# -- models


async def test_auto_works_by_rules_where_the_configured_server_is_down_and_names_the_reason(shop: Path) -> None:
    session = Session(shop, Overrides(url="http://127.0.0.1:9/v1"), dry_run=True)
    began = (await run_all(session, document(Engine.AUTO)))[0]
    assert isinstance(began, Began)
    assert began.model is None
    assert "http://127.0.0.1:9" in began.reason


async def test_local_refuses_where_the_configured_server_is_down(shop: Path) -> None:
    session = Session(shop, Overrides(url="http://127.0.0.1:9/v1"), dry_run=True)
    with pytest.raises(EndpointUnreachable):
        await run_all(session, document(Engine.LOCAL))


def test_a_job_by_rules_loads_no_model_client(shop: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from workhorse_core.pipeline.task import Engine, Target, Task\n"
        "from workhorse_core.services.session import Session\n"
        "async def main(session):\n"
        "    return [each async for each in session.run(Task('docstrings', (Target('src/shop.py'),), Engine.RULES))]\n"
        "with Session(Path.cwd()) as session:\n"
        "    assert len(asyncio.run(main(session))) > 3\n"
        "heavy = {'git', 'openai', 'httpx2', 'pygls', 'cattrs', 'workhorse_core.models.locate'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=shop, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_listing_jobs_loads_no_pipeline_run(shop: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom workhorse_core.services.session import Session\n"
        "with Session(Path.cwd()) as session:\n    list(session.jobs())\n"
        "print(sorted({'workhorse_core.services.run', 'openai', 'git'} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=shop, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
