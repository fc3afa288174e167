"""Compare this checkout with an earlier revision: start-up, one job, a commit's hook, an editor's first menu.

    make bench-compare REV=v0.1.0      (or: python -I benchmarks/compare.py REV [--runs 15])

Both are installed with pip into environments of their own, as users have them, and take turns in one run, so that
a busy machine is busy for both. The ratio is new / old, of medians; a figure above 1.05 in two runs is a regression.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the other benchmarks: -I leaves this folder out

import lsp
import pipeline

import hooks

ROOT = Path(__file__).parents[1]
UNTYPED = '"""Module {n}."""\n\n\ndef add(first=1, second=2):\n    """Add."""\n    return first + second\n'


@dataclass
class Side:
    """One installed revision."""

    name: str
    folder: Path

    @property
    def workhorse(self) -> str:
        return str(self.folder / "bin" / "workhorse")

    @property
    def server(self) -> list[str]:
        return [str(self.folder / "bin" / "python"), "-I", "-m", "workhorse_lsp_server"]


@dataclass
class Figure:
    """Milliseconds of one thing, for each side."""

    name: str
    measure: Callable[[Side], float]
    values: dict[str, list[float]] = field(default_factory=lambda: {"old": [], "new": []})

    def row(self) -> str:
        old, new = (statistics.median(self.values[side]) for side in ("old", "new"))
        fastest = " / ".join(f"{min(self.values[side]):.0f}" for side in ("old", "new"))
        return f"| {self.name} | {old:.1f} | {new:.1f} | {fastest} | {new / old:.2f} |"


def main() -> None:
    """Install both, take turns, and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("revision")
    options.add_argument("--runs", type=int, default=15)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(os.path.realpath(name))
        sides = [install("old", given.revision, work), install("new", None, work)]
        figures = make_figures(work, sides)
        for turn in range(given.runs + 1):
            for figure in figures:
                for side in sides if turn % 2 else sides[::-1]:
                    spent = figure.measure(side)
                    if turn:  # the first of each fills its caches
                        figure.values[side.name].append(spent)
        print("| ms, median | old | new | fastest | new / old |\n|---|--:|--:|--:|--:|")
        print("\n".join(figure.row() for figure in figures))


def install(name: str, revision: str | None, work: Path) -> Side:
    """Install a revision, None for this checkout as it is, into an environment of its own."""
    source = ROOT
    if revision is not None:
        source = work / f"source-{name}"
        archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            opened.extractall(source, filter="data")
    side = Side(name, work / name)
    subprocess.run([sys.executable, "-m", "venv", str(side.folder)], check=True)
    pip = [str(side.folder / "bin" / "python"), "-m", "pip", "install", "-qqq", "--disable-pip-version-check"]
    subprocess.run([*pip, str(source), "ruff"], check=True)
    return side


def make_figures(work: Path, sides: list[Side]) -> list[Figure]:
    """Prepare a repository for each kind of figure."""
    environment = pipeline._environment(work)
    small = pipeline.make_repository(work / "small", 100, environment)
    with (small / "pyproject.toml").open("a") as configuration:
        configuration.write("[tool.pyrefly]\n")  # older revisions look at nothing without it
    for number in range(100):
        (small / f"untyped{number}.py").write_text(UNTYPED.format(n=number))
    subprocess.run(["git", "-C", str(small), "add", "."], env=environment, check=True)
    subprocess.run(["git", "-C", str(small), "commit", "-qm", "untyped"], env=environment, check=True)
    files = {key: count() for key in ("is_even", "is_allowed", "hints")}

    def version(side: Side) -> float:
        return pipeline._measure([side.workhorse, "--version"], None, environment)[1]

    def job(function: str) -> Callable[[Side], float]:
        def measure(side: Side) -> float:
            target = f"src/p000/m{next(files[function]) % 100:02d}.py::{function}"
            return pipeline._measure([side.workhorse, "docstrings", target, "--engine", "rules"], small, environment)[0]

        return measure

    def hints(side: Side) -> float:
        target = f"untyped{next(files['hints']) % 100}.py"
        return pipeline._measure([side.workhorse, "hints", target, "--engine", "rules"], small, environment)[0]

    page = lsp.write_file(work, 1_000)
    subprocess.run(["git", "init", "-q", str(work)], env=environment, check=True)
    commits = HookedRepository(work / "hooked", sides, environment)
    return [
        Figure("`workhorse --version`, CPU", version),
        Figure("one docstring job", job("is_even")),
        Figure("one docstring job with a section", job("is_allowed")),
        Figure("one hints job", hints),
        Figure("a commit, nothing to say", lambda side: commits.commit(side, 0)),
        Figure("a commit, three findings", lambda side: commits.commit(side, 3)),
        Figure("editor: start to first menu, 1,000 lines", lambda side: lsp.first_menu(side.server, work, page)),
    ]


class HookedRepository:
    """One repository of 2,000 files, committed to with the pre-commit hook of either side."""

    def __init__(self, root: Path, sides: list[Side], environment: dict[str, str]) -> None:
        self._root = root
        self._environment = environment
        self._made = count()
        hooks.make_repository(root, environment)
        (root / ".pre-commit-config.yaml").unlink()  # or ours would give way to pre-commit
        self._hook = root / ".git" / "hooks" / "pre-commit"
        self._scripts = {side.name: hooks.installed(self._hook, self._installer(side)) for side in sides}

    def _installer(self, side: Side) -> Callable[[], object]:
        command = [side.workhorse, "hooks", "install", "--hook", "pre-commit"]
        return lambda: hooks.run(command, self._root, self._environment)

    def commit(self, side: Side, findings: int) -> float:
        self._hook.write_bytes(self._scripts[side.name])
        self._hook.chmod(0o755)
        path = hooks.change(self._root, next(self._made), findings)
        hooks.run(["git", "add", path], self._root, self._environment)
        return hooks.commit(self._root, self._environment)[0]


if __name__ == "__main__":
    main()
