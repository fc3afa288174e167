"""Fixtures of every test: a sealed environment; repositories and listening sockets on demand."""

import contextlib
import gc
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from core.models.double import Listener, Respond
from support.repository import make_repository, sealed_environment
from workhorse_core.git.repository import Repository

# Machines are noisy: no test asserts seconds, so no property has a deadline. CI looks at the same examples each time.
# `make test` draws a few examples of each property, and `make test-slow` many: it names the thorough profile.
UNHURRIED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.register_profile("quick", UNHURRIED, max_examples=40)
settings.register_profile("thorough", UNHURRIED, max_examples=400)
settings.load_profile("quick")

OUTSIDE = dict(os.environ)
SHAPES = """\
def area(side):
    return side * side


def name(shape):
    return shape.title()
"""


def pytest_collection_finish() -> None:
    """Spare the garbage collector what has been collected: it stays to the end, and is a seventh of all the work."""
    gc.collect()
    gc.freeze()


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
    """The environment outside of the tests, for the few that fetch packages."""
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


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Return a function that makes listeners; all are closed when the test ends."""
    listeners: list[Listener] = []

    def make(respond: Respond, host: str = "127.0.0.1") -> Listener:
        listener = Listener(respond, socket.create_server((host, 0)))
        listeners.append(listener)
        threading.Thread(target=listener.run, daemon=True).start()
        return listener

    yield make
    for listener in listeners:
        with contextlib.suppress(OSError):
            listener.server.shutdown(socket.SHUT_RDWR)
        listener.server.close()


@pytest.fixture
def https_url(tmp_path: Path) -> Iterator[str]:
    """A server with a self-signed certificate."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-keyout", key, "-out", certificate, "-subj", "/CN=localhost"]
    subprocess.run([openssl, *options, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_shake_hands, args=[server, context], daemon=True).start()
        yield f"https://localhost:{server.getsockname()[1]}/v1"
        server.shutdown(socket.SHUT_RDWR)


def _shake_hands(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True).recv(1)
