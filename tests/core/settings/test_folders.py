from pathlib import Path

import pytest
from platformdirs.macos import MacOS

from workhorse_core.settings.folders import cache_folder, config_folder, state_folder


def test_variables_of_the_specification_count_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/k", "HOME": "/home/ada"}
    for system in ("linux", "darwin", "win32"):
        monkeypatch.setattr("sys.platform", system)
        found = [str(folder(environ)) for folder in (config_folder, state_folder, cache_folder)]
        assert found == ["/c/workhorse", "/s/workhorse", "/k/workhorse"]


def test_without_them_linux_uses_the_folders_of_the_specification() -> None:
    environ = {"HOME": "/home/ada", "XDG_STATE_HOME": "relative"}
    assert config_folder(environ) == Path("/home/ada/.config/workhorse")
    assert state_folder(environ) == Path("/home/ada/.local/state/workhorse")
    assert cache_folder(environ) == Path("/home/ada/.cache/workhorse")


def test_without_them_macos_uses_its_own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/Users/ada")
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("platformdirs.PlatformDirs", MacOS)
    assert config_folder({}) == Path("/Users/ada/Library/Application Support/workhorse")
    assert cache_folder({}) == Path("/Users/ada/Library/Caches/workhorse")
