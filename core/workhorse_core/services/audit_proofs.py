"""The proofs of landed commits, made again: of many commits in as many processes as there are processors."""

import asyncio
import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

from workhorse_core.actions.registry import find_action
from workhorse_core.change.patch import FileChange, Patch
from workhorse_core.checks.registry import find_checks
from workhorse_core.pipeline.check import Check, CheckResult, Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import verify
from workhorse_core.settings.config import Config
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import CommitTree
from workhorse_core.workspace.project import Project

WORTH_PROCESSES = 20
"""Number of commits whose proofs take longer than starting other processes."""


class ToProve(NamedTuple):
    """The files of one commit before and after, and the checks that are proofs of the action that it names.

    ``base`` is the tree of the commit's parent, for proofs that need more of the project than the files that change.
    ``task`` is the job's own, with its options, where the ledger has it.
    """

    task: Task
    checks: tuple[str, ...]
    changes: tuple[FileChange, ...]
    base: CommitTree


MakeProofs = Callable[[Sequence[ToProve | None]], Iterable[list[CheckResult]]]


@contextmanager
def provers(count: int) -> Generator[MakeProofs]:
    """Open a function that makes the proofs of that many commits again, in order; many are made in other processes."""
    workers = os.cpu_count() or 1
    if count < WORTH_PROCESSES or workers == 1:
        yield lambda all_of_them: map(_proofs, all_of_them)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        yield lambda all_of_them: pool.map(_proofs, all_of_them, chunksize=4)


def _proofs(wanted: ToProve | None) -> list[CheckResult]:
    if wanted is None:
        return []
    nowhere = Path(os.devnull)  # a proof reads the files that it is given and the base's tree, never the work tree
    project = Project(nowhere, None, wanted.base, Config())
    comparison = Comparison(project, wanted.task, Patch(wanted.changes))
    return asyncio.run(_verified(comparison, wanted.checks))


async def _verified(comparison: Comparison, checks: Sequence[str]) -> list[CheckResult]:
    return [result async for result in verify(comparison, find_checks(checks))]


def proofs_of(action: str) -> list[Check]:
    """Return the checks of an action that are proofs."""
    return [check for check in find_checks(find_action(action).checks) if check.proof]
