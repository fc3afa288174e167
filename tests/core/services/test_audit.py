import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.prepared_jobs import approved_job, open_ledger, put_before, verdict_on, verified_job
from support.repository import commit_all, make_repository, write_files
from workhorse_core.change.edit import Edit
from workhorse_core.git.differences import digest_between
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import Job, ended, judged, read_job
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.landing.landed_commits import Range, read_commits, read_range
from workhorse_core.landing.plan import land, plan_landing
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.services.audit import AuditedCommit, Record, Rule, audit

SHAPES = "src/shapes.py"
DOCSTRING = '    """Square the side."""\n'
OTHER_END = "\n\ndef other():\n    return 1\n"


@pytest.fixture
def ledger(repository: Repository) -> Iterator[Ledger]:
    with open_ledger(repository) as opened:
        yield opened


def docstring(repository: Repository) -> Edit:
    return put_before(repository, SHAPES, "    return side", DOCSTRING)


def landed(repository: Repository, ledger: Ledger) -> Job:
    """Land a docstring as the newest commit."""
    job = approved_job(repository, ledger, [docstring(repository)])
    land(repository, ledger, plan_landing(repository, job), "Docstrings for area in src/shapes.py")
    return read_job(ledger, job.id)


def found(repository: Repository, ledger: Ledger | None = None, words: str = "HEAD") -> list[AuditedCommit]:
    return list(audit(repository, read_commits(repository, read_range(words)), ledger))


def newest(repository: Repository, ledger: Ledger | None = None) -> AuditedCommit:
    return found(repository, ledger)[0]


def rules(audited: AuditedCommit) -> set[Rule]:
    return {problem.rule for problem in audited.problems}


def message_of(repository: Repository, revision: str = "HEAD") -> str:
    return repository.read("log", "-1", "--format=%B", revision).decode().rstrip() + "\n"


def amend(repository: Repository, message: str | bytes) -> None:
    text = message if isinstance(message, bytes) else message.encode()
    repository.write("commit", "--quiet", "--amend", "--allow-empty", "-F", "-", stdin=text)


def edit(repository: Repository, old: str, new: str, path: str = SHAPES) -> None:
    file = repository.root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def replaced(line: str, by: str, message: str) -> str:
    """Return the message with the line of that prefix replaced, or left out."""
    lines = message.splitlines(keepends=True)
    assert any(each.startswith(line) for each in lines)
    return "".join(by if each.startswith(line) else each for each in lines)


# -- what is as it should be


def test_annotation_that_the_program_reads_is_proved_by_the_options_of_its_job_and_refused_without_its_record(
    repository: Repository, ledger: Ledger
) -> None:
    write_files(
        repository.root, {SHAPES: "from dataclasses import dataclass\n\n\n@dataclass\nclass Shape:\n    side = 1\n"}
    )
    commit_all(repository, "A class")
    task = Task("hints", (Target("src"),), options={"runtime": "yes"})
    annotation = put_before(repository, SHAPES, " = 1", ": int")
    job = approved_job(repository, ledger, [annotation], task=task)
    land(repository, ledger, plan_landing(repository, job), "Hints")
    assert Rule.PROOF not in rules(newest(repository, ledger))
    assert Rule.PROOF in rules(newest(repository))


def test_a_landed_job_is_valid_with_and_without_its_record(repository: Repository, ledger: Ledger) -> None:
    job = landed(repository, ledger)
    with_record, without = newest(repository, ledger), newest(repository)
    assert with_record.problems == without.problems == ()
    assert with_record.valid
    assert (with_record.record, without.record) == (Record.FOUND, Record.ABSENT)
    assert (with_record.job, with_record.action) == (job.id, "docstrings")
    assert [(proof.name, proof.status) for proof in with_record.proofs] == [("same-code", "passed")]
    assert with_record.subject == "Docstrings for area in src/shapes.py"


@pytest.mark.filterwarnings(
    "ignore:.*multi-threaded:DeprecationWarning"
)  # the test runner has threads, audits have none
def test_many_commits_are_proved_in_other_processes(
    repository: Repository, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workhorse_core.services.audit_proofs.WORTH_PROCESSES", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    landed(repository, ledger)
    assert newest(repository).valid
    edit(repository, "return side", "return 2 * side")
    repository.write("add", "--all")
    amend(repository, message_of(repository))
    spoiled = newest(repository)
    assert rules(spoiled) == {Rule.CHANGE, Rule.PROOF}
    assert [proof.status for proof in spoiled.proofs] == ["failed"]


def test_commits_without_trailers_are_counted_and_nothing_else(repository: Repository, ledger: Ledger) -> None:
    commit_all(repository, "About\n\n    Workhorse-Job: is what landing writes\n\nAnd workhorse-jobs: none")
    landed = read_commits(repository, read_range("HEAD"))
    assert (landed.total, landed.landed) == (2, ())


def test_a_rebase_over_changes_of_other_places_of_the_file_is_valid(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    repository.write("checkout", "--quiet", "-b", "other", "HEAD^")
    edit(repository, "def name", "# Above.\ndef name")
    (repository.root / SHAPES).write_text('"""Shapes."""\n\n' + (repository.root / SHAPES).read_text() + OTHER_END)
    commit_all(repository, "Other work")
    repository.write("rebase", "--quiet", "other", "main")
    assert newest(repository).problems == newest(repository, ledger).problems == ()


def test_a_cherry_pick_is_valid(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    repository.write("checkout", "--quiet", "-b", "other", "HEAD^")
    write_files(repository.root, {"new.py": "x = 1\n"})
    commit_all(repository, "Other work")
    repository.write("cherry-pick", "-x", "main")
    assert "cherry picked from" in message_of(repository)
    assert newest(repository).problems == newest(repository, ledger).problems == ()


def test_a_commit_whose_words_were_amended_is_valid(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    amend(repository, "Say it better\n\nAnd longer.\n\n" + message_of(repository).split("\n\n", 1)[1])
    assert newest(repository, ledger).valid


def test_a_revert_carries_no_trailers(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    repository.write("revert", "--no-edit", "HEAD")
    assert [each.subject for each in found(repository, ledger)] == ["Docstrings for area in src/shapes.py"]


def test_a_merge_is_compared_with_its_first_parent(repository: Repository, ledger: Ledger) -> None:
    repository.write("checkout", "--quiet", "-b", "feature")
    landed(repository, ledger)
    trailers = message_of(repository)
    repository.write("checkout", "--quiet", "main")
    repository.write("merge", "--quiet", "--no-ff", "feature", "-m", trailers)
    assert [each.problems for each in found(repository, ledger)] == [(), ()]
    repository.write("reset", "--quiet", "--hard", "HEAD^")
    repository.write("checkout", "--quiet", "feature")
    write_files(repository.root, {"new.py": "x = 1\n"})
    commit_all(repository, "By hand")
    repository.write("checkout", "--quiet", "main")
    repository.write("merge", "--quiet", "--no-ff", "feature", "-m", trailers)
    assert rules(newest(repository, ledger)) == {Rule.CHANGE, Rule.RECORD, Rule.PROOF}


def test_same_trailers_twice_count_once(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    message = message_of(repository)
    amend(repository, message + message.split("\n\n", 1)[1])
    assert newest(repository, ledger).problems == ()


def test_other_peoples_trailers_beside_ours_do_not_matter(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    others = "Reviewed-by: Grace\nVerified-by: Jenkins\nAssisted-by: another tool\nSigned-off-by: Ada\n"
    amend(repository, message_of(repository) + others)
    assert newest(repository, ledger).problems == ()


def test_a_message_that_is_not_utf8_is_read(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    stored = repository.read("cat-file", "commit", "HEAD")
    broken = stored.replace(b"\n\nDocstrings", b"\n\nCaf\xe9 ", 1)
    commit = repository.write("hash-object", "-t", "commit", "-w", "--stdin", stdin=broken).decode().strip()
    repository.write("reset", "--quiet", commit)
    assert newest(repository, ledger).problems == ()
    assert newest(repository, ledger).subject.startswith("Caf\udce9 ")


def test_a_message_in_its_own_encoding_is_read(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    text = ("Café\n\n" + message_of(repository).split("\n\n", 1)[1]).encode("latin-1")
    repository.write("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "--amend", "-F", "-", stdin=text)
    repository.read("config", "i18n.logOutputEncoding", "ISO-8859-1")  # nor does the user's own matter
    assert newest(repository, ledger).problems == ()
    assert newest(repository, ledger).subject == "Café"


@pytest.mark.parametrize(
    "name", ["src/a b.py", "src/a\nb.py", "src/\udcff.py", 'src/"q"\\.py'.replace("\\", ""), "ü.py"]
)
def test_odd_names_are_compared_as_any(tmp_path: Path, name: str) -> None:
    repository = make_repository(tmp_path / "odd", {"README": ""})
    file = repository.root / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("def area(side):\n    return side * side\n")
    commit_all(repository, "Begin")
    with open_ledger(repository) as ledger:
        job = approved_job(repository, ledger, [Edit(name, 16, 16, DOCSTRING.encode())])
        land(repository, ledger, plan_landing(repository, job), "Odd")
        assert newest(repository, ledger).problems == ()
        file.write_text(file.read_text().replace("side * side", "side"))
        commit_all(repository, "x")
        repository.write("reset", "--soft", "HEAD~2")
        repository.write("commit", "--quiet", "-C", "ORIG_HEAD^")
        assert rules(newest(repository, ledger)) == {Rule.CHANGE, Rule.RECORD, Rule.PROOF}


def test_a_sha256_repository_is_audited(tmp_path: Path) -> None:
    root = tmp_path / "sha256"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", "--object-format=sha256", str(root)], check=True)
    repository = Repository.find(root)
    assert repository is not None
    write_files(root, {SHAPES: "def area(side):\n    return side * side\n"})
    commit_all(repository, "Begin")
    with open_ledger(repository) as ledger:
        landed(repository, ledger)
        assert newest(repository, ledger).problems == newest(repository).problems == ()


def test_a_job_merged_with_work_done_since_is_valid(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    edit(repository, "def name", "# Above.\ndef name")
    commit_all(repository, "Meanwhile")
    land(repository, ledger, plan_landing(repository, job), "Merged")
    assert newest(repository, ledger).problems == newest(repository).problems == ()


def test_a_record_whose_commits_git_has_tidied_up_still_knows_its_change(
    repository: Repository, ledger: Ledger
) -> None:
    job = landed(repository, ledger)
    assert job.scratch is not None
    repository.write("update-ref", "-d", f"refs/heads/{job.scratch.branch}")
    repository.write("reflog", "expire", "--expire=now", "--all")
    repository.write("gc", "--quiet", "--prune=now")
    assert repository.ask("cat-file", "-e", job.scratch.candidate).status != 0
    assert newest(repository, ledger).problems == ()
    edit(repository, "side * side", "side")
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")
    assert Rule.RECORD in rules(newest(repository, ledger))


# -- what is not


def test_lines_added_by_hand_are_found(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    edit(repository, DOCSTRING, '    """Square the side, I say."""\n')
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")
    without, with_record = newest(repository), newest(repository, ledger)
    assert rules(without) == {Rule.CHANGE}  # it is a docstring still: the proof holds
    assert rules(with_record) == {Rule.CHANGE, Rule.RECORD}


def test_code_changed_by_hand_fails_the_proof_even_where_the_trailers_are_forged_to_fit(
    repository: Repository, ledger: Ledger
) -> None:
    landed(repository, ledger)
    edit(repository, "side * side", "side + side")
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")
    forged = f"Workhorse-Change: docstrings {digest_between(repository, 'HEAD^', 'HEAD')}\n"
    amend(repository, replaced("Workhorse-Change", forged, message_of(repository)))
    assert rules(newest(repository)) == {Rule.PROOF}
    assert rules(newest(repository, ledger)) == {Rule.PROOF, Rule.RECORD}
    assert "same-code fails in src/shapes.py:3" in newest(repository).problems[0].message


@pytest.mark.parametrize(("text", "blank"), [("side * side\n", "side * side \n"), ("the side.", "the  side.")])
def test_blanks_alone_are_a_change(repository: Repository, ledger: Ledger, text: str, blank: str) -> None:
    landed(repository, ledger)
    edit(repository, text, blank)
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")
    assert Rule.CHANGE in rules(newest(repository))


def test_a_file_left_out_or_another_one_beside_is_found(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    write_files(repository.root, {"notes.txt": "x\n"})
    repository.write("add", "notes.txt")
    repository.write("commit", "--quiet", "--amend", "--no-edit")
    assert rules(newest(repository)) == {Rule.CHANGE, Rule.PROOF}
    repository.write("checkout", "HEAD^", "--", SHAPES)
    repository.write("rm", "--quiet", "-f", "notes.txt")
    repository.write("commit", "--quiet", "--amend", "--no-edit", "--allow-empty")
    assert rules(newest(repository)) == {Rule.CHANGE}  # nothing is left of it


def test_another_mode_and_a_link_are_found(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    repository.write("update-index", "--chmod=+x", SHAPES)
    repository.write("commit", "--quiet", "--amend", "--no-edit")
    assert [p.message for p in newest(repository).problems if p.rule is Rule.PROOF] == [
        "src/shapes.py has another mode: 100644 became 100755."
    ]
    (repository.root / "src" / "link.py").symlink_to("shapes.py")
    repository.write("add", "--all")
    repository.write("commit", "--quiet", "--amend", "--no-edit")
    assert "src/link.py is a link or a submodule, which no job changes." in str(newest(repository).problems)


def test_two_jobs_in_one_commit_have_no_verdict_together(repository: Repository, ledger: Ledger) -> None:
    first = landed(repository, ledger)
    job = approved_job(repository, ledger, [put_before(repository, SHAPES, "    return shape", '    """Name it."""\n')])
    land(repository, ledger, plan_landing(repository, job), "Second")
    both = message_of(repository, "HEAD^") + "\n" + message_of(repository)
    repository.write("reset", "--quiet", "--soft", "HEAD~2")
    repository.write("commit", "--quiet", "-F", "-", stdin=both.encode())
    assert f"It holds 2 jobs ({first.id}, {job.id})" in newest(repository, ledger).problems[0].message


def test_a_job_squashed_with_work_by_hand_is_found_wherever_its_trailers_stand(
    repository: Repository, ledger: Ledger
) -> None:
    landed(repository, ledger)
    message = f"Squash\n\n* {message_of(repository)}\n* By hand\n\nSigned-off-by: Ada\n"
    write_files(repository.root, {"new.py": "x = 1\n"})
    repository.write("add", "--all")
    amend(repository, message)
    assert Rule.CHANGE in rules(newest(repository))


def test_a_root_commit_adds_files_which_no_docstring_does(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    message = message_of(repository)
    repository.write("checkout", "--quiet", "--orphan", "alone")
    repository.write("commit", "--quiet", "-F", "-", stdin=message.encode())
    assert rules(newest(repository)) == {Rule.CHANGE, Rule.PROOF}


def test_shallow_clone_reports_the_missing_parent(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    landed(repository, ledger)
    landed_in = repository.commit_id("HEAD")
    write_files(repository.root, {"new.py": "x = 1\n"})
    commit_all(repository, "Later")
    shallow = _clone(repository, tmp_path / "shallow", "--depth=2")
    assert [(each.commit, rules(each)) for each in found(shallow)] == [(landed_in, {Rule.PARENT})]
    assert newest(_clone(repository, tmp_path / "deep", "--depth=3")).valid


def _clone(repository: Repository, to: Path, *options: str) -> Repository:
    subprocess.run(["git", "clone", "--quiet", *options, f"file://{repository.root}", str(to)], check=True)
    clone = Repository.find(to)
    assert clone is not None
    return clone


# -- trailers that do not hold


@pytest.mark.parametrize("name", ["Workhorse-Change", "Assisted-by", "Verified-by", "Reviewed-by"])
def test_a_trailer_that_is_missing_is_named(repository: Repository, ledger: Ledger, name: str) -> None:
    landed(repository, ledger)
    amend(repository, replaced(name, "", message_of(repository)))
    assert f"The trailer {name} is missing." in [p.message for p in newest(repository).problems]


def test_proofs_that_the_trailers_do_not_name_are_asked_for(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    amend(repository, message_of(repository).replace("workhorse same-code", "workhorse lint"))
    assert [p.message for p in newest(repository).problems] == [
        "Verified-by does not name same-code, which has to hold for docstrings."
    ]


def test_an_action_that_is_not_known_cannot_be_proved(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    amend(repository, message_of(repository).replace("Change: docstrings", "Change: telepathy"))
    assert rules(newest(repository)) == {Rule.PROOF}
    assert rules(newest(repository, ledger)) == {Rule.PROOF, Rule.RECORD}


# -- the ledger's record


def test_a_rejected_job_is_not_valid(repository: Repository, ledger: Ledger) -> None:
    job = landed(repository, ledger)
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(job, Decision.REJECT)))
    assert [p.message for p in newest(repository, ledger).problems] == [f"Job {job.id} was rejected."]
    assert newest(repository).valid  # all that a clone can check


def test_discarded_and_unjudged_jobs_are_not_valid(repository: Repository, ledger: Ledger) -> None:
    job = verified_job(repository, ledger, [docstring(repository)])
    _commit_by_hand(repository, job)
    assert [p.message for p in newest(repository, ledger).problems] == [f"Job {job.id} is not approved."]
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(job)))
    assert newest(repository, ledger).valid
    ledger.append(job.id, EventKind.DISCARDED, ended("by the user"))
    assert [p.message for p in newest(repository, ledger).problems] == [f"Job {job.id} was discarded."]


def test_a_job_approved_for_another_tree_is_not_valid(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    assert job.scratch is not None
    _commit_by_hand(repository, job, '    """Another one."""\n')
    assert [p.message for p in newest(repository, ledger).problems] == [
        f"It does not change what was approved as job {job.id}."
    ]


def test_other_evidence_or_another_reviewer_than_recorded_is_found(repository: Repository, ledger: Ledger) -> None:
    job = landed(repository, ledger)
    message = message_of(repository)
    amend(
        repository,
        message.replace("(evidence ", "(evidence 0000")[: message.index("(evidence ")]
        + "(evidence 0123456789abcdef)\nReviewed-by: Ada Lovelace <ada@example.org>\n",
    )
    assert [p.message for p in newest(repository, ledger).problems] == [
        f"Job {job.id} was approved with other evidence."
    ]
    amend(repository, message.replace("Reviewed-by: Ada Lovelace", "Reviewed-by: Mallory"))
    assert f"Job {job.id} was approved by Ada" in newest(repository, ledger).problems[0].message


def test_a_job_of_another_clone_with_the_same_short_id_is_not_compared(repository: Repository, ledger: Ledger) -> None:
    mine = landed(repository, ledger)
    repository.write("reset", "--quiet", "--hard", "HEAD^")
    _commit_by_hand(repository, mine, '    """Another one."""\n', by="Grace Hopper <grace@example.org>")
    assert newest(repository, ledger).problems == ()
    assert newest(repository, ledger).record is Record.ABSENT


def _commit_by_hand(
    repository: Repository, job: Job, text: str = DOCSTRING, by: str = "Ada Lovelace <ada@example.org>"
) -> None:
    """Commit a docstring with well-made trailers and no verdict."""
    assert job.verification is not None
    edit(repository, "    return side", text + "    return side")
    commit_all(repository, "x")
    change = digest_between(repository, "HEAD^", "HEAD")
    evidence = job.verification.evidence_digest[:16]
    amend(
        repository,
        f"By hand\n\nWorkhorse-Job: {job.id}\nWorkhorse-Change: docstrings {change}\nAssisted-by: workhorse rules\n"
        f"Verified-by: workhorse same-code (evidence {evidence})\nReviewed-by: {by}\n",
    )


# -- proofs that need the project

ANNOTATED = "from base import Record\n\n\nclass Point(Record):\n    x{} = 1\n"


def audit_of_annotation(tmp_path: Path, base: str, later: str) -> AuditedCommit:
    """Audit a commit that annotates a field of a class whose base class another file holds, now changed again."""
    home = make_repository(tmp_path / "annotated", {"point.py": ANNOTATED.format(""), "base.py": base})
    write_files(home.root, {"point.py": ANNOTATED.format(": int")})
    commit_all(home, "x")
    change = digest_between(home, "HEAD^", "HEAD")
    amend(
        home,
        f"By hand\n\nWorkhorse-Job: k3f9\nWorkhorse-Change: hints {change}\nAssisted-by: workhorse rules\n"
        "Verified-by: workhorse same-code-unannotated, syntax, imports, annotation-types (evidence 0123456789abcdef)\n"
        "Reviewed-by: Ada Lovelace <ada@example.org>\n",
    )
    write_files(home.root, {"base.py": later})
    return newest(home)


PLAIN = "class Record:\n    pass\n"
READING = "from pydantic import BaseModel\n\n\nclass Record(BaseModel):\n    pass\n"


def test_proof_reads_other_files_from_the_parents_tree(tmp_path: Path) -> None:
    assert audit_of_annotation(tmp_path, PLAIN, later=READING).problems == ()


def test_proof_fails_by_the_parents_tree_whatever_the_work_tree_holds(tmp_path: Path) -> None:
    assert rules(audit_of_annotation(tmp_path, READING, later=PLAIN)) == {Rule.PROOF}


# -- the settings around it


@pytest.mark.parametrize(
    "setting",
    [
        *("diff.algorithm=patience", "diff.noprefix=true", "diff.orderFile=order", "i18n.logOutputEncoding=latin-1"),
        *(
            pytest.param(setting, marks=pytest.mark.slow)
            for setting in (
                *("diff.renames=copies", "diff.indentHeuristic=false", "diff.context=9", "diff.interHunkContext=9"),
                *("diff.mnemonicPrefix=true", "log.showSignature=true", "log.date=iso", "color.ui=always"),
                "core.quotePath=true",
            )
        ),
    ],
)
def test_the_users_settings_do_not_change_what_is_found(repository: Repository, ledger: Ledger, setting: str) -> None:
    write_files(repository.root, {"order": "z*\nsrc/*\n", "src/ä.py": "x = 1\n", ".gitattributes": "*.py -diff\n"})
    commit_all(repository, "More")
    job = approved_job(repository, ledger, [docstring(repository), Edit("src/ä.py", 0, 0, '"""Ä."""\n'.encode())])
    land(repository, ledger, plan_landing(repository, job), "Two")
    repository.read("config", *setting.split("=", 1))
    assert newest(repository, ledger).problems == ()


def test_file_that_git_counts_as_binary_is_compared_byte_for_byte(repository: Repository, ledger: Ledger) -> None:
    write_files(repository.root, {".gitattributes": "*.py -diff\n"})
    commit_all(repository, "No diffs")
    landed(repository, ledger)
    edit(repository, "Square the side.", "Square the sides.")
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")
    assert rules(newest(repository)) == {Rule.CHANGE}


def test_a_replaced_commit_is_audited_as_it_is_stored(repository: Repository, ledger: Ledger) -> None:
    landed(repository, ledger)
    good = repository.commit_id("HEAD")
    edit(repository, "side * side", "side")
    repository.write("commit", "--quiet", "--all", "--amend", "--no-edit")
    bad = repository.commit_id("HEAD")
    repository.write("replace", bad, good)
    assert Rule.PROOF in rules(newest(repository))
    repository.write("replace", "--force", bad, repository.commit_id("HEAD^"))  # which has no trailers
    assert Rule.PROOF in rules(newest(repository))


def test_a_range_without_words_is_empty(repository: Repository) -> None:
    assert read_commits(repository, Range("HEAD", ())).total == 0
