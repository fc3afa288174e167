"""Landing: what may land, what lands where, and what is left alone."""

import os
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from support.prepared_jobs import FAILED, approved_job, open_ledger, put_before, verdict_on, verified_job
from support.repository import ANY_TRANSPORT, commit_all, make_repository, write_files
from workhorse_core.change.edit import Edit, Move
from workhorse_core.errors import LandingRefused, WorkhorseError
from workhorse_core.git.differences import digest_between
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import Job, JobStatus, checked, judged, read_job
from workhorse_core.jobs.ledger import EventKind, Ledger
from workhorse_core.landing.plan import Landed, finish_landing, land, plan_landing
from workhorse_core.pipeline.verification import Verification

SHAPES = "src/shapes.py"
DOCSTRING = '    """Give the area of a square."""\n'
MESSAGE = "Add a docstring to shapes (1 function)"


@pytest.fixture
def ledger(repository: Repository) -> Iterator[Ledger]:
    with open_ledger(repository) as ledger:
        yield ledger


def docstring(repository: Repository) -> Edit:
    return put_before(repository, SHAPES, "    return side", DOCSTRING)


def merge(repository: Repository, ledger: Ledger, job: Job, commit: bool = True) -> Landed:
    return land(repository, ledger, plan_landing(repository, job, commit), MESSAGE)


def text(repository: Repository, path: str = SHAPES) -> str:
    return (repository.root / path).read_bytes().decode()


def at_head(repository: Repository, path: str = SHAPES) -> str:
    return repository.read_blobs("HEAD", [path])[path].decode()


def in_index(repository: Repository, path: str = SHAPES) -> str:
    return repository.read_blobs(None, [path])[path].decode()


def status(repository: Repository) -> str:
    return repository.read("status", "--porcelain").decode()


def everything(repository: Repository) -> tuple[object, ...]:
    """State that must not change: every file, the index byte for byte, every ref, HEAD and the stash."""
    files = {
        path: (path.read_bytes(), path.lstat().st_mode)
        for path in sorted(repository.root.rglob("*"))
        if path.is_file() and not path.is_relative_to(repository.root / ".git")
    }
    index = repository.git_dir / "index"
    refs = repository.read("for-each-ref").decode()
    head = (repository.git_dir / "HEAD").read_text()
    return files, index.read_bytes() if index.exists() else None, refs, head


def assert_refused(repository: Repository, ledger: Ledger, job: Job, words: str, commit: bool = True) -> None:
    before = everything(repository)
    with pytest.raises(LandingRefused, match=words):
        merge(repository, ledger, job, commit)
    assert everything(repository) == before
    assert not list(repository.git_dir.glob("workhorse/landing-*"))


# -- the plain case


def test_a_clean_file_lands_in_all_three_places(repository: Repository, ledger: Ledger) -> None:
    parent = repository.head().commit
    job = approved_job(repository, ledger, [docstring(repository)])
    plan = plan_landing(repository, job)
    assert plan.unverified == ()
    assert plan.notes == ()
    done = land(repository, ledger, plan, MESSAGE)
    assert done.paths == (SHAPES,)
    assert done.work_tree_only == ()
    assert DOCSTRING in text(repository)
    assert text(repository) == at_head(repository) == in_index(repository)
    assert status(repository) == ""
    head = repository.head()
    assert head.commit == done.commit
    assert head.branch == "main"
    assert job.scratch is not None
    assert head.tree == job.scratch.tree
    assert repository.commit_id("HEAD^") == parent
    assert read_job(ledger, job.id).status is JobStatus.MERGED
    assert read_job(ledger, job.id).commit == done.commit
    assert not list(repository.git_dir.glob("workhorse/landing-*"))
    assert not list(repository.git_dir.rglob("*.lock"))


def test_commit_names_job_change_engines_checks_and_reviewer(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    merge(repository, ledger, job)
    message = repository.read("log", "-1", "--format=%B").decode()
    assert message.startswith(MESSAGE + "\n\nWorkhorse-Job: " + job.id + "\n")
    trailers = repository.read("log", "-1", "--format=%(trailers:only,unfold)").decode().strip().split("\n")
    assert job.verification is not None
    assert trailers == [
        f"Workhorse-Job: {job.id}",
        f"Workhorse-Change: docstrings {digest_between(repository, 'HEAD^', 'HEAD')}",
        "Assisted-by: workhorse rules",
        f"Verified-by: workhorse same-code (evidence {job.verification.evidence_digest[:16]})",
        "Reviewed-by: Ada Lovelace <ada@example.org>",
    ]
    assert repository.read("log", "-1", "--format=%an %cn").decode().strip() == "Ada Lovelace Ada Lovelace"
    assert b"commit: " + MESSAGE.encode() in repository.write("reflog", "-1", "--format=%gs")


def test_a_mode_is_kept(repository: Repository, ledger: Ledger) -> None:
    (repository.root / SHAPES).chmod(0o750)
    commit_all(repository, "Executable")
    job = approved_job(repository, ledger, [docstring(repository)])
    merge(repository, ledger, job)
    assert (repository.root / SHAPES).stat().st_mode & 0o777 == 0o750
    assert repository.tree_entries("HEAD", [SHAPES])[SHAPES].mode == "100755"
    assert status(repository) == ""


def test_a_detached_head_moves_on_detached(repository: Repository, ledger: Ledger) -> None:
    repository.write("checkout", "--quiet", "--detach")
    main = repository.commit_id("main")
    done = merge(repository, ledger, approved_job(repository, ledger, [docstring(repository)]))
    assert repository.head().branch is None
    assert repository.head().commit == done.commit
    assert repository.commit_id("main") == main


def test_other_commits_since_the_draft_do_not_matter(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    write_files(repository.root, {"README.md": "Other\n", "deep/er/new.py": "new = 1\n"})
    commit_all(repository, "Other")
    plan = plan_landing(repository, job)
    assert plan.unverified == ()
    land(repository, ledger, plan, MESSAGE)
    assert at_head(repository, "README.md") == "Other\n"
    assert repository.read("show", "--format=", "--name-only", "HEAD").decode() == SHAPES + "\n"
    assert status(repository) == ""
    assert not repository.read("for-each-ref", "refs/workhorse").decode()


def test_odd_names_land(tmp_path: Path) -> None:
    names = ["with space.py", "line\nbreak.py", 'quo"te.py', os.fsdecode(b"latin-\xe9.py"), "-dash.py", "ü/*.py"]
    repository = make_repository(tmp_path / "odd", dict.fromkeys(names, "x = 1\n"))
    with open_ledger(repository) as ledger:
        merge(repository, ledger, approved_job(repository, ledger, [Edit(n, 0, 0, b"# new\n") for n in names]))
    assert all(text(repository, name) == at_head(repository, name) == "# new\nx = 1\n" for name in names)
    assert status(repository) == ""


# -- what the user has changed


def test_unsaved_work_in_the_same_file_stays_uncommitted(repository: Repository, ledger: Ledger) -> None:
    dirty = text(repository) + "\n\nwork = 'in progress'\n"
    write_files(repository.root, {SHAPES: dirty})
    job = approved_job(repository, ledger, [docstring(repository)])
    plan = plan_landing(repository, job)
    assert [change.path for patch in plan.unverified for change in patch.changes] == [SHAPES]
    assert b"in progress" not in (plan.unverified[0].changes[0].after or b"")
    land(repository, ledger, plan, MESSAGE)
    assert DOCSTRING in at_head(repository)
    assert "in progress" not in at_head(repository)
    assert in_index(repository) == at_head(repository)
    assert text(repository) == dirty.replace("    return side", DOCSTRING + "    return side")
    assert status(repository) == f" M {SHAPES}\n"


def test_staged_changes_of_the_user_stay_staged(repository: Repository, ledger: Ledger) -> None:
    clean = text(repository)
    write_files(repository.root, {SHAPES: clean + "\n\nstaged = 1\n", "README.md": "Staged\n"})
    repository.write("add", SHAPES, "README.md")
    write_files(repository.root, {SHAPES: clean + "\n\nstaged = 1\nunstaged = 2\n"})
    merge(repository, ledger, approved_job(repository, ledger, [docstring(repository)]))
    new = clean.replace("    return side", DOCSTRING + "    return side")
    assert at_head(repository) == new
    assert in_index(repository) == new + "\n\nstaged = 1\n"
    assert text(repository) == new + "\n\nstaged = 1\nunstaged = 2\n"
    assert in_index(repository, "README.md") == "Staged\n"
    assert at_head(repository, "README.md") == "Shapes\n"


def test_work_done_since_the_draft_is_merged_and_to_be_verified_again(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    write_files(repository.root, {SHAPES: text(repository).replace("shape.title()", "shape")})
    plan = plan_landing(repository, job)
    assert len(plan.unverified) == 1
    (change,) = plan.unverified[0].changes
    assert change.before == (repository.root / SHAPES).read_bytes()
    land(repository, ledger, plan, MESSAGE)
    assert DOCSTRING in text(repository)
    assert "return shape\n" in text(repository)
    assert "shape.title()" in at_head(repository)
    assert DOCSTRING in at_head(repository)


def test_work_in_the_same_lines_is_refused(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    write_files(repository.root, {SHAPES: text(repository).replace("side * side", "side ** 2")})
    assert_refused(repository, ledger, job, "src/shapes.py has changed in the same lines")


def test_file_that_cannot_land_refuses_all(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository), Edit("README.md", 0, 0, b"# ")])
    write_files(repository.root, {SHAPES: text(repository).replace("side * side", "side ** 2")})
    assert_refused(repository, ledger, job, "src/shapes.py")


def test_a_draft_on_work_that_is_not_committed_cannot_be_committed_alone(
    repository: Repository, ledger: Ledger
) -> None:
    write_files(repository.root, {SHAPES: text(repository) + "\n\ndef late():\n    return 1\n"})
    job = approved_job(repository, ledger, [put_before(repository, SHAPES, "    return 1", '    """Late."""\n')])
    assert_refused(repository, ledger, job, "src/shapes.py has changed in the same lines since the last commit")
    merge(repository, ledger, job, commit=False)
    assert '"""Late."""' in text(repository)


def test_a_deleted_file_is_refused(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    (repository.root / SHAPES).unlink()
    assert_refused(repository, ledger, job, "has been deleted")


def test_a_change_that_is_there_already_lands_as_nothing(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    write_files(repository.root, {SHAPES: text(repository).replace("    return side", DOCSTRING + "    return side")})
    commit_all(repository, "By hand")
    before = everything(repository)
    assert plan_landing(repository, job).notes == (f"{SHAPES} holds the change already in the work tree.",)
    done = merge(repository, ledger, job)
    assert done == Landed(None, (), ())
    assert everything(repository) == before


def test_a_staged_deletion_stays_staged(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    repository.write("rm", "--quiet", "--cached", SHAPES)
    merge(repository, ledger, job)
    assert DOCSTRING in at_head(repository)
    assert status(repository) == f"D  {SHAPES}\n?? {SHAPES}\n"


def test_without_a_commit_only_the_work_tree_changes(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    before = everything(repository)
    done = merge(repository, ledger, job, commit=False)
    assert done == Landed(None, (), (SHAPES,))
    assert everything(repository)[1:] == before[1:]
    assert DOCSTRING in text(repository)
    assert status(repository) == f" M {SHAPES}\n"


def test_an_untracked_and_an_ignored_file_change_in_the_work_tree_only(repository: Repository, ledger: Ledger) -> None:
    write_files(repository.root, {"new.py": "new = 1\n", "own.log": "log\n"})
    edits = [docstring(repository), Edit("new.py", 0, 0, b"# new\n"), Edit("own.log", 0, 0, b"# log\n")]
    plan = plan_landing(repository, approved_job(repository, ledger, edits))
    assert len(plan.notes) == 2
    assert all("in the work tree only" in note for note in plan.notes)
    done = land(repository, ledger, plan, MESSAGE)
    assert done.paths == (SHAPES,)
    assert done.work_tree_only == ("new.py", "own.log")
    assert text(repository, "new.py") == "# new\nnew = 1\n"
    assert status(repository) == "?? new.py\n"
    assert repository.read("show", "--format=", "--name-only", "HEAD").decode() == SHAPES + "\n"


def test_nothing_but_untracked_files_makes_no_commit(repository: Repository, ledger: Ledger) -> None:
    write_files(repository.root, {"new.py": "new = 1\n"})
    head = repository.head()
    done = merge(repository, ledger, approved_job(repository, ledger, [Edit("new.py", 0, 0, b"# new\n")]))
    assert done.commit is None
    assert repository.head() == head
    assert text(repository, "new.py") == "# new\nnew = 1\n"


def test_a_file_that_is_only_staged_stays_only_staged(repository: Repository, ledger: Ledger) -> None:
    write_files(repository.root, {"new.py": "new = 1\n"})
    repository.write("add", "new.py")
    done = merge(repository, ledger, approved_job(repository, ledger, [Edit("new.py", 0, 0, b"# new\n")]))
    assert done.commit is None
    assert status(repository) == "AM new.py\n"


def test_before_the_first_commit_only_the_work_tree_changes(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "new", {"a.py": "a = 1\n"}, commit=False)
    with open_ledger(repository) as ledger:
        plan = plan_landing(repository, approved_job(repository, ledger, [Edit("a.py", 0, 0, b"# a\n")]))
        assert plan.notes == ("There is no commit yet: only the work tree changes.",)
        assert land(repository, ledger, plan, MESSAGE).commit is None
    assert text(repository, "a.py") == "# a\na = 1\n"
    assert repository.head().commit is None


# -- new files, files that go and files that move


def test_a_new_file_is_committed(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [Edit("tests/unit/test_new.py", 0, 0, b"assert True\n")])
    done = merge(repository, ledger, job)
    assert done.paths == ("tests/unit/test_new.py",)
    assert at_head(repository, "tests/unit/test_new.py") == "assert True\n"
    assert status(repository) == ""


def test_a_new_file_that_is_ignored_is_not_committed(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [Edit("new.log", 0, 0, b"x\n")])
    done = merge(repository, ledger, job)
    assert done == Landed(None, (), ("new.log",))
    assert text(repository, "new.log") == "x\n"


def test_a_new_file_never_replaces_one_that_came_meanwhile(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [Edit("new.py", 0, 0, b"ours = 1\n")])
    write_files(repository.root, {"new.py": "theirs = 1\n"})
    assert_refused(repository, ledger, job, "is there already")


def test_a_file_that_moves_moves_everywhere(repository: Repository, ledger: Ledger) -> None:
    moves = [Move(SHAPES, "lib/forms.py")]
    job = approved_job(repository, ledger, [docstring(repository)], moves)
    merge(repository, ledger, job)
    assert not (repository.root / SHAPES).exists()
    assert DOCSTRING in text(repository, "lib/forms.py")
    assert status(repository) == ""
    names = repository.read("show", "--format=", "--name-status", "-M10", "HEAD").decode()
    assert names.startswith("R")


def test_a_file_that_moves_does_not_replace_another(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [], [Move(SHAPES, "forms.py")])
    write_files(repository.root, {"forms.py": "other\n"})
    assert_refused(repository, ledger, job, "forms.py is there already")


# -- what git is in the middle of


@pytest.mark.parametrize("command", ["merge", "rebase", "cherry-pick", "revert", "bisect"])
def test_in_the_middle_of_something_no_commit_is_made(repository: Repository, ledger: Ledger, command: str) -> None:
    repository.write("branch", "other")
    write_files(repository.root, {"README.md": "Ours\n"})
    commit_all(repository, "Ours")
    write_files(repository.root, {"README.md": "Again\n"})
    commit_all(repository, "Again")
    repository.write("checkout", "--quiet", "other")
    write_files(repository.root, {"README.md": "Theirs\n"})
    commit_all(repository, "Theirs")
    job = approved_job(repository, ledger, [docstring(repository)])
    arguments = {"bisect": ["start"]}.get(command, ["main"])
    repository.ask(command, *arguments)
    assert_refused(repository, ledger, job, f"A {command} is under way")
    merge(repository, ledger, job, commit=False)
    assert DOCSTRING in text(repository)


def test_entries_in_conflict_are_refused(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    write_files(repository.root, {"README.md": "Stashed\n"})
    repository.write("stash", "push", "--quiet")
    write_files(repository.root, {"README.md": "Committed\n"})
    commit_all(repository, "Committed")
    assert repository.ask("stash", "pop").status == 1
    assert_refused(repository, ledger, job, "README.md is in conflict")


def test_a_locked_index_is_refused(repository: Repository, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    (repository.git_dir / "index.lock").touch()
    with monkeypatch.context() as hurried:
        hurried.setattr(time, "monotonic", count(0.0).__next__)  # a second passes at each look
        assert_refused(repository, ledger, job, "index is locked")
    (repository.git_dir / "index.lock").unlink()
    merge(repository, ledger, read_job(ledger, job.id))
    assert DOCSTRING in at_head(repository)


def test_a_branch_that_is_locked_puts_everything_back(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    inode = (repository.root / SHAPES).stat().st_ino
    (repository.git_dir / "refs/heads/main.lock").touch()
    with pytest.raises(LandingRefused, match=r"main\.lock"):
        merge(repository, ledger, job)
    assert DOCSTRING not in text(repository)
    assert (repository.root / SHAPES).stat().st_ino == inode
    assert status(repository) == ""
    assert read_job(ledger, job.id).landing is None


# -- errors of the file system


def test_a_read_only_file_is_refused(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    (repository.root / SHAPES).chmod(0o444)
    assert_refused(repository, ledger, job, "read-only")
    assert_refused(repository, ledger, read_job(ledger, job.id), "read-only", commit=False)


def test_a_file_that_became_a_link_is_refused(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    outside = tmp_path / "outside.py"
    outside.write_bytes((repository.root / SHAPES).read_bytes())
    (repository.root / SHAPES).unlink()
    (repository.root / SHAPES).symlink_to(outside)
    assert_refused(repository, ledger, job, "is a link")
    assert DOCSTRING not in outside.read_text()


def test_a_folder_that_became_a_link_is_refused(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    (repository.root / "src").rename(tmp_path / "src")
    (repository.root / "src").symlink_to(tmp_path / "src")
    assert_refused(repository, ledger, job, "behind one")


def test_a_file_that_became_a_folder_is_refused(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    (repository.root / SHAPES).unlink()
    (repository.root / SHAPES).mkdir()
    assert_refused(repository, ledger, job, "cannot be read")


def test_a_file_that_changes_between_plan_and_landing_is_refused(repository: Repository, ledger: Ledger) -> None:
    plan = plan_landing(repository, approved_job(repository, ledger, [docstring(repository)]))
    write_files(repository.root, {SHAPES: text(repository) + "# late\n"})
    before = everything(repository)
    with pytest.raises(LandingRefused, match="has changed meanwhile"):
        land(repository, ledger, plan, MESSAGE)
    assert everything(repository) == before


def test_a_branch_that_moves_between_plan_and_landing_is_refused(repository: Repository, ledger: Ledger) -> None:
    plan = plan_landing(repository, approved_job(repository, ledger, [docstring(repository)]))
    write_files(repository.root, {"README.md": "Other\n"})
    commit_all(repository, "Other")
    before = everything(repository)
    with pytest.raises(LandingRefused, match="HEAD has moved"):
        land(repository, ledger, plan, MESSAGE)
    assert everything(repository) == before


def test_another_branch_at_the_same_commit_is_refused(repository: Repository, ledger: Ledger) -> None:
    plan = plan_landing(repository, approved_job(repository, ledger, [docstring(repository)]))
    repository.write("checkout", "--quiet", "-b", "other")
    with pytest.raises(LandingRefused, match="HEAD has moved"):
        land(repository, ledger, plan, MESSAGE)


def test_an_index_that_changes_between_plan_and_landing_is_refused(repository: Repository, ledger: Ledger) -> None:
    plan = plan_landing(repository, approved_job(repository, ledger, [docstring(repository)]))
    clean = text(repository)
    write_files(repository.root, {SHAPES: clean + "# late\n"})
    repository.write("add", SHAPES)
    write_files(repository.root, {SHAPES: clean})
    before = everything(repository)
    with pytest.raises(LandingRefused, match="changed in git's index"):
        land(repository, ledger, plan, MESSAGE)
    assert everything(repository) == before


# -- verdicts


def test_without_a_verdict_nothing_lands(repository: Repository, ledger: Ledger) -> None:
    assert_refused(repository, ledger, verified_job(repository, ledger, [docstring(repository)]), "is not approved")


def test_a_rejected_job_does_not_land(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(job, Decision.REJECT)))
    assert_refused(repository, ledger, read_job(ledger, job.id), "was rejected")


def test_an_approval_does_not_outweigh_a_failed_check(repository: Repository, ledger: Ledger) -> None:
    job = verified_job(repository, ledger, [docstring(repository)], verification=FAILED)
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(job)))
    assert_refused(repository, ledger, read_job(ledger, job.id), "Checks of job")


def test_a_verdict_on_another_tree_does_not_count(repository: Repository, ledger: Ledger) -> None:
    job = verified_job(repository, ledger, [docstring(repository)])
    other = verified_job(repository, ledger, [Edit(SHAPES, 0, 0, b"# other\n")])
    ledger.append(job.id, EventKind.VERDICT, judged(verdict_on(other)))
    assert_refused(repository, ledger, read_job(ledger, job.id), "is not what was approved")


def test_a_verdict_on_other_evidence_does_not_count(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    assert job.scratch is not None
    ledger.append(job.id, EventKind.CHECKED, checked(Verification(()), job.scratch))
    assert_refused(repository, ledger, read_job(ledger, job.id), "have other results")


def test_a_branch_that_was_changed_after_the_verdict_does_not_land(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    other = verified_job(repository, ledger, [Edit(SHAPES, 0, 0, b"import os; os.remove('/')\n")])
    assert job.scratch is not None
    assert other.scratch is not None
    repository.write("update-ref", f"refs/heads/{job.scratch.branch}", other.scratch.candidate)
    assert_refused(repository, ledger, job, "is not what was approved")
    repository.write("update-ref", "-d", f"refs/heads/{job.scratch.branch}")
    assert_refused(repository, ledger, job, "is gone")


def test_an_approved_branch_that_is_gone_can_be_put_back(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    assert job.scratch is not None
    repository.write("update-ref", "-d", f"refs/heads/{job.scratch.branch}")
    with pytest.raises(LandingRefused, match="is gone") as refused:
        plan_landing(repository, job)
    assert refused.value.hint == f"Put it back: git branch {job.scratch.branch} {job.scratch.candidate}"
    repository.write("branch", job.scratch.branch, job.scratch.candidate)
    assert merge(repository, ledger, job).commit is not None


def test_record_at_odds_with_the_branch_does_not_land(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    other = verified_job(repository, ledger, [Edit(SHAPES, 0, 0, b"# other\n")])
    assert job.scratch is not None
    assert other.scratch is not None

    forged = job._replace(scratch=job.scratch._replace(files=other.scratch.files))
    assert_refused(repository, ledger, forged, "does not hold")


def test_a_job_lands_once(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    merge(repository, ledger, job)
    assert_refused(repository, ledger, read_job(ledger, job.id), "has landed already")


# -- settings


def test_commits_are_signed_where_the_user_signs(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (tmp_path / "signers").write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    settings = {
        "commit.gpgsign": "true",
        "gpg.format": "ssh",
        "user.signingkey": str(key),
        "gpg.ssh.allowedSignersFile": str(tmp_path / "signers"),
    }
    for name, value in settings.items():
        repository.write("config", name, value)
    job = approved_job(repository, ledger, [docstring(repository)])
    assert job.scratch is not None
    assert repository.read("log", "-1", "--format=%G?", job.scratch.candidate) == b"N\n"
    merge(repository, ledger, job)
    assert repository.read("log", "-1", "--format=%G?") == b"G\n"


def test_a_signature_that_fails_lands_nothing(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    repository.write("config", "commit.gpgsign", "true")
    repository.write("config", "gpg.format", "ssh")
    repository.write("config", "user.signingkey", str(tmp_path / "none"))
    assert_refused(repository, ledger, approved_job(repository, ledger, [docstring(repository)]), "could not be made")


def test_without_a_name_nothing_is_committed(repository: Repository, ledger: Ledger) -> None:
    repository.write("config", "--global", "--remove-section", "user")
    repository.write("config", "--global", "user.useConfigOnly", "true")
    job = approved_job(repository, ledger, [docstring(repository)])
    assert_refused(repository, ledger, job, "has no name and address for you")
    merge(repository, ledger, job, commit=False)


def test_no_hook_runs_for_a_draft_or_its_landing(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    said = tmp_path / "said"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg", "post-commit", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {said}\n")
        (hooks / name).chmod(0o755)
    repository.write("config", "core.hooksPath", str(hooks))
    job = approved_job(repository, ledger, [docstring(repository)])
    merge(repository, ledger, job)
    assert not said.exists()


# -- unusual repositories


def test_a_linked_worktree_lands_where_it_is_asked(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    repository.write("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = Repository.find(tmp_path / "linked")
    assert linked is not None
    job = approved_job(repository, ledger, [docstring(repository)])
    before = everything(repository)
    with open_ledger(linked) as there:
        merge(linked, there, read_job(there, job.id))
    assert DOCSTRING in at_head(linked)
    assert status(linked) == ""
    assert everything(repository)[:2] == before[:2]
    assert status(repository) == ""
    assert DOCSTRING not in at_head(repository)


def test_a_submodule_lands_in_itself(repository: Repository, tmp_path: Path) -> None:
    make_repository(tmp_path / "library", {"lib.py": "one = 1\n"})
    repository.write("submodule", "--quiet", "add", str(tmp_path / "library"), "lib", environment=ANY_TRANSPORT)
    commit_all(repository, "Add library")
    inner = Repository.find(repository.root / "lib")
    assert inner is not None
    with open_ledger(inner) as ledger:
        merge(inner, ledger, approved_job(inner, ledger, [Edit("lib.py", 0, 0, b"# new\n")]))
    assert status(inner) == ""
    assert status(repository) == " M lib\n"


def test_a_path_in_a_submodule_is_refused_from_outside(repository: Repository, ledger: Ledger, tmp_path: Path) -> None:
    make_repository(tmp_path / "library", {"lib.py": "one = 1\n"})
    repository.write("submodule", "--quiet", "add", str(tmp_path / "library"), "lib", environment=ANY_TRANSPORT)
    commit_all(repository, "Add library")
    with pytest.raises(WorkhorseError, match="another repository"):
        approved_job(repository, ledger, [Edit("lib/lib.py", 0, 0, b"# new\n")])


def test_a_sparse_checkout_stays_sparse(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    repository.write("sparse-checkout", "set", "--cone", "other")
    assert not (repository.root / SHAPES).exists()
    plan = plan_landing(repository, job)
    assert plan.notes == (f"{SHAPES} is not in the work tree.",)
    land(repository, ledger, plan, MESSAGE)
    assert not (repository.root / SHAPES).exists()
    assert status(repository) == ""
    assert DOCSTRING in at_head(repository)
    assert repository.read("ls-files", "-t", SHAPES).startswith(b"S ")


def test_a_file_assumed_unchanged_keeps_its_mark(repository: Repository, ledger: Ledger) -> None:
    repository.write("update-index", "--assume-unchanged", SHAPES)
    merge(repository, ledger, approved_job(repository, ledger, [docstring(repository)]))
    assert repository.read("ls-files", "-v", SHAPES).startswith(b"h ")
    assert DOCSTRING in at_head(repository)


def test_a_sha256_repository_lands(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--object-format=sha256", tmp_path / "new"], check=True)
    write_files(tmp_path / "new", {"a.py": "a = 1\n"})
    repository = Repository.find(tmp_path / "new")
    assert repository is not None
    commit_all(repository, "Begin")
    with open_ledger(repository) as ledger:
        job = approved_job(repository, ledger, [Edit("a.py", 0, 0, b"# a\n"), Edit("b.py", 0, 0, b"b\n")])
        write_files(repository.root, {"other.py": "1\n"})
        commit_all(repository, "Other")
        merge(repository, ledger, job)
    assert status(repository) == ""
    assert at_head(repository, "a.py") == "# a\na = 1\n"


def test_line_ends_that_git_changes_survive(repository: Repository, ledger: Ledger) -> None:
    write_files(repository.root, {".gitattributes": "*.py text eol=crlf\n", "crlf.py": b"a = 1\r\nb = 2\r\n"})
    commit_all(repository, "Line ends")
    assert at_head(repository, "crlf.py") == "a = 1\nb = 2\n"
    job = approved_job(repository, ledger, [Edit("crlf.py", 7, 7, b"# new\r\n")])
    plan = plan_landing(repository, job)
    assert plan.unverified == ()
    land(repository, ledger, plan, MESSAGE)
    assert text(repository, "crlf.py") == "a = 1\r\n# new\r\nb = 2\r\n"
    assert at_head(repository, "crlf.py") == "a = 1\n# new\nb = 2\n"
    assert status(repository) == ""


# -- after an interruption


def test_finishing_where_nothing_was_begun_does_nothing(repository: Repository, ledger: Ledger) -> None:
    job = approved_job(repository, ledger, [docstring(repository)])
    assert finish_landing(repository, ledger, job) is None
    merge(repository, ledger, job)
    assert finish_landing(repository, ledger, read_job(ledger, job.id)) is None
