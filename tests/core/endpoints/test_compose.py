"""The compose files, and how Docker is driven; Docker itself is a double, which writes down how it was called."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from workhorse_core.endpoints import compose
from workhorse_core.endpoints.lifecycle import bring_down, bring_up
from workhorse_core.endpoints.started import read_started
from workhorse_core.endpoints.starting import Wish
from workhorse_core.errors import EndpointError
from workhorse_core.settings.config import Config
from workhorse_core.testing.ollama import Ollama, OllamaModel, serve_ollama

yaml = pytest.importorskip("yaml")
FILES = ("ollama.compose.yml", "llamacpp.compose.yml")
DOCKER = """\
#!/bin/sh
echo "$@ port=$WORKHORSE_PORT context=$WORKHORSE_CONTEXT" >> {log}
{more}
"""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Docker that says yes to everything; gives the file of its calls."""
    return write_docker(tmp_path, monkeypatch, "exit 0")


def write_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str) -> Path:
    program, log = tmp_path / "bin" / "docker", tmp_path / "calls"
    program.parent.mkdir()
    program.write_text(DOCKER.format(log=log, more=more))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/bin")
    return log


def services(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(compose.find_file(name).read_text("utf-8"))["services"]
    return found


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("profile", ["cpu", "nvidia", "amd"])
def test_every_variant_listens_on_this_machine_only_with_its_context_set(name: str, profile: str) -> None:
    service = services(name)[profile]
    assert service["profiles"] == [profile]
    assert [port.startswith("127.0.0.1:") for port in service["ports"]] == [True]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert {"OLLAMA_CONTEXT_LENGTH", "LLAMA_ARG_CTX_SIZE"} & service["environment"].keys()
    assert "privileged" not in service
    assert "network_mode" not in service


def test_layers_go_to_a_graphics_card_only_with_the_image_that_is_built_for_it() -> None:
    variants = services("llamacpp.compose.yml")
    layers = {name: service["environment"]["LLAMA_ARG_N_GPU_LAYERS"] for name, service in variants.items()}
    assert layers["cpu"] == "0"
    assert layers["nvidia"] == layers["amd"] == "${WORKHORSE_GPU_LAYERS:-999}"
    images = {name: re.sub(r".*:(server.*)}", r"\1", service["image"]) for name, service in variants.items()}
    assert images == {"cpu": "server", "nvidia": "server-cuda", "amd": "server-rocm"}
    assert variants["nvidia"]["environment"]["LLAMA_ARG_CTX_SIZE"]  # what is common is not lost


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


def test_what_docker_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_docker(tmp_path, monkeypatch, 'case "$*" in *up*) echo "port is already allocated" >&2; exit 1;; esac')
    with pytest.raises(EndpointError, match="Docker could not do it: port is already allocated"):
        bring_up(Wish(ports=()), Config(), os.environ, lambda words: None)
    assert read_started(os.environ) is None


def test_a_docker_without_compose_or_without_its_service_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_docker(tmp_path, monkeypatch, 'case "$*" in info*) exit 1;; esac')
    assert not compose.can_compose()
