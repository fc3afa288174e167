"""Measure an audit: 200 commits, each a landed job, with and without their record; and how little the others cost.

    .venv/bin/python -I benchmarks/audit.py --runs 5

The jobs are real, each on a file of the standard library: drafted by the rules, checked, approved and landed.
Wall and CPU of the whole command, children included, beside ``git log -p`` over the same commits.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from workhorse_core.jobs.handoff import Decision
from workhorse_core.jobs.job import read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.merge import merge_job
from workhorse_core.services.review import judge, user_of
from workhorse_core.services.run import RunFinished, RunResources, run
from workhorse_core.services.session import Session

CONFIG = "[tool.workhorse.checks]\nskip = ['format', 'lint', 'docstring-signature']\n"  # an audit makes proofs only
COMMAND = [sys.executable, "-I", "-m", "workhorse_cli.main", "audit", "HEAD"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--commits", type=int, default=200)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _seal(Path(folder))
        root = Path(folder) / "landed"
        sizes = land_jobs(root, given.commits)
        clone = Path(folder) / "clone"
        git(Path(folder), "clone", "-q", str(root), str(clone))
        plain = Path(folder) / "plain"
        strip_trailers(root, plain)
        print(f"{given.commits} landed jobs; the files: median {statistics.median(sizes) / 1000:.0f} kB")
        measure(given.runs, {"with record": root, "without": clone, "no trailers": plain})


def _seal(folder: Path) -> None:
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[gc]\n auto = 0\n[user]\n name = Bench\n email = bench@localhost\n")
    sealed = {"HOME": str(home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    os.environ.clear()
    os.environ.update(sealed)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, stdin=subprocess.DEVNULL)


def land_jobs(root: Path, count: int) -> list[int]:
    """Land ``count`` jobs, one file of the standard library each; give the files' sizes in bytes."""
    library = Path(sysconfig.get_path("stdlib"))
    every = [
        file for file in sorted(library.rglob("*.py")) if not {"site-packages", "lib2to3", "test"} & set(file.parts)
    ]
    root.mkdir()
    for number, file in enumerate(every):
        (root / f"m{number:04d}.py").write_bytes(file.read_bytes())
    (root / "pyproject.toml").write_text(CONFIG)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Begin")
    sizes: list[int] = []
    with Ledger.open(root / ".git" / "workhorse") as ledger:
        for file in sorted(root.glob("m*.py")):
            if len(sizes) < count and asyncio.run(_land(root, ledger, file.name)):
                sizes.append(file.stat().st_size)
    assert len(sizes) == count, "the library is too small"
    git(root, "gc", "-q")
    return sizes


async def _land(root: Path, ledger: Ledger, path: str) -> bool:
    project = Session(root).project
    assert project.repository is not None
    async for product in run(Task("docstrings", (Target(path),), Engine.RULES), project, RunResources(ledger)):
        if isinstance(product, RunFinished) and product.handoff and product.job:
            reviewer = user_of(project.repository)
            judge(project.repository, ledger, read_job(ledger, product.job), Decision.APPROVE, "", reviewer)
            await merge_job(project, ledger, read_job(ledger, product.job))
            return True
    return False


def strip_trailers(root: Path, plain: Path) -> None:
    """Copy the commits, their messages without trailers."""
    git(root.parent, "clone", "-q", str(root), str(plain))
    strip = "sed '/^[A-Za-z-]*: /d'"
    subprocess.run(
        ["git", "-C", str(plain), "filter-branch", "-f", "--msg-filter", strip, "HEAD"],
        env={**os.environ, "FILTER_BRANCH_SQUELCH_WARNING": "1"},
        check=True,
        capture_output=True,
    )


def measure(runs: int, roots: dict[str, Path]) -> None:
    wall: dict[str, list[float]] = {name: [] for name in (*roots, "git log -p")}
    cpu: dict[str, list[float]] = {name: [] for name in wall}
    for _ in range(runs):
        for name in wall:
            command = COMMAND if name in roots else ["git", "log", "-p"]
            spent, used = _timed(command, roots.get(name, next(iter(roots.values()))))
            wall[name].append(spent)
            cpu[name].append(used)
    for name in wall:
        print(f"{name}: {statistics.median(wall[name]):.2f} s wall (median), {min(wall[name]):.2f} fastest;", end=" ")
        print(f"{min(cpu[name]):.2f} s CPU{' (goal 5)' if name in ('with record', 'without') else ''}")


def _timed(command: list[str], folder: Path) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:  # a commit that does not hold up is a mistake of ours, here
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout.decode()}{done.stderr.decode()}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
