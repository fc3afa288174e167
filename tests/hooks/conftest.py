"""Repositories with hooks, and no worker left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hooks.hooked import SHOP, Hooked
from support.repository import fill_docstrings, make_repository
from workhorse_hooks.worker import stop_worker


@pytest.fixture(autouse=True)
def _filled(sealed: Path) -> None:
    """Names alone give docstrings here: the tests are about doors, and need something that rules can write."""
    fill_docstrings()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Hooked]:
    """A repository with one documented module, and no hook yet."""
    made = Hooked(make_repository(tmp_path / "shop", {"shop.py": SHOP, "notes.txt": "Notes\n"}).root)
    yield made
    stop_worker(str(made.root / ".git"))
