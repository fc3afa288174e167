"""A real VS Code that serves its window to a browser, and what tests do with it."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import Page, sync_playwright

from support.waiting import wait_until
from vscode.code_server import NODE

CHROMIUM = "/usr/bin/chromium"
QUIET: Mapping[str, Any] = {
    "files.autoSave": "off",
    "files.refactoring.autoSave": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.reduceMotion": "on",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "chat.commandCenter.enabled": False,
    "telemetry.telemetryLevel": "off",
    "git.openRepositoryInParentFolders": "never",
    "git.autofetch": False,
    "extensions.ignoreRecommendations": True,
    "security.workspace.trust.enabled": False,
    "update.mode": "none",
}
"""Settings of a user who wants no surprises; a test adds its own."""


@dataclass(frozen=True)
class Editor:
    """A running VS Code; ``log`` is what it and its extensions printed."""

    port: int
    log: Path

    def address(self, opened: Mapping[str, str], payload: Sequence[tuple[str, str]] = ()) -> str:
        """Return the address of a window; ``opened`` is {"folder": path}, {"workspace": path} or nothing."""
        query = dict(opened) or {"ew": "true"}
        if payload:
            query["payload"] = json.dumps(payload)
        return f"http://127.0.0.1:{self.port}/?{urlencode(query, quote_via=quote)}"

    def remote(self, path: Path) -> str:
        """Name a file of this machine as the window does."""
        return f"vscode-remote://127.0.0.1:{self.port}{path}"


@contextmanager
def serve_editor(
    code_server: Path, home: Path, settings: Mapping[str, Any], environment: Mapping[str, str], *, for_suites: bool
) -> Generator[Editor]:
    """Run VS Code's server.

    Args:
        code_server: The folder that `code_server.fetch` gave.
        home: A folder for everything that it writes.
        settings: The user's, over `QUIET`.
        environment: The whole environment of the server and of its extensions.
        for_suites: Whether suites can be run inside; it then shows no message toasts.
    """
    user = home / "user" / "User"
    user.mkdir(parents=True, exist_ok=True)
    (user / "settings.json").write_text(json.dumps({**QUIET, **settings}, indent=2))
    port = _free_port()
    log = home / "editor.log"
    with log.open("wb") as stream:
        child = subprocess.Popen(
            [*_command(code_server, home, port), *(["--enable-smoke-test-driver"] if for_suites else [])],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_it_answers(child, port, log)
            yield Editor(port, log)
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


@contextmanager
def open_page(width: int = 1280, height: int = 800) -> Generator[Page]:
    """Open an empty page of Debian's chromium; none of a browser's own data is kept."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=arguments)
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_navigation_timeout(120_000)  # a busy machine loads VS Code for more than half a minute
            yield page
        finally:
            browser.close()


def run_suite(
    editor: Editor, extension: Path, suite: Path, opened: Mapping[str, str], seconds: float
) -> tuple[int, str]:
    """Run a suite inside VS Code, and return its exit code and output; 124 where it did not end in time."""
    said: list[str] = []
    ended: list[int] = []
    payload = [
        ("extensionDevelopmentPath", editor.remote(extension)),
        ("extensionTestsPath", editor.remote(suite)),
    ]
    with open_page() as page:
        page.expose_function("codeAutomationLog", lambda _kind, words: said.append(" ".join(map(str, words))))
        page.expose_function("codeAutomationExit", lambda code, _logs=None: ended.append(code))
        page.goto(editor.address(opened, payload))
        end = time.monotonic() + seconds
        while not ended and time.monotonic() < end:
            page.wait_for_timeout(50)
        if not ended:
            page.screenshot(path=editor.log.with_suffix(".png"))
    return (ended[0] if ended else 124), "\n".join(said)


def server_program(code_server: Path) -> Path:
    """Return the script of VS Code's server that code-server brings."""
    return code_server / "node_modules" / "code-server" / "lib" / "vscode" / "out" / "server-main.js"


def _command(code_server: Path, home: Path, port: int) -> list[str]:
    folders = {"--server-data-dir": "server", "--user-data-dir": "user", "--extensions-dir": "extensions"}
    return [
        str(NODE),
        str(server_program(code_server)),
        *("--host", "127.0.0.1", "--port", str(port), "--without-connection-token", "--accept-server-license-terms"),
        *(word for option, name in folders.items() for word in (option, str(home / name))),
        *("--telemetry-level", "off", "--reconnection-grace-time", "1", "--force-disable-user-env"),
    ]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_until_it_answers(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    def answers() -> bool:
        if child.poll() is not None:
            raise RuntimeError(f"VS Code did not start:\n{log.read_text(errors='replace')[-3000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=5) as answer:
                return bool(answer.read())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    wait_until(answers, pause=0.1)
