"""A hostile repository under every command and hook: none of it is executed, no write or connection leaves it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from hostile.repository import NAMING, Trap, make_hostile_repository
from hostile.watching import Watched, watch
from workhorse_cli.command_list import list_entries
from workhorse_hooks import shim
from workhorse_hooks.command import command as hook_commands

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")]
WORKHORSE = str(Path(sys.executable).with_name("workhorse"))
CHECKOUT = Path(__file__).parents[2]
HOOKS = (
    ("pre-commit",),
    ("prepare-commit-msg", ".git/COMMIT_EDITMSG"),
    ("commit-msg", ".git/COMMIT_EDITMSG"),
    ("post-commit",),
    ("pre-push", "origin", "ext::evil"),
)
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--version",),
    ("--help",),
    ("docstrings", "src", "--engine", "rules"),
    ("docstrings", "loose.py", "--engine", "rules", "--dry-run"),
    ("docstrings", "--changed", "--engine", "rules", "--check"),
    ("docstrings", "--staged", "--engine", "rules", "--dry-run"),
    ("hints", "src", "--engine", "rules"),
    ("hints", "loose.py", "--engine", "rules", "--dry-run"),
    ("hints", "--report", "src"),
    ("jobs", "--all"),
    ("show", "@"),
    ("diff", "@"),
    ("retry", "@", "-m", "once more", "--engine", "rules"),
    ("approve", "@"),
    ("merge", "@", "--no-commit"),
    ("merge", "@"),
    ("audit", "HEAD"),
    ("discard", "@"),
    ("hints", "loose.py", "--engine", "rules"),
    ("reject", "@", "-m", "no"),
    ("resume",),
    ("config",),
    ("doctor",),
    ("trust", "--show"),
    ("models",),
    ("probe",),
    ("up",),
    ("down",),
    ("lsp",),
    ("hooks", "install"),
    ("hooks", "status"),
    *(("hooks", "run", hook, *words) for hook, *words in HOOKS),
    ("hooks", "check", "docstrings", "loose.py"),
    ("hooks", "stop"),
    ("hooks", "uninstall"),
)


class Place:
    """The repository, the user's home, and what may be written to."""

    def __init__(self, folder: Path, git_settings: bool) -> None:
        self.folder = folder
        self.root = folder / "hostile"
        self.trap = Trap(folder / "executed.txt")
        self.home = Path(os.environ["HOME"])
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        make_hostile_repository(self.root, self.trap, git_settings)

    def run(self, command: Sequence[str], python_path: str | None = None) -> Watched:
        environment = {**os.environ, "TMPDIR": str(self.temporary), "PAGER": "cat", "GIT_TERMINAL_PROMPT": "0"}
        environment["WORKHORSE_URL"] = "http://127.0.0.1:9/v1"  # where no model answers
        if python_path is not None:
            environment["PYTHONPATH"] = python_path
        return watch([str(word) for word in command], self.root, environment, self.folder / "trace.log")

    def check(self, watched: Watched, lands: bool = False) -> list[str]:
        """Return each thing that the command did and may not do."""
        inside = [path for path in watched.executed if self._is_below(path, self.root)]
        elsewhere = [path for path in watched.written if not self._may_write(path, lands)]
        remote = [host for host in watched.connected if host not in ("127.0.0.1", "::1")]
        return [
            *(f"executed by a setting or an import: {way}" for way in self.trap.sprung),
            *(f"executed: {path}" for path in dict.fromkeys(inside)),
            *(f"written: {path}" for path in dict.fromkeys(elsewhere)),
            *(f"connected: {host}" for host in dict.fromkeys(remote)),
        ]

    def _may_write(self, path: str, lands: bool) -> bool:
        own = [self.root / ".git", self.temporary, self.home, Path("/dev"), Path("/proc")]
        if lands:
            own.append(self.root)
        if "__pycache__" in path:  # an installed Workhorse is compiled already; this checkout may not be
            own += [CHECKOUT, Path(sys.prefix), Path(sys.base_prefix)]
        return any(self._is_below(path, folder) for folder in own)

    @staticmethod
    def _is_below(path: str, folder: Path) -> bool:
        return Path(path) == folder or folder in Path(path).parents


@pytest.fixture(params=[True, False], ids=["copied-with-its-git-settings", "cloned"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    assert shutil.which("strace"), "these tests need strace: apt-get install strace"
    return Place(Path(os.path.realpath(tmp_path)), request.param)


def test_no_command_executes_writes_or_connects_elsewhere(place: Place) -> None:
    found: dict[str, list[str]] = {}
    for words in COMMANDS:
        watched = place.run([WORKHORSE, *words])
        assert watched.code in (0, 1), watched.output
        if faults := place.check(watched, lands=words[0] == "merge"):
            found[" ".join(words)] = faults
        place.trap.log.unlink(missing_ok=True)
        if words[1:2] == ("src",) and "verified" not in watched.output:
            found[f"{' '.join(words)} drafted nothing"] = [watched.output]
    assert found == {}


def test_every_command_and_every_hook_is_among_them() -> None:
    called = {words[0] for words in COMMANDS}
    assert {entry.name for entry in list_entries()} - called == set()
    assert {words[1] for words in COMMANDS if words[0] == "hooks"} == set(hook_commands.commands)
    assert {words[0] for words in HOOKS} == set(shim.HOOKS)


@pytest.mark.parametrize("what", NAMING)
def test_a_repository_that_names_something_to_run_or_ask_is_refused_before_anything_happens(
    tmp_path: Path, what: str
) -> None:
    place = Place(Path(os.path.realpath(tmp_path)), git_settings=False)
    (place.root / "pyproject.toml").write_text(NAMING[what])
    watched = place.run([WORKHORSE, "docstrings", "src"])
    assert place.check(watched) == []
    assert watched.code in (0, 1), watched.output


def test_a_pythonpath_of_the_current_folder_imports_none_of_the_repository(place: Place) -> None:
    watched = place.run([WORKHORSE, "docstrings", "src", "--engine", "rules"], python_path=".")
    assert place.check(watched) == []
    assert "verified" in watched.output


def test_a_planted_file_above_our_private_folder_is_not_read(place: Place) -> None:
    """Another user of the machine can write to a shared temporary folder."""
    for name in ("pyrefly.toml", "mypy.ini", "pyproject.toml", ".flake8", "pyrightconfig.json", "ruff.toml", "ty.toml"):
        source = place.root / name
        if source.exists():
            shutil.copy(source, place.temporary / name)
    (place.temporary / "evil.py").write_text(place.trap.python("planted plugin"))
    watched = place.run([WORKHORSE, "hints", "src", "--engine", "rules"])
    assert place.check(watched) == []


def test_hooks_and_worker_execute_nothing_at_a_users_commit(tmp_path: Path) -> None:
    place = Place(Path(os.path.realpath(tmp_path)), git_settings=False)
    hooks = "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-push"
    (place.root / ".pre-commit-config.yaml").unlink()
    subprocess.run([WORKHORSE, "hooks", "install", *(w for hook in hooks for w in ("--hook", hook))], cwd=place.root)
    with (place.root / "loose.py").open("a") as file:
        file.write("\n\ndef get_side(self):\n    return self.side\n")
    watched = place.run(["git", "commit", "-qam", "Change"])
    assert watched.code == 0, watched.output
    ours = [path for path in watched.executed if not path.startswith(str(place.root / ".git" / "hooks"))]
    inner = str(place.root / "submodule" / ".git")  # the user's own git looks whether it has changed
    written = [path for path in watched.written if not path.startswith(inner)]
    assert place.check(Watched(0, "", tuple(ours), tuple(written), watched.connected)) == []
    stopped = subprocess.run([WORKHORSE, "hooks", "stop"], cwd=place.root, capture_output=True, text=True, check=True)
    assert place.trap.sprung == [], stopped.stdout


def test_a_trap_that_is_executed_is_found(tmp_path: Path) -> None:
    """The watch itself: a program of the repository, a write outside and a connection are each reported."""
    place = Place(Path(os.path.realpath(tmp_path)), git_settings=False)
    script = f"./ruff; echo x > {place.folder}/outside; exec 3<>/dev/tcp/203.0.113.9/9 || true"
    watched = place.run(["timeout", "2", "bash", "-c", script])
    kinds = {fault.partition(":")[0] for fault in place.check(watched)}
    assert kinds == {"executed by a setting or an import", "executed", "written", "connected"}
