"""The window of VS Code as a person uses it, with the extension installed from its package."""

import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

from vscode.code_server import NODE
from vscode.editor import Editor, open_page, serve_editor, server_program

expect.set_options(timeout=60_000)  # a busy machine takes its time; a person waits as well
ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "dist" / "workhorse.vsix"
WITH_DEPENDENCIES = ROOT / "dist" / "workhorse-linux-x64.vsix"
"""The package of this platform, which installs its server offline; `make test-vscode` makes both."""
PICTURES = ROOT / "dist" / "vscode"


@contextmanager
def installed(
    code_server: Path,
    folder: Path,
    environment: Mapping[str, str],
    settings: Mapping[str, Any] | None = None,
    package: Path = PACKAGE,
) -> Generator[Editor]:
    """An editor into which a package was installed."""
    home = folder / "editor"
    install = ["--install-extension", str(package), "--force", "--extensions-dir", str(home / "extensions")]
    subprocess.run([str(NODE), str(server_program(code_server)), *install], env=dict(environment), check=True)
    with serve_editor(code_server, home, settings or {}, environment, for_suites=False) as editor:
        yield editor


@contextmanager
def window_on(editor: Editor, opened: Mapping[str, str], name: str) -> Generator["Window"]:
    """A window; its last state is kept as a picture."""
    with open_page() as page:
        page.goto(editor.address(opened))
        window = Window(page, name)
        try:
            yield window
        finally:
            window.picture("last")


class Window:
    """The window as a person uses it; ``name`` begins the names of its pictures."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self._name = name
        self._pictures = 0

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def picture(self, what: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self._pictures += 1
        self.page.screenshot(path=PICTURES / f"{self._name}-{self._pictures}-{what}.png")

    # -- files and text

    def open_file(self, name: str) -> None:
        self.page.locator(".explorer-folders-view .monaco-list-row").first.wait_for(timeout=60_000)
        self.press("Control+p")
        self.page.locator(".quick-input-widget input").fill(name)
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=name).first.wait_for()
        self.press("Enter")
        self.page.locator(".tab.active").filter(has_text=name).wait_for()

    def put_cursor_on(self, words: str) -> None:
        self.page.locator(".view-line").filter(has_text=words).first.click()

    def go_to_line(self, line: int) -> None:
        """Go to a line by the keyboard."""
        self.press("Control+g")
        self.page.locator(".quick-input-widget input").fill(f":{line}")
        self.press("Enter")

    def text(self) -> Locator:
        return self.page.locator(".editor-instance .view-lines").last

    def undo(self) -> None:
        self.press("Control+z")

    # -- the server

    def status(self) -> Locator:
        return self.page.locator("[id='workhorse.workhorse.workhorse.status']")

    def wait_for_the_server(self) -> None:
        expect(self.status().locator(".codicon-wand")).to_be_visible(timeout=120_000)

    def focus_status(self) -> None:
        """Go to our item of the status bar with the keyboard alone: from part to part, then from item to item."""
        self._press_until("F6", self.page.locator(".statusbar:focus-within"), 12)
        self._press_until("ArrowRight", self.status().locator("a:focus, :scope:focus"), 40)

    def _press_until(self, key: str, wanted: Locator, times: int) -> None:
        for _ in range(times):
            if wanted.count():
                return
            self.press(key)
            self.page.wait_for_timeout(100)
        expect(wanted.first).to_be_attached(timeout=1_000)

    # -- palette and menus

    def command(self, title: str) -> None:
        """Find a command by its words, with the keyboard alone."""
        expect(self.page.locator(".quick-input-widget")).to_be_hidden()
        self.press("F1")
        row = self.find(title)
        expect(row).to_be_visible()
        self.press("Enter")

    def find(self, title: str) -> Locator:
        """Type into the palette that is open, and return the first line."""
        self.page.locator(".quick-input-widget input").fill(f">{title}")
        row = self.page.locator(".quick-input-list .monaco-list-row").first
        expect(row).to_contain_text(title)
        return row

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

    # -- results

    def toast(self, words: str) -> Locator:
        toast = self.page.locator(".notification-toast").filter(has_text=words)
        expect(toast).to_be_visible(timeout=120_000)
        return toast

    def press_in_toast(self, words: str, button: str) -> None:
        self.toast(words).locator(".monaco-button").filter(has_text=button).click()

    def diff(self) -> Locator:
        return self.page.locator(".monaco-diff-editor")

    def lens(self, words: str) -> Locator:
        return self.diff().locator(".codelens-decoration a").filter(has_text=words).filter(visible=True).first

    def ends_in_view(self, words: str) -> None:
        """Expect the end of a line of the diff's new text to be inside of its pane, not cut off on the right."""
        pane = self.diff().locator(".editor.modified")
        text = pane.locator(".view-line").filter(has_text=words).locator("span > span").last
        expect(text).to_be_visible()
        end, edge = text.bounding_box(), pane.locator(".monaco-scrollable-element").first.bounding_box()
        assert end
        assert edge
        assert end["x"] + end["width"] <= edge["x"] + edge["width"]

    def title_button(self, label: str) -> Locator:
        return self.page.locator(".editor-actions").get_by_label(label).first

    # -- the view of the jobs

    def open_jobs(self) -> None:
        self.page.locator(".activitybar").get_by_role("tab", name="Workhorse").click(timeout=60_000)

    def rows(self) -> Locator:
        return self.page.locator(".pane-body .monaco-list-row")
