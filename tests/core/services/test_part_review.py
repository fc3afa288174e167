"""A verdict that keeps some parts: a new candidate, verified again, to which the approval is bound."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from support.killing import killing_at_steps, leftovers, state_of
from support.opened_project import open_project
from support.prepared_jobs import ADA, CLAUDE, open_ledger, put_before, verified_parts
from support.repository import commit_all, make_repository, write_files
from workhorse_core.errors import JobError
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision, PartId, RejectedPart, Reviewer, ReviewerKind
from workhorse_core.jobs.job import Job, JobStatus, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.jobs.scratch import read_patch
from workhorse_core.pipeline.draft import DraftStatus
from workhorse_core.pipeline.part import Part
from workhorse_core.services.merge import merge_job
from workhorse_core.services.part_review import judge_parts, parts_by_id
from workhorse_core.services.review import discard, user_of

CODE = '"""Shop."""\n\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n'
FIRST, SECOND, THIRD = PartId("a.py", "", 0, 0), PartId("a.py", "", 0, 1), PartId("c.py", "", 0, 0)


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "project", {"a.py": CODE, "c.py": CODE})


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with open_ledger(home) as opened:
        yield opened


def docstring(home: Repository, path: str, before: str, text: str) -> Part:
    return Part(before.strip(), (put_before(home, path, before, f'    """{text}"""\n'),))


@pytest.fixture
def job(home: Repository, ledger: Ledger) -> Job:
    """Docstrings for a() and b() of a.py, and for a() of c.py."""
    some = [docstring(home, "a.py", "    return 1", "Return one."), docstring(home, "a.py", "    return 2", "Two.")]
    return verified_parts(home, ledger, {"a.py": some, "c.py": [docstring(home, "c.py", "    return 1", "One.")]})


async def keep(home: Repository, ledger: Ledger, job: Job, rejected: dict[PartId, str]) -> Job:
    await judge_parts(open_project(home.root), ledger, job, rejected, ADA, "The rest is fine.")
    return read_job(ledger, job.id)


async def test_two_of_three_parts_are_approved_and_land(home: Repository, ledger: Ledger, job: Job) -> None:
    kept = await keep(home, ledger, job, {SECOND: "It says nothing."})
    assert kept.status is JobStatus.APPROVED
    assert kept.verdict is not None
    assert kept.scratch is not None
    assert kept.verification is not None
    assert kept.scratch.base == (job.scratch.base if job.scratch else None)
    assert (kept.verdict.tree, kept.verdict.evidence) == (kept.scratch.tree, kept.verification.evidence_digest)
    assert kept.verdict.rejected == (RejectedPart("a.py", "", "return 2", "It says nothing."),)
    assert [result.name for result in kept.verification.results][:2] == ["same-code", "syntax"]
    assert [part.name for draft in kept.drafts for part in draft.parts] == ["return 1", "return 1"]
    assert kept.drafts[0].dropped[0].reason == "It says nothing."
    await merge_job(open_project(home.root), ledger, kept)
    assert (home.root / "a.py").read_text() == CODE.replace("    return 1", '    """Return one."""\n    return 1')
    assert '"""One."""' in (home.root / "c.py").read_text()
    assert home.read("status", "--porcelain") == b""
    assert home.read("for-each-ref", "refs/heads/workhorse/") == b""


async def test_a_region_without_any_part_left_has_failed(home: Repository, ledger: Ledger, job: Job) -> None:
    kept = await keep(home, ledger, job, {THIRD: "Wrong."})
    assert [(draft.path, draft.status) for draft in kept.drafts] == [
        ("a.py", DraftStatus.DRAFTED),
        ("c.py", DraftStatus.FAILED),
    ]
    assert kept.scratch is not None
    assert [change.path for change in read_patch(home, kept.scratch).changes] == ["a.py"]


async def test_parts_can_be_rejected_one_after_the_other(home: Repository, ledger: Ledger, job: Job) -> None:
    kept = await keep(home, ledger, job, {FIRST: "No."})
    kept = await keep(home, ledger, kept, {THIRD: "No."})
    assert list(parts_by_id(kept)) == [FIRST]  # b() is the only part that its region has left
    assert kept.scratch is not None
    assert kept.scratch.branch.endswith(f"-{job.id}-3")
    names = home.read("for-each-ref", "--format=%(refname:short)", "refs/heads/workhorse/").decode().split()
    assert names == [kept.scratch.branch]
    discard(home, ledger, kept)
    assert home.read("for-each-ref", "refs/heads/workhorse/") == b""


async def test_verdict_on_all_or_no_parts_keeps_the_candidate(home: Repository, ledger: Ledger, job: Job) -> None:
    approved = await keep(home, ledger, job, {})
    assert (approved.status, approved.scratch) == (JobStatus.APPROVED, job.scratch)
    rejected = await keep(home, ledger, job, dict.fromkeys([FIRST, SECOND, THIRD], "No."))
    assert (rejected.status, rejected.scratch) == (JobStatus.REJECTED, job.scratch)
    assert rejected.verdict is not None
    assert rejected.verdict.reason == "The rest is fine.; No."


async def test_candidate_is_made_from_the_base_and_not_from_what_was_edited_since(
    home: Repository, ledger: Ledger, job: Job
) -> None:
    write_files(home.root, {"a.py": "import os\n" + CODE, "new.py": "x = 1\n"})
    before = state_of(home)
    kept = await keep(home, ledger, job, {SECOND: "No."})
    assert state_of(home) == before
    assert kept.scratch is not None
    files = {change.path: change.before for change in read_patch(home, kept.scratch).changes}
    assert files == {"a.py": CODE.encode(), "c.py": CODE.encode()}


READS_ANNOTATIONS = "import dataclasses\n\nfrom a import A\n\n\n@dataclasses.dataclass\nclass B(A):\n    y = 2\n"


async def test_rest_is_verified_beside_the_base_of_its_files_and_not_their_later_edits(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "typed", {"a.py": "class A:\n    x = 1\n", "b.py": READS_ANNOTATIONS})
    some = [Part(path, (put_before(home, path, " = ", ": int"),)) for path in ("a.py", "b.py")]
    with open_ledger(home) as ledger:
        job = verified_parts(home, ledger, {part.name: [part] for part in some}, action="hints")
        write_files(home.root, {"b.py": "y = 2\n"})  # nothing here makes A's annotation a field of a data class
        with pytest.raises(JobError, match="same-code-unannotated fails: read: This annotation changes what"):
            await keep(home, ledger, job, {PartId("b.py", "", 0, 0): "No."})
        assert read_job(ledger, job.id) == job


async def test_words_that_a_rule_took_from_elsewhere_pass_again_without_the_rest_and_merged(
    home: Repository, ledger: Ledger
) -> None:
    part = docstring(home, "a.py", "    return 1", "Brew a pot of coffee.")._replace(
        sources=("summary: comment above",)
    )
    other = docstring(home, "c.py", "    return 1", "One.")
    job = verified_parts(home, ledger, {"a.py": [part], "c.py": [other]})
    kept = await keep(home, ledger, job, {THIRD: "It says nothing."})
    write_files(home.root, {"a.py": CODE.replace("Shop", "The shop").replace("return 2", "return 3")})
    commit_all(home, "Meanwhile")
    await merge_job(open_project(home.root), ledger, kept)
    assert "Brew a pot" in (home.root / "a.py").read_text()


async def test_parts_that_do_not_pass_alone_are_refused(home: Repository, ledger: Ledger) -> None:
    renamed = Part("uses", (put_before(home, "a.py", "    return 2", "    return a()\n"),))  # code, in a docstring job
    job = verified_parts(home, ledger, {"a.py": [docstring(home, "a.py", "    return 1", "One."), renamed]})
    with pytest.raises(JobError, match="same-code fails"):
        await keep(home, ledger, job, {FIRST: "No."})
    assert read_job(ledger, job.id) == job


async def test_unknown_part_and_candidate_of_other_parts_are_refused(
    home: Repository, ledger: Ledger, job: Job
) -> None:
    with pytest.raises(JobError, match=r"no such part in d\.py"):
        await keep(home, ledger, job, {PartId("d.py", "", 0, 0): "No."})
    other = job._replace(drafts=job.drafts[:1])
    with pytest.raises(JobError, match="do not make its candidate"):
        await keep(home, ledger, other, {FIRST: "No."})
    assert read_job(ledger, job.id) == job


async def test_verdict_on_parts_of_an_earlier_candidate_is_refused(home: Repository, ledger: Ledger, job: Job) -> None:
    kept = await keep(home, ledger, job, {FIRST: "No."})
    with pytest.raises(JobError, match="has been drafted again meanwhile"):
        await keep(home, ledger, job, {SECOND: "No."})
    assert read_job(ledger, job.id) == kept


async def test_claude_signs_with_its_own_name_and_never_with_the_users(
    home: Repository, ledger: Ledger, job: Job
) -> None:
    project = open_project(home.root)
    borrowed = Reviewer(ReviewerKind.CLAUDE, user_of(home).name)
    for rejected in ({}, {SECOND: "No."}, dict.fromkeys([FIRST, SECOND, THIRD], "No.")):
        with pytest.raises(JobError, match="cannot be signed as Ada Lovelace"):
            await judge_parts(project, ledger, job, rejected, borrowed)
    with pytest.raises(JobError, match="needs its reviewer's name"):
        await judge_parts(project, ledger, job, {SECOND: "No."}, Reviewer(ReviewerKind.CLAUDE, " "))
    verdict = await judge_parts(project, ledger, job, {SECOND: "No."}, CLAUDE)
    assert (verdict.decision, verdict.by, verdict.name) == (Decision.APPROVE, *CLAUDE)
    await merge_job(project, ledger, read_job(ledger, job.id))
    trailers = home.read("log", "-1", "--format=%(trailers:key=Reviewed-by,valueonly)").decode()
    assert trailers.strip() == CLAUDE.name


def judge_again(root: str, job: str) -> None:
    home = Repository.find(Path(root))
    assert home is not None
    with open_ledger(home) as ledger:
        asyncio.run(judge_parts(open_project(home.root), ledger, read_job(ledger, job), {SECOND: "No."}, ADA))


def test_killed_at_any_step_the_job_is_as_it_was_or_judged(home: Repository, ledger: Ledger, job: Job) -> None:
    before = state_of(home)
    with killing_at_steps(judge_again, str(home.root), job.id) as killer:
        for step in count(1):
            completed = killer.run_to(step)
            now = read_job(ledger, job.id)
            assert state_of(home) == before
            assert [path for path in leftovers(home) if f"job-{job.id}.lock" not in path] == []
            assert now.scratch is not None
            assert home.commit_id(now.scratch.branch) == now.scratch.candidate
            if now.status is JobStatus.APPROVED:
                break
            assert not completed
            assert now == job
    asyncio.run(merge_job(open_project(home.root), ledger, now))
    assert "Two." not in (home.root / "a.py").read_text()
    assert home.read("for-each-ref", "refs/heads/workhorse/") == b""
