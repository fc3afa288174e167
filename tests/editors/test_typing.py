"""A draft that arrives while its user types a comment with "y" in it: every key goes into the text, none is an answer.

Each editor runs in a terminal, with the configuration of docs/editors.md, and its user presses keys.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from editors.conftest import CODE, CONFIGURED, EMPTY, RealEditor, shown
from editors.terminal import Screen, in_terminal
from support.waiting import wait_until
from workhorse_core.git.repository import Repository

pytestmark = [
    pytest.mark.editors,
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]
TYPED = "# yes, y and 1 and n, a and r: no key of these is an answer to anything"
LINE = CODE[: CODE.index("def is_empty")].count("\n") + 1
ESCAPE, ENTER, ALT_X = "\x1b", "\r", "\x1bx"


class Keys(NamedTuple):
    """The keys of one editor; ``choose`` takes an action from its menu, ``accept`` accepts the review."""

    choose: Callable[[Screen, str], None]
    before_typing: str
    after_typing: str
    accept: Callable[[Screen], None]
    save: str


def choose_in_neovim(screen: Screen, title: str, line: int = LINE) -> None:
    for _ in range(20):
        screen.press(f"{ESCAPE}:{line}{ENTER}:lua vim.lsp.buf.code_action(){ENTER}")
        if screen.shows(title, 5) and (number := re.search(rf"(\d+):{title.replace(' ', '')}", screen.text)):
            screen.press(number[1] + ENTER)
            return
        screen.press(ESCAPE)
        time.sleep(0.3)
    raise AssertionError(f"{title} is not offered: {screen.text}")


def accept_in_float(screen: Screen) -> None:
    assert screen.shows("a accept", 20), screen.text
    assert "Return whether there is nothing in the box".replace(" ", "") in screen.text
    screen.press("a")


def accept_in_list(screen: Screen) -> None:
    assert screen.shows("Discard", 20), screen.text
    assert "Return whether there is nothing in the box".replace(" ", "") in screen.text
    number = re.search(r"(\d):Apply", screen.text)
    assert number
    screen.press(number[1] + ENTER)


def choose_in_helix(screen: Screen, title: str) -> None:
    for _ in range(20):
        screen.press(ESCAPE)
        time.sleep(0.5)  # or the next key would be one with Alt
        screen.press(f"{LINE}G a")
        if screen.shows(title, 5):
            screen.press(ENTER)
            return
    raise AssertionError(f"{title} is not in the menu: {screen.text}")


def accept_in_helix(screen: Screen) -> None:
    assert screen.shows("diff --git", 20), screen.text  # only cells that change are written: not every word comes
    screen.press(f":buffer-previous{ENTER}")
    time.sleep(1)
    choose_in_helix(screen, "Apply the draft")


def choose_in_emacs(screen: Screen, title: str) -> None:
    for _ in range(20):
        screen.press("\x07")
        time.sleep(0.5)  # it drops the keys that have come already
        screen.press(f"{ALT_X}goto-line{ENTER}{LINE}{ENTER}{ALT_X}eglot-code-actions{ENTER}")
        if screen.shows("Pick an action", 5):
            screen.press(title)
            time.sleep(0.5)
            screen.press(f"\t{ENTER}")
            return
        time.sleep(0.5)
    raise AssertionError(f"{title} is not offered: {screen.text}")


def accept_in_emacs(screen: Screen) -> None:
    assert screen.shows("Choose an option", 20), screen.text
    assert "Return whether there is nothing in the box".replace(" ", "") in screen.text
    screen.press(f"\x01\x0bApply{ENTER}")  # its first answer, which changes nothing, stands there already


VIM = Keys(choose_in_neovim, "Go", ESCAPE, accept_in_float, f"{ESCAPE}:wa{ENTER}")
EDITORS = {
    "nvim-new": VIM,
    "nvim-0.10": VIM._replace(accept=accept_in_list),
    "helix": Keys(choose_in_helix, "geo", ESCAPE, accept_in_helix, f":write-all{ENTER}"),
    "emacs": Keys(choose_in_emacs, "\x1b>", "", accept_in_emacs, "\x18s!"),
}


@pytest.mark.parametrize("real_editor", EDITORS, indirect=True)
def test_keys_that_are_typed_while_a_draft_arrives_go_into_the_text(real_editor: RealEditor, home: Repository) -> None:
    keys = EDITORS[real_editor.name]
    folder = home.root.parent
    file = home.root / "numbers.py"
    with running(real_editor, file, folder) as screen:
        assert screen.shows("numbers.py", 60), screen.text
        keys.choose(screen, "Add docstring")
        screen.press(keys.before_typing)
        screen.type(TYPED, 5)
        screen.press(keys.after_typing)
        wait_until(lambda: [job["status"] for job in jobs(home)] == ["verified"])
        time.sleep(1)
        screen.press(keys.save)
        wait_until(lambda: file.read_text() != CODE)
        assert file.read_text().removeprefix(CODE).strip() == TYPED  # Helix indents it
        (job,) = jobs(home)
        assert (job["status"], job["verdicts"]) == ("verified", [])
        keys.choose(screen, "Review the draft")
        keys.accept(screen)
        wait_until(lambda: [job["status"] for job in jobs(home)] == ["merged"])
        screen.press(keys.save)
        wait_until(lambda: EMPTY in file.read_text())
    (job,) = jobs(home)
    assert [each["verdict"] for each in job["verdicts"]] == ["approve"]
    assert file.read_text().rstrip("\n").endswith(TYPED)


@pytest.mark.parametrize("real_editor", ["nvim-new", "nvim-0.10"], indirect=True)
def test_keys_that_are_typed_after_a_long_message_go_into_the_text(real_editor: RealEditor, home: Repository) -> None:
    file = home.root / "numbers.py"
    with running(real_editor, file, home.root.parent) as screen:
        assert screen.shows("numbers.py", 60), screen.text
        line = CODE[: CODE.index("def frobnicate")].count("\n") + 1
        choose_in_neovim(screen, "Add docstring", line)
        screen.press("Go")
        screen.type(TYPED, 5)
        assert screen.shows("Nothing was written", 60), screen.text
        screen.type(f"{ENTER}{TYPED}", 2)
        screen.press(VIM.save)
        wait_until(lambda: file.read_text() != CODE)
        assert file.read_text() == f"{CODE}{TYPED}\n{TYPED}\n"


@pytest.mark.parametrize("real_editor", ["nvim-new"], indirect=True)
def test_escape_from_the_reason_of_a_rejection_rejects_nothing(real_editor: RealEditor, home: Repository) -> None:
    file = home.root / "numbers.py"
    with running(real_editor, file, home.root.parent) as screen:
        assert screen.shows("numbers.py", 60), screen.text
        VIM.choose(screen, "Add docstring")
        wait_until(lambda: [job["status"] for job in jobs(home)] == ["verified"])
        VIM.choose(screen, "Review the draft")
        assert screen.shows("a accept", 20), screen.text
        screen.press("r")
        assert screen.shows("What is wrong?", 20), screen.text
        screen.press(f"{ESCAPE}q:echo winnr('$')+40{ENTER}")  # one window is left, and no second question
        assert screen.shows("41", 20), screen.text
    (job,) = jobs(home)
    assert (job["status"], job["verdicts"]) == ("verified", [])


@contextmanager
def running(editor: RealEditor, file: Path, folder: Path) -> Iterator[Screen]:
    """Run an editor with its documented configuration, its own libraries and no other language server."""
    (folder / "bin").mkdir()
    (folder / "bin" / "workhorse").symlink_to(Path(sys.executable).with_name("workhorse"))
    for name in ("git", "readlink", "sh", "env"):
        place = shutil.which(name)
        assert place
        (folder / "bin" / name).symlink_to(place)
    environment = {**os.environ, **editor.runtime, "TERM": "xterm-256color", "PATH": str(folder / "bin")}
    environment |= {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "HOME": str(folder)}
    arguments = ARGUMENTS[editor.name](editor, folder, file)
    if not editor.name.startswith("nvim"):
        with in_terminal([*editor.command, *arguments], file.parent, environment) as screen:
            yield screen
        return
    socket = str(folder / "nvim.sock")  # its own way to start, a child, would start the linker
    command = [*editor.command, "--headless", "--listen", socket, *arguments]
    server = subprocess.Popen(command, cwd=file.parent, env=environment, stdin=subprocess.DEVNULL)
    try:
        wait_until(lambda: Path(socket).exists())
        with in_terminal([*editor.command, "--server", socket, "--remote-ui"], file.parent, environment) as screen:
            yield screen
    finally:
        server.kill()
        server.wait()


def neovim_arguments(editor: RealEditor, folder: Path, file: Path) -> list[str]:
    config = folder / "config.lua"
    config.write_text(shown(CONFIGURED[editor.name], "lua"))
    return ["-u", str(config), "-i", "NONE", "-n", str(file), f"+{LINE}"]


def helix_arguments(editor: RealEditor, folder: Path, file: Path) -> list[str]:
    (folder / "helix").mkdir()
    (folder / "helix" / "languages.toml").write_text(shown("Helix", "toml"))
    return [f"{file}:{LINE}:6"]


def emacs_arguments(editor: RealEditor, folder: Path, file: Path) -> list[str]:
    config = folder / "config.el"
    quiet = "(setq native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil make-backup-files nil)\n"
    config.write_text(f"{quiet}{shown('Emacs, eglot', 'elisp')}\n(add-hook 'python-mode-hook 'eglot-ensure)\n")
    dump = next(editor.root.glob("usr/libexec/emacs/*/*/emacs-*.pdmp"))
    return [f"--dump-file={dump}", "-nw", "-Q", "-l", str(config), str(file)]


ARGUMENTS = {
    "nvim-new": neovim_arguments,
    "nvim-0.10": neovim_arguments,
    "helix": helix_arguments,
    "emacs": emacs_arguments,
}


def jobs(home: Repository) -> list[dict[str, object]]:
    """Return every job, as the command line reports it."""
    script = Path(sys.executable).with_name("workhorse")
    command = [str(script), "jobs", "--all", "--json"]
    listed = subprocess.run(command, cwd=home.root, check=True, capture_output=True)
    return list(json.loads(listed.stdout))
