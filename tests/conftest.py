"""What every test gets: a sealed environment, and repositories on demand."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from workhorse_core.git.repository import Repository
from workhorse_core.testing.repository import make_repository, sealed_environment

# Machines are noisy: no test asserts seconds, so no property has a deadline. CI looks at the same examples each time.
settings.register_profile(
    "workhorse", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=os.environ.get("CI") == "true"
)
settings.load_profile("workhorse")

OUTSIDE = dict(os.environ)
SHAPES = """\
def area(side):
    return side * side


def name(shape):
    return shape.title()
"""


@pytest.fixture(autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees the user's home, settings, proxies or git variables."""
    home = tmp_path_factory.mktemp("home")
    environment = sealed_environment(home)
    for name in os.environ.keys() - environment.keys():
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return home


@pytest.fixture
def outside() -> dict[str, str]:
    """The environment of whoever runs the tests, for the few that fetch packages."""
    return dict(OUTSIDE)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with a few committed files."""
    files = {"src/shapes.py": SHAPES, "src/empty.py": "", "README.md": "Shapes\n", ".gitignore": "*.log\n"}
    return make_repository(tmp_path / "project", files)


@pytest.fixture
def project_root(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of that repository, as the current folder."""
    monkeypatch.chdir(repository.root)
    return repository.root
