"""Real runs of the real command line on real projects, each in a sealed environment and a repository of its own."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stripping import same_code, strip

from support.projects import RealProject
from support.repository import make_repository

WORKHORSE = [sys.executable, "-I", "-m", "workhorse_cli.main"]
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Run:
    """One job: its JSON, how long drafting and checking took, and the files before and after it was merged."""

    project: RealProject
    job: Mapping[str, Any]
    seconds: float
    real: Files
    before: Files
    after: Files

    @property
    def changed(self) -> list[str]:
        """The files that the job changed."""
        return [path for path, data in self.after.items() if data != self.before[path]]

    @property
    def held(self) -> list[str]:
        """The files that are the same code by a simple measure of our own."""
        return [path for path in self.changed if same_code(self.before[path], self.after[path])]

    def count(self, status: str) -> int:
        """Count the regions that ended like this."""
        return sum(region["status"] == status for region in self.job["regions"])

    def check(self, name: str) -> str:
        """Return the status of a check."""
        return next((check["status"] for check in self.job["checks"] if check["name"] == name), "not needed")


def run(project: RealProject, fetched: Path, place: Path, step: int, *options: str) -> Run:
    """Document a copy with Workhorse, approve the job and merge it.

    Args:
        project: What is worked on.
        fetched: Where it is; this stays as it is.
        place: Where the copy goes.
        step: Every how manieth docstring is taken out first; 0 for none.
        options: More for the command line.

    Raises:
        RuntimeError: A command failed, a proof did not hold, or something else has landed than what was proposed.
    """
    root = place / f"{project.name}-{len(list(place.iterdir()))}"
    shutil.copytree(fetched, root)
    real = _read(root, project)
    if step:
        for path, data in real.items():
            (root / path).write_bytes(strip(data, step))
    repository = make_repository(root)
    before = _read(root, project)
    started = time.perf_counter()
    job = json.loads(_workhorse(root, "docstrings", project.package, *options, "--json"))
    seconds = time.perf_counter() - started
    if _read(root, project) != before:
        raise RuntimeError("Drafting has changed the work tree.")
    if not any(region["status"] == "drafted" for region in job["regions"]):
        return Run(project, job, seconds, real, before, before)
    _workhorse(root, "approve", job["job"])
    _workhorse(root, "merge", job["job"])
    if repository.read("rev-parse", "HEAD^{tree}").decode().strip() != job["tree"]:
        raise RuntimeError("Something else has landed than what was approved.")
    done = Run(project, job, seconds, real, before, _read(root, project))
    if done.held != done.changed or done.check("same-code") != "passed":
        raise RuntimeError("The code is not the same.")
    return done


def _read(root: Path, project: RealProject) -> Files:
    folder = root / project.package
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def _workhorse(root: Path, *arguments: str) -> str:
    done = subprocess.run([*WORKHORSE, *arguments], check=False, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"workhorse {' '.join(arguments)}: {done.stderr}")
    return done.stdout
