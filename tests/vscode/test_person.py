"""A person's steps in the window, with the packaged extension and real git, and nothing else that helps.

Pictures of each step are left in `dist/vscode/`, to be looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.repository import make_repository
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
