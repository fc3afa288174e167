"""Jobs: what their events add up to, and that every value comes back from the ledger as it went in."""

import json
from pathlib import Path

import pytest

from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.errors import JobError
from workhorse_core.git.repository import TreeEntry
from workhorse_core.jobs import job as rows
from workhorse_core.jobs.handoff import Decision, RejectedPart, ReviewerKind, Verdict
from workhorse_core.jobs.job import Job, JobStatus, fold, read_jobs, refuse_newer
from workhorse_core.jobs.landing import FileStep, IndexStep, Landing
from workhorse_core.jobs.ledger import Event, EventKind, Ledger
from workhorse_core.jobs.scratch import Scratch, ScratchFile
from workhorse_core.pipeline.check import CheckResult, CheckStatus, Evidence, Finding
from workhorse_core.pipeline.draft import Cost, Draft, DraftStatus, Dropped
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.pipeline.verification import Verification
from workhorse_core.system.serialization import Row, from_row, to_row
from workhorse_core.system.version import VERSION

TASK = Task(
    "docstrings", (Target("a.py", "A.b"), Target("b.py", None, 1, 2)), Engine.RULES, {"style": "google"}, 3, "note"
)
EDIT = Edit("a\udcff.py", 1, 2, bytes(range(256)), shared=True)
DRAFT = Draft(
    "a.py", "A.b", 1, 2, DraftStatus.DRAFTED, "local", "qwen", 2, None, "ab12", Cost(1, 2, 3, 0.5, 0.25),
    (Part("docstring", (EDIT,), ("name",), (Move("a", "b"),), (Delete("c"),)),), (Dropped("hint", "wrong"),),
)  # fmt: skip
SCRATCH = Scratch(
    "k3f9", "workhorse/x", "b" * 40, "c" * 40, "d" * 40, "e" * 40,
    (ScratchFile("a.py", None, "12", (EDIT,), "old.py", b"\xff\r\n"), ScratchFile("b.py", "12", None)),
)  # fmt: skip
RESULTS = (
    CheckResult("lint", CheckStatus.FAILED, (Finding("a.py", 3, "bad", "E1"),), 0.25),
    CheckResult("types", CheckStatus.SKIPPED, reason="no checker", evidence=(Evidence("killed", 12, 15, "mutants"),)),
)
PASSED = Verification((CheckResult("syntax", CheckStatus.PASSED),))
VERDICT = Verdict(
    Decision.APPROVE,
    ReviewerKind.CLAUDE,
    "Claude",
    "fine",
    "c" * 40,
    "e" * 40,
    PASSED.evidence_digest,
    (RejectedPart("a.py", "f", "docstring", "no"),),
)
LANDING = Landing(
    "/root\udcff", (FileStep("a.py", "1", None, (EDIT,), "100755"),),
    (IndexStep("a.py", None, TreeEntry("100644", "f" * 40), "skip-worktree"),
     IndexStep("b.py", TreeEntry("100644", "f"), None)),
    "main", "b" * 40, "f" * 40, "Add",
)  # fmt: skip


@pytest.mark.parametrize("value", [TASK, DRAFT, SCRATCH, *RESULTS, VERDICT, LANDING], ids=lambda v: type(v).__name__)
def test_every_value_comes_back_from_json_as_it_was(value: object) -> None:
    assert from_row(type(value), json.loads(json.dumps(to_row(value)))) == value


def test_a_row_of_another_version_is_read_with_defaults() -> None:
    row = to_row(DRAFT) | {"of_the_future": 1}
    del row["cost"], row["parts"], row["dropped"]
    assert from_row(Draft, row) == DRAFT._replace(cost=Cost(), parts=(), dropped=())


def folded(*events: tuple[EventKind, Row]) -> Job:
    numbered = [
        Event(i, "k3f9", 100.0 + i, kind, json.loads(json.dumps(data)), data.get("needs"))
        for i, (kind, data) in enumerate(events)
    ]
    return fold("k3f9", numbered)


STARTED = (EventKind.STARTED, rows.started(TASK))
DRAFTED = (EventKind.DRAFTED, rows.drafted(DRAFT))
SCRATCHED = (EventKind.SCRATCHED, rows.scratched(SCRATCH))
CHECKED = (EventKind.CHECKED, rows.checked(PASSED, SCRATCH))
APPROVED = (EventKind.VERDICT, rows.judged(VERDICT))
REJECTED = (EventKind.VERDICT, rows.judged(VERDICT._replace(decision=Decision.REJECT, reason="no")))
LANDS = (EventKind.LANDING, rows.landing_begun(LANDING))


def test_a_job_goes_through_its_states() -> None:
    events = [STARTED, DRAFTED, DRAFTED, SCRATCHED, CHECKED, APPROVED, LANDS, (EventKind.LANDED, rows.landed("f" * 40))]
    statuses = [folded(*events[: i + 1]).status.value for i in range(len(events))]
    assert statuses == [*["drafting"] * 4, "verified", "approved", "approved", "merged"]
    job = folded(*events)
    assert job.task == TASK
    assert job.drafts == (DRAFT,)
    assert job.scratch == SCRATCH
    assert job.verification == PASSED
    assert job.verdict == VERDICT
    assert job.landing == LANDING
    assert job.commit == "f" * 40
    assert (job.started, job.updated) == (100.0, 107.0)


def test_the_last_draft_of_each_region_counts_and_they_stand_in_the_order_of_the_files() -> None:
    again = DRAFT._replace(reason="drafted again")
    other = DRAFT._replace(path="0.py")
    job = folded(STARTED, DRAFTED, *((EventKind.DRAFTED, rows.drafted(draft)) for draft in (other, again)))
    assert job.drafts == (other, again)
    assert folded(STARTED, DRAFTED, (EventKind.RETRIED, rows.retried("again"))).drafts == ()


def test_a_failed_check_fails_the_job() -> None:
    job = folded(STARTED, SCRATCHED, (EventKind.CHECKED, rows.checked(Verification(RESULTS), SCRATCH)))
    assert job.status is JobStatus.FAILED
    assert job.verification == Verification(RESULTS)


def test_results_for_other_trees_are_ignored() -> None:
    job = folded(STARTED, SCRATCHED, (EventKind.CHECKED, rows.checked(PASSED, SCRATCH._replace(tree="0" * 40))))
    assert job.verification is None
    assert job.status is JobStatus.DRAFTING


@pytest.mark.parametrize("kind", [EventKind.FAILED, EventKind.NOTHING])
def test_the_reason_of_an_end_is_kept(kind: EventKind) -> None:
    job = folded(STARTED, (kind, rows.ended("because")))
    assert (job.status.value, job.reason) == (kind.value, "because")


def test_the_last_verdict_counts() -> None:
    assert folded(STARTED, SCRATCHED, CHECKED, APPROVED, REJECTED).status is JobStatus.REJECTED
    assert folded(STARTED, SCRATCHED, CHECKED, REJECTED, APPROVED).status is JobStatus.APPROVED


def test_a_landing_that_was_given_up_leaves_the_job_approved() -> None:
    job = folded(STARTED, SCRATCHED, CHECKED, APPROVED, LANDS, (EventKind.UNDONE, rows.ended("locked")))
    assert (job.status, job.landing, job.reason) == (JobStatus.APPROVED, None, "locked")


def test_trying_again_begins_anew_with_the_reviewers_words() -> None:
    job = folded(STARTED, DRAFTED, SCRATCHED, CHECKED, REJECTED, (EventKind.RETRIED, rows.retried("shorter")))
    assert job.status is JobStatus.DRAFTING
    assert job.task == TASK._replace(note="shorter")
    assert (job.drafts, job.scratch, job.verification) == ((), None, None)
    assert job.verdicts[-1].reason == "no"


def test_a_discarded_job_stays_on_record() -> None:
    assert folded(STARTED, SCRATCHED, CHECKED, (EventKind.DISCARDED, {})).status is JobStatus.DISCARDED


def test_an_id_without_a_start_is_no_job() -> None:
    with pytest.raises(JobError, match="never started"):
        folded()


# -- records of a newer Workhorse


def with_needs(event: tuple[EventKind, Row], version: str) -> tuple[EventKind, Row]:
    kind, data = event
    return kind, {**data, "needs": version}


@pytest.mark.parametrize(
    ("event", "needed"),
    [
        ((EventKind.UNKNOWN, {"needs": "9.1.0"}), "Workhorse 9.1.0 or newer"),
        ((EventKind.UNKNOWN, {}), "a newer Workhorse"),
        (with_needs(CHECKED, "9.1.0"), "Workhorse 9.1.0 or newer"),
        (with_needs(CHECKED, "next year's"), "Workhorse next year's or newer"),
        ((EventKind.VERDICT, {"verdict": {**to_row(VERDICT), "decision": "abstain"}}), "a newer Workhorse"),
        ((EventKind.SCRATCHED, {"branches": []}), "a newer Workhorse"),
        ((EventKind.DRAFTED, {"draft": None}), "a newer Workhorse"),
    ],
)
def test_event_that_cannot_be_read_makes_the_job_newer_and_names_the_version(
    event: tuple[EventKind, Row], needed: str
) -> None:
    job = folded(STARTED, DRAFTED, event, APPROVED)
    assert (job.status, job.reason) == (JobStatus.NEWER, f"Its record needs {needed}.")
    with pytest.raises(JobError, match="cannot be changed: Its record needs"):
        refuse_newer(job)


def test_event_that_needs_this_version_is_read() -> None:
    assert folded(STARTED, with_needs(DRAFTED, "0.0.9"), with_needs(SCRATCHED, VERSION)).scratch == SCRATCH


def test_job_whose_start_cannot_be_read_is_newer_too() -> None:
    assert folded((EventKind.UNKNOWN, {"needs": "9.1.0"}), DRAFTED).status is JobStatus.NEWER


def test_jobs_are_listed_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        first, newer, last, never = [ledger.new_job() for _ in range(4)]
        for job in (first, newer, last):
            ledger.append(job, *STARTED)
        ledger.append(newer, EventKind.UNKNOWN, {"needs": "9.1.0"})
        listed = [(job.id, job.status) for job in read_jobs(ledger)]
    assert listed == [(last, JobStatus.DRAFTING), (newer, JobStatus.NEWER), (first, JobStatus.DRAFTING)]
    assert never not in {job for job, _ in listed}
