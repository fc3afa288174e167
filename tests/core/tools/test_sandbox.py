"""The sandbox hides files, processes and the network, and lets nothing be written but folders of ours."""

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from workhorse_core.tools.process import Reach, run_tool, runs_outside, tool_command
from workhorse_core.tools.sandbox import enclosed, is_closed, program_places, sandbox_program, starts_enclosed
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.workspace.project import Project

needs_sandbox = pytest.mark.skipif(
    sandbox_program() is None, reason="bubblewrap is not installed, or may not make namespaces here"
)


def run_inside(script: str, readable: tuple[Path, ...] = (), writable: tuple[Path, ...] = ()) -> str:
    """Run Python in the sandbox; return what it prints."""
    command = (sys.executable, "-I", "-S", "-c", textwrap.dedent(script))
    environ = {"HOME": os.environ["HOME"], "PATH": "/usr/bin", "SEEN": "yes"}
    whole = enclosed(command, environ, readable=readable, writable=writable)
    done = subprocess.run(whole, env=environ, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() or done.stderr.strip()


@needs_sandbox
def test_repository_is_readable_and_not_writable(project: Project) -> None:
    (project.root / "a.py").write_text("x = 1\n")
    script = f"""
        print(open({str(project.root / "a.py")!r}).read().strip())
        open({str(project.root / "b.py")!r}, "w")
    """

    said = run_inside(script, readable=(project.root,))

    assert said == "x = 1"
    assert not (project.root / "b.py").exists()


@needs_sandbox
def test_folder_of_ours_is_writable(tmp_path: Path) -> None:
    run_inside(f"open({str(tmp_path / 'made')!r}, 'w').write('1')", writable=(tmp_path,))

    assert (tmp_path / "made").read_text() == "1"


@needs_sandbox
def test_home_folder_and_other_temporary_files_are_hidden(tmp_path: Path) -> None:
    (Path(os.environ["HOME"]) / ".secret").write_text("key")
    (tmp_path / "other").write_text("key")
    script = f"""
        import os
        print([os.path.exists(path) for path in ({os.environ["HOME"] + "/.secret"!r}, {str(tmp_path / "other")!r})])
    """

    assert run_inside(script) == "[False, False]"


@needs_sandbox
def test_loopback_of_the_machine_is_out_of_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = run_inside(f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)\nprint('connected')")

    assert "connected" not in said
    assert "ConnectionRefusedError" in said


@needs_sandbox
def test_processes_and_environment_of_the_caller_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "secret")
    script = """
        import os
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        found = b"".join(open(f"/proc/{pid}/environ", "rb").read() for pid in pids)
        print(len(pids) < 5, b"SEEN=yes" in found, b"secret" in found)
    """

    assert run_inside(script) == "True True False"


@needs_sandbox
def test_tool_of_an_untrusted_project_runs_inside_and_of_a_trusted_one_outside(
    project: Project, trusted: Project, tmp_path: Path
) -> None:
    tool = Tool("sh", ("/bin/sh", "-c", "true"), Origin.BESIDE)

    assert tool_command(tool, project, tmp_path)[0] == sandbox_program()
    assert tool_command(tool, trusted, tmp_path) == tool.command


@needs_sandbox
async def test_folder_that_a_tool_runs_in_is_writable_unless_it_is_the_repository(
    project: Project, tmp_path: Path
) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    tool = Tool("sh", ("/bin/sh", "-c", "touch made"), Origin.BESIDE)

    assert (await run_tool(tool, [], project, ours)).code == 0
    assert (await run_tool(tool, [], project, project.root)).code != 0
    assert (ours / "made").exists()
    assert not (project.root / "made").exists()


@needs_sandbox
async def test_reach_names_what_else_may_be_read(project: Project, tmp_path: Path) -> None:
    for name in ("ours", "stubs"):
        (tmp_path / name).mkdir()
    tool = Tool("ls", ("/bin/ls", str(tmp_path / "stubs")), Origin.BESIDE)

    assert (await run_tool(tool, [], project, tmp_path / "ours")).code != 0
    reach = Reach(readable=(tmp_path / "stubs",))
    assert (await run_tool(tool, [], project, tmp_path / "ours", reach=reach)).code == 0


@needs_sandbox
def test_tool_that_does_not_start_inside_runs_outside(project: Project, tmp_path: Path) -> None:
    program = tmp_path / "programs" / "zzlint"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat {tmp_path}/other\n")
    program.chmod(0o755)
    (tmp_path / "other").write_text("1")

    assert not starts_enclosed((str(program),), "/usr/bin")
    tool = Tool("zzlint", (str(program),), Origin.PATH)
    assert tool_command(tool, project, tmp_path) == (str(program),)
    assert runs_outside(tool, project)
    assert not runs_outside(tool._replace(command=("/bin/true",)), project)


def test_without_a_sandbox_a_tool_runs_as_it_is(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workhorse_core.tools.process.sandbox_program", lambda: None)
    tool = Tool("sh", ("/bin/sh", "-c", "true"), Origin.BESIDE)

    assert tool_command(tool, project, tmp_path) == tool.command


@pytest.mark.parametrize(
    "script", ["exit 1", 'exec "$@"', 'shift; while [ "$1" != -- ]; do shift; done; shift; exec "$@"']
)
def test_bubblewrap_that_closes_nothing_is_no_sandbox(tmp_path: Path, script: str) -> None:
    program = tmp_path / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)

    assert not is_closed(str(program))


def test_program_in_a_virtual_environment_needs_it_and_the_python_it_is_made_of() -> None:
    places = program_places(sys.executable)

    assert Path(sys.prefix) in places
    assert any(Path(sys.base_prefix).resolve().is_relative_to(place.resolve()) for place in places)


@pytest.mark.parametrize("base", ["", ".local", ".."])
def test_environment_of_a_python_in_a_shared_folder_needs_its_library_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    """After ``./configure --prefix=$HOME``, the whole home folder would be readable in the sandbox."""
    home, prefix = tmp_path / "home", (tmp_path / "home" / base).resolve()
    for folder in (home, prefix / "bin", prefix / "lib" / "python3.11", home / "venv" / "bin"):
        folder.mkdir(parents=True, exist_ok=True)
    (prefix / "bin" / "python3").write_bytes(b"\x7fELF")
    (home / "venv" / "bin" / "python").symlink_to(prefix / "bin" / "python3")
    (home / "venv" / "pyvenv.cfg").write_text(f"home = {prefix / 'bin'}\n")
    monkeypatch.setenv("HOME", str(home))
    program_places.cache_clear()
    places = program_places(str(home / "venv" / "bin" / "python"))
    assert set(places) == {home / "venv", prefix / "lib" / "python3.11", prefix / "bin" / "python3"}


def test_program_in_a_shared_folder_needs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    program = home / ".local/bin/tool"
    program.parent.mkdir(parents=True)
    program.write_text("#!/nowhere/python\n")
    monkeypatch.setenv("HOME", str(home))

    assert program_places(str(program)) == (program,)


# -- the probe


def make_bubblewrap(folder: Path, closes: str) -> Path:
    """Put a program called bwrap on PATH that logs each start, and prints what the probe in it would print."""
    folder.mkdir(exist_ok=True)
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\necho started >> {folder / 'log'}\necho {closes}\n")
    program.chmod(0o755)
    return program


def probes(folder: Path) -> int:
    sandbox_program.cache_clear()  # as in a new process
    sandbox_program()
    log = folder / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture
def probed_anew() -> Iterator[None]:
    yield
    sandbox_program.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
@pytest.mark.usefixtures("probed_anew")
def test_success_of_the_probe_is_remembered_for_this_very_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    program = make_bubblewrap(folder, "closed")
    monkeypatch.setenv("PATH", str(folder))
    assert [probes(folder), probes(folder)] == [1, 1]
    program.write_text(program.read_text() + "# another one\n")
    assert [probes(folder), probes(folder)] == [2, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
@pytest.mark.usefixtures("probed_anew")
def test_failure_of_the_probe_is_never_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    make_bubblewrap(folder, "open")
    monkeypatch.setenv("PATH", str(folder))
    assert [probes(folder), probes(folder)] == [1, 2]
    assert sandbox_program() is None
