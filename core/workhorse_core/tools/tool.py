"""Tools of a project, and the Python that it uses, found where the edited repository cannot have put them."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from workhorse_core.system.find_program import lies_inside, program_in
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project

PYTHON_TOOLS = frozenset({"basedpyright", "black", "flake8", "mypy", "pyright"})
"""Those that are Python modules: started as ``python -I -m``, nothing in the current folder can be imported."""

_PROGRAMS = "Scripts" if os.name == "nt" else "bin"


class Origin(StrEnum):
    """The places where a tool is looked for, in order."""

    CONFIGURED = "named in the configuration"
    PROJECT = "in the project's own environment"
    BESIDE = "beside Workhorse"
    PATH = "on PATH"


class Tool(NamedTuple):
    """A program that may be started; ``command`` begins with an absolute path."""

    name: str
    command: tuple[str, ...]
    origin: Origin


def find_tool(name: str, project: Project, environ: Mapping[str, str] | None = None) -> Tool | None:
    """Find a tool where the edited repository cannot have put it, unless its owner trusts it.

    The configured command comes first (a repository's own is only there when it is trusted), then the environment of
    a trusted project, then what is installed beside Workhorse, then PATH without relative entries and without those
    that lie in the repository.
    """
    environ = os.environ if environ is None else environ
    if command := project.config.commands.get(name):
        program = _named(command[0], project, environ)
        return Tool(name, (program, *command[1:]), Origin.CONFIGURED) if program else None
    if (python := project_python(project)) and (program := program_in(python.parent, name)):
        return Tool(name, _command(name, program, python), Origin.PROJECT)
    beside = Path(sys.executable).parent
    if program := program_in(beside, name):
        return Tool(name, _command(name, program, Path(sys.executable)), Origin.BESIDE)
    program = _on_path(name, project, environ)
    return Tool(name, (program,), Origin.PATH) if program else None


def project_python(project: Project) -> Path | None:
    """Return the interpreter of the environment in a trusted project's folder; running it runs the project's code."""
    if project.trusted:
        for folder in (".venv", "venv"):
            if program := program_in(project.root / folder / _PROGRAMS, "python"):
                return Path(program)
    return None


def environment_python(project: Project, environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the interpreter whose packages the project uses: a trusted project's own, else the active environment's.

    One that is active but lies in the project is the project's own.
    """
    if python := project_python(project):
        return python
    active = (os.environ if environ is None else environ).get("VIRTUAL_ENV", "")
    if not Path(active).is_absolute() or lies_inside(Path(active), project.root):
        return None
    program = program_in(Path(active) / _PROGRAMS, "python")
    return Path(program) if program else None


def python_on_path(project: Project) -> Path | None:
    """Find the Python that a user means outside every environment; a script in its place, such as a shim, is not it."""
    program = _on_path("python3", project, os.environ)
    if program is None:
        return None
    with Path(program).open("rb") as file:
        return None if file.read(2) == b"#!" else Path(program)


def safe_path(project: Project, environ: Mapping[str, str]) -> list[str]:
    """Return the entries of PATH that are absolute and neither lie in the project nor lead into it."""
    entries = dict.fromkeys(environ.get("PATH", os.defpath).split(os.pathsep))
    return [entry for entry in entries if Path(entry).is_absolute() and not lies_inside(Path(entry), project.root)]


def _named(program: str, project: Project, environ: Mapping[str, str]) -> str | None:
    """Resolve the first word of a configured command; a path from the project's root only where it is trusted."""
    if Path(program).is_absolute():
        return program
    if Path(program).name != program:
        return str(project.root / program) if project.trusted else None
    return _on_path(program, project, environ)


def _command(name: str, program: str, python: Path) -> tuple[str, ...]:
    return (str(python), "-I", "-X", "utf8", "-m", name) if name in PYTHON_TOOLS else (program,)


def _on_path(name: str, project: Project, environ: Mapping[str, str]) -> str | None:
    for entry in safe_path(project, environ):
        program = program_in(Path(entry), name)
        if program and not lies_inside(Path(program), project.root):
            return program
    return None
