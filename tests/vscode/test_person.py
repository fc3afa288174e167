"""A person's steps in the window, with the packaged extension and real git, and nothing else that helps.

Pictures of each step are left in `dist/vscode/`, to be looked at.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cli.running import PROGRAM
from support.repository import make_repository
from support.waiting import wait_until
from vscode.test_in_editor import WITH_TRUST, make_job
from vscode.window import Window, installed, window_on
from workhorse_core.git.repository import Repository

FILLER = "".join(f'def spare_{n}() -> int:\n    """Return the number {n}."""\n    return {n}\n\n\n' for n in range(34))
SHOP = f'''\
"""A shop."""


{FILLER}# Return whether nothing was put into the cart.
def is_empty(cart: list[str]) -> bool:
    return not cart


# Return whether the cart can be carried by one person.
def is_light(cart: list[str]) -> bool:
    return len(cart) < 10
'''
"""The rules write these two docstrings from their comments, by default."""
EMPTY = '"""Return whether nothing was put into the cart."""'
LIGHT = '"""Return whether the cart can be carried by one person."""'
LINE = SHOP[: SHOP.index("def is_empty")].count("\n") + 1

pytestmark = pytest.mark.vscode


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    """A repository with a long file."""
    return make_repository(tmp_path / "shop", {"src/shop.py": SHOP})


@pytest.fixture
def window(
    code_server: Path, tmp_path: Path, with_workhorse: dict[str, str], shop: Repository, request: pytest.FixtureRequest
) -> Iterator[Window]:
    """A window on the repository, with its file open and the server up."""
    name = request.node.name.removeprefix("test_")
    with (
        installed(code_server, tmp_path, with_workhorse) as editor,
        window_on(editor, {"folder": str(shop.root)}, name) as window,
    ):
        window.open_file("shop.py")
        window.wait_for_the_server()
        yield window


def test_of_two_drafts_the_first_lands_and_is_undone_and_the_second_is_rejected(window: Window) -> None:
    window.command("Workhorse: Add Missing Docstrings in File")
    window.toast(EMPTY)
    window.picture("drafted")
    window.press_in_toast(EMPTY, "Review")
    expect(window.diff().locator(".line-insert").first).to_be_visible()
    expect(window.lens("Accept is_empty")).to_be_visible()
    window.picture("diff")
    window.ends_in_view('cart."""')
    window.ends_in_view('person."""')
    window.lens("Accept is_empty").click()
    expect(window.diff()).to_contain_text("is_empty is accepted")
    window.picture("one-accepted")
    window.lens("Reject").click()
    window.type("It says too little.")
    window.picture("reason")
    window.press("Enter")
    expect(window.diff()).to_have_count(0)
    window.go_to_line(LINE)
    expect(window.text()).to_contain_text('nothing was put into the cart."""')
    window.picture("landed")
    window.undo()
    expect(window.text()).not_to_contain_text('nothing was put into the cart."""')
    window.open_jobs()
    expect(window.page.locator(".welcome-view-content")).to_contain_text("No job waits")
    window.picture("undone")


def test_two_drafts_are_decided_with_the_keyboard_alone(window: Window, shop: Repository) -> None:
    window.command("Workhorse: Add Missing Docstrings in File")
    window.toast(EMPTY)
    window.command("Workhorse: Review Waiting Jobs")
    expect(window.lens("Accept is_empty")).to_be_visible()
    window.press("F7")
    window.picture("second-change")
    window.press("Control+Backspace")
    expect(window.page.locator(".quick-input-widget")).to_contain_text("Reject is_light")
    window.press("Enter")
    expect(window.diff()).to_contain_text("is_light is rejected")
    window.press("Control+Enter")
    expect(window.diff()).to_have_count(0)
    wait_until(lambda: statuses(shop) == ["merged"])
    window.go_to_line(LINE)
    expect(window.text()).to_contain_text(EMPTY)
    window.undo()
    expect(window.text()).not_to_contain_text(EMPTY)
    window.picture("undone")
    wait_until(lambda: statuses(shop) == ["discarded"])


def test_a_draft_that_arrives_while_its_user_types_takes_no_key(window: Window, shop: Repository) -> None:
    window.command("Workhorse: Add Missing Docstrings in File")
    window.press("Control+End")
    typed = "# yes, y and 1 and Enter are typed here, and no key of them is an answer to anything"
    window.page.keyboard.type(typed, delay=60)
    window.picture("typed")
    expect(window.page.locator(".codelens-decoration").filter(has_text="review the drafted").first).to_be_visible()
    expect(window.text()).to_contain_text(typed)
    expect(window.diff()).to_have_count(0)
    expect(window.page.locator(".monaco-editor.focused")).to_have_count(1)
    assert statuses(shop) == ["verified"]
    window.press("Enter")
    window.type("Y = 1")
    expect(window.text()).to_contain_text("Y = 1")
    assert statuses(shop) == ["verified"]


def test_a_draft_outside_of_git_waits_in_the_view_until_it_is_decided(
    code_server: Path, tmp_path: Path, with_workhorse: dict[str, str]
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP)
    with (
        installed(code_server, tmp_path, with_workhorse) as editor,
        window_on(editor, {"folder": str(folder)}, "no_git") as window,
    ):
        window.open_file("shop.py")
        window.wait_for_the_server()
        window.go_to_line(LINE)
        window.command("Workhorse: Add Docstring")
        window.press_in_toast(EMPTY, "Later")
        window.open_jobs()
        row = window.rows().filter(has_text="is_empty").first
        expect(row).to_be_visible()
        row.hover()
        window.picture("waits")
        row.get_by_label("Accept All and Land").click()
        expect(window.diff()).to_contain_text("nothing was put into the cart.")
        window.picture("shown-before-it-is-approved")
        window.title_button("Accept All and Land").click()
        expect(window.diff()).to_have_count(0)
        window.go_to_line(LINE)
        expect(window.text()).to_contain_text(EMPTY)
        expect(window.page.locator(".welcome-view-content")).to_contain_text("No job waits")
        window.picture("landed")


def test_a_folder_without_trust_is_worked_on_by_rules(
    code_server: Path, tmp_path: Path, with_workhorse: dict[str, str], shop: Repository
) -> None:
    with (
        installed(code_server, tmp_path, with_workhorse, WITH_TRUST) as editor,
        window_on(editor, {"folder": str(shop.root)}, "untrusted") as window,
    ):
        window.open_file("shop.py")
        window.wait_for_the_server()
        expect(window.page.locator(".statusbar")).to_contain_text("Restricted Mode")
        window.command("Workhorse: Add Missing Docstrings in File")
        window.press_in_toast(EMPTY, "Review")
        expect(window.lens("Accept is_empty")).to_be_visible()
        window.picture("diff")


def test_jobs_of_two_folders_are_listed_and_reviewed_apart(
    code_server: Path, tmp_path: Path, with_workhorse: dict[str, str]
) -> None:
    for name in ("first", "second"):
        root = make_repository(tmp_path / name, {"src/shop.py": SHOP}).root
        make_job(root, "src/shop.py::is_empty", "rules")
    workspace = tmp_path / "both.code-workspace"
    workspace.write_text(json.dumps({"folders": [{"path": "first"}, {"path": "second"}]}))
    with (
        installed(code_server, tmp_path, with_workhorse) as editor,
        window_on(editor, {"workspace": str(workspace)}, "two_folders") as window,
    ):
        window.open_jobs()
        window.wait_for_the_server()  # its view was asked for, though no Python file is open
        row = window.rows().filter(has_text="is_empty").filter(has_text="second")
        expect(row).to_be_visible(timeout=60_000)
        window.picture("listed")
        row.hover()
        row.get_by_label("Accept All and Land").click()
        expect(window.lens("Accept is_empty")).to_be_visible()
        window.lens("Accept is_empty").click()
        expect(window.diff()).to_have_count(0)
        wait_until(lambda: EMPTY in (tmp_path / "second/src/shop.py").read_text())
        assert EMPTY not in (tmp_path / "first/src/shop.py").read_text()
        window.picture("one-landed")


def test_states_are_seen_in_high_contrast(
    code_server: Path, tmp_path: Path, with_workhorse: dict[str, str], shop: Repository
) -> None:
    make_job(shop.root, "src/shop.py::is_empty", "rules")
    make_job(shop.root, "src/shop.py::is_light", "rules")
    subprocess.run([*PROGRAM, "reject", "@", "-m", "Too short."], cwd=shop.root, check=True, capture_output=True)
    settings = {"workbench.colorTheme": "Default High Contrast"}
    with (
        installed(code_server, tmp_path, with_workhorse, settings) as editor,
        window_on(editor, {"folder": str(shop.root)}, "high_contrast") as window,
    ):
        window.open_file("shop.py")
        window.wait_for_the_server()
        window.open_jobs()
        expect(window.rows().filter(has_text="is_empty").first).to_be_visible()
        expect(window.rows().filter(has_text="is_light")).to_have_count(0)
        window.page.get_by_label("Show Rejected, Discarded and Landed Jobs").first.click()
        expect(window.rows().filter(has_text="rejected")).to_be_visible()
        window.picture("jobs")
        window.command("Workhorse: Review Waiting Jobs")
        expect(window.lens("Accept is_empty")).to_be_visible()
        window.picture("diff")


def test_the_server_is_offered_where_it_is_not_installed(
    code_server: Path, tmp_path: Path, with_bare_python: dict[str, str]
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "shop.py").write_text(SHOP)
    with (
        installed(code_server, tmp_path, with_bare_python) as editor,
        window_on(editor, {"folder": str(tmp_path / "project")}, "not_installed") as window,
    ):
        window.open_file("shop.py")
        toast = window.toast("The Workhorse server is not installed.")
        expect(toast.locator(".monaco-button").filter(has_text="Install")).to_be_visible()
        window.open_jobs()
        expect(window.page.locator(".welcome-view-content")).to_contain_text("The Workhorse server is not installed.")


def statuses(home: Repository) -> list[str]:
    """Return the states of all jobs, as the command line reports them."""
    listed = subprocess.run([*PROGRAM, "jobs", "--all", "--json"], cwd=home.root, check=True, capture_output=True)
    return [job["status"] for job in json.loads(listed.stdout)]
