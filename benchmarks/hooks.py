"""Measure a commit with no hook, with ours, and with pre-commit and prek running a Python hook that does nothing.

    python -I benchmarks/hooks.py [ROUNDS] [--bin FOLDER]

On one repository of 2,000 files, the five taken in turn in each round, so that a busy machine is busy for all of them.
pre-commit and prek are installed into a temporary environment; ``--bin`` names a folder that has them already. Times
are milliseconds, of the whole ``git commit`` with its children. Our hooks run as users have them: from a wheel of
this repository in an environment of its own.
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
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = 2_000
NOTHING = """\
repos:
- repo: local
  hooks:
  - id: nothing
    name: nothing
    language: python
    entry: python -I -c pass
    pass_filenames: false
    types: [python]
"""
SETTINGS = "[user]\nname = Ada\nemail = ada@example.org\n[gc]\nauto = 0\n[maintenance]\nauto = false\n"


@dataclass
class Case:
    """One way of committing: how its hook is put in place, what is committed, and what it cost, wall and CPU."""

    name: str
    hook: bytes | None
    findings: int = 0
    costs: list[tuple[float, float]] = field(default_factory=list)

    def median(self, which: int) -> float:
        return statistics.median(cost[which] for cost in self.costs)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_repository(root: Path, environment: dict[str, str]) -> None:
    for number in range(FILES):
        file = root / f"src/package{number // 50}/module{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        bodies = "".join(f'\n\ndef add{each}(a, b):\n    """Add."""\n    return a + b + {each}\n' for each in range(10))
        file.write_text(f'"""Module {number}."""\n{bodies}')
    (root / ".pre-commit-config.yaml").write_text(NOTHING)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Begin"]):
        run(["git", *words], root, environment)


def change(root: Path, number: int, findings: int) -> str:
    """Change the same file each time: documented functions, or as many undocumented ones as there are findings."""
    path = "src/package7/module350.py"
    said = '    """Add."""\n' if not findings else ""
    bodies = "".join(f"\n\ndef add{each}(a, b):\n{said}    return a + b + {number}\n" for each in range(3))
    (root / path).write_text(f'"""Module."""\n{bodies}')
    return path


def commit(root: Path, environment: dict[str, str]) -> tuple[float, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(["git", "commit", "-qm", "Change"], cwd=root, env=environment, check=True, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1e3, cpu * 1e3


def installed(hook: Path, install: Callable[[], object]) -> bytes:
    install()
    script = hook.read_bytes()
    hook.unlink()
    return script


def bare_start(python: str, environment: dict[str, str]) -> float:
    times: list[float] = []
    for _ in range(30):
        begun = time.perf_counter()
        subprocess.run([python, "-I", "-c", "pass"], check=True, env=environment)
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


def prepare(work: Path, given: Path | None, environment: dict[str, str]) -> Path:
    """Install a wheel of this repository, and the two managers, and give the folder of the managers."""
    run([sys.executable, "-m", "venv", str(work / "ours")], work, environment)
    python = str(work / "ours" / "bin" / "python")
    run([python, "-m", "pip", "install", "-q", str(ROOT)], work, environment)
    if given:
        return given
    run([sys.executable, "-m", "venv", str(work / "theirs")], work, environment)
    run([str(work / "theirs" / "bin" / "pip"), "install", "-q", "pre-commit", "prek"], work, environment)
    return work / "theirs" / "bin"


def measure(rounds: int, given: Path | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "gitconfig").write_text(SETTINGS)
        folders = {f"{tool}_HOME": str(work / tool) for tool in ("PRE_COMMIT", "PREK", "XDG_CONFIG", "XDG_STATE")}
        environment = {**os.environ, **folders, "GIT_CONFIG_GLOBAL": str(work / "gitconfig")}
        tools = prepare(work, given, environment)
        environment["PATH"] = os.pathsep.join([str(tools), environment["PATH"]])
        root = work / "project"
        make_repository(root, environment)
        hook = root / ".git" / "hooks" / "pre-commit"
        cases = make_cases(work, root, hook, tools, environment)
        made = count(1)
        for number in range(rounds + 1):
            for case in cases:
                hook.unlink(missing_ok=True)
                if case.hook is not None:
                    hook.write_bytes(case.hook)
                    hook.chmod(0o755)
                run(["git", "add", change(root, next(made), case.findings)], root, environment)
                cost = commit(root, environment)
                if number:  # the first of each fills its caches
                    case.costs.append(cost)
        show(cases, bare_start(str(work / "ours" / "bin" / "python"), environment))


def make_cases(work: Path, root: Path, hook: Path, tools: Path, environment: dict[str, str]) -> list[Case]:
    config = root / ".pre-commit-config.yaml"

    def ours() -> None:
        hidden = shutil.move(config, work / "hidden.yaml")  # or we would give way to pre-commit
        run([str(work / "ours" / "bin" / "workhorse"), "hooks", "install", "--hook", "pre-commit"], root, environment)
        shutil.move(hidden, config)

    script = installed(hook, ours)
    return [
        Case("no hook", None),
        Case("ours, nothing to say", script),
        Case("ours, three findings", script, 3),
        Case("prek", installed(hook, lambda: run([str(tools / "prek"), "install"], root, environment))),
        Case("pre-commit", installed(hook, lambda: run([str(tools / "pre-commit"), "install"], root, environment))),
    ]


def show(cases: list[Case], bare: float) -> None:
    base = cases[0]
    prek = next(case for case in cases if case.name == "prek")
    print(f"python -I -c pass: {bare:.1f} ms\n")
    print("| hook | wall | CPU | beyond no hook | of bare Python | of prek's |")
    print("|---|---|---|---|---|---|")
    for case in cases:
        beyond = case.median(0) - base.median(0)
        theirs = prek.median(0) - base.median(0)
        ratios = f"{beyond:.1f} | {beyond / bare:.2f} | {beyond / theirs:.2f}" if case is not base else "| |"
        print(f"| {case.name} | {case.median(0):.1f} | {case.median(1):.1f} | {ratios} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rounds", nargs="?", type=int, default=15)
    parser.add_argument("--bin", type=Path, default=None)
    options = parser.parse_args()
    measure(options.rounds, options.bin)
