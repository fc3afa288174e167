"""Paths that git can hold, from the scratch branch to work tree, index, commit and audit."""

from pathlib import Path

import pytest

from support.odd_paths import ODD_PATHS
from support.prepared_jobs import approved_job, open_ledger
from support.repository import make_repository
from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.git.differences import read_differences
from workhorse_core.landing.plan import land, plan_landing

KEPT, MOVED, DELETED = (tuple(f"{folder}/{path}" for path in ODD_PATHS) for folder in ("kept", "moved", "deleted"))


@pytest.fixture
def files() -> dict[str, str]:
    return dict.fromkeys((*KEPT, *MOVED, *DELETED), "x\n")


def test_edits_moves_and_deletions_of_odd_paths_land(tmp_path: Path, files: dict[str, str]) -> None:
    repository = make_repository(tmp_path / "project", files)
    edits = [Edit(path, 0, 0, b"y\n") for path in (*KEPT, *MOVED)]
    edits += [Edit(f"new/{path}", 0, 0, b"n\n") for path in ODD_PATHS]
    moves = [Move(path, f"there/{path}") for path in MOVED]
    with open_ledger(repository) as ledger:
        job = approved_job(repository, ledger, edits, moves, [Delete(path) for path in DELETED])
        plan = plan_landing(repository, job)
        assert plan.unverified == ()
        landed = land(repository, ledger, plan, "Land all")
    assert landed.commit == repository.commit_id("HEAD")
    assert repository.read("status", "--porcelain") == b""
    expected = dict.fromkeys(KEPT, b"y\nx\n") | {f"there/{path}": b"y\nx\n" for path in MOVED}
    expected |= {f"new/{path}": b"n\n" for path in ODD_PATHS}
    assert repository.read_blobs("HEAD", list(expected)) == expected
    assert set(repository.tree_entries("HEAD")) == set(expected)
    difference = read_differences(repository, [(landed.commit, "HEAD^")])[landed.commit]
    assert difference.digest == plan.landing.change
    assert {file.path for file in difference.files} == set(expected) | set(files)


@pytest.mark.parametrize("path", ODD_PATHS)
def test_staged_file_is_read_from_the_index_at_any_path(tmp_path: Path, path: str) -> None:
    repository = make_repository(tmp_path / "project", {path: "staged\n", "stage.py": "other\n"})
    assert repository.read_blobs(None, [path]) == {path: b"staged\n"}
