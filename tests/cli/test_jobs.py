import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import SHOP, Workhorse, git
from workhorse_core.jobs.job import started
from workhorse_core.jobs.ledger import EventKind
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.session import Session


@pytest.fixture
def job(shop: Path, workhorse: Workhorse) -> str:
    """A verified job."""
    found = json.loads(workhorse("docstrings", "src/shop.py", "--engine", "rules", "--json").out)
    assert found["status"] == "verified"
    return str(found["job"])


@pytest.fixture
def session(shop: Path) -> Iterator[Session]:
    with Session(shop) as opened:
        yield opened


def test_jobs_lists_what_waits_newest_first(job: str, shop: Path, workhorse: Workhorse) -> None:
    assert workhorse("docstrings", "src/shop.py::Shop", "--engine", "rules").code == 0
    listed = json.loads(workhorse("jobs", "--json").out)
    assert [entry["job"] for entry in listed][1] == job
    assert workhorse("discard", "@").code == 0
    assert [entry["job"] for entry in json.loads(workhorse("jobs", "--json").out)] == [job]
    assert len(json.loads(workhorse("jobs", "--json", "--all").out)) == 2
    assert f"{job}  docstrings src/shop.py  verified" in workhorse("jobs").out


def test_an_empty_list_of_jobs_is_noted_on_standard_error(shop: Path, workhorse: Workhorse) -> None:
    result = workhorse("jobs")
    assert (result.code, result.out) == (0, "")
    assert "No job waits" in result.err
    assert workhorse("jobs", "--json").out == "[]\n"


def test_a_beginning_of_the_id_is_enough(job: str, workhorse: Workhorse) -> None:
    assert workhorse("show", job[:2]).out.startswith(job)
    assert workhorse("show", job).out == workhorse("show", "@").out


def test_an_unknown_job_names_others(job: str, workhorse: Workhorse) -> None:
    result = workhorse("show", "zzzzz")
    assert result.code == 1
    assert job in result.err


def test_diff_is_what_git_prints(job: str, workhorse: Workhorse) -> None:
    branch = json.loads(workhorse("show", job, "--json").out)["branch"]
    (Path("x.patch")).write_text(workhorse("diff", job).out)
    git("apply", "--index", "x.patch")
    assert git("write-tree") == git("rev-parse", f"{branch}^{{tree}}")


def test_a_verdict_is_bound_to_trees_and_evidence(job: str, workhorse: Workhorse, session: Session) -> None:
    found = json.loads(workhorse("approve", job, "-m", "good", "--json").out)
    tree = found["tree"]
    assert found["status"] == "approved"
    verdict = {"by": "human", "name": "Ada Lovelace <ada@example.org>", "verdict": "approve", "reason": "good"}
    assert found["verdicts"] == [{**verdict, "tree": tree, "rejected": []}]
    read = session.find_job(job)
    assert read.verdict is not None
    assert read.scratch is not None
    assert read.verification is not None
    assert read.verdict.base_tree == read.scratch.base_tree == git("rev-parse", "HEAD^{tree}").strip()
    assert read.verdict.evidence == read.verification.evidence_digest


def test_approving_only_some_regions_makes_a_new_candidate_of_them_and_rejects_the_rest(
    job: str, workhorse: Workhorse, session: Session
) -> None:
    before = json.loads(workhorse("show", job, "--json").out)
    found = json.loads(workhorse("approve", job, "--only", "is_even", "-m", "good", "--json").out)
    assert found["status"] == "approved"
    assert found["tree"] != before["tree"]
    (verdict,) = found["verdicts"]
    assert (verdict["verdict"], verdict["tree"]) == ("approve", found["tree"])
    assert {part["region"] for part in verdict["rejected"]} == {"Shop.__len__", "Shop.is_open"}
    assert '"""Return whether two divides the number."""' in found["diff"]
    assert '"""Return the number of goods' not in found["diff"]
    assert workhorse("merge", job).code == 0
    text = Path("src/shop.py").read_text()
    assert '"""Return whether two divides the number."""' in text
    assert '"""Return the number of goods' not in text


@pytest.mark.parametrize("name", ["src/shop.py::is_even", "src/shop.py"])
def test_a_region_to_approve_may_be_given_with_its_path(job: str, name: str, workhorse: Workhorse) -> None:
    assert json.loads(workhorse("approve", job, "--only", name, "--json").out)["status"] == "approved"


def test_approving_an_unknown_region_is_wrong_usage_and_records_nothing(
    job: str, workhorse: Workhorse, session: Session
) -> None:
    refused = workhorse("approve", job, "--only", "is_odd")
    assert refused.code == 2
    assert f"workhorse show {job}" in refused.err
    assert session.find_job(job).verdicts == ()


def test_rejecting_needs_a_reason(job: str, workhorse: Workhorse) -> None:
    assert workhorse("reject", job).code == 2
    rejected = workhorse("reject", job, "-m", "too short")
    assert rejected.code == 0
    assert f"workhorse retry {job} -m NOTE" in rejected.out
    refused = workhorse("merge", job)
    assert refused.code == 1
    assert "was rejected" in refused.err


def test_approving_a_failed_job_is_refused(job: str, workhorse: Workhorse, session: Session) -> None:
    session.ledger.append(job, EventKind.FAILED, {"reason": "the lint is new"})
    result = workhorse("approve", job)
    assert result.code == 1
    assert "failed, so there is nothing to keep" in result.err
    assert session.find_job(job).verdicts == ()


def test_a_branch_that_was_changed_after_the_approval_does_not_land(job: str, workhorse: Workhorse) -> None:
    branch = json.loads(workhorse("approve", job, "--json").out)["branch"]
    git("branch", "-f", branch, git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "other").strip())
    head = git("rev-parse", "HEAD")
    result = workhorse("merge", job)
    assert result.code == 1
    assert "is not what was approved" in result.err
    assert git("rev-parse", "HEAD") == head


def test_merging_without_a_commit_changes_the_work_tree_only(job: str, workhorse: Workhorse) -> None:
    workhorse("approve", job)
    head = git("rev-parse", "HEAD")
    result = workhorse("merge", job, "--no-commit")
    assert result.code == 0
    assert "in the work tree only: src/shop.py" in result.out
    assert git("rev-parse", "HEAD") == head
    assert git("status", "--porcelain") == " M src/shop.py\n"


def test_edits_made_meanwhile_are_merged_and_checked_again(job: str, shop: Path, workhorse: Workhorse) -> None:
    path = shop / "src/shop.py"
    path.write_text(path.read_text() + "\n\nX = 1\n")
    workhorse("approve", job)
    assert workhorse("merge", job).code == 0
    text = path.read_text()
    assert "X = 1" in text
    assert '"""Return the number of goods on sale."""' in text
    assert "X = 1" not in git("show", "HEAD:src/shop.py")


def test_a_merge_with_other_edits_is_refused_if_its_result_fails_a_check(
    job: str, shop: Path, workhorse: Workhorse
) -> None:
    path = shop / "src/shop.py"
    path.write_text(path.read_text() + "\n\nX = 1\n")
    (shop / "pyproject.toml").write_text('[tool.ruff]\nline-length = 45\n[tool.ruff.lint]\nselect = ["E501"]\n')
    before = path.read_bytes(), git("rev-parse", "HEAD")
    workhorse("approve", job)
    result = workhorse("merge", job)
    assert result.code == 1
    assert "merged with them lint fails: E501" in result.err
    assert (path.read_bytes(), git("rev-parse", "HEAD")) == before


def test_edits_in_the_same_lines_refuse_the_merge(job: str, shop: Path, workhorse: Workhorse) -> None:
    path = shop / "src/shop.py"
    path.write_text(
        path.read_text().replace("def __len__(self) -> int:", 'def __len__(self) -> int:\n        """Mine."""')
    )
    before = path.read_bytes()
    workhorse("approve", job)
    result = workhorse("merge", job)
    assert result.code == 1
    assert path.read_bytes() == before
    assert "src/shop.py" in result.err


def test_discarding_removes_the_branch_and_keeps_the_record(job: str, workhorse: Workhorse) -> None:
    assert "discarded" in workhorse("discard", job).out
    assert git("branch", "--list", "workhorse/*") == ""
    assert "discarded" in workhorse("show", job).out
    assert workhorse("discard", job).code == 0
    refused = workhorse("approve", job)
    assert refused.code == 1
    assert "was discarded" in refused.err


def test_a_note_that_no_model_is_there_to_follow_is_reported(shop: Path, workhorse: Workhorse) -> None:
    job = json.loads(workhorse("docstrings", "src/shop.py", "--json").out)["job"]
    result = workhorse("retry", job, "-m", "say more")
    assert result.code == 0
    assert "Rules cannot follow a note; a model can: workhorse up" in result.err


def test_retrying_does_the_job_again_under_its_id(job: str, workhorse: Workhorse, session: Session) -> None:
    workhorse("reject", job, "-m", "no")
    result = workhorse("retry", job, "-m", "say more", "--json")
    found = json.loads(result.out)
    assert result.code == 0
    assert (found["job"], found["status"]) == (job, "verified")
    assert "Rules cannot follow a note" in result.err
    assert session.find_job(job).task.note == "say more"
    assert len(git("branch", "--list", "workhorse/*").splitlines()) == 1


def test_retrying_a_merged_job_is_refused(job: str, workhorse: Workhorse) -> None:
    workhorse("approve", job)
    workhorse("merge", job)
    for command in (["approve", job], ["merge", job]):
        assert workhorse(*command).code == 1
    result = workhorse("retry", job, "-m", "x")
    assert result.code == 1
    assert f"Job {job} is over: its status is merged." in result.err


# -- resuming


@pytest.fixture
def interrupted(session: Session) -> str:
    job = session.ledger.new_job()
    task = Task("docstrings", (Target("src/shop.py"),), Engine.RULES)
    session.ledger.append(job, EventKind.STARTED, started(task))
    return job


def test_an_interrupted_job_is_shown_and_resumed(interrupted: str, workhorse: Workhorse) -> None:
    assert f"workhorse resume {interrupted}" in workhorse("show", "@").out
    result = workhorse("resume")
    assert result.code == 0
    assert f"{interrupted}  docstrings src/shop.py  verified" in result.out
    assert workhorse("resume").err == "Nothing was interrupted.\n"


def test_resuming_a_job_whose_regions_are_documented_by_now_ends_it(
    interrupted: str, shop: Path, workhorse: Workhorse
) -> None:
    (shop / "src/shop.py").write_text('"""A shop."""\n')
    assert workhorse("resume", interrupted).code == 0
    assert "nothing" in workhorse("show", interrupted).out
    assert workhorse("jobs").out == ""


def test_an_id_without_a_job_does_no_harm(session: Session, workhorse: Workhorse) -> None:
    session.ledger.new_job()
    assert workhorse("jobs").code == 0
    assert workhorse("resume").code == 0
    assert workhorse("show", "@").code == 1


def test_a_job_of_one_worktree_is_seen_in_the_other(
    job: str, tmp_path: Path, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    workhorse("approve", job)
    assert workhorse("merge", job).code == 0
    assert '"""Return the number of goods' in (tmp_path / "linked/src/shop.py").read_text()
    assert (tmp_path / "shop/src/shop.py").read_text() == SHOP
