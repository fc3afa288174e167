"""Settings for jobs by rules."""

from pathlib import Path

import pytest

from support.repository import fill_docstrings


@pytest.fixture(autouse=True)
def _filled(sealed: Path) -> None:
    """Names alone give docstrings here: the tests are about jobs, and need something that rules can write."""
    fill_docstrings()
