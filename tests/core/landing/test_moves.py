"""Moves and deletions land in the work tree, the index and HEAD, or are refused whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.killing import leftovers, state_of
from support.prepared_jobs import approved_job, open_ledger
from support.repository import commit_all, make_repository, write_files
from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.errors import LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import Job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.landing.plan import land, plan_landing

TEXT = "".join(f"line_{number} = {number}\n" for number in range(20))
FILES = {"pkg/old.py": TEXT, "gone/away.py": "away = 1\n", "kept.py": TEXT}


@pytest.fixture
def home(tmp_path: Path) -> Repository:
    repository = make_repository(tmp_path / "project", FILES)
    (repository.root / "pkg/old.py").chmod(0o755)
    commit_all(repository, "Executable")
    return repository


@pytest.fixture
def ledger(home: Repository) -> Iterator[Ledger]:
    with open_ledger(home) as opened:
        yield opened


def moved(home: Repository, ledger: Ledger) -> Job:
    """Move one file with an edit at its start, delete another, edit a third."""
    edits = [Edit("pkg/old.py", 0, 0, b"# moved\n"), Edit("kept.py", 0, 0, b"# kept\n")]
    return approved_job(home, ledger, edits, [Move("pkg/old.py", "other/new.py")], [Delete("gone/away.py")])


def merge(home: Repository, ledger: Ledger, job: Job, commit: bool = True) -> None:
    land(home, ledger, plan_landing(home, job, commit), "Move and delete")


def assert_moved(home: Repository) -> None:
    assert (home.root / "other/new.py").read_text() == "# moved\n" + TEXT
    assert (home.root / "other/new.py").stat().st_mode & 0o111
    assert not (home.root / "pkg").exists()
    assert not (home.root / "gone").exists()
    assert leftovers(home) == []


def test_all_three_places_hold_the_new_files(home: Repository, ledger: Ledger) -> None:
    merge(home, ledger, moved(home, ledger))
    assert_moved(home)
    assert home.read("status", "--porcelain") == b""
    assert set(home.tree_entries("HEAD")) == {"other/new.py", "kept.py"}
    assert home.tree_entries("HEAD")["other/new.py"].mode == "100755"
    assert b"rename pkg/old.py => other/new.py" in home.read("show", "--summary", "-M", "HEAD")


def test_work_tree_alone_is_changed_without_a_commit(home: Repository, ledger: Ledger) -> None:
    head, index = home.commit_id("HEAD"), home.read("ls-files", "-s")
    merge(home, ledger, moved(home, ledger), commit=False)
    assert_moved(home)
    assert (home.commit_id("HEAD"), home.read("ls-files", "-s")) == (head, index)


def test_folder_that_still_holds_files_stays(home: Repository, ledger: Ledger) -> None:
    write_files(home.root, {"gone/untracked.txt": "mine\n"})
    merge(home, ledger, moved(home, ledger))
    assert (home.root / "gone/untracked.txt").read_text() == "mine\n"


def test_edit_of_a_moved_file_is_merged_into_its_new_place(home: Repository, ledger: Ledger) -> None:
    job = moved(home, ledger)
    write_files(home.root, {"pkg/old.py": TEXT + "later = 1\n"})
    commit_all(home, "Later")
    merge(home, ledger, job)
    assert (home.root / "other/new.py").read_text() == "# moved\n" + TEXT + "later = 1\n"
    assert home.read_blobs("HEAD", ["other/new.py"])["other/new.py"].endswith(b"later = 1\n")
    assert home.read("status", "--porcelain") == b""


def test_deleted_file_that_was_edited_since_is_refused_whole(home: Repository, ledger: Ledger) -> None:
    job = moved(home, ledger)
    write_files(home.root, {"gone/away.py": "away = 2\n"})
    before = state_of(home)
    with pytest.raises(LandingRefused, match=r"gone/away\.py has changed"):
        merge(home, ledger, job)
    assert state_of(home) == before


@pytest.mark.parametrize("place", ["other/new.py", "other"])
def test_file_at_the_new_place_is_never_overwritten(home: Repository, ledger: Ledger, place: str) -> None:
    job = moved(home, ledger)
    write_files(home.root, {place: "mine\n"})
    before = state_of(home)
    with pytest.raises(LandingRefused):
        merge(home, ledger, job)
    assert state_of(home) == before
    assert leftovers(home) == []


def test_file_that_is_gone_already_lands_elsewhere(home: Repository, ledger: Ledger) -> None:
    job = moved(home, ledger)
    (home.root / "gone/away.py").unlink()
    (home.root / "gone").rmdir()
    merge(home, ledger, job)
    assert_moved(home)
    assert set(home.tree_entries("HEAD")) == {"other/new.py", "kept.py"}


def test_move_onto_a_path_that_the_user_deleted_is_drafted_from_the_work_tree(home: Repository, ledger: Ledger) -> None:
    (home.root / "kept.py").unlink()
    job = approved_job(home, ledger, [], [Move("pkg/old.py", "kept.py")])
    assert job.scratch is not None
    assert set(home.tree_entries(job.scratch.base)) == {"pkg/old.py", "gone/away.py"}
    merge(home, ledger, job, commit=False)
    assert (home.root / "kept.py").read_text() == TEXT


def test_case_of_a_name_can_be_changed(home: Repository, ledger: Ledger) -> None:
    merge(home, ledger, approved_job(home, ledger, [], [Move("kept.py", "Kept.py")]))
    assert set(home.tree_entries("HEAD")) == {"pkg/old.py", "gone/away.py", "Kept.py"}
    assert home.read("status", "--porcelain") == b""
