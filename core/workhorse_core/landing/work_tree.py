"""Replacing files of the work tree: prepared first, compared at the last moment, restored if a step fails."""

import errno
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from workhorse_core.change.edit import splice
from workhorse_core.change.path import is_gits_own, is_inside
from workhorse_core.errors import JobError, LandingOvertaken, LandingRefused
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.landing import FileStep
from workhorse_core.jobs.scratch import digest
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.private_files import make_private_folder


@contextmanager
def swap_folder(repository: Repository, steps: Sequence[FileStep], name: str) -> Generator[Path]:
    """Make a folder for temporary files in the git folder; remove it and every other temporary file at the end."""
    folder = repository.git_dir / "workhorse" / f"landing-{name}"

    def clear() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        for number, step in enumerate(steps):
            with suppress(OSError):
                _beside(repository.root / step.path, folder, number).unlink()

    clear()
    make_private_folder(folder.parent)
    make_private_folder(folder)
    try:
        yield folder
    except JobError:
        raise  # the folder holds the only copy of what could not be restored
    except BaseException:
        clear()
        raise
    clear()


def _beside(target: Path, folder: Path, number: int) -> Path:
    """Return the place of a temporary file where the git folder is on another file system: beside its target."""
    return target.parent / f".{folder.name}-{number}"


class Swap(NamedTuple):
    """A file with its next content ready, and room for its old one; ``made`` are the folders that were missing."""

    repository: Repository
    target: Path
    step: FileStep
    new: Path
    old: Path
    beside: Path
    made: tuple[Path, ...]

    def do(self) -> None:
        """Put the new file into place if the old one is unchanged; a link in its place by now is not followed."""
        safe_target(self.repository, self.step.path)
        if self.step.before is None:
            self._create()
            return
        _link(self.target, self.old)
        if self.old.is_symlink() or digest(self.old.read_bytes()) != self.step.before:
            raise changed(self.step.path)
        if self.step.after is None:
            self.target.unlink()
        else:
            _move(self.new, self.target, self.beside)

    def undo(self) -> None:
        """Restore the old file, unless another program has overwritten ours."""
        if digest(read_file(self.target)) != self.step.after:
            return
        safe_target(self.repository, self.step.path)
        if self.step.before is not None:
            _move(self.old, self.target, self.beside)
            return
        self.target.unlink()
        for folder in self.made:
            with suppress(OSError):
                folder.rmdir()

    def _create(self) -> None:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _link(self.new, self.target)
        except FileExistsError:
            raise changed(self.step.path) from None


def prepare_swaps(repository: Repository, steps: Sequence[FileStep], folder: Path) -> list[Swap]:
    """Write every new file beside the old ones, so that a full disk is noticed before anything is touched."""
    swaps: list[Swap] = []
    for number, step in enumerate(steps):
        target = safe_target(repository, step.path)
        current = read_file(target)
        if digest(current) == step.after:
            continue
        if digest(current) != step.before:
            raise changed(step.path)
        if current is not None and not target.stat().st_mode & 0o222:
            raise LandingRefused(f"{step.path} is read-only; nothing was changed.", f"chmod u+w {step.path}")
        new, old = folder / f"{number}.new", folder / f"{number}.old"
        if step.after is not None:
            _write_like(new, splice(current or b"", step.edits), target if current is not None else None, step)
        made = tuple(parent for parent in target.parents if not parent.exists())
        swaps.append(Swap(repository, target, step, new, old, _beside(target, folder, number), made))
    return swaps


def _write_like(new: Path, data: bytes, model: Path | None, step: FileStep) -> None:
    if digest(data) != step.after:
        raise LandingRefused(f"The edits of {step.path} do not give what was approved.", "Draft it again")
    new.write_bytes(data)
    if model is None:
        if step.mode == "100755":
            new.chmod(new.stat().st_mode | 0o111)
        return
    about = model.stat()
    with suppress(PermissionError):
        os.chown(new, about.st_uid, about.st_gid)
    shutil.copystat(model, new)
    os.utime(new)


def remove_empty_folders(repository: Repository, steps: Sequence[FileStep]) -> None:
    """Remove the folders that the deleted files have left empty, as git does; never the current one."""
    here = Path.cwd()
    for step in steps:
        if step.after is None:
            for folder in (repository.root / step.path).parents:
                if folder in (repository.root, here) or repository.root not in folder.parents:
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break


def safe_target(repository: Repository, path: str) -> Path:
    """Return the place of a path in the work tree.

    Raises:
        LandingRefused: It is a link, or lies behind one, or belongs to git.
    """
    if not is_inside(path) or is_gits_own(path):
        raise LandingRefused(f"{path!r} does not lie in the work tree.")
    target = repository.root
    for step in path.split("/"):
        target = target / step
        if target.is_symlink():
            raise LandingRefused(f"{path} is a link or lies behind one.", "Work on the file that it points to")
    return target


def read_file(path: Path) -> bytes | None:
    """Read a file of the work tree; None where there is none.

    Raises:
        LandingRefused: It cannot be read.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LandingRefused(f"{path} cannot be read: {error.strerror}; nothing was changed.") from error


def changed(path: str) -> LandingOvertaken:
    """Return the refusal of a file that has changed meanwhile."""
    return LandingOvertaken(f"{path} has changed meanwhile; nothing was changed.", "Run it again")


def _link(source: Path, target: Path) -> None:
    """Link a file to a second name, or copy it where the file system has no links; never over another file."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        with target.open("xb") as copy:
            copy.write(source.read_bytes())
        shutil.copystat(source, target)


def _move(source: Path, target: Path, beside: Path) -> None:
    """Replace a file in one step, so that the path always holds one or the other."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copy2(source, beside)
        beside.replace(target)
