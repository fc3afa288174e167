"""The walkthrough: every button works, and a step is ticked when it was done, not before."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from support.repository import make_repository
from vscode.test_models import row_of
from vscode.test_person import EMPTY, LINE, SHOP
from vscode.window import WITH_DEPENDENCIES, Window, installed, window_on

TICK = ".codicon-getting-started-step-checked"
TITLES = {
    "server": "Start the server",
    "model": "Choose who writes",
    "docstring": "Ask for a docstring",
    "review": "Decide",
}

pytestmark = pytest.mark.vscode


def open_step(window: Window, name: str) -> Locator:
    """Open the walkthrough at a step."""
    window.command("Workhorse: Get Started")
    step = step_of(window, name)
    step.locator(".step-title").first.click()
    return step


def step_of(window: Window, name: str) -> Locator:
    return window.page.locator(".getting-started-step").filter(has_text=TITLES[name])


def is_ticked(window: Window, name: str) -> None:
    window.command("Workhorse: Get Started")
    expect(step_of(window, name).locator(TICK)).to_be_visible()


def is_not_ticked(window: Window, *names: str) -> None:
    for name in names:
        expect(step_of(window, name).locator(TICK)).to_have_count(0)


def test_every_button_works_and_a_step_is_ticked_when_it_was_done(
    code_server: Path, tmp_path: Path, with_workhorse: dict[str, str], model_server: str
) -> None:
    shop = make_repository(tmp_path / "shop", {"src/shop.py": SHOP})
    environment = {**with_workhorse, "WORKHORSE_URL": model_server}
    with (
        installed(code_server, tmp_path, environment) as editor,
        window_on(editor, {"folder": str(shop.root)}, "walkthrough") as window,
    ):
        window.open_file("shop.py")
        window.wait_for_the_server()
        window.go_to_line(LINE)

        step = open_step(window, "server")
        expect(step.locator(TICK)).to_be_visible()
        is_not_ticked(window, "model", "docstring", "review")
        window.picture("server")
        step.locator("a").filter(has_text="Set its path").click()
        expect(window.page.locator(".settings-editor")).to_contain_text("program, or a Python interpreter")
        window.picture("path")
        window.press("Escape")

        step = open_step(window, "model")
        step.locator("a").filter(has_text="Start one").click()
        expect(window.page.locator(".terminal-outer-container, .integrated-terminal").first).to_be_visible()
        expect(window.page.locator(".part.panel")).to_contain_text("Workhorse: Start Model Server")
        is_not_ticked(window, "model")
        window.picture("model-server")
        window.command("Terminal: Kill the Active Terminal Instance")

        step = open_step(window, "model")
        step.get_by_role("button", name="Choose Model").click()
        expect(row_of(window, "tiny")).to_be_visible()
        window.press("Escape")
        is_not_ticked(window, "model")
        step.get_by_role("button", name="Choose Model").click()
        expect(row_of(window, "tiny")).to_be_visible()
        window.press("Enter")
        expect(step.locator(TICK)).to_be_visible()
        is_not_ticked(window, "docstring", "review")

        step = open_step(window, "docstring")
        step.get_by_role("button", name="Open a Sample").click()
        expect(window.text()).to_contain_text("def parse")
        window.page.locator(".tab").filter(has_text="shop.py").click()
        window.go_to_line(LINE)
        step = open_step(window, "docstring")
        is_not_ticked(window, "docstring")
        step.get_by_role("button", name="Add Docstring").click()
        window.press_in_toast(EMPTY, "Later")
        is_ticked(window, "docstring")
        is_not_ticked(window, "review")

        step = open_step(window, "review")
        step.get_by_role("button", name="Review Waiting Jobs").click()
        expect(window.lens("Accept is_empty")).to_be_visible()
        window.picture("review")
        window.lens("Accept is_empty").click()
        expect(window.diff()).to_have_count(0)
        is_ticked(window, "review")
        window.picture("done")


def test_the_server_is_installed_offline_and_its_step_is_ticked(
    code_server: Path, tmp_path: Path, with_bare_python: dict[str, str]
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "shop.py").write_text(SHOP)
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    with (
        installed(code_server, tmp_path, {**with_bare_python, **nowhere}, package=WITH_DEPENDENCIES) as editor,
        window_on(editor, {"folder": str(tmp_path / "project")}, "offline") as window,
    ):
        window.open_file("shop.py")
        window.toast("The Workhorse server is not installed.")
        step = open_step(window, "server")
        is_not_ticked(window, "server")
        window.picture("before")
        step.get_by_role("button", name="Install the Server").click()
        window.wait_for_the_server()
        expect(step.locator(TICK)).to_be_visible()
        window.picture("installed")
