"""The choice of a model as a person makes it: from the status bar, in the page of settings, and in a settings file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, expect

from support.ollama import Ollama, OllamaModel, serve_ollama
from support.repository import make_repository
from vscode.editor import Editor
from vscode.test_person import SHOP
from vscode.window import Window, installed, window_on
from workhorse_core.git.repository import Repository

CODER = OllamaModel("qwen2.5-coder:7b", 4_683_087_332, 32_768, ("completion", "tools"), "qwen2", "7.6B")

pytestmark = pytest.mark.vscode


class Opened(NamedTuple):
    """A window on a repository, where a server of llama.cpp and an Ollama with two models are configured."""

    window: Window
    editor: Editor
    shop: Repository
    ollama: str

    def users_settings(self) -> dict[str, object]:
        """Return the settings of the user, those of the machine included."""
        files = [self.editor.log.parent / "user" / kind / "settings.json" for kind in ("User", "Machine")]
        return {key: value for file in files if file.exists() for key, value in json.loads(file.read_text()).items()}


@pytest.fixture
def opened(
    code_server: Path,
    tmp_path: Path,
    with_workhorse: dict[str, str],
    model_server: str,
    request: pytest.FixtureRequest,
) -> Iterator[Opened]:
    name = request.node.name.removeprefix("test_")
    shop = make_repository(tmp_path / "shop", {"src/shop.py": SHOP})
    config = tmp_path / "config" / "workhorse" / "config.toml"
    config.parent.mkdir(parents=True)
    environment = {**with_workhorse, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with (
        serve_ollama(Ollama(models=[OllamaModel(), CODER])) as ollama,
        installed(code_server, tmp_path, environment, {"workhorse.model": ""}) as editor,
    ):
        url = f"{ollama.root}/v1"
        config.write_text(f"urls = {json.dumps([model_server, url])}\n")
        with window_on(editor, {"folder": str(shop.root)}, name) as window:
            window.open_file("shop.py")
            window.wait_for_the_server()
            expect(window.status()).to_contain_text("tiny @ 127.0.0.1")
            yield Opened(window, editor, shop, url)


def row_of(window: Window, words: str) -> Locator:
    return window.page.locator(".quick-input-list .monaco-list-row").filter(has_text=words)


def test_a_model_is_chosen_from_the_status_bar_with_the_keyboard_alone(opened: Opened, tmp_path: Path) -> None:
    window = opened.window
    window.focus_status()
    window.press("Enter")
    expect(row_of(window, "Choose the model")).to_be_visible()
    window.picture("menu")
    window.type("Choose the model")
    window.press("Enter")
    expect(row_of(window, "qwen3:8b")).to_contain_text("5.2 GB")
    expect(row_of(window, CODER.name)).to_contain_text("4.7 GB")
    expect(row_of(window, "tiny")).to_contain_text("loaded")
    window.picture("picker")
    window.type("coder")
    expect(row_of(window, "tiny")).to_have_count(0)
    window.press("Enter")
    expect(window.status()).to_contain_text(f"{CODER.name} @ {opened.ollama.split('/')[2]}")
    window.picture("chosen")
    chosen = {str(opened.shop.root): {"url": opened.ollama, "model": CODER.name}}
    assert opened.users_settings()["workhorse.workspaceModels"] == chosen
    assert not (opened.shop.root / ".vscode").exists()
    other = make_repository(tmp_path / "other", {"src/shop.py": SHOP})
    window.page.goto(opened.editor.address({"folder": str(other.root)}))
    window.open_file("shop.py")
    expect(window.status()).to_contain_text("tiny @ 127.0.0.1", timeout=120_000)


def test_the_page_of_settings_fills_in_a_model_that_is_there(opened: Opened) -> None:
    window = opened.window
    window.command("Preferences: Open Settings (UI)")
    search = window.page.locator(".settings-editor .suggest-input-container")
    search.click()
    window.type("workhorse.model")
    setting = window.page.locator(".settings-editor .setting-item-contents").filter(has_text="Workhorse: Model").first
    setting.get_by_role("link", name="choose among those that are there").click()
    expect(row_of(window, CODER.name)).to_be_visible()
    window.picture("suggested")
    window.type("coder")
    window.press("Enter")
    expect(window.status()).to_contain_text(f"{CODER.name} @ {opened.ollama.split('/')[2]}")
    search.click()  # the page draws the setting that has the focus anew once it has not
    expect(setting.locator("input").first).to_have_value(CODER.name)
    window.picture("filled-in")


def test_a_settings_file_suggests_the_models_that_are_there(opened: Opened) -> None:
    window = opened.window
    window.command("Preferences: Open User Settings (JSON)")
    line = window.page.locator(".view-line").filter(has_text='"workhorse.model"')
    line.click()
    window.press("End")
    window.press("ArrowLeft")
    window.press("Control+Space")
    suggested = window.page.locator(".suggest-widget .monaco-list-row").filter(has_text=CODER.name)
    expect(suggested).to_be_visible()
    window.picture("suggested")
    suggested.click()
    expect(line).to_contain_text(f'"workhorse.model": "{CODER.name}"')
