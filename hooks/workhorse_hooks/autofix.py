"""``fix``: add what the rules can prove to the index and to the work tree alike.

A file is fixed only where the work tree holds what is staged, as git stores it; otherwise one of the two would lose
something. Everything is compared once more under git's own lock of the index, and put back when a step fails.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, aclosing, suppress
from pathlib import Path

from workhorse_core.actions.catalog import describe
from workhorse_core.change.patch import FileChange
from workhorse_core.errors import LandingOvertaken, TargetError
from workhorse_core.git.clean_filter import Versions, stored_forms
from workhorse_core.git.output import records
from workhorse_core.git.repository import Repository, TreeEntry
from workhorse_core.jobs.landing import FileStep, IndexStep
from workhorse_core.jobs.scratch import digest
from workhorse_core.landing.index import index_entries, index_lock, set_flags
from workhorse_core.landing.work_tree import prepare_swaps, swap_folder
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.services.run import RunFinished
from workhorse_core.services.session import Session
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import checked_path
from workhorse_hooks.findings import Lack, find_lacking, say, targets_of
from workhorse_hooks.scan import Changed, Wanted


def autofix(lacking: Sequence[Lack], changed: Sequence[Changed], wanted: Wanted, root: str) -> list[Lack]:
    """Apply the rules' fixes; return what is still missing.

    Raises:
        WorkhorseError: The index or a file has changed meanwhile; it was not touched.
    """
    repository = Repository.find(Path(root))
    actions = [name for name in dict.fromkeys(lack.action for lack in lacking) if describe(name).autofix]
    if repository is None or not actions:
        return list(lacking)
    if _is_partial(repository):
        say(["workhorse: nothing is fixed in a commit of named paths; its files would differ from the index."])
        return list(lacking)
    left = list(changed)
    for action in actions:
        left = _fix(repository, action, left)
    if left == list(changed):
        return list(lacking)
    return find_lacking([each for each in left if each.ranges], wanted, root)


class _Fix(NamedTuple):
    """Change of one file as the work tree has it, and both its sides as git stores them: blobs."""

    change: FileChange
    before: str
    after: str


def _fix(repository: Repository, action: str, changed: Sequence[Changed]) -> list[Changed]:
    """Apply the fixes of one action; return the files as they are staged then."""
    index = _alternate(repository)
    candidates = [each for each in changed if each.ranges and _is_workable(each.path)]
    buffers = _as_staged(repository, [each.path for each in candidates], index)
    workable = [each for each in candidates if each.path in buffers]
    fixes = _stored(repository, _additions(action, workable, buffers, repository), index) if workable else []
    if not fixes:
        return list(changed)
    _apply(repository, fixes, index)
    say([f"workhorse: {describe(action).noun} were added to {', '.join(fix.change.path for fix in fixes)}"])
    after = {fix.change.path: repository.read("cat-file", "blob", fix.after) for fix in fixes}
    return [_fixed(each, after) for each in changed]


def _as_staged(repository: Repository, paths: Sequence[str], index: Path | None) -> dict[str, bytes]:
    """Read the files of the work tree that hold what is staged, by git's own comparison: line ends may differ."""
    environment = {"GIT_INDEX_FILE": str(index)} if index else {}
    options = ("--name-only", "-z", "--no-ext-diff", "--no-renames", "--ignore-submodules")
    differing = records(repository.read("diff", *options, "--", *paths, environment=environment)) if paths else ()
    found: dict[str, bytes] = {}
    for path in {*paths}.difference(differing):
        target = repository.root / path
        with suppress(OSError):
            if not target.is_symlink():
                found[path] = target.read_bytes()
    return found


def _stored(repository: Repository, changes: Sequence[FileChange], index: Path | None) -> list[_Fix]:
    """Return each change with its stored form; drop those whose file, once stored, is not what is staged."""
    steps = index_entries(repository, [change.path for change in changes], index) if changes else {}
    known = {path: step.before for path, step in steps.items() if step.before is not None}
    changes = [change for change in changes if change.path in known]
    versions = [Versions(change.path, change.before, change.path, change.after) for change in changes]
    forms = stored_forms(repository, versions, known)
    fixes = [
        _Fix(change, _blob(repository, form.before), _blob(repository, form.after))
        for change, form in zip(changes, forms, strict=True)
    ]
    return [fix for fix in fixes if fix.before == known[fix.change.path].blob]


def _blob(repository: Repository, stored: bytes | str | None) -> str:
    if isinstance(stored, str):
        return stored
    return repository.write("hash-object", "-w", "--no-filters", "--stdin", stdin=stored or b"").decode().strip()


def _is_partial(repository: Repository) -> bool:
    """Return whether this is ``git commit -- path``: it commits from a temporary index, after writing the real one."""
    return repository.hook_index is not None and repository.hook_index.name.startswith("next-index-")


def _additions(
    action: str, changed: Sequence[Changed], buffers: Mapping[str, bytes], repository: Repository
) -> Sequence[FileChange]:
    """Run the rules as in any job, with its checks and proofs, and record nothing."""
    session = Session.at(repository, buffers=buffers, dry_run=True)
    task = Task(action, targets_of(changed), Engine.RULES)

    async def last() -> RunFinished | None:
        async with aclosing(session.run(task)) as products:
            async for product in products:
                if isinstance(product, RunFinished):
                    return product
        return None

    finished = asyncio.run(last())
    return finished.handoff.patch.changes if finished and finished.handoff else ()


def _is_workable(path: str) -> bool:
    try:
        checked_path(path)
    except TargetError:
        return False
    return True


def _fixed(changed: Changed, after: Mapping[str, bytes]) -> Changed:
    """Return a file as it is after the fixes, with its new lines where they are now."""
    new = after.get(changed.path)
    if new is None:
        return changed
    from difflib import SequenceMatcher

    moved = SequenceMatcher(None, changed.data.split(b"\n"), new.split(b"\n"), autojunk=False).get_opcodes()
    ranges: list[tuple[int, int]] = []
    for first, last in changed.ranges:
        for tag, a, b, c, _ in moved:
            start, end = max(first - 1, a), min(last, b)
            if tag == "equal" and start < end:
                ranges.append((start - a + c + 1, end - a + c))
    return Changed(changed.path, new, ranges)


# -- into the index and the work tree


def _apply(repository: Repository, fixes: Sequence[_Fix], index: Path | None) -> None:
    """Change work tree and index, both or neither; compare the index under its lock."""
    files = [FileStep(c.path, digest(c.before), digest(c.after), c.edits) for c, _, _ in fixes]
    with swap_folder(repository, files, f"hook-{os.getpid()}") as folder, index_lock(repository, index) as lock:
        steps = _index_steps(repository, fixes, index)
        with ExitStack() as undo:
            for swap in prepare_swaps(repository, files, folder):
                undo.callback(swap.undo)
                swap.do()
            lock.write(steps)
            undo.pop_all()
    if index is None:
        set_flags(repository, steps)


def _alternate(repository: Repository) -> Path | None:
    """Return the index that ``commit -a`` is about to commit: it becomes git's own when the commit is made."""
    given = repository.hook_index
    return None if given is None or given.name == "index" else given


def _index_steps(repository: Repository, fixes: Sequence[_Fix], index: Path | None) -> list[IndexStep]:
    now = index_entries(repository, [fix.change.path for fix in fixes], index)
    steps: list[IndexStep] = []
    for fix in fixes:
        step = now.get(fix.change.path)
        if step is None or step.before is None or step.before.blob != fix.before:
            raise LandingOvertaken(f"{fix.change.path} has changed in git's index meanwhile.", "Commit again")
        steps.append(IndexStep(fix.change.path, step.before, TreeEntry(step.before.mode, fix.after), step.flag))
    return steps
