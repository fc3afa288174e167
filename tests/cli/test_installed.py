"""Commands as an installer puts them in place: no variable and no file of a repository adds code to them."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from documents.pages import ROOT
from support.repository import make_repository
from workhorse_core.system.version import VERSION

SPY = "import os, pathlib\npathlib.Path(os.environ['PWNED']).write_text(__file__)\n"
EVIL = ("sitecustomize.py", "usercustomize.py", "click.py", "workhorse_cli/__init__.py", "evil.py", "git/__init__.py")
BARE = '''\
"""A module."""


# Return whether a rest is left.
def is_odd(number: int) -> bool:
    return number % 2 == 1
'''
ATTACKS = (
    {"PYTHONPATH": "."},
    {"PYTHONPATH": "ROOT", "PYTHONBREAKPOINT": "evil.breakpoint", "PYTHONSTARTUP": "evil.py", "PYTHONSAFEPATH": ""},
)
MORE_ATTACKS = (
    {"PYTHONHOME": "ROOT"},
    {"PYTHONPATH": f"/nowhere{os.pathsep}"},
    {"PYTHONPATH": "ROOT"},
    {"PYTHONPATH": "ROOT", "PYTHONWARNINGS": "error::evil.Warning"},
)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with a wheel of this tree; the libraries are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-Im", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", symlinks=True)
    python = folder / "env" / "bin" / "python"
    install = [sys.executable, "-Im", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    (site,) = (folder / "env" / "lib").glob("*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that would run code with every module that Python or Workhorse may look for."""
    root = make_repository(tmp_path / "evil", {"a.py": BARE, **dict.fromkeys(EVIL, SPY)}).root
    monkeypatch.chdir(root)
    monkeypatch.setenv("PWNED", str(tmp_path / "pwned"))
    return root


def attacked(attack: dict[str, str], root: Path, scripts: Path) -> dict[str, str]:
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **{name: value.replace("ROOT", str(root)) for name, value in attack.items()}, "PATH": path}


@pytest.mark.parametrize(
    "attack", [*ATTACKS, *(pytest.param(each, marks=pytest.mark.slow) for each in MORE_ATTACKS)], ids=" ".join
)
def test_no_variable_makes_a_command_run_code_of_the_repository(
    scripts: Path, root: Path, tmp_path: Path, attack: dict[str, str]
) -> None:
    environment = attacked(attack, root, scripts)
    (tmp_path / "link").symlink_to(scripts / "workhorse")
    commands = (
        ["workhorse", "--version"],
        [str(tmp_path / "link"), "--version"],
        ["git", "workhorse", "--version"],
        ["workhorse", "docstrings", "a.py", "--engine", "rules", "--dry-run"],
        ["workhorse", "hooks", "status"],
    )
    for command in commands:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout
    assert not (tmp_path / "pwned").exists()


def test_no_variable_makes_a_hook_run_code_of_the_repository(scripts: Path, root: Path, tmp_path: Path) -> None:
    environment = attacked(ATTACKS[0], root, scripts)
    subprocess.run(["workhorse", "hooks", "install"], env=environment, check=True, capture_output=True)
    (root / "a.py").write_text(BARE + BARE.replace("odd", "even"))
    done = subprocess.run(["git", "commit", "-qam", "Change"], env=environment, capture_output=True, text=True)
    assert "is_even: no docstring" in done.stderr
    assert not (tmp_path / "pwned").exists()


def test_a_console_script_of_pythons_own_would_run_it(scripts: Path, root: Path, tmp_path: Path) -> None:
    """Shown so that the attack is one, and the scripts are not replaced by entry points."""
    start = "import sys; sys.argv[1:] = ['--version']; from workhorse_cli.main import main; main()"
    environment = attacked(ATTACKS[0], root, scripts)
    subprocess.run([scripts / "python", "-c", start], env=environment, capture_output=True)
    assert (tmp_path / "pwned").exists()
    assert "[project.scripts]" not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_outside_of_a_virtual_environment_the_installers_python_is_started(scripts: Path, tmp_path: Path) -> None:
    """As for ``pip install --user``: no Python lies beside the scripts, and its path is all that is known."""
    for name in ("workhorse", "git-workhorse"):
        (tmp_path / name).write_bytes((scripts / name).read_bytes())
        (tmp_path / name).chmod(0o755)
    (tmp_path / "workhorse-python").write_text(f"#!{scripts / 'python'}\n")
    done = subprocess.run([tmp_path / "workhorse", "--version"], capture_output=True, text=True)
    assert done.stdout == f"workhorse {VERSION}\n"
    done = subprocess.run([tmp_path / "git-workhorse", "jobs", "--bad"], capture_output=True, text=True)
    assert "Usage: git workhorse jobs" in done.stderr


def test_both_scripts_and_the_one_for_windows_start_python_alike() -> None:
    folder = ROOT / "cli" / "scripts"
    assert (folder / "workhorse").read_bytes() == (folder / "git-workhorse").read_bytes()
    start = (folder / "workhorse").read_text().partition("start='")[2].partition("'")[0]
    windows = (folder / "workhorse.bat").read_text()
    assert f'set "start={start}"' in windows
    assert '"%~dp0python.exe" -I -c "%start%" "%~f0" %*' in windows
    assert '"%line:~2%" -E -P -c "%start%" "%~f0" %*' in windows  # outside of an environment, as the others
    assert (folder / "workhorse-python").read_text().startswith("#!python\n")
