"""A sandbox for tools that read an untrusted repository: bubblewrap, where it is installed and may make namespaces.

Inside there is no network, no other process, nothing of the home folder and nothing of the system but its programs and
libraries. The repository can be read, and only folders of ours can be written. It is the second wall: the first is that
no tool gets a setting that would make it run something (`workhorse_core.tools.allowlist`).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from workhorse_core.errors import ConfigError
from workhorse_core.settings.folders import cache_folder
from workhorse_core.system.find_program import find_program
from workhorse_core.system.private_files import make_private_folder, open_private

_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives", "/etc/ld.so.cache"),
    *("/etc/localtime", "/nix/store", "/gnu/store"),
)
_BELOW_SYSTEM = tuple(f"{place}/" for place in _SYSTEM)
_PROBE = """
import os, sys
networks = [line.partition(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
if os.path.exists(sys.argv[1]) or set(networks) - {"lo"} or os.access("/usr", os.W_OK):
    raise SystemExit("open")
print("closed")
"""
"""Run inside: fails where a file of the home folder, a network or a writable system can be seen."""
_PROBE_SECONDS = 10.0
_VERSION_SECONDS = 10.0
_PROGRAM_FOLDERS = frozenset({"bin", "Scripts", "sbin"})
_MOST_LINKS = 10


def enclosed(
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    readable: Iterable[Path],
    writable: Iterable[Path],
    lasting: bool = False,
) -> tuple[str, ...]:
    """Put a command into the sandbox; as it is where there is none.

    Args:
        command: A program by its absolute path, and what always follows it.
        environ: Its environment, of which ``HOME`` is read.
        readable: Files and folders that it may read, besides its own program and the system's.
        writable: Folders that it may write.
        lasting: It outlives the thread that starts it.
    """
    program = sandbox_program()
    if program is None:
        return tuple(command)
    places = [*readable, *(place for word in command[:1] for place in program_places(word))]
    arguments = _arguments(program, environ.get("HOME", ""), places, writable, lasting=lasting)
    return (*arguments, "--", *command)


def _arguments(
    program: str, home: str, readable: Iterable[Path], writable: Iterable[Path], *, lasting: bool = False
) -> list[str]:
    arguments = [program, "--unshare-all", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev"]
    arguments += [] if lasting else ["--die-with-parent"]  # which means the thread that starts it
    arguments += [*_system_arguments(), "--tmpfs", "/tmp", "--tmpfs", "/dev/shm"]  # noqa: S108 - inside
    if len(Path(home).parts) > 1 and not home.startswith("/usr"):
        arguments += ["--tmpfs", home]
    binds = {place.resolve(): "--ro-bind" for place in readable if not _is_of_system(place)}
    binds |= {place.resolve(): "--bind" for place in writable}
    for place, option in sorted(binds.items(), key=lambda each: each[0].parts):  # what holds others comes first
        if place.exists() and place != place.parent:
            arguments += [option, str(place), str(place)]
    return arguments


@cache
def _system_arguments() -> tuple[str, ...]:
    """Return the arguments that show the system's own folders and links."""
    arguments: list[str] = []
    for place in map(Path, _SYSTEM):
        if place.is_symlink():
            arguments += ["--symlink", str(place.readlink()), str(place)]
        elif place.exists():
            arguments += ["--ro-bind", str(place), str(place)]
    return tuple(arguments)


def _is_of_system(place: Path) -> bool:
    return f"{place}/".startswith(_BELOW_SYSTEM)


@cache
def sandbox_program() -> str | None:
    """Find bubblewrap, and try once whether it closes what it should; None where there is none, or it does not.

    A success is remembered for this very program until the machine starts anew: the probe takes a fifth of a job.
    """
    if sys.platform != "linux":
        return None
    program = find_program("bwrap")
    if program is None:
        return None
    record, identity = _record(), _identity(program)
    if record and identity and _read(record) == identity:
        return program
    if not is_closed(program):
        return None
    if record and identity:
        _remember(record, identity)
    return program


def _record() -> Path | None:
    try:
        return cache_folder(os.environ) / "sandbox"
    except ConfigError:
        return None


def _identity(program: str) -> str:
    """Return a text that changes with the program, the user and each start of the machine; "" where it is unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        status = Path(program).stat()
    except OSError:
        return ""
    return f"{program} {status.st_mtime_ns} {status.st_size} {os.getuid()} {boot}"


def _read(record: Path) -> str:
    try:
        return record.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _remember(record: Path, identity: str) -> None:
    with suppress(OSError):  # it is probed again next time
        make_private_folder(record.parent, follow=True)
        with open(record, "w", encoding="utf-8", opener=open_private) as file:
            file.write(identity)


def is_closed(program: str) -> bool:
    """Whether this bubblewrap makes a sandbox here that hides files and the network."""
    with tempfile.NamedTemporaryFile(prefix="workhorse-") as secret:
        python = (sys.executable, "-I", "-S", "-c", _PROBE, secret.name)
        arguments = _arguments(program, os.environ.get("HOME", ""), program_places(sys.executable), ())
        try:
            done = subprocess.run([*arguments, "--", *python], capture_output=True, timeout=_PROBE_SECONDS, check=False)
        except (OSError, subprocess.SubprocessError):
            return False
    return done.returncode == 0 and done.stdout.strip() == b"closed"


@cache
def starts_enclosed(command: tuple[str, ...], path: str) -> bool:
    """Whether a program that may lie anywhere starts in the sandbox: it is asked for its version there.

    Args:
        command: The program by its absolute path, and what always follows it.
        path: What ``PATH`` will be.
    """
    environ = {"HOME": os.environ.get("HOME", ""), "PATH": path}
    whole = [*enclosed(command, environ, readable=(), writable=()), "--version"]
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(
            whole, env=environ, stdin=nothing, stdout=nothing, stderr=nothing, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


@cache
def program_places(program: str) -> tuple[Path, ...]:
    """Return the places that a program reads to start: its folder, its interpreter, and the interpreter's library."""
    return tuple(dict.fromkeys(_places(Path(program), 0)))


def _places(program: Path, depth: int) -> Iterator[Path]:
    if depth > _MOST_LINKS or not program.is_file():
        return
    folder = program.parent
    prefix = folder.parent if folder.name in _PROGRAM_FOLDERS else None
    if prefix is not None and not _is_shared(prefix):
        yield prefix
        yield from _base_of(prefix)
    else:
        yield program
    if program.is_symlink():
        yield from _places(folder / program.readlink(), depth + 1)
    with program.open("rb") as file:
        first = file.readline(500)
    if first.startswith(b"#!") and (words := first[2:].split()):
        yield from _places(Path(os.fsdecode(words[0])), depth + 1)


def _base_of(prefix: Path) -> Iterator[Path]:
    """Return the installation that a virtual environment is made of."""
    try:
        lines = (prefix / "pyvenv.cfg").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        name, _, value = line.partition("=")
        home = Path(value.strip())
        if name.strip() == "home" and home.is_absolute():
            yield from _installation(home.resolve().parent)
            yield from _installation(home.parent)


def _installation(prefix: Path) -> Iterator[Path]:
    """Return the places of a Python below its prefix; of a shared folder, as the home is, its library alone."""
    if not _is_shared(prefix):
        yield prefix
        return
    for folder in ("lib", "lib64"):
        yield from sorted((prefix / folder).glob("*python3*"))


def _is_shared(prefix: Path) -> bool:
    """Whether a folder holds more than one installation: the home folder, ``~/.local``, the root."""
    home = Path(os.environ.get("HOME") or "/")
    return home.is_relative_to(prefix) or prefix in (home / ".local", Path("/opt"))
