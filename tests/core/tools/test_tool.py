import os
import stat
import sys
from pathlib import Path

import pytest

from workhorse_core.settings.config import Config
from workhorse_core.tools.tool import Origin, Tool, environment_python, find_tool, safe_path
from workhorse_core.workspace.project import Project


def put_program(path: Path, script: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def with_commands(project: Project, **commands: tuple[str, ...]) -> Project:
    return project._replace(config=Config(commands=commands))


def test_a_configured_command_comes_first(project: Project) -> None:
    tool = find_tool("ruff", with_commands(project, ruff=("/opt/ruff", "--isolated")))

    assert tool == Tool("ruff", ("/opt/ruff", "--isolated"), Origin.CONFIGURED)


def test_the_environment_of_a_trusted_project_comes_second(trusted: Project) -> None:
    put_program(trusted.root / ".venv/bin/python")
    program = put_program(trusted.root / ".venv/bin/ruff")

    assert find_tool("ruff", trusted) == Tool("ruff", (str(program),), Origin.PROJECT)


def test_the_environment_of_a_project_that_is_not_trusted_is_not_used(project: Project) -> None:
    put_program(project.root / ".venv/bin/python")
    put_program(project.root / ".venv/bin/ruff")

    tool = find_tool("ruff", project)

    assert tool is not None
    assert tool.origin is Origin.BESIDE


def test_tool_installed_beside_workhorse_comes_third(project: Project) -> None:
    assert find_tool("ruff", project) == Tool("ruff", (str(Path(sys.executable).parent / "ruff"),), Origin.BESIDE)


def test_python_tools_are_started_in_isolation(project: Project) -> None:
    tool = find_tool("flake8", project)

    assert tool is not None
    assert tool.command == (sys.executable, "-I", "-X", "utf8", "-m", "flake8")


def test_path_comes_last(project: Project, tmp_path: Path) -> None:
    program = put_program(tmp_path / "programs/zzlint")

    assert find_tool("zzlint", project, {"PATH": str(program.parent)}) == Tool("zzlint", (str(program),), Origin.PATH)
    assert find_tool("zzlint", project, {"PATH": "/nowhere"}) is None


def test_path_entries_in_the_project_are_refused(project: Project, tmp_path: Path) -> None:
    program = put_program(project.root / "bin/zzlint")
    outside = tmp_path / "outside"
    outside.symlink_to(program.parent)
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/zzlint").symlink_to(program)
    (project.root / "away").symlink_to(tmp_path / "programs")

    for entry in (program.parent, outside, project.root / "away"):
        assert safe_path(project, {"PATH": str(entry)}) == []
    for entry in (program.parent, outside, tmp_path / "programs", project.root / "away"):
        assert find_tool("zzlint", project, {"PATH": str(entry)}) is None


def test_relative_path_entries_are_refused(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_program(tmp_path / "programs/zzlint")
    monkeypatch.chdir(tmp_path)

    for entry in ("programs", "./programs", "", "."):
        assert safe_path(project, {"PATH": entry}) == []
        assert find_tool("zzlint", project, {"PATH": entry}) is None


def test_a_configured_path_from_the_root_needs_trust(project: Project, trusted: Project) -> None:
    program = put_program(project.root / "bin/zzlint")
    command = {"zzlint": ("bin/zzlint",)}

    assert find_tool("zzlint", with_commands(project, **command)) is None
    assert find_tool("zzlint", with_commands(trusted, **command)) == Tool("zzlint", (str(program),), Origin.CONFIGURED)


def test_a_configured_name_is_looked_up_on_the_safe_path(project: Project, tmp_path: Path) -> None:
    program = put_program(tmp_path / "programs/uvx")
    put_program(project.root / "bin/uvx")
    path = f"{project.root / 'bin'}{os.pathsep}{program.parent}"

    tool = find_tool("ruff", with_commands(project, ruff=("uvx", "ruff")), {"PATH": path})

    assert tool == Tool("ruff", (str(program), "ruff"), Origin.CONFIGURED)


def test_an_active_environment_counts_unless_it_lies_in_the_project(project: Project, tmp_path: Path) -> None:
    python = put_program(tmp_path / "env/bin/python")
    inside = put_program(project.root / ".venv/bin/python")

    assert environment_python(project, {"VIRTUAL_ENV": str(tmp_path / "env")}) == python
    assert environment_python(project, {"VIRTUAL_ENV": str(project.root / ".venv")}) is None
    assert environment_python(project._replace(trusted=True), {}) == inside
