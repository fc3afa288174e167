import subprocess
from pathlib import Path

import pytest

from support.repository import commit_all, make_repository
from workhorse_core.errors import RepositoryError, UsageError
from workhorse_core.git.repository import Repository
from workhorse_core.landing.landed_commits import (
    RECENT,
    Range,
    default_range,
    pushed_range,
    read_commits,
    read_range,
)

CLAIM = "Subject\n\nWorkhorse-Job: k3f9\n"


@pytest.fixture
def clone(repository: Repository, tmp_path: Path) -> Repository:
    subprocess.run(["git", "clone", "--quiet", str(repository.root), str(tmp_path / "clone")], check=True)
    found = Repository.find(tmp_path / "clone")
    assert found is not None
    return found


def titles(repository: Repository, commits: Range) -> tuple[int, list[str]]:
    landed = read_commits(repository, commits)
    return landed.total, [each.subject for each in landed.landed]


def test_commits_come_newest_first_with_their_first_parent(repository: Repository) -> None:
    first = repository.commit_id("HEAD")
    second = commit_all(repository, "One\n\nWorkhorse-Job: k3f9")
    third = commit_all(repository, "Two\n\nWorkhorse-Job: m4x2")
    claimed = read_commits(repository, read_range("HEAD")).landed
    assert [(each.commit, each.parent, each.subject) for each in claimed] == [
        (third, second, "Two"),
        (second, first, "One"),
    ]
    assert titles(repository, read_range("HEAD^..HEAD")) == (1, ["Two"])
    assert titles(repository, read_range("HEAD...HEAD^")) == (1, ["Two"])


def test_a_root_commit_has_no_parent(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "root", {"a.py": ""}, commit=False)
    commit_all(repository, CLAIM)
    (claimed,) = read_commits(repository, read_range("HEAD")).landed
    assert (claimed.parent, claimed.cut_off) == (None, False)


def test_without_a_remote_the_recent_commits_are_taken(repository: Repository) -> None:
    commit_all(repository, CLAIM)
    assert default_range(repository) == Range("HEAD -n 200", ("--max-count=200", "HEAD"))
    assert RECENT == 200
    assert titles(repository, default_range(repository)) == (2, ["Subject"])
    assert titles(repository, Range("HEAD -n 1", ("--max-count=1", "HEAD"))) == (1, ["Subject"])


def test_with_an_upstream_it_is_what_that_lacks(clone: Repository) -> None:
    assert default_range(clone).title == "origin/main..HEAD"
    assert titles(clone, default_range(clone)) == (0, [])
    commit_all(clone, CLAIM)
    assert titles(clone, default_range(clone)) == (1, ["Subject"])


def test_without_an_upstream_it_is_what_no_remote_has(clone: Repository) -> None:
    clone.write("checkout", "--quiet", "-b", "topic", "--no-track")
    commit_all(clone, CLAIM)
    assert default_range(clone).title == "HEAD --not --remotes"
    assert titles(clone, default_range(clone)) == (1, ["Subject"])


def test_before_the_first_commit_there_are_none(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "new", commit=False)
    assert read_commits(repository, default_range(repository)).total == 0


def test_a_push_brings_what_the_remote_lacks(clone: Repository) -> None:
    known = clone.commit_id("HEAD")
    local = commit_all(clone, CLAIM)
    for remote in (known, None, "0" * 40):
        assert titles(clone, pushed_range(clone, local, "origin", remote)) == (1, ["Subject"])
    assert titles(clone, pushed_range(clone, known, "origin", None)) == (0, [])
    assert titles(clone, pushed_range(clone, local, "orig*", None)) == (2, ["Subject"])


@pytest.mark.parametrize("text", ["nonsense", "a..b", "HEAD..nowhere", "--all", "-1", "@{yesterday", "..."])
def test_range_without_commits_is_one_sentence(repository: Repository, text: str) -> None:
    if text == "...":
        assert read_commits(repository, read_range(text)).total == 0  # HEAD...HEAD, as git reads it
        return
    with pytest.raises(RepositoryError) as error:
        read_commits(repository, read_range(text))
    assert "names no commits here" in error.value.message
    assert "git " in error.value.hint


def test_an_empty_range_is_wrong_usage() -> None:
    with pytest.raises(UsageError):
        read_range(" ")
