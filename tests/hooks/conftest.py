"""Repositories with hooks, and no worker left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hooks.hooked import SHOP, Hooked
from support.repository import make_repository
from workhorse_hooks.worker import stop_worker


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Hooked]:
    """A repository with one documented module, and no hook yet."""
    made = Hooked(make_repository(tmp_path / "shop", {"shop.py": SHOP, "notes.txt": "Notes\n"}).root)
    yield made
    stop_worker(str(made.root / ".git"))
