"""The bare tools that are measured beside ours: each writes its annotations into a copy of the stripped project."""

import os
import re
import shutil
import signal
import subprocess
import time
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from compare import index_of
from inlay import inlay_hints

from workhorse_core.actions.hints.sources.annotated import Spot, annotations
from workhorse_core.languages.python.type_expression import TypeExpression

NEEDS = (
    *("pytest==8.4.2", "freezegun==1.5.5", "pytest-httpbin==2.0.0", "httpbin==0.10.2", "pytest-mock==3.15.1"),
    *("trustme==1.2.1", "pysocks==1.7.1", "charset-normalizer==3.4.4", "idna==3.11", "urllib3==2.5.0", "certifi"),
    *("anyio", "httpcore", "h2", "brotli", "zstandard", "sniffio", "chardet", "trio", "uvicorn", "rich"),
)
TOOLS = ("autotyping==24.9.0", "infer-types==1.0.0", "basedpyright==1.40.2", "monkeytype==23.3.0", "pyrefly==1.4.1")
RIGHTTYPER = "righttyper==0.1.0"
"""Needs Python 3.12, so that it has an environment of its own."""
_TIME_LIMIT = 300
"""Seconds for one tool on one project; what takes longer has failed."""


@dataclass(frozen=True)
class Work:
    """A project to annotate. ``package`` is the folder of its code; ``tests`` what pytest is given."""

    name: str
    stripped: Path
    package: str
    tests: Sequence[str]


@dataclass(frozen=True)
class Result:
    """Output of a tool, and its seconds; ``failure`` is the reason for no output.

    ``sources`` and ``slots`` (how many it looked at) are known of ours only.
    """

    tool: str
    got: Mapping[Spot, TypeExpression] = field(default_factory=dict)
    seconds: float = 0.0
    failure: str = ""
    sources: Mapping[Spot, tuple[str, ...]] = field(default_factory=dict)
    slots: int = 0


@dataclass(frozen=True)
class Environments:
    """Interpreters: ``usual`` has all tools but RightTyper, which is in ``newer`` where there is a newer Python."""

    usual: Path
    newer: Path | None


def prepare(cache: Path) -> Environments:
    """Install the tools, once, beside the projects in the cache."""
    usual = _environment(cache / "hints-tools-env", None, (*NEEDS, *TOOLS))
    newer = next((found for name in ("python3.13", "python3.12") if (found := _works(name))), None)
    return Environments(usual, _environment(cache / "hints-newer-env", newer, (*NEEDS, RIGHTTYPER)) if newer else None)


def _works(name: str) -> str | None:
    """Find an interpreter that starts; a version manager puts empty shells on PATH."""
    for folder in os.get_exec_path():
        program = Path(folder, name)
        if program.is_file() and subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(program)
    return None


def _environment(folder: Path, python: str | None, needs: Sequence[str]) -> Path:
    program = folder / "bin" / "python"
    if not (folder / "installed").exists():
        if python is None:
            venv.create(folder, clear=True, with_pip=True)
        else:
            subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([program, "-I", "-m", "pip", "install", "--quiet", *needs], check=True)
        (folder / "installed").touch()
    return program


def run_tools(work: Work, environments: Environments, place: Path, only: Sequence[str] = ()) -> Iterator[Result]:
    """Run every tool, each on a copy of its own."""
    for name, run in _runs(environments).items():
        if not only or name in only:
            yield _run(name, run, work, place)


Run = Callable[[Work, Path], Mapping[Spot, TypeExpression] | None]


def _run(name: str, run: Run, work: Work, place: Path) -> Result:
    copy = place / f"{work.name}-{name.replace(' ', '')}"
    shutil.copytree(work.stripped, copy)
    started = time.perf_counter()
    try:
        got = run(work, copy)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        return Result(name, failure=str(error)[:200])
    seconds = time.perf_counter() - started
    if got is None:
        files = {path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*.py")}
        got = annotations(index_of(files))
    return Result(name, got, seconds)


def _runs(environments: Environments) -> dict[str, Run]:
    python = str(environments.usual)
    runs: dict[str, Run] = {
        "pyrefly infer": lambda work, copy: _call(
            [str(environments.usual.with_name("pyrefly")), "infer", work.package], copy
        ),
        "autotyping --safe": lambda work, copy: _call([python, "-m", "autotyping", "--safe", work.package], copy),
        "autotyping --aggressive": lambda work, copy: _call(
            [python, "-m", "autotyping", "--aggressive", work.package], copy
        ),
        "infer-types": lambda work, copy: _call([python, "-m", "infer_types", work.package], copy),
        "basedpyright inlay hints": lambda work, copy: inlay_hints(
            [str(environments.usual.with_name("basedpyright-langserver")), "--stdio"], copy, work.package
        ),
        "MonkeyType": lambda work, copy: _monkeytype(python, work, copy),
    }
    if environments.newer is not None:
        newer = str(environments.newer)
        runs["RightTyper"] = lambda work, copy: _righttyper(newer, work, copy)
    return runs


def _call(command: Sequence[str], folder: Path, **variables: str) -> None:
    """Run a tool; at the time limit all that it started ends with it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_"))}
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(_TIME_LIMIT)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _source_root(work: Work, copy: Path) -> str:
    return str(copy / "src" if work.package.startswith("src") else copy)


def _righttyper(python: str, work: Work, copy: Path) -> None:
    options = ["--overwrite", "--output-files", "--python-version", "3.11", "--srcdir", _source_root(work, copy)]
    command = [python, "-m", "righttyper", *options, "-m", "pytest", "-p", "no:cacheprovider", "-q", *work.tests]
    _call(command, copy, PYTHONPATH=_source_root(work, copy))


def _monkeytype(python: str, work: Work, copy: Path) -> None:
    root = _source_root(work, copy)
    program = [str(Path(python).with_name("monkeytype"))]
    _call([*program, "run", "-m", "pytest", "-p", "no:cacheprovider", "-q", *work.tests], copy, PYTHONPATH=root)
    listed = subprocess.run(
        [*program, "list-modules"], cwd=copy, capture_output=True, text=True, check=False, timeout=_TIME_LIMIT
    )
    package = next(path.parent.name for path in sorted((copy / work.package).rglob("__init__.py")))
    for module in listed.stdout.split():
        if re.match(rf"{package}(\.|$)", module):
            _call([*program, "apply", module], copy, PYTHONPATH=root)
