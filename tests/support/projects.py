"""Real projects to work on: source distributions by version, kept in a cache outside the repository."""

import os
import subprocess
import sys
import tarfile
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RealProject:
    """A project by version. ``package`` is the folder of its code, ``needs`` what its own tests are run with.

    ``without`` are tests that connect to other machines, as pytest's ``-k`` takes names.
    """

    name: str
    version: str
    package: str
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


PROJECTS: Mapping[str, RealProject] = {
    project.name: project
    for project in (
        RealProject("itsdangerous", "2.2.0", "src", ("pytest==8.4.2", "freezegun==1.5.5")),
        RealProject("click", "8.1.8", "src", ("pytest==8.4.2",)),
        RealProject(
            "requests",
            "2.32.3",
            "src",
            (
                *("pytest==8.4.2", "pytest-httpbin==2.0.0", "httpbin==0.10.2", "pytest-mock==3.15.1", "trustme==1.2.1"),
                *("pysocks==1.7.1", "charset-normalizer==3.4.4", "idna==3.11", "urllib3==2.5.0", "certifi"),
            ),
            ("test_connect_timeout", "test_total_timeout_connect", "different_connection_pool_for_mtls"),
        ),
        RealProject("httpx", "0.28.1", "httpx"),
        RealProject("pluggy", "1.5.0", "src"),
        RealProject("attrs", "24.2.0", "src"),
    )
}


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Name the folder where fetched projects are kept: WORKHORSE_TEST_CACHE, else in the user's cache."""
    named = environ.get("WORKHORSE_TEST_CACHE")
    return Path(named) if named else Path(environ.get("HOME", "/"), ".cache", "workhorse-tests")


def fetch(project: RealProject, cache: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Unpack a project's source distribution into the cache, and name its folder."""
    folder = cache / f"{project.name}-{project.version}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        wanted = ("--no-deps", "--no-binary", ":all:", "--dest", str(cache), f"{project.name}=={project.version}")
        _pip(Path(sys.executable), environ, "download", *wanted)
        plain = f"{project.name}-{project.version}".lower().replace("-", "_")
        archive = next(p for p in cache.glob("*.tar.gz") if p.name.lower().replace("-", "_") == f"{plain}.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(cache, filter="data")
            inside = cache / opened.getnames()[0].split("/")[0]
        if inside != folder:
            inside.rename(folder)
    return folder


def interpreter(project: RealProject, cache: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Make an environment in the cache with what the project's own tests need, and name its interpreter."""
    folder = cache / f"{project.name}-{project.version}-env"
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        venv.create(folder, clear=True, with_pip=True)
        _pip(python, environ, "install", *project.needs)
        done.touch()
    return python


def _pip(python: Path, environ: Mapping[str, str], *arguments: str) -> None:
    command = [str(python), "-I", "-m", "pip", arguments[0], "--quiet", "--disable-pip-version-check", *arguments[1:]]
    subprocess.run(command, check=True, env=dict(environ))
