"""Model servers in containers: the compose files of ``deploy/``, started and stopped through Docker."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from workhorse_core.errors import EndpointError
from workhorse_core.models.discovery.started_server import Started
from workhorse_core.system.find_program import find_program

_PLACES = (Path(__file__).parents[2] / "deploy", Path(__file__).parents[4] / "deploy")
"""In an installed package, and in a working copy."""

START_SECONDS = 3600
"""The images have gigabytes."""


def can_compose() -> bool:
    """Return whether Docker is installed, with compose, and its service answers."""
    program = find_program("docker")
    questions = (["compose", "version"], ["info", "--format", "{{.ID}}"])
    return program is not None and all(_answers([program, *words]) for words in questions)


def find_file(name: str) -> Path:
    """Find a compose file by its name.

    Raises:
        EndpointError: It was not installed.
    """
    for folder in _PLACES:
        if (folder / name).is_file():
            return folder / name
    raise EndpointError(f"The file {name} is not there.", "Install Workhorse again")


def choose_profile() -> str:
    """Choose the variant for this machine's graphics card."""
    if find_program("nvidia-smi") and find_program("nvidia-container-cli"):
        return "nvidia"
    return "amd" if Path("/dev/kfd").exists() else "cpu"


def start(name: str, profile: str, variables: Mapping[str, str]) -> None:
    """Start a compose file's server and wait until it is healthy.

    Raises:
        EndpointError: Docker refuses.
    """
    _compose(find_file(name), profile, variables, "up", "--detach", "--wait")


def stop(started: Started) -> None:
    """Stop what :func:`start` has started; the volume with the models stays.

    Raises:
        EndpointError: Docker refuses.
    """
    _compose(Path(started.compose), started.profile, {"WORKHORSE_GGUF": "/none"}, "down")


def _compose(file: Path, profile: str, variables: Mapping[str, str], *words: str) -> None:
    program = find_program("docker")
    if program is None:
        raise EndpointError("Docker is not installed any more.", "Install it, then run again")
    command = [program, "compose", "--file", str(file), "--profile", profile, *words]
    environment = {**os.environ, **variables}
    try:
        done = subprocess.run(
            command,
            cwd=file.parent,  # of a ``.env`` in the current folder Docker would take variables
            env=environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EndpointError(f"Docker did not do its work: {error}.") from error
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:].rstrip(".")
        raise EndpointError(f"Docker could not do it: {said}.", f"See it whole: docker compose -f {file} {words[0]}")


def _answers(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd="/", capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
