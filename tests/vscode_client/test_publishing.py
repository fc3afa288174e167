"""Packages of the extension: the address of the repository, and what is looked at before they are published."""

import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.repository import make_repository

ROOT = Path(__file__).parents[2]
PUBLISHING = ROOT / "vscode-client" / "publishing"
FORGE = "https://github.com/example/workhorse"
PICTURE = f"{FORGE}/raw/HEAD/vscode-client/media/readme/review.png"
ICON = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 128, 128)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Import a module of the folder as `python -I vscode-client/publishing` does."""
    monkeypatch.syspath_prepend(str(PUBLISHING))
    names = {path.stem for path in PUBLISHING.glob("*.py")}
    yield __import__
    for name in names & sys.modules.keys():
        del sys.modules[name]


@pytest.mark.parametrize(
    "address",
    [
        FORGE,
        f"{FORGE}.git",
        f"{FORGE}/\n",
        "https://user:token@github.com/example/workhorse.git",
        "git@github.com:example/workhorse.git",
        "ssh://git@github.com/example/workhorse.git",
        "ssh://git@github.com:22/example/workhorse",
    ],
)
def test_an_address_at_a_forge_becomes_its_https_address_without_secrets(
    load: Callable[[str], Any], address: str
) -> None:
    assert load("repository").read_address(address).url == FORGE


@pytest.mark.parametrize("address", ["", "/work/main", "file:///srv/x", "https://nowhere.example/x/y", "git@box:x/y"])
def test_an_address_elsewhere_is_none(load: Callable[[str], Any], address: str) -> None:
    assert load("repository").read_address(address) is None


def test_the_given_address_comes_before_the_origin(load: Callable[[str], Any], tmp_path: Path) -> None:
    find_repository = load("repository").find_repository
    home = make_repository(tmp_path / "clone", {"a.py": "A = 1\n"})
    assert find_repository(home.root, None) is None
    subprocess.run(["git", "remote", "add", "origin", str(tmp_path)], cwd=home.root, check=True)
    assert find_repository(home.root, None) is None
    subprocess.run(["git", "remote", "set-url", "origin", "git@gitlab.com:a/b.git"], cwd=home.root, check=True)
    assert find_repository(home.root, None).issues == "https://gitlab.com/a/b/-/issues"
    assert find_repository(home.root, FORGE).url == FORGE
    with pytest.raises(SystemExit, match="no https or ssh address"):
        find_repository(home.root, "https://nowhere.example/x/y")


def test_a_manifest_gets_the_addresses_of_its_repository(load: Callable[[str], Any]) -> None:
    repository = load("repository").read_address(FORGE)
    addressed = load("package").addressed
    assert addressed({"name": "workhorse"}, None) == {"name": "workhorse"}
    assert addressed({"name": "workhorse"}, repository) == {
        "name": "workhorse",
        "repository": {"type": "git", "url": f"{FORGE}.git", "directory": "vscode-client"},
        "bugs": {"url": f"{FORGE}/issues"},
        "homepage": f"{FORGE}#readme",
    }


def sound() -> dict[str, bytes]:
    """Return the files of a package that lacks nothing."""
    manifest = {
        "version": "1.2.3",
        "license": "MIT",
        "icon": "media/icon.png",
        "repository": {"url": f"{FORGE}.git"},
        "bugs": {"url": f"{FORGE}/issues"},
        "homepage": f"{FORGE}#readme",
    }
    return {
        "package.json": json.dumps(manifest).encode(),
        "readme.md": f"# Workhorse\n\n![Review]({PICTURE})\n".encode(),
        "changelog.md": b"# Changelog\n\n## 1.2.3 (2026-12-24)\n",
        "LICENSE.txt": b"MIT\n",
        "media/icon.png": ICON,
        "bundled/workhorse-1.2.3-py3-none-any.whl": b"",
    }


@pytest.fixture
def problems(load: Callable[[str], Any], tmp_path: Path) -> Callable[..., list[str]]:
    """Return the problems of a package of these files, made from sources that have one picture."""
    (tmp_path / "vscode-client" / "media" / "readme").mkdir(parents=True)
    (tmp_path / "vscode-client" / "media" / "readme" / "review.png").touch()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "LICENSE").write_text("MIT\n")

    def find(files: dict[str, bytes], target: str = "") -> list[str]:
        package = tmp_path / "workhorse.vsix"
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(
                "extension.vsixmanifest", f"<Identity {target and f'TargetPlatform={target!r}'}/>".replace("'", '"')
            )
            for name, data in files.items():
                archive.writestr(f"extension/{name}", data)
        return list(load("checks").problems_of(package, tmp_path / "vscode-client", tmp_path))

    return find


def test_a_sound_package_has_no_problem(problems: Callable[..., list[str]]) -> None:
    assert problems(sound()) == []
    wheels = {"bundled/dependencies/click-8.5.1-py3-none-any.whl": b""}
    assert problems({**sound(), **wheels}, "linux-x64") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("package.json", "1.2.3", "1.2.4", "Its version is 1.2.4, and that of the Python package 1.2.3"),
        ("package.json", f"{FORGE}.git", "", "Its repository has no https address."),
        ("package.json", f"{FORGE}/issues", "", "Its bugs has no https address."),
        ("package.json", '"license": "MIT"', '"license": ""', "It has not the project's license."),
        ("readme.md", PICTURE, "media/readme/review.png", "The picture media/readme/review.png"),
        ("readme.md", "review.png", "gone.png", "of its README cannot be shown"),
        ("readme.md", "![", "[", "Its README has no picture."),
        ("changelog.md", "1.2.3", "1.2.2", "Its changelog has no section about 1.2.3."),
        ("changelog.md", "2026-12-24", "not released", "Its changelog has no date for 1.2.3"),
        ("LICENSE.txt", "MIT", "BSD", "It has not the project's license."),
        ("media/icon.png", "PNG", "GIF", "Its icon is no PNG."),
        ("media/icon.png", "\x80\x00\x00\x00\x80", "\x40\x00\x00\x00\x40", "Its icon has 64 times 64 pixels."),
    ],
)
def test_each_thing_that_a_package_lacks_is_named(
    problems: Callable[..., list[str]], name: str, old: str, new: str, words: str
) -> None:
    files = sound()
    files[name] = files[name].replace(old.encode("latin-1"), new.encode("latin-1"))
    assert files != sound()
    assert any(words in problem for problem in problems(files))


def test_a_package_without_its_server_or_with_another_is_named(problems: Callable[..., list[str]]) -> None:
    files = sound()
    del files["bundled/workhorse-1.2.3-py3-none-any.whl"]
    assert problems(files) == ["It has 0 wheels of Workhorse 1.2.3, and needs one."]
    assert problems({**files, "bundled/workhorse-1.2.2-py3-none-any.whl": b""}) == [
        "It has 0 wheels of Workhorse 1.2.3, and needs one."
    ]


@pytest.mark.parametrize(("target", "wheel"), [("linux-x64", False), ("", True)])
def test_dependencies_belong_into_the_package_of_a_platform_alone(
    problems: Callable[..., list[str]], target: str, wheel: bool
) -> None:
    files = {**sound(), **({"bundled/dependencies/click-8.5.1-py3-none-any.whl": b""} if wheel else {})}
    assert problems(files, target) == ["The dependencies belong into the package of a platform, and into no other."]


def test_a_package_that_is_too_large_is_named(
    problems: Callable[..., list[str]], load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load("checks"), "LARGEST", 100)
    assert any("bytes, more than 100" in problem for problem in problems(sound()))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--dry-run", "--repository", "https://nowhere.example/x/y"], "no https or ssh address at github.com"),
        (["--repository", FORGE], "No token is set: VSCE_PAT"),
    ],
)
def test_without_a_repository_or_a_token_nothing_is_made_or_published(words: list[str], said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_PAT")}
    command = [sys.executable, "-I", str(PUBLISHING), "publish", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
