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

sys.path.insert(0, str(Path(__file__).parent))  # the other benchmarks: -I leaves these folders out
sys.path.insert(1, str(Path(__file__).parent / "lsp"))

import pipeline
from client import first_menu, write_file

import hooks

ROOT = Path(__file__).parents[1]
FILES = 100
UNTYPED = '"""Module {n}."""\n\n\ndef cased(s="x", up=True):\n    """Change it."""\n    return s.upper() if up else s\n'


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
    """Prepare a repository for each side and each kind of figure: an older Workhorse refuses a newer one's ledger."""
    environment = pipeline._environment(work)
    projects = {side.name: make_project(work / f"project-{side.name}", environment) for side in sides}
    hooked = {side.name: HookedRepository(work / f"hooked-{side.name}", side, environment) for side in sides}
    page = write_file(work, 1_000)
    subprocess.run(["git", "init", "-q", str(work)], env=environment, check=True)

    def version(side: Side) -> float:
        return pipeline._measure([side.workhorse, "--version"], None, environment)[1]

    def job(action: str, target: str) -> Callable[[Side], float]:
        numbers = {side.name: count() for side in sides}

        def measure(side: Side) -> float:
            path = target.format(n=next(numbers[side.name]) % FILES)
            command = [side.workhorse, action, path, "--engine", "rules"]
            return pipeline._measure(command, projects[side.name], environment)[0]

        return measure

    return [
        Figure("`workhorse --version`, CPU", version),
        Figure("one docstring job", job("docstrings", "src/p000/m{n:02d}.py::halve")),
        Figure("one docstring job with a section", job("docstrings", "src/p000/m{n:02d}.py::is_allowed")),
        Figure("one hints job", job("hints", "untyped{n}.py")),
        Figure("a commit, no finding", lambda side: hooked[side.name].commit(0)),
        Figure("a commit, three findings", lambda side: hooked[side.name].commit(3)),
        Figure(
            "editor: start to first menu, 1,000 lines", lambda side: first_menu("workhorse", side.server, work, page)
        ),
    ]


def make_project(root: Path, environment: dict[str, str]) -> Path:
    """Make a repository of files to document and files to annotate."""
    pipeline.make_repository(root, FILES, environment)
    with (root / "pyproject.toml").open("a") as configuration:
        configuration.write("[tool.pyrefly]\n")  # older revisions look at nothing without it
    for number in range(FILES):
        (root / f"untyped{number}.py").write_text(UNTYPED.format(n=number))
    subprocess.run(["git", "-C", str(root), "add", "."], env=environment, check=True)
    subprocess.run(["git", "-C", str(root), "commit", "-qm", "untyped"], env=environment, check=True)
    return root


class HookedRepository:
    """A repository of 2,000 files with the pre-commit hook of one side."""

    def __init__(self, root: Path, side: Side, environment: dict[str, str]) -> None:
        self._root = root
        self._environment = environment
        self._made = count()
        hooks.make_repository(root, environment)
        (root / ".pre-commit-config.yaml").unlink()  # or ours would give way to pre-commit
        hooks.run([side.workhorse, "hooks", "install", "--hook", "pre-commit"], root, environment)

    def commit(self, findings: int) -> float:
        """Commit a change with so many findings; return its wall milliseconds."""
        path = hooks.change(self._root, next(self._made), findings)
        hooks.run(["git", "add", path], self._root, self._environment)
        return hooks.commit(self._root, self._environment)[0]


if __name__ == "__main__":
    main()
