"""The suites of `vscode-client/test`, each inside real VS Code, in the world that it is about."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.running import PROGRAM
from conftest import OUTSIDE
from support.repository import make_repository
from vscode.editor import run_suite, serve_editor

EXTENSION = Path(__file__).parents[2] / "vscode-client"
STANDS_FOR_PYTHON = Path(__file__).with_name("python_extension")
SHOP = '''\
"""A shop."""


# Return whether a number can be halved.
def is_even(number: int) -> bool:
    return number % 2 == 0
'''
CART = '''\
"""A cart."""


def frobnicate(number):
    while number > 9:
        number = knead(number)
    return number


# Return whether nothing was put into the cart.
def is_empty(cart: list[str]) -> bool:
    return not cart
'''
LONELY = '''\
"""A parser."""


def frobnicate(number):
    while number > 9:
        number = knead(number)
    return number
'''
WITH_TRUST = {"security.workspace.trust.enabled": True, "security.workspace.trust.startupPrompt": "never"}

pytestmark = pytest.mark.vscode
Suite = Callable[..., None]


@pytest.fixture
def suite(code_server: Path, tmp_path: Path) -> Suite:
    """Run one suite in an editor of its own; its output is shown when it fails."""

    def run(
        name: str,
        environment: Mapping[str, str],
        opened: Mapping[str, str],
        settings: Mapping[str, Any] | None = None,
        seconds: float = 120,
        python: bool = False,
    ) -> None:
        home = tmp_path / "editor"
        if python:
            shutil.copytree(STANDS_FOR_PYTHON, home / "extensions" / "ms-python.python-0.0.1")
        with serve_editor(code_server, home, settings or {}, environment, for_suites=True) as editor:
            code, said = run_suite(editor, EXTENSION, EXTENSION / "out" / f"{name}.js", opened, seconds)
        assert code == 0, said

    return run


def test_where_all_is_well(suite: Suite, with_workhorse: dict[str, str], model_server: str, tmp_path: Path) -> None:
    files = {"src/shop.py": SHOP, "src/cart.py": CART, "src/lonely.py": LONELY}
    root = make_repository(tmp_path / "shop", files).root
    make_job(root, "src/shop.py", "rules")
    make_job(root, "src/cart.py", "rules")
    environment = {**with_workhorse, "WORKHORSE_URL": model_server}
    suite("running", environment, {"folder": str(root)}, {"workhorse.review": "later"}, 300)


def test_without_any_python(suite: Suite, without_python: dict[str, str], tmp_path: Path) -> None:
    suite("noPython", without_python, {"folder": str(tmp_path)})


def test_where_it_is_not_installed(suite: Suite, with_bare_python: dict[str, str], tmp_path: Path) -> None:
    pip = {name: value for name, value in OUTSIDE.items() if name.startswith(("PIP_", "UV_", "SSL_"))}
    suite("notInstalled", {**with_bare_python, **pip}, {"folder": str(tmp_path)}, seconds=400)


def test_without_a_folder(suite: Suite, with_workhorse: dict[str, str]) -> None:
    suite("noFolder", with_workhorse, {})


def test_with_two_folders(suite: Suite, with_workhorse: dict[str, str], tmp_path: Path) -> None:
    names = ("first", "second")
    for name in names:
        root = make_repository(tmp_path / name, {"src/shop.py": SHOP}).root
        make_job(root, "src/shop.py", "rules")
    workspace = tmp_path / "both.code-workspace"
    workspace.write_text(json.dumps({"folders": [{"path": name} for name in names]}))
    suite("multiRoot", with_workhorse, {"workspace": str(workspace)})


def test_in_a_folder_that_is_not_trusted(
    suite: Suite, with_workhorse: dict[str, str], model_server: str, tmp_path: Path
) -> None:
    root = make_repository(tmp_path / "evil", {"src/shop.py": SHOP}).root
    evil = root / "evil" / "python3"
    evil.parent.mkdir()
    evil.write_text(f"#!/bin/sh\n: > {root}/evil-was-here\n")
    evil.chmod(0o755)
    (root / ".vscode").mkdir()
    (root / ".vscode" / "settings.json").write_text(
        json.dumps({"workhorse.path": str(evil), "workhorse.url": model_server})
    )
    suite("untrusted", {**with_workhorse, "CHOSEN_PYTHON": str(evil)}, {"folder": str(root)}, WITH_TRUST, python=True)


def test_with_the_interpreter_of_the_python_extension(
    suite: Suite, with_bare_python: dict[str, str], tmp_path: Path
) -> None:
    bare = shutil.which("python3", path=with_bare_python["PATH"])
    assert bare
    environment = {**with_bare_python, "CHOSEN_PYTHON": sys.executable, "OTHER_PYTHON": bare}
    suite("pythonExtension", environment, {"folder": str(tmp_path)}, python=True)


def make_job(root: Path, target: str, engine: str) -> None:
    """Leave a job waiting, made on the command line."""
    command = [*PROGRAM, "docstrings", target, "--engine", engine]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
