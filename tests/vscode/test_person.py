"""What a person does in the window, with the packaged extension, real git and a real model server.

Pictures of each step are left in `dist/vscode/`, to be looked at.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cli.running import SHOP
from vscode.code_server import NODE
from vscode.editor import open_page, serve_editor, server_program
from vscode.test_in_editor import make_job
from workhorse_core.testing.repository import make_repository

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dist" / "workhorse.vsix"
PICTURES = ROOT / "dist" / "vscode"
GREETINGS = '''\
"""Greetings."""


def frobnicate(number):
    return number


def greet(name: str) -> str:
    """Greet somebody."""
    return f"Hello, {name}"
'''

pytestmark = pytest.mark.vscode


@pytest.fixture
def window(code_server: Path, tmp_path: Path, with_workhorse: dict[str, str], model_server: str) -> Iterator["Window"]:
    """A window on a repository with a job that waits, and the extension installed from its package."""
    root = make_repository(tmp_path / "shop", {"src/shop.py": SHOP, "src/greetings.py": GREETINGS}).root
    make_job(root, "src/shop.py", "rules")
    home = tmp_path / "editor"
    install = ["--install-extension", str(PACKAGE), "--force", "--extensions-dir", str(home / "extensions")]
    subprocess.run([str(NODE), str(server_program(code_server)), *install], env=with_workhorse, check=True)
    environment = {**with_workhorse, "WORKHORSE_URL": model_server}
    with serve_editor(code_server, home, {}, environment, for_suites=False) as editor, open_page() as page:
        page.goto(editor.address({"folder": str(root)}))
        seen = Window(page)
        yield seen
        seen.picture("last")


def test_adds_a_docstring_by_hand(window: "Window") -> None:
    window.open_file("greetings.py")
    window.wait_for_the_server()
    window.put_cursor_on("def frobnicate")
    window.press("Control+.")
    row = window.action("Add docstring")
    window.picture("1-menu")
    row.click()
    window.accept_the_preview()
    expect(window.text()).to_contain_text("Give back what was given.")
    window.picture("3-applied")


class Window:
    """The window as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def open_file(self, name: str) -> None:
        self.page.locator(".explorer-folders-view .monaco-list-row").first.wait_for(timeout=60_000)
        self.press("Control+p")
        self.page.locator(".quick-input-widget input").fill(name)
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=name).first.click()
        self.page.locator(".tab.active").filter(has_text=name).wait_for()

    def wait_for_the_server(self) -> None:
        item = self.page.locator("[id='workhorse.workhorse.workhorse.status']")
        expect(item.locator(".codicon-wand")).to_be_visible(timeout=60_000)

    def command(self, title: str) -> None:
        self.press("F1")
        self.page.locator(".quick-input-widget input").fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first.click()

    def put_cursor_on(self, words: str) -> None:
        self.page.locator(".view-line").filter(has_text=words).first.click()

    def action(self, title: str) -> Locator:
        row = self.page.locator(".action-widget .monaco-list-row").filter(has_text=title).first
        row.wait_for()
        return row

    def accept_the_preview(self) -> None:
        panel = self.page.locator(".bulk-edit-panel")
        panel.locator(".monaco-list-row").first.wait_for(timeout=60_000)
        for box in panel.locator("input[type=checkbox], .monaco-custom-toggle").all():
            if box.get_attribute("aria-checked") == "false" or box.is_checked() is False:
                box.click()
        self.picture("2-preview")
        panel.locator(".monaco-button").filter(has_text="Apply").click()

    def text(self) -> Locator:
        return self.page.locator(".editor-instance .view-lines").first
