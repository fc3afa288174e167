"""Emacs with eglot and Helix, with the configurations of docs/editors.md."""

import os
import pty
import re
import select
import shutil
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from editors.conftest import CODE, SCRIPTS, RealEditor, shown
from workhorse_core.git.repository import Repository

pytestmark = pytest.mark.editors


@pytest.mark.parametrize("real_editor", ["emacs"], indirect=True)
def test_eglot_asks_reviews_and_edits_its_buffer(real_editor: RealEditor, home: Repository) -> None:
    config = home.root.parent / "config.el"
    config.write_text(shown("Emacs, eglot", "elisp"))
    dump = next(real_editor.root.glob("usr/libexec/emacs/*/*/emacs-*.pdmp"))
    arguments = [f"--dump-file={dump}", "--batch", "-Q", "-l", str(SCRIPTS / "eglot_session.el")]
    said = real_editor.run(arguments, home.root, {"CONFIG": str(config), "FILE": "numbers.py"})
    assert "STATUS merged" in said, said
    assert "Return whether ``box`` is empty." in said.split("TEXT")[1]
    assert "MODIFIED t" in said
    assert (home.root / "numbers.py").read_text() == CODE


@pytest.mark.parametrize("real_editor", ["helix"], indirect=True)
def test_helix_takes_the_configuration_and_finds_the_server(real_editor: RealEditor, tmp_path: Path) -> None:
    (tmp_path / "helix").mkdir()
    (tmp_path / "helix" / "languages.toml").write_text(shown("Helix", "toml"))
    said = real_editor.run(["--health", "python"], tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)})
    line = next(line for line in said.splitlines() if "workhorse" in line)
    assert "not found" not in line, said


class Screen:
    """A terminal in which a program runs: keys go in, and what it has written comes out, without its colours."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._written = b""

    def press(self, keys: str) -> None:
        self._written = b""
        os.write(self._terminal, keys.encode())

    def shows(self, words: str, seconds: float) -> bool:
        """Whether the words are written within some seconds after the last key."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.1)[0]:
                self._written += os.read(self._terminal, 65536)
            text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\s", "", self._written.decode("utf-8", "replace"))
            if words.replace(" ", "") in text:  # blanks that are there already are gone over, not written
                return True
        return False

    def choose(self, title: str) -> None:
        """Open the menu until a title is in it, and take its first line."""
        for _ in range(20):
            self.press(" a")
            if self.shows(title, 5):
                self.press("\r")
                return
            self.press("\x1b")
            time.sleep(0.5)  # or it would be a key with Alt
        raise AssertionError(f"{title} is not in the menu: {self._written!r}")


@contextmanager
def in_terminal(editor: RealEditor, file: Path, environment: dict[str, str]) -> Iterator[Screen]:
    process, terminal = pty.fork()
    if process == 0:
        termios.tcsetwinsize(0, (40, 120))
        os.chdir(file.parent)
        os.execve(editor.command[0], [*editor.command, f"{file}:4:6"], environment)
    try:
        yield Screen(terminal)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("real_editor", ["helix"], indirect=True)
def test_helix_offers_runs_reviews_in_its_menu_and_saves(real_editor: RealEditor, home: Repository) -> None:
    folder = home.root.parent
    (folder / "helix").mkdir()
    (folder / "helix" / "languages.toml").write_text(shown("Helix", "toml"))
    (folder / "bin").mkdir()  # no other server: their lines of the menu come and go
    (folder / "bin" / "workhorse").symlink_to(Path(sys.executable).with_name("workhorse"))
    for name in ("git", "readlink"):  # the script of workhorse follows its own links
        place = shutil.which(name)
        assert place
        (folder / "bin" / name).symlink_to(place)
    runtime = str(real_editor.root / "usr/lib/hx/runtime")
    environment = {**os.environ, "TERM": "xterm-256color", "HELIX_RUNTIME": runtime}
    environment |= {"XDG_CONFIG_HOME": str(folder), "PATH": str(folder / "bin")}
    with in_terminal(real_editor, home.root / "numbers.py", environment) as helix:
        assert helix.shows("numbers.py", 60)
        helix.choose("Add docstring")
        assert helix.shows("Apply or discard it", 60)
        assert (home.root / "numbers.py").read_text() == CODE
        helix.choose("Apply the draft: Docstrings for is_empty")
        assert helix.shows("Return whether", 60)
        helix.press(":write\r")
        saved = home.root / "numbers.py"
        end = time.monotonic() + 30
        while saved.read_text() == CODE and time.monotonic() < end:
            time.sleep(0.1)
    assert '    """Return whether there is nothing in the box."""\n    return not box' in saved.read_text()
