"""What one job costs, and whether it grows with the repository.

    make bench              (or: .venv/bin/python -I benchmarks/pipeline.py --runs 15)

Every figure is a median over interleaved runs in this one process; compare ratios, not machines.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MODULE = '''"""Module {n} of the benchmark."""


def parse_limit(text: str, default: int = 10) -> int:
    """Parse a limit.

    Args:
        text: The text to be read.
        default: What an empty text means.
    """
    if not text:
        return default
    return int(text)


def check_limit_{n}(limit: int) -> int:
    if limit < 0:
        raise ValueError("limit must not be negative")
    return limit
'''
CONFIG = '[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ["E", "F", "D"]\nignore = ["D1", "D203", "D213"]\n'


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=15)
    options.add_argument("--small", type=int, default=100)
    options.add_argument("--large", type=int, default=20_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        start_up(given.runs, environment)
        small = make_repository(Path(folder) / "small", given.small, environment)
        large = make_repository(Path(folder) / "large", given.large, environment)
        job(given.runs, small, large, environment)
        whole_folder(small, environment)
    proof()


def _environment(folder: Path) -> dict[str, str]:
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\n name = Bench\n email = bench@localhost\n")
    return {"HOME": str(home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}


def start_up(runs: int, environment: dict[str, str]) -> None:
    """CPU of `workhorse --version` beyond a bare interpreter."""
    bare = [sys.executable, "-I", "-c", "pass"]
    ours = [sys.executable, "-I", "-m", "workhorse_cli.main", "--version"]
    cpu: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(runs):
        cpu["bare"].append(_measure(bare, None, environment)[1])
        cpu["ours"].append(_measure(ours, None, environment)[1])
    beyond = statistics.median(cpu["ours"]) - statistics.median(cpu["bare"])
    print(f"workhorse --version: {beyond:.0f} ms CPU beyond a bare interpreter (goal 60)")


def make_repository(root: Path, files: int, environment: dict[str, str]) -> Path:
    for number in range(files):
        package = root / "src" / f"p{number // 100:03d}"
        package.mkdir(parents=True, exist_ok=True)
        (package / f"m{number % 100:02d}.py").write_text(MODULE.format(n=number))
    (root / "pyproject.toml").write_text(CONFIG)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "base"], ["gc", "-q"]):
        subprocess.run(["git", "-C", str(root), *command], env=environment, check=True, stdin=subprocess.DEVNULL)
    return root


def job(runs: int, small: Path, large: Path, environment: dict[str, str]) -> None:
    """One docstring by the rules, from the shell to the verified scratch branch."""
    wall: dict[Path, list[float]] = {small: [], large: []}
    for number in range(runs + 1):
        for root in (small, large):
            target = f"src/p000/m{number:02d}.py::check_limit_{number}"
            command = [sys.executable, "-I", "-m", "workhorse_cli.main", "docstrings", target, "--engine", "rules"]
            spent, _ = _measure(command, root, environment)
            if number:  # the first one warms the caches
                wall[root].append(spent)
    a, b = (statistics.median(wall[root]) for root in (small, large))
    print(f"one docstring job: {a:.0f} ms wall in a small repository, {b:.0f} in a large one (goal 250)")
    print(f"  growth {b / a:.2f} (goal 1.2); fastest {min(wall[small]):.0f} and {min(wall[large]):.0f} ms")


def whole_folder(root: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-I", "-m", "workhorse_cli.main", "docstrings", "src", "--engine", "rules"]
    files = sum(1 for _ in root.rglob("*.py"))
    spent, _ = _measure(command, root, environment)
    print(f"a folder of {files} files: {files / spent * 1000:.0f} files and as many functions a second")


def proof() -> None:
    """The same-code proof over the standard library, and the scratch commit alone."""
    from pipeline_parts import measure_proof, measure_scratch

    measure_proof()
    measure_scratch()


def _measure(command: list[str], folder: Path | None, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; give its wall and CPU milliseconds, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr.decode()}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall * 1000, cpu * 1000


if __name__ == "__main__":
    main()
