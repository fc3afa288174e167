"""Changes of commits are read in memory that grows with their bytes, and not with their lines."""

import tracemalloc
from pathlib import Path

from support.repository import commit_all, make_repository, write_files
from workhorse_core.git.differences import read_differences


def test_commit_of_very_many_lines_is_read_in_a_few_times_its_size(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {"a.csv": "", "b.py": ""})
    write_files(repository.root, {"a.csv": "1\n" * 1_000_000, "b.py": "x = 1\n"})
    commit, parent = commit_all(repository, "Many lines"), repository.commit_id("HEAD^")
    tracemalloc.start()
    (found,) = read_differences(repository, [(commit, parent)]).values()
    added = found.added({"b.py"})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert added == {"b.py": ((b"x=1",),)}
    assert most < 6 * len(found.patch)
