"""Lines that are new or changed since a commit, in the work tree or in the index."""

from workhorse_core.errors import RepositoryError
from workhorse_core.git.output import Lines, new_lines, records
from workhorse_core.git.own_programs import own_filters_off
from workhorse_core.git.process import git_failed
from workhorse_core.git.repository import Repository, is_regular

_DIFF = ("-c", "diff.autoRefreshIndex=false", "diff")  # else git writes the user's index, whatever its locks
_DIFF_OPTIONS = [
    *("-U0", "-M", "--diff-filter=ACMR", "--ignore-submodules"),
    *("--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/"),
]
_LARGEST_COUNTED = 1_000_000


def changed_lines(repository: Repository, revision: str | None = None, staged: bool = False) -> dict[str, list[Lines]]:
    """Return the new or changed lines by path: ranges in the new side, from 1, both ends included.

    With ``staged`` the new side is the index that is about to be committed, else the work tree with its untracked
    files. The old side is the merge base of ``revision`` and HEAD, or HEAD itself without one; before the first commit
    ("HEAD^") it is empty.

    Raises:
        RepositoryError: The revision names no commit.
    """
    options = [*_DIFF_OPTIONS, "--cached"] if staged else _DIFF_OPTIONS
    since = _since(repository, revision)
    environment = repository.index_environment() | ({} if staged else own_filters_off(repository))
    answer = repository.ask(*_DIFF, *options, *since, "--", environment=environment)
    if answer.status != 0 and "merge base" in answer.complaint:
        answer = repository.ask(*_DIFF, *options, since[-1], "--", environment=environment)
    if answer.status != 0:
        raise git_failed(("diff",), answer.complaint)
    changed = dict(new_lines(answer.output))
    return changed if staged else changed | _untracked_lines(repository)


def _since(repository: Repository, revision: str | None) -> list[str]:
    nothing = repository.empty_tree
    if revision is None:
        return [repository.head().commit or nothing]
    try:
        return ["--merge-base", repository.commit_id(revision)]
    except RepositoryError:
        if not revision.endswith("^"):
            raise
        repository.commit_id(revision[:-1])  # that commit exists, and has no parent
        return [nothing]


def _untracked_lines(repository: Repository) -> dict[str, list[Lines]]:
    found: dict[str, list[Lines]] = {}
    for path in records(repository.read("ls-files", "-z", "--others", "--exclude-standard")):
        file = repository.root / path
        if is_regular(file) and 0 < file.stat().st_size < _LARGEST_COUNTED:
            data = file.read_bytes()
            found[path] = [(1, data.count(b"\n") + (not data.endswith(b"\n")))]
    return found
