"""Measure one job, and whether its cost grows with the repository.

    make bench              (or: .venv/bin/python -I benchmarks/pipeline.py --runs 15)

The runs of what is compared are interleaved. CPU is the fastest run, children included: on a busy machine it is worth
more than wall time, of which the median and the fastest run are given. Compare ratios, not machines.
"""

import argparse
import ast
import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange, make_patch
from workhorse_core.checks.same_code import differences
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.scratch import drop_scratch, make_scratch

WORKHORSE = str(Path(sys.executable).with_name("workhorse"))
"""What a user types, beside the interpreter that runs this."""
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


# Halve a number, rounding towards zero.
def halve(number: int) -> int:
    return int(number / 2)


def is_allowed(limit: int) -> bool:
    if limit < 0:
        raise ValueError("limit must not be negative")
    return limit < {n}
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
        job("halve", given.runs, small, large, environment)
        job("is_allowed", given.runs, small, large, environment)
        whole_folder(small, environment)
        scratch_alone(given.runs, small, large)
    proof(count=250)


def _environment(folder: Path) -> dict[str, str]:
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[gc]\n auto = 0\n[user]\n name = Bench\n email = bench@localhost\n")
    return {"HOME": str(home), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}


def start_up(runs: int, environment: dict[str, str]) -> None:
    """CPU of `workhorse --version` beyond a bare interpreter."""
    bare = [sys.executable, "-I", "-c", "pass"]
    ours = [WORKHORSE, "--version"]
    cpu: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(runs):
        cpu["bare"].append(_measure(bare, None, environment)[1])
        cpu["ours"].append(_measure(ours, None, environment)[1])
    beyond = min(cpu["ours"]) - min(cpu["bare"])
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


def job(function: str, runs: int, small: Path, large: Path, environment: dict[str, str]) -> None:
    """One docstring by the rules, from the shell to the verified scratch branch.

    That of ``halve`` is one line; that of ``is_allowed`` has a section, which a check reads with pydoclint.
    """
    wall: dict[Path, list[float]] = {small: [], large: []}
    cpu: dict[Path, list[float]] = {small: [], large: []}
    for number in range(runs + 1):
        for root in (small, large):
            spent, used = _measure(_documenting(f"src/p000/m{number:02d}.py::{function}"), root, environment)
            if number:  # the first one warms the caches
                wall[root].append(spent)
                cpu[root].append(used)
    a, b = (statistics.median(wall[root]) for root in (small, large))
    print(f"one docstring job, {function}: {a:.0f} ms wall in a small repository, {b:.0f} in a large one (goal 250)")
    print(f"  growth {b / a:.2f} (goal 1.2); fastest {min(wall[small]):.0f} and {min(wall[large]):.0f} ms")
    print(f"  CPU {min(cpu[small]):.0f} and {min(cpu[large]):.0f} ms, the project's ruff included")


def whole_folder(root: Path, environment: dict[str, str]) -> None:
    """Every file of the small repository in one job; two functions of each are written."""
    files = sum(1 for _ in root.rglob("*.py"))
    spent, used = _measure(_documenting("src"), root, environment)
    rate = files / spent * 1000
    print(f"a folder of {files} files: {rate:.0f} files, {2 * rate:.0f} functions a second")
    print(f"  CPU {used / files:.1f} ms a file")


def _documenting(target: str) -> list[str]:
    return [WORKHORSE, "docstrings", target, "--engine", "rules"]


def scratch_alone(runs: int, *roots: Path) -> None:
    """Blobs, two commits and the branch, without the rest of a job."""
    for root in roots:
        repository = Repository.find(root)
        assert repository is not None
        path = "src/p000/m50.py"
        spent: list[float] = []
        for number in range(runs + 1):
            patch = make_patch({path: (root / path).read_bytes()}.get, [Edit(path, 0, 0, b"# %d\n" % number)])
            started = time.perf_counter()
            scratch = make_scratch(repository, f"bench{number}", "docstrings", "bench", patch)
            spent.append((time.perf_counter() - started) * 1000)
            drop_scratch(repository, scratch)
        print(f"the scratch commit alone: {statistics.median(spent[1:]):.0f} ms in {root.name} (goal 30)")


def proof(count: int) -> None:
    """The same-code proof on files of the standard library, a docstring added to each."""
    library = Path(sysconfig.get_path("stdlib"))
    every = [file for file in sorted(library.rglob("*.py")) if not {"site-packages", "lib2to3"} & set(file.parts)]
    files = [file for file in every if not file.name.startswith(("bad", "test_lib2to3"))][
        :: max(1, len(every) // count)
    ]
    spent: list[float] = []
    for file in files[:count]:
        change = _documented(file.read_bytes())
        if change:
            started = time.process_time()
            findings = differences(change)
            spent.append((time.process_time() - started) * 1000)
            assert not findings, (file, findings)
    print(f"same-code: median {statistics.median(spent):.1f} ms CPU a file (goal 15)")
    print(f"  mean {statistics.fmean(spent):.1f} on {len(spent)} files of the standard library")


def _documented(data: bytes) -> FileChange | None:
    """Put a docstring into the first function that has none and whose body begins on a line of its own."""
    lines = data.split(b"\n")
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):  # the library's own tests hold such files on purpose
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not ast.get_docstring(node) and node.body[0].lineno > node.lineno:
            line = node.body[0].lineno - 1
            if not isinstance(node.body[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not lines[
                line - 1
            ].endswith(b"\\"):
                start = sum(len(text) + 1 for text in lines[:line])
                new = b" " * node.body[0].col_offset + b'"""Do it."""\n'
                return make_patch({"m.py": data}.get, [Edit("m.py", start, start, new)]).changes[0]
    return None


def _measure(command: list[str], folder: Path | None, environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; give its wall and CPU milliseconds, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = done.stdout.decode() + done.stderr.decode()
    if done.returncode or ("docstrings" in command and "  verified" not in said):  # a job that does nothing is quick
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return wall * 1000, cpu * 1000


if __name__ == "__main__":
    main()
