"""The compose files, and how Docker is driven; Docker itself is a double, which writes down how it was called."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.ollama import Ollama, OllamaModel, serve_ollama
from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.started_server import read_started
from workhorse_core.models.lifecycle import compose
from workhorse_core.models.lifecycle.down import bring_down
from workhorse_core.models.lifecycle.starting import Wish
from workhorse_core.models.lifecycle.up import bring_up
from workhorse_core.settings.config import Config

yaml = pytest.importorskip("yaml")
FILES = ("ollama.compose.yml", "llamacpp.compose.yml")
DOCKER = """\
#!/bin/sh
[ ! -e .env ] || echo "read $PWD/.env" >> {log}
echo "$@ port=$WORKHORSE_PORT context=$WORKHORSE_CONTEXT" >> {log}
{more}
"""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Docker that accepts everything; return the file of its calls."""
    return write_docker(tmp_path, monkeypatch, "exit 0")


def write_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str) -> Path:
    program, log = tmp_path / "bin" / "docker", tmp_path / "calls"
    program.parent.mkdir()
    program.write_text(DOCKER.format(log=log, more=more))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/bin")
    return log


Read = Callable[[str, str, dict[str, str]], dict[str, Any]]
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
_KEYS = {
    "": {"name", "services", "volumes"},
    "services": {
        *("image", "restart", "ports", "volumes", "environment", "security_opt", "healthcheck", "profiles", "deploy"),
        *("devices", "cap_drop", "read_only", "tmpfs"),
    },
    "healthcheck": {"test", "interval", "timeout", "retries", "start_period"},
}
"""What these files use of https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json."""


def by_hand(name: str, profile: str, variables: dict[str, str]) -> dict[str, Any]:
    """Resolve a file as ``docker compose config`` does: variables first, then what is merged."""

    def value(match: re.Match[str]) -> str:
        found = variables.get(match["name"]) or (match["rest"] if match["kind"] == "-" else None)
        if found is None:
            raise ValueError(match["rest"])
        return found

    whole: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(value, compose.find_file(name).read_text("utf-8")))
    whole = {key: part for key, part in whole.items() if not key.startswith("x-")}
    assert whole.keys() <= _KEYS[""]
    for service in whole["services"].values():
        assert service.keys() <= _KEYS["services"]
        assert service["healthcheck"].keys() == _KEYS["healthcheck"]
    (service,) = [found for found in whole["services"].values() if profile in found["profiles"]]
    return dict(service)


def by_docker(name: str, profile: str, variables: dict[str, str]) -> dict[str, Any]:
    """Resolve a file with Docker; its long form is shortened again here."""
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("needs the compose plugin of Docker")
    file = str(compose.find_file(name))
    command = ["docker", "compose", "--file", file, "--profile", profile, "config", "--format", "json"]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(done.stderr)
    service: dict[str, Any] = json.loads(done.stdout)["services"][profile]
    service["ports"] = [f"{port['host_ip']}:{port['published']}:{port['target']}" for port in service["ports"]]
    devices = [
        one if isinstance(one, str) else f"{one['source']}:{one['target']}" for one in service.get("devices", [])
    ]
    service["devices"] = [device.removesuffix(":rwm") for device in devices]
    return service


READERS = pytest.mark.parametrize("read", [by_hand, by_docker])
GIVEN = {"WORKHORSE_GGUF": "/models/m.gguf", "WORKHORSE_PORT": "8123", "WORKHORSE_CONTEXT": "32768"}


@READERS
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("profile", ["cpu", "nvidia", "amd"])
def test_every_variant_listens_on_this_machine_only_with_its_context_set(name: str, profile: str, read: Read) -> None:
    service = read(name, profile, GIVEN)
    assert service["profiles"] == [profile]
    assert [port.rpartition(":")[0] for port in service["ports"]] == ["127.0.0.1:8123"]
    said = service["environment"].get("OLLAMA_CONTEXT_LENGTH") or service["environment"].get("LLAMA_ARG_CTX_SIZE")
    assert said == "32768"
    assert "privileged" not in service
    assert "network_mode" not in service
    assert "no-new-privileges:true" in service["security_opt"]


@READERS
@pytest.mark.parametrize("profile", ["cpu", "nvidia", "amd"])
def test_every_variant_has_a_health_check(profile: str, read: Read) -> None:
    llama = read("llamacpp.compose.yml", profile, GIVEN)["healthcheck"]
    assert llama["test"] == ["CMD", "curl", "-f", "http://127.0.0.1:8080/health"]
    assert llama["start_period"] in ("600s", "10m0s")  # loading may take so long
    assert read("ollama.compose.yml", profile, GIVEN)["healthcheck"]["test"] == ["CMD", "ollama", "list"]


@READERS
@pytest.mark.parametrize("name", FILES)
def test_the_context_is_explicit_by_default(name: str, read: Read) -> None:
    environment = read(name, "cpu", {"WORKHORSE_GGUF": "/models/m.gguf"})["environment"]
    assert "16384" in (environment.get("OLLAMA_CONTEXT_LENGTH"), environment.get("LLAMA_ARG_CTX_SIZE"))


@READERS
@pytest.mark.parametrize(
    ("profile", "image", "layers"),
    [("cpu", "server", "0"), ("nvidia", "server-cuda", "999"), ("amd", "server-rocm", "999")],
)
def test_layers_go_to_a_graphics_card_only_with_the_image_that_is_built_for_it(
    profile: str, image: str, layers: str, read: Read
) -> None:
    service = read("llamacpp.compose.yml", profile, GIVEN)
    assert service["environment"]["LLAMA_ARG_N_GPU_LAYERS"] == layers
    assert service["image"].rpartition(":")[2] == image
    assert service["environment"]["LLAMA_ARG_CTX_SIZE"] == "32768"  # what is common is not lost


@READERS
@pytest.mark.parametrize("name", FILES)
def test_each_card_is_given_to_its_variant_and_to_no_other(name: str, read: Read) -> None:
    cpu, nvidia, amd = (read(name, profile, GIVEN) for profile in ("cpu", "nvidia", "amd"))
    (card,) = nvidia["deploy"]["resources"]["reservations"]["devices"]
    assert (card["driver"], card["capabilities"]) == ("nvidia", ["gpu"])
    assert amd["devices"] == ["/dev/kfd:/dev/kfd", "/dev/dri:/dev/dri"]
    assert not any(service.get("devices") for service in (cpu, nvidia))
    assert not any("reservations" in str(service.get("deploy")) for service in (cpu, amd))
    assert (name, amd["image"].rpartition("rocm")[1]) == (name, "rocm")


@READERS
def test_llama_cpp_is_not_started_without_a_model_file(read: Read) -> None:
    with pytest.raises(ValueError, match="name the model file"):
        read("llamacpp.compose.yml", "cpu", {})


def test_ollama_is_started_and_stopped_through_docker(docker: Path) -> None:
    with serve_ollama(Ollama([OllamaModel(size=10_000_000)])) as ollama:
        port = int(ollama.root.rpartition(":")[2])
        up = bring_up(Wish(ports=(), port=port, context=8192, force=True), Config(), os.environ, lambda words: None)
    assert (up.kind, up.model, up.context, up.started) == ("Ollama", "qwen3:8b", 8192, True)
    started = read_started(os.environ)
    assert started is not None
    assert (started.kind, started.pid) == ("compose", 0)
    assert bring_down(Config(), os.environ, ports=()).stopped == up.url
    assert read_started(os.environ) is None
    file = compose.find_file("ollama.compose.yml")
    assert docker.read_text().splitlines()[-2:] == [
        f"compose --file {file} --profile {started.profile} up --detach --wait port={port} context=8192",
        f"compose --file {file} --profile {started.profile} down port= context=",
    ]


def test_docker_is_not_started_in_the_current_folder(
    docker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compose takes variables of its own from a ``.env`` there, which the repository may have."""
    (tmp_path / ".env").write_text("COMPOSE_PROFILES=evil\n")
    monkeypatch.chdir(tmp_path)
    assert compose.can_compose()
    compose.start("ollama.compose.yml", "cpu", {})
    assert len(docker.read_text().splitlines()) == 3
    assert "read" not in docker.read_text()


def test_dockers_error_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_docker(tmp_path, monkeypatch, 'case "$*" in *up*) echo "port is already allocated" >&2; exit 1;; esac')
    with pytest.raises(EndpointError, match="Docker could not do it: port is already allocated"):
        bring_up(Wish(ports=()), Config(), os.environ, lambda words: None)
    assert read_started(os.environ) is None


def test_a_docker_without_compose_or_without_its_service_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_docker(tmp_path, monkeypatch, 'case "$*" in info*) exit 1;; esac')
    assert not compose.can_compose()
