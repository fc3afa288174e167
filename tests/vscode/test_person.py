"""A person's steps in the window, with the packaged extension, real git and a real model server.

Pictures of each step are left in `dist/vscode/`, to be looked at.
"""

import re
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from cli.running import SHOP
from support.repository import make_repository
from vscode.code_server import NODE
from vscode.editor import Editor, open_page, serve_editor, server_program
from vscode.test_in_editor import make_job

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
    environment = {**with_workhorse, "WORKHORSE_URL": model_server}
    with installed(code_server, tmp_path, environment) as editor, open_page() as page:
        page.goto(editor.address({"folder": str(root)}))
        seen = Window(page)
        yield seen
        seen.picture("last")


@contextmanager
def installed(code_server: Path, folder: Path, environment: dict[str, str]) -> Generator[Editor]:
    """An editor into which the package was installed."""
    home = folder / "editor"
    install = ["--install-extension", str(PACKAGE), "--force", "--extensions-dir", str(home / "extensions")]
    subprocess.run([str(NODE), str(server_program(code_server)), *install], env=environment, check=True)
    with serve_editor(code_server, home, {}, environment, for_suites=False) as editor:
        yield editor


def test_adds_a_docstring_by_hand(window: "Window") -> None:
    window.open_file("greetings.py")
    window.wait_for_the_server()
    window.put_cursor_on("def frobnicate")
    row = window.action("Add docstring")
    window.picture("1-menu")
    row.click()
    window.accept_the_preview()
    expect(window.text()).to_contain_text("Give back what was given.")
    window.picture("3-applied")


def test_looks_at_a_job_and_approves_it(window: "Window") -> None:
    window.open_file("shop.py")
    window.wait_for_the_server()
    window.open_jobs()
    rows = window.rows()
    expect(rows.filter(has_text="is_even")).to_be_visible()
    rows.filter(has_text="Checks").click()
    expect(rows.filter(has_text="same-code")).to_be_visible()
    rows.first.hover()
    window.picture("4-jobs")
    rows.filter(has_text="is_even").click()
    diff = window.page.locator(".monaco-diff-editor")
    expect(diff.locator(".line-insert").first).to_be_visible()
    window.picture("5-diff")
    window.page.locator(".editor-actions").get_by_label("Approve and Land").first.click()
    expect(diff).to_have_count(0)
    expect(window.text()).to_contain_text(re.compile(r"is_even.*\"\"\"Return"))
    window.picture("6-landed")


def test_uses_the_menu_and_the_walkthrough(window: "Window") -> None:
    window.open_file("shop.py")
    window.wait_for_the_server()
    window.status().click()
    expect(window.page.locator(".quick-input-list")).to_contain_text("Restart the server")
    window.status().hover()
    window.picture("7-status-menu")
    window.press("Escape")
    window.command("Workhorse: Get Started")
    expect(window.page.locator(".gettingStartedContainer")).to_contain_text("Choose who writes")
    step = window.page.locator(".getting-started-step").filter(has_text="Start the server")
    expect(step.locator(".codicon-getting-started-step-checked")).to_be_visible()
    window.picture("8-walkthrough")


def test_is_offered_the_server_where_it_is_not_installed(
    code_server: Path, tmp_path: Path, with_bare_python: dict[str, str]
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "shop.py").write_text(SHOP)
    with installed(code_server, tmp_path, with_bare_python) as editor, open_page() as page:
        page.goto(editor.address({"folder": str(tmp_path / "project")}))
        window = Window(page)
        window.open_file("shop.py")
        toast = page.locator(".notification-toast").filter(has_text="The Workhorse server is not installed.")
        expect(toast.locator(".monaco-button").filter(has_text="Install")).to_be_visible(timeout=60_000)
        window.open_jobs()
        expect(page.locator(".welcome-view-content")).to_contain_text("The Workhorse server is not installed.")
        window.picture("9-not-installed")


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

    def status(self) -> Locator:
        return self.page.locator("[id='workhorse.workhorse.workhorse.status']")

    def wait_for_the_server(self) -> None:
        expect(self.status().locator(".codicon-wand")).to_be_visible(timeout=60_000)

    def open_jobs(self) -> None:
        self.page.locator(".activitybar").get_by_role("tab", name="Workhorse").click()

    def rows(self) -> Locator:
        return self.page.locator(".pane-body .monaco-list-row")

    def command(self, title: str) -> None:
        self.press("F1")
        self.page.locator(".quick-input-widget input").fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first.click()

    def put_cursor_on(self, words: str) -> None:
        self.page.locator(".view-line").filter(has_text=words).first.click()

    def action(self, title: str) -> Locator:
        """Press Ctrl+. until it is offered: who is quicker than the server presses again."""
        row = self.page.locator(".action-widget .monaco-list-row").filter(has_text=title).first
        for _ in range(10):
            self.press("Control+.")
            with suppress(Error):
                row.wait_for(timeout=3_000)
                return row
            self.press("Escape")
        raise AssertionError(f"{title} is not offered")

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
