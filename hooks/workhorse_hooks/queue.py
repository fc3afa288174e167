"""Queue of commits for the background worker: one small file each, so that a crash loses none of them."""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from workhorse_core.system.private_files import make_private_folder
from workhorse_hooks.quick_settings import hooks_folder


@dataclass(frozen=True, slots=True)
class Request:
    """A commit to draft for: its full id, the top of its work tree, that tree's git folder, and the jobs begun for it.

    ``jobs`` are ids by action: a job begun before a crash is resumed.
    """

    name: str
    commit: str
    root: str
    git_dir: str = ""
    jobs: tuple[tuple[str, str], ...] = ()


class Queue:
    """Requests of one repository, oldest first."""

    def __init__(self, common_dir: str) -> None:
        self.folder = Path(hooks_folder(common_dir), "queue")

    def add(self, commit: str, root: str, git_dir: str = "") -> None:
        """Queue a commit; the request is on the disk when this returns.

        Raises:
            OSError: It cannot be written.
        """
        make_private_folder(self.folder.parent)
        make_private_folder(self.folder)
        self._write(Request(f"{time.time_ns():020}-{commit}", commit, root, git_dir))

    def requests(self) -> Iterator[Request]:
        """Yield the requests, read afresh; one that cannot be read is dropped."""
        try:
            names = sorted(name for name in os.listdir(self.folder) if not name.startswith("."))  # noqa: PTH208
        except FileNotFoundError:
            return
        for name in names:
            try:
                row = json.loads((self.folder / name).read_bytes())
                jobs = tuple((action, job) for action, job in row["jobs"])
                yield Request(name, row["commit"], row["root"], row.get("git_dir", ""), jobs)
            except FileNotFoundError:
                continue
            except (ValueError, KeyError, TypeError):
                (self.folder / name).unlink(missing_ok=True)

    def begin(self, request: Request, action: str, job: str) -> Request:
        """Note the job of an action, in place of one that was noted and never started."""
        begun = replace(request, jobs=tuple({**dict(request.jobs), action: job}.items()))
        self._write(begun)
        return begun

    def remove(self, request: Request) -> None:
        """Remove a request that is done."""
        (self.folder / request.name).unlink(missing_ok=True)

    def _write(self, request: Request) -> None:
        row = asdict(request)
        del row["name"]
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as stream:
                json.dump(row, stream)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(self.folder / request.name)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
