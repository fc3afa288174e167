"""The outcomes of checks on the base alone: each computed once for a base, and stored."""

import hashlib
import os
import tempfile
from pathlib import Path

from workhorse_core.pipeline.check import Baseline, Baselined
from workhorse_core.pipeline.task import Task
from workhorse_core.workspace.project import Project

_VERSION = "1"
_MOST_FILES = 50
"""How many baselines stay on the disk, the newest."""


class Baselines:
    """The baselines of one run; ``folder`` keeps them for later runs over the same base, None for this one only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, Baseline] = {}
        self._bases: dict[Path, str] = {}

    async def of(self, check: Baselined, project: Project, task: Task) -> Baseline | None:
        """Return the check's outcome on the base, computed where it is not known yet; None where it needs none."""
        own_key = check.baseline_key(project, task)
        if own_key is None:
            return None
        key = self._key(check.name, project, own_key)
        if key not in self._known:
            stored = self._read(key)
            if stored is None:
                stored = await check.baseline(project, task)
                self._write(key, stored)
            self._known[key] = stored
        return self._known[key]

    def _key(self, check: str, project: Project, own_key: str) -> str:
        if project.root not in self._bases:
            self._bases[project.root] = base_digest(project)
        fields = (_VERSION, check, self._bases[project.root], own_key)
        return hashlib.sha256("\0".join(fields).encode("utf-8", "surrogateescape")).hexdigest()

    def _read(self, key: str) -> Baseline | None:
        if self._folder is None:
            return None
        try:
            return Baseline((self._folder / key).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return None

    def _write(self, key: str, baseline: Baseline) -> None:
        """Store it whole or not at all; where that is not possible the next run computes it again."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(baseline.text)
            Path(name).replace(self._folder / key)
            newest = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in newest[_MOST_FILES:]:
                path.unlink()
        except (OSError, UnicodeEncodeError):
            return


def base_digest(project: Project) -> str:
    """Return the SHA-256, in hex, of all files of a project as the task reads them: their paths and bytes."""
    digest = hashlib.sha256()
    for path in project.tree.files(""):
        data = project.look(path)
        content = "" if data is None else hashlib.sha256(data).hexdigest()
        digest.update(f"{path}\0{content}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
