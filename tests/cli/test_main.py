import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from cli.running import PROGRAM, Workhorse, git
from workhorse_cli import errors, main
from workhorse_core.errors import JobError, UsageError
from workhorse_core.system.version import VERSION

ROOT = Path(__file__).parents[2]
HEAVY = ("openai", "httpx2", "git", "unidiff", "asyncio", "pygls", "pydoclint", "docstring_parser", "sqlite3")


def test_the_version_is_that_of_the_package(workhorse: Workhorse) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
    assert workhorse("--version").out == f"workhorse {VERSION}\n"


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_nothing_heavy_is_imported_to_start(arguments: list[str]) -> None:
    script = (
        "import sys; sys.argv = ['workhorse', *sys.argv[1:]]\n"
        "from workhorse_cli.main import run\n"
        "code = run(sys.argv[1:])\n"
        "print(code, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script, *arguments], capture_output=True, text=True)
    code, *modules = done.stderr.split()
    assert code == "0"
    assert not set(HEAVY) & set(modules)
    assert not [name for name in modules if name.startswith(("workhorse_cli.commands.", "workhorse_core.services.run"))]


def test_a_job_by_rules_imports_no_model_client(shop: Path) -> None:
    script = (
        "import sys\nfrom workhorse_cli.main import run\n"
        "run(['docstrings', 'src', '--engine', 'rules', '--dry-run'])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True)
    assert "def is_even" in done.stdout
    assert not {"openai", "httpx2", "pygls"} & set(done.stderr.split())


def test_every_command_of_the_list_is_there(workhorse: Workhorse) -> None:
    for entry in main.list_entries():
        result = workhorse(entry.name, "--help")
        assert result.code == 0
        assert result.out.startswith(f"Usage: workhorse {entry.name}")
    assert all(entry.title in workhorse("--help").out for entry in main.list_entries())


def test_an_unknown_command_names_the_nearest(workhorse: Workhorse) -> None:
    result = workhorse("docstring")
    assert result.code == 2
    assert "Did you mean docstrings?" in result.err


def test_git_finds_the_command_as_its_own(shop: Path) -> None:
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["git", "workhorse", "jobs", "--bad"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Usage: git workhorse jobs" in done.stderr


# -- errors


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> "Break":
    return Break(monkeypatch)


class Break:
    """Makes the command ``jobs`` raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def by(self, error: BaseException) -> None:
        def fail() -> None:
            raise error

        self._monkeypatch.setattr("workhorse_cli.job_command.open_here", fail)


def test_an_expected_error_is_a_sentence_and_a_hint(broken: Break, workhorse: Workhorse) -> None:
    broken.by(JobError("There is no such job.", "See them: workhorse jobs"))
    result = workhorse("jobs")
    assert (result.code, result.out) == (1, "")
    assert result.err == "There is no such job.\n  See them: workhorse jobs\n"


def test_wrong_usage_is_2(broken: Break, workhorse: Workhorse) -> None:
    broken.by(UsageError("That makes no sense."))
    assert workhorse("jobs").code == 2


def test_an_interrupt_is_130(broken: Break, workhorse: Workhorse) -> None:
    broken.by(KeyboardInterrupt())
    assert workhorse("jobs").code == 130


def test_a_full_disk_is_a_sentence(broken: Break, workhorse: Workhorse) -> None:
    broken.by(OSError(28, "No space left on device", "/some/file"))
    result = workhorse("jobs")
    assert result.code == 1
    assert result.err.startswith("No space left on device: /some/file\n  Free some disk space")


def test_a_bug_names_its_log(broken: Break, workhorse: Workhorse) -> None:
    broken.by(ZeroDivisionError("by zero"))
    result = workhorse("jobs", "--all")
    (log,) = (Path(os.environ["XDG_STATE_HOME"]) / "workhorse").iterdir()
    assert result.code == 3
    assert str(log) in result.err
    assert "ZeroDivisionError: by zero" in result.err
    written = log.read_text()
    assert "Traceback" in written
    assert "'jobs', '--all'" in written


def test_a_bug_is_reported_even_if_no_log_can_be_written(
    broken: Break, workhorse: Workhorse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    broken.by(ZeroDivisionError())
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
        result = workhorse("jobs")
    assert result.code == 3
    assert "bug in Workhorse" in result.err
    assert "written to" not in result.err


def test_control_characters_of_an_error_do_not_reach_the_terminal(broken: Break, workhorse: Workhorse) -> None:
    broken.by(JobError("No \x1b[2J such job.", "\u202eevil"))
    assert workhorse("jobs").err == "No \\x1b[2J such job.\n  \\u202eevil\n"


def test_a_closed_pipe_is_no_error(shop: Path, workhorse: Workhorse) -> None:
    assert workhorse("docstrings", "src", "--engine", "rules").code == 0
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*PROGRAM, "diff", "@"], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (errors.DONE, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_bug_and_no_file_gets_its_number(shop: Path, closed: str) -> None:
    command = [sys.executable, "-I", "-m", "workhorse_cli.main", "docstrings", "src", "--engine", "rules"]
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *command], cwd=shop, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    database = (shop / ".git" / "workhorse" / "ledger.db").read_bytes()
    assert database.startswith(b"SQLite format 3\0")


def test_outside_of_git_there_are_no_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workhorse: Workhorse
) -> None:
    monkeypatch.chdir(tmp_path)
    result = workhorse("jobs")
    assert result.code == 1
    assert "There is no git repository" in result.err


def test_nothing_is_asked_of_git_variables_that_a_hook_leaks(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Workhorse
) -> None:
    git("init", "-q", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert "verified" in program("docstrings", "src", "--engine", "rules").out
    monkeypatch.delenv("GIT_DIR")
    assert "workhorse/docstrings" in git("branch", "--list")
