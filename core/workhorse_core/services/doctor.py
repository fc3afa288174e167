"""Diagnosis of configuration and servers: one finding, with advice, for each thing that a job needs."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from workhorse_core.errors import (
    ConfigError,
    EndpointError,
    EndpointUnreachable,
    LedgerError,
    RepositoryError,
    WorkhorseError,
)
from workhorse_core.git.repository import Repository
from workhorse_core.models.discovery.conformance import Switch, recall
from workhorse_core.models.discovery.places import USUAL_PORTS, explain_silence, find_places, find_servers
from workhorse_core.models.discovery.server import Server, ServerKind
from workhorse_core.models.privacy.access import Access
from workhorse_core.models.privacy.address import refuse_relayed
from workhorse_core.services.session import Session
from workhorse_core.settings.config import Config
from workhorse_core.settings.loaded_config import DEFAULT, LoadedConfig, load_config
from workhorse_core.settings.trust import trusted_settings
from workhorse_core.system.find_program import find_program
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.process import runs_outside
from workhorse_core.tools.sandbox import is_closed, sandbox_program
from workhorse_core.tools.tool import find_tool
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

TOOLS = ("ruff", "black", "flake8", "mypy", "pyright", "basedpyright", "pyrefly", "ty")
"""Programs that look at a project's files."""
SMALL_CONTEXT = 8192
"""Tokens; below this, the larger regions of real projects do not fit."""


class State(StrEnum):
    """State of one thing; ``NOTE`` is one that a job can do without."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


class HealthFinding(NamedTuple):
    """One finding; ``advice`` is the next step, empty where all is well."""

    name: str
    state: State
    words: str
    advice: str = ""


def examine(folder: Path, environ: Mapping[str, str], ports: tuple[int, ...] = USUAL_PORTS) -> Iterator[HealthFinding]:
    """Look at everything, one thing after the other; nothing is changed and no code is sent."""
    yield _git_program(folder)
    repository, found = _repository(folder)
    yield found
    root = repository.root if repository else folder
    loaded, found = _config(root, environ)
    yield found
    if loaded:
        yield _trust(loaded, repository)
    yield from _model_server(loaded.config if loaded else Config(), environ, ports)
    yield _sandbox()
    if loaded:
        yield from _outside(Project(root, repository, WorkTree(root), loaded.config, loaded.trusted))
    if repository:
        yield _hooks(repository)
        yield from _record_of_jobs(repository)


def _git_program(folder: Path) -> HealthFinding:
    program = find_program("git", folder)
    if not program:
        return HealthFinding(
            "git", State.PROBLEM, "there is no git on PATH", "Install git; without it only --dry-run works"
        )
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return HealthFinding("git", State.OK, said)


def _repository(folder: Path) -> tuple[Repository | None, HealthFinding]:
    try:
        repository = Repository.find(folder)
    except RepositoryError as error:
        return None, HealthFinding("repository", State.PROBLEM, error.message, error.hint)
    if repository is None:
        words = f"{folder} is in no git repository"
        return None, HealthFinding("repository", State.NOTE, words, "git init, or use --dry-run, which needs none")
    return repository, HealthFinding("repository", State.OK, str(repository.root))


def _config(root: Path, environ: Mapping[str, str]) -> tuple[LoadedConfig | None, HealthFinding]:
    try:
        loaded = load_config(root, environ, trust=trusted_settings(root, environ))
    except ConfigError as error:
        return None, HealthFinding("config", State.PROBLEM, error.message, error.hint)
    said = [f"{key} from {origin}" for key, origin in loaded.origins.items() if origin != DEFAULT]
    return loaded, HealthFinding("config", State.OK, ", ".join(said) or "nothing is set; every default holds")


def _trust(loaded: LoadedConfig, repository: Repository | None) -> HealthFinding:
    if loaded.outdated:
        words = "the repository's settings that can name commands have changed since you trusted it"
        return HealthFinding("trust", State.NOTE, words, "See the difference with: workhorse trust --show")
    if loaded.waiting:
        words = f"the repository names commands that are not used: {', '.join(loaded.waiting)}"
        return HealthFinding("trust", State.NOTE, words, "Read them with: workhorse trust --show")
    if loaded.trusted:
        return HealthFinding("trust", State.OK, "you trust this repository with its settings as they are")
    return HealthFinding(
        "trust",
        State.OK,
        "not given: tools get only settings that run nothing" if repository else "there is no repository to trust",
    )


def _record_of_jobs(repository: Repository) -> Iterator[HealthFinding]:
    """Yield a finding if the record of jobs cannot be used; nothing if it works or does not exist yet."""
    try:
        with Session.at(repository) as session:
            _ = session.existing_ledger
    except LedgerError as error:
        yield HealthFinding("jobs", State.PROBLEM, error.message, error.hint)


# -- the model server


def _model_server(config: Config, environ: Mapping[str, str], ports: tuple[int, ...]) -> Iterator[HealthFinding]:
    try:
        running = find_servers(config, environ, ports)
        silence = None if running else explain_silence(config, find_places(config, environ, ports))
    except WorkhorseError as error:
        yield HealthFinding("server", State.PROBLEM, error.message, error.hint)
        return
    if silence:
        named = config.url or config.urls
        hint = "workhorse up; until then rules work alone: --engine rules"
        if named and not isinstance(silence, EndpointUnreachable):
            hint = silence.hint
        yield HealthFinding("server", State.PROBLEM if named else State.NOTE, silence.message.rstrip("."), hint)
        return
    for access, server in running:
        yield HealthFinding("server", State.OK, f"{server.kind.value} at {access.address.url}, lanes: {server.lanes}")
    yield from _model(*running[0], config, environ)


def _model(access: Access, server: Server, config: Config, environ: Mapping[str, str]) -> Iterator[HealthFinding]:
    name = config.model or server.choose_model()
    try:
        refuse_relayed(name, config.hosts)
        yield _loaded(server, name)
    except EndpointError as error:
        yield HealthFinding("model", State.PROBLEM, error.message, error.hint)
        return
    yield _context(access, server)
    yield _thinking(server, name, environ)


def _loaded(server: Server, name: str) -> HealthFinding:
    listed = {*server.models, *(model.removesuffix(":latest") for model in server.models)}
    if server.kind is not ServerKind.LLAMA_CPP and name not in listed:  # llama.cpp answers to any name
        near = f"it has {', '.join(server.models[:5])}" if server.models else "it has none"
        return HealthFinding("model", State.PROBLEM, f"{name} is not there; {near}", f"workhorse up --model {name}")
    if server.loaded in (name, f"{name}:latest") or server.kind is ServerKind.LLAMA_CPP:
        return HealthFinding("model", State.OK, f"{server.loaded or name} is loaded")
    return HealthFinding("model", State.NOTE, f"{name} is not loaded", "The first question loads it; or: workhorse up")


def _context(access: Access, server: Server) -> HealthFinding:
    size = server.context_tokens
    if size is None:
        words = f"{access.address.root} does not report it"
        return HealthFinding("context", State.NOTE, words, "It is known once a model is loaded")
    words = f"{size} tokens for each question and its answer"
    if size < SMALL_CONTEXT:
        return HealthFinding(
            "context", State.NOTE, words, "Larger regions do not fit; load more: workhorse up --context 16384"
        )
    return HealthFinding("context", State.OK, words)


def _thinking(server: Server, name: str, environ: Mapping[str, str]) -> HealthFinding:
    known = recall(server, name, environ)
    if known is None:
        return HealthFinding("thinking", State.NOTE, f"{name} was not measured yet", "workhorse probe")
    if known.switch is Switch.NONE:
        return HealthFinding(
            "thinking", State.NOTE, f"nothing keeps {name} from thinking", "Choose another model with --model"
        )
    words = "it does not think" if known.switch is Switch.NOT_NEEDED else f"switched off by {known.switch.value}"
    saved = f", which saves {known.saved_tokens} tokens an answer" if known.saved_tokens else ""
    return HealthFinding("thinking", State.OK, words + saved)


# -- the rest


def _sandbox() -> HealthFinding:
    if (program := sandbox_program()) and is_closed(program):  # tried anew: an earlier success may be remembered
        return HealthFinding("sandbox", State.OK, f"tools and generated code run in bubblewrap, {program}")
    if sys.platform != "linux":
        words = "there is none on this system: tools run without it, and no generated code is run"
        return HealthFinding("sandbox", State.NOTE, words, "A Linux machine, container or WSL has one")
    if not find_program("bwrap"):
        words = (
            "bubblewrap is not installed: tools run without it, with settings of ours alone; no generated code is run"
        )
        return HealthFinding("sandbox", State.NOTE, words, "Install the package bubblewrap")
    words = "bubblewrap may not make namespaces here: tools run without it, and no generated code is run"
    return HealthFinding("sandbox", State.NOTE, words, "Allow unprivileged user namespaces to bwrap")


def _outside(project: Project) -> Iterator[HealthFinding]:
    """Name the tools that do not start in the sandbox."""
    tools = (tool for name in TOOLS if (tool := find_tool(name, project)))
    if names := [tool.name for tool in tools if runs_outside(tool, project)]:
        words = f"{', '.join(names)} cannot start in it: run outside, with settings of ours alone"
        yield HealthFinding("sandbox", State.NOTE, words, "Install them outside of the home folder, or in /usr")


def _hooks(repository: Repository) -> HealthFinding:
    folder = repository.root / os.fsdecode(repository.read("rev-parse", "--git-path", "hooks").strip())
    ours = [path.name for path in sorted(folder.glob("*")) if path.suffix != ".sample" and _is_ours(path)]
    if ours:
        return HealthFinding("hooks", State.OK, f"Workhorse is called by {', '.join(ours)}")
    return HealthFinding("hooks", State.OK, "none of this repository's hooks calls Workhorse")


def _is_ours(path: Path) -> bool:
    try:
        return b"workhorse" in path.read_bytes()[:4096]
    except OSError:
        return False
