"""Drafts that get into a branch without a landing: copied, squashed, amended, and committed by hand."""

from collections.abc import Callable, Iterator

import pytest

from support.prepared_jobs import ADA, open_ledger, put_before, verified_job
from support.repository import commit_all, write_files
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import Job, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.landed_commits import read_commits, read_range
from workhorse_core.landing.plan import land, plan_landing
from workhorse_core.services.audit import AuditedCommit, Rule, audit
from workhorse_core.services.review import discard, judge

SHAPES = "src/shapes.py"


@pytest.fixture
def ledger(repository: Repository) -> Iterator[Ledger]:
    with open_ledger(repository) as opened:
        yield opened


@pytest.fixture
def job(repository: Repository, ledger: Ledger) -> Job:
    return verified_job(
        repository,
        ledger,
        [put_before(repository, SHAPES, "    return side", '    """Return the area of a side."""\n')],
    )


def branch(job: Job) -> str:
    assert job.scratch is not None
    return job.scratch.branch


def cherry_pick(repository: Repository, job: Job) -> None:
    repository.write("cherry-pick", branch(job))


def cherry_pick_and_amend_the_change(repository: Repository, job: Job) -> None:
    repository.write("cherry-pick", branch(job))
    write_files(repository.root, {"README.md": "More.\n"})
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")


def cherry_pick_and_replace_the_message(repository: Repository, job: Job) -> None:
    repository.write("cherry-pick", branch(job))
    repository.write("commit", "--quiet", "--amend", "-m", "Mine")


def squash(repository: Repository, job: Job) -> None:
    repository.write("merge", "--quiet", "--squash", branch(job))
    repository.write("commit", "--quiet", "--no-edit")


def squash_and_replace_the_message(repository: Repository, job: Job) -> None:
    repository.write("merge", "--quiet", "--squash", branch(job))
    repository.write("commit", "--quiet", "-m", "Mine")


def commit_by_hand(repository: Repository, job: Job) -> None:
    repository.write("checkout", "--quiet", branch(job), "--", ".")
    repository.write("commit", "--quiet", "--all", "-m", "Mine")


def squash_upon_other_commits(repository: Repository, job: Job) -> None:
    write_files(repository.root, {"README.md": "Later.\n"})
    commit_all(repository, "Later")
    squash_and_replace_the_message(repository, job)


def write(repository: Repository, old: str, new: str) -> None:
    text = (repository.root / SHAPES).read_text()
    assert old in text
    write_files(repository.root, {SHAPES: text.replace(old, new, 1)})


def copy_amended_by_other_lines_and_message(repository: Repository, job: Job) -> None:
    cherry_pick(repository, job)
    write(repository, "    return side", "    area = side\n    return side")
    repository.write("commit", "--quiet", "--all", "--amend", "-m", "Mine")


def copy_without_committing_and_with_other_files(repository: Repository, job: Job) -> None:
    repository.write("cherry-pick", "--no-commit", branch(job))
    write_files(repository.root, {"README.md": "More.\n", "src/new.py": "x = 1\n"})
    commit_all(repository, "Mine")


def rebase_onto_other_lines_around(repository: Repository, job: Job) -> None:
    write_files(repository.root, {SHAPES: "# Begins otherwise.\n\n" + (repository.root / SHAPES).read_text()})
    commit_all(repository, "Later")
    repository.write("cherry-pick", branch(job))
    write_files(repository.root, {"README.md": "More.\n"})
    repository.write("commit", "--quiet", "--all", "--amend", "-m", "Mine")


def apply_mail_and_amend(repository: Repository, job: Job) -> None:
    mail = repository.read("format-patch", "--stdout", "-1", branch(job))
    repository.write("am", "--quiet", stdin=mail)
    write_files(repository.root, {"README.md": "More.\n"})
    repository.write("commit", "--quiet", "--all", "--amend", "-m", "Mine")


def indent_otherwise(repository: Repository, job: Job) -> None:
    cherry_pick(repository, job)
    text = (repository.root / SHAPES).read_text().replace("    ", "\t")
    write_files(repository.root, {SHAPES: text})
    repository.write("commit", "--quiet", "--all", "--amend", "-m", "Mine")


WAYS = (
    copy_amended_by_other_lines_and_message,
    copy_without_committing_and_with_other_files,
    rebase_onto_other_lines_around,
    apply_mail_and_amend,
    indent_otherwise,
    cherry_pick,
    cherry_pick_and_amend_the_change,
    cherry_pick_and_replace_the_message,
    squash,
    squash_and_replace_the_message,
    commit_by_hand,
    squash_upon_other_commits,
)
BY_MESSAGE = (cherry_pick, cherry_pick_and_amend_the_change, squash)
"""Ways that leave the draft's trailer, so that another clone recognises it as well."""


def audited(repository: Repository, ledger: Ledger | None) -> list[AuditedCommit]:
    return list(audit(repository, read_commits(repository, read_range("HEAD")), ledger))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_draft_without_a_verdict_is_recognised_however_it_was_committed(
    repository: Repository, ledger: Ledger, job: Job, way: Callable[[Repository, Job], None]
) -> None:
    way(repository, job)
    (found,) = audited(repository, ledger)
    assert (found.commit, found.job, found.valid) == (repository.commit_id("HEAD"), job.id, False)
    assert [problem.rule for problem in found.problems] == [Rule.DRAFT]


@pytest.mark.parametrize("way", BY_MESSAGE, ids=lambda way: way.__name__)
def test_draft_is_recognised_without_its_record(
    repository: Repository, ledger: Ledger, job: Job, way: Callable[[Repository, Job], None]
) -> None:
    way(repository, job)
    assert [each.job for each in audited(repository, None)] == [job.id]


def test_draft_that_grafts_take_out_of_the_history_is_recognised(
    repository: Repository, ledger: Ledger, job: Job
) -> None:
    base = repository.commit_id("HEAD")
    commit_by_hand(repository, job)
    draft = repository.commit_id("HEAD")
    write_files(repository.root, {"README.md": "Later.\n"})
    top = commit_all(repository, "Later")
    (repository.git_dir / "info" / "grafts").write_text(f"{top} {base}\n")
    found = [each.commit for each in audit(repository, read_commits(repository, read_range(f"{base}..HEAD")), ledger)]
    assert found == [draft]


@pytest.mark.parametrize("end", ["reject", "discard"])
def test_draft_that_was_rejected_or_discarded_is_recognised(
    repository: Repository, ledger: Ledger, job: Job, end: str
) -> None:
    commit_by_hand(repository, job)
    if end == "reject":
        judge(repository, ledger, job, Decision.REJECT, "no", ADA)
    else:
        discard(repository, ledger, job)
    (found,) = audited(repository, ledger)
    assert f"its status is {end}ed" in found.problems[0].message


def test_draft_of_a_changed_file_is_recognised_with_and_without_that_change(
    repository: Repository, ledger: Ledger
) -> None:
    write_files(repository.root, {"README.md": "Unfinished.\n"})
    edits = [put_before(repository, "README.md", "Unfinished", "Drafted.\n")]
    job = verified_job(repository, ledger, edits)
    repository.write("add", "--all")
    repository.write("stash", "--quiet")
    squash_and_replace_the_message(repository, job)  # with the snapshot commit below the draft
    assert [each.job for each in audited(repository, ledger)] == [job.id]


@pytest.mark.parametrize("by_hand", [False, True])
def test_approved_change_is_no_problem(repository: Repository, ledger: Ledger, job: Job, by_hand: bool) -> None:
    judge(repository, ledger, job, Decision.APPROVE, "", ADA)
    if by_hand:
        commit_by_hand(repository, job)
    else:
        land(repository, ledger, plan_landing(repository, read_job(ledger, job.id)), "Land")
    assert [each for each in audited(repository, ledger) if not each.valid] == []


def test_other_changes_are_no_drafts(repository: Repository, ledger: Ledger, job: Job) -> None:
    write_files(repository.root, {SHAPES: (repository.root / SHAPES).read_text() + "# mine\n"})
    commit_all(repository, "Mine, and no Workhorse-Draft")
    assert audited(repository, ledger) == []


def test_draft_whose_words_were_changed_is_not_recognised_without_its_trailer(
    repository: Repository, ledger: Ledger, job: Job
) -> None:
    cherry_pick(repository, job)
    write(repository, "Return the area of a side", "Square it")
    repository.write("commit", "--quiet", "--all", "--amend", "-m", "Mine")
    assert audited(repository, ledger) == []


def test_draft_of_a_few_letters_is_not_recognised_in_a_larger_change(repository: Repository, ledger: Ledger) -> None:
    job = verified_job(repository, ledger, [put_before(repository, SHAPES, "    return side", '    """Area."""\n')])
    copy_without_committing_and_with_other_files(repository, job)
    assert audited(repository, ledger) == []


def test_lines_that_an_approved_job_added_as_well_are_no_problem(
    repository: Repository, ledger: Ledger, job: Job
) -> None:
    judge(repository, ledger, job, Decision.REJECT, "no", ADA)
    edits = [put_before(repository, SHAPES, "    return side", '    """Return the area of a side."""\n')]
    again = verified_job(repository, ledger, edits)
    judge(repository, ledger, again, Decision.APPROVE, "", ADA)
    copy_without_committing_and_with_other_files(repository, again)
    assert audited(repository, ledger) == []
