import json
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from cli.json_schema import JOB, problems
from cli.running import Workhorse, git
from workhorse_core.errors import JobError
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import retried, started
from workhorse_core.jobs.ledger import EventKind
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.review import judge, user_of
from workhorse_core.services.session import Session

RULES = ("--engine", "rules")


@pytest.fixture
def job(shop: Path, workhorse: Workhorse) -> str:
    """A verified job."""
    return str(json.loads(workhorse("docstrings", "src/shop.py", *RULES, "--json").out)["job"])


@pytest.fixture
def session(shop: Path) -> Iterator[Session]:
    with Session(shop) as opened:
        yield opened


def interrupt(session: Session, job: str) -> None:
    session.ledger.append(job, EventKind.RETRIED, retried("again"))


# -- reports at every state


def test_json_has_the_shape_of_the_contract_at_every_state(shop: Path, workhorse: Workhorse, session: Session) -> None:
    def said(*words: str) -> str:
        result = workhorse(*words, "--json")
        assert result.code == 0, result.err
        value = json.loads(result.out)
        assert list(problems(value, JOB)) == []
        return str(value["status"])

    assert said("docstrings", "src/shop.py", *RULES, "--dry-run") == "verified"
    assert said("docstrings", "src/plain.py", *RULES) == "nothing"
    assert said("docstrings", "src/shop.py::frobnicate", *RULES) == "nothing"
    assert said("docstrings", "src/shop.py", *RULES) == "verified"
    assert said("reject", "@", "-m", "no") == "rejected"
    assert said("retry", "@", "-m", "more") == "verified"
    assert said("discard", "@") == "discarded"
    assert said("docstrings", "src/shop.py", *RULES) == "verified"
    interrupt(session, session.ledger.find_job("@"))
    assert said("show", "@") == "drafting"
    assert said("resume", "@") == "verified"
    assert said("approve", "@") == "approved"
    assert said("merge", "@") == "merged"
    assert said("show", "@") == "merged"
    listed = json.loads(workhorse("jobs", "--all", "--json").out)
    assert len(listed) == 3
    assert [problem for entry in listed for problem in problems(entry, JOB)] == []


def test_a_batch_and_its_jobs_name_each_other(shop: Path, workhorse: Workhorse, session: Session) -> None:
    task = started(Task("docstrings", (Target("src/shop.py"),)))
    parent = session.ledger.new_job()
    session.ledger.append(parent, EventKind.STARTED, task)
    child = session.ledger.new_job(parent)
    session.ledger.append(child, EventKind.STARTED, task)
    shown = {job: json.loads(workhorse("show", job, "--json").out) for job in (parent, child)}
    assert (shown[parent]["children"], "parent" in shown[parent]) == ([child], False)
    assert (shown[child]["parent"], "children" in shown[child]) == (parent, False)
    assert [problem for each in shown.values() for problem in problems(each, JOB)] == []


def test_the_schema_check_finds_values_that_the_schema_forbids() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "enum": ["x"]}}}
    assert list(problems({"a": "x"}, schema)) == []
    assert len(list(problems({"a": "y"}, schema))) == 1
    assert len(list(problems({"a": True}, schema))) == 1
    assert len(list(problems({"b": 1}, schema))) == 2


def test_merging_a_job_without_a_candidate_is_refused_with_the_next_command(
    shop: Path, workhorse: Workhorse, session: Session
) -> None:
    assert workhorse("docstrings", "src/shop.py::frobnicate", *RULES).code == 0
    refused = workhorse("merge", "@")
    assert refused.code == 1
    assert "drafted nothing that could land" in refused.err
    assert "workhorse show" in refused.err
    interrupt(session, session.ledger.find_job("@"))
    refused = workhorse("merge", "@")
    assert refused.code == 1
    assert "workhorse resume" in refused.err


def test_a_run_with_nothing_to_do_is_not_shown_as_a_dry_run(shop: Path, workhorse: Workhorse) -> None:
    said = workhorse("docstrings", "src/plain.py", *RULES)
    assert said.code == 0
    assert "nothing to do" in said.out
    assert "dry run" not in said.out
    assert git("branch", "--list", "workhorse/*") == ""


def test_a_redrafted_job_needs_a_new_approval(job: str, workhorse: Workhorse) -> None:
    tree = json.loads(workhorse("approve", job, "--json").out)["tree"]
    assert json.loads(workhorse("retry", job, "-m", "otherwise", "--json").out)["tree"] == tree  # rules ignore the note
    refused = workhorse("merge", job)
    assert refused.code == 1
    assert f"Job {job} is not approved" in refused.err
    assert workhorse("approve", job).code == 0
    assert workhorse("merge", job).code == 0


def test_a_branch_changed_by_hand_can_be_put_back(job: str, workhorse: Workhorse) -> None:
    found = json.loads(workhorse("approve", job, "--json").out)
    git("branch", "-f", found["branch"], "HEAD")
    refused = workhorse("merge", job)
    assert refused.code == 1
    command = refused.err.strip().rpartition("Put it back: git ")[2]
    git(*command.split())
    assert workhorse("merge", job).code == 0


# -- one process at a time


@pytest.mark.parametrize(
    "words", [("resume",), ("resume", "@"), ("retry", "@", "-m", "x"), ("discard", "@"), ("approve", "@")]
)
def test_a_job_that_another_process_works_on_is_left_to_it(
    job: str, words: tuple[str, ...], workhorse: Workhorse, session: Session
) -> None:
    if words[0] == "resume":
        interrupt(session, job)
    before = session.ledger.events(job)
    branches = git("for-each-ref")
    with session.ledger.hold(job):
        refused = workhorse(*words)
    assert refused.code == 1
    assert f"Another Workhorse is at work on job {job}" in refused.err
    assert session.ledger.events(job) == before
    assert git("for-each-ref") == branches


def test_a_merge_is_done_by_one_process(job: str, workhorse: Workhorse, session: Session) -> None:
    assert workhorse("approve", job).code == 0
    with session.ledger.hold(job):
        assert workhorse("merge", job).code == 1
    assert git("rev-list", "--count", "HEAD") == "1\n"
    assert workhorse("merge", job).code == 0


async def test_a_job_is_held_while_it_is_drafted_and_released_at_its_end(session: Session) -> None:
    task = Task("docstrings", (Target("src/shop.py"),), Engine.RULES)
    drafts = 0
    async with aclosing(session.run(task)) as products:
        async for product in products:
            if isinstance(product, Draft):
                drafts += 1
                with pytest.raises(JobError, match="Another Workhorse"), session.ledger.hold(session.find_job("@").id):
                    pass
    assert drafts
    with session.ledger.hold(session.find_job("@").id):
        pass


def test_a_verdict_on_a_replaced_candidate_is_refused(job: str, workhorse: Workhorse, session: Session) -> None:
    seen = session.find_job(job)
    (Path("src/shop.py")).write_text(Path("src/shop.py").read_text().replace("number % 2 == 0", "not number % 2"))
    assert workhorse("retry", job, "-m", "again").code == 0
    with pytest.raises(JobError, match="drafted again meanwhile"):
        judge(session.repository, session.ledger, seen, Decision.APPROVE, "", user_of(session.repository))
    assert session.find_job(job).verdict is None


# -- odd places


def test_links_that_lead_out_do_not_stop_the_work_on_a_folder(shop: Path, workhorse: Workhorse) -> None:
    outside = shop.parent / "outside.py"
    outside.write_text("def is_odd(number):\n    return number % 2\n")
    Path("src/link.py").symlink_to(outside)
    Path("src/folder").symlink_to(shop.parent)
    found = json.loads(workhorse("docstrings", "src", *RULES, "--json").out)
    assert found["status"] == "verified"
    assert {region["path"] for region in found["regions"]} == {"src/shop.py"}


def test_a_target_in_a_submodule_is_refused_before_drafting(shop: Path, workhorse: Workhorse) -> None:
    git("init", "--quiet", "vendor/other")
    Path("vendor/other/a.py").write_text("def is_odd(number):\n    return number % 2\n")
    for target in ("vendor/other/a.py", "vendor/other", "vendor/other/a.py::is_odd"):
        refused = workhorse("docstrings", target, *RULES, "--dry-run")
        assert refused.code == 1
        assert "belongs to another repository" in refused.err
        assert f"cd {shop / 'vendor/other'}" in refused.err
