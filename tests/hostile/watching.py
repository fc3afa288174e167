"""Running a command under strace, and reading what it executed, wrote and connected to."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EXECUTING = ("execve", "execveat")
_CHANGING = (
    "creat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "symlink",
    "symlinkat",
)
_FORKING = ("clone", "clone3", "fork", "vfork")
_SANDBOX = "/bwrap"
CALLS = ",".join([*_EXECUTING, *_CHANGING, *_FORKING, "open", "openat", "connect"])
_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+|\?)")
_TEXT = re.compile(r'(?:AT_FDCWD<(?P<cwd>[^>]*)>, |\d+<(?P<at>[^>]*)>, )?"(?P<text>(?:[^"\\]|\\.)*)"')
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
_INTERNET = re.compile(r'AF_INET6?, .*?(?:inet_addr\("|inet_pton\(AF_INET6, ")(?P<host>[^"]+)"')


@dataclass(frozen=True)
class Watched:
    """Effects of one command. Paths are absolute; hosts are those of successful or attempted connections."""

    code: int
    output: str
    executed: tuple[str, ...]
    written: tuple[str, ...]
    connected: tuple[str, ...]


def watch(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, stdin: bytes = b""
) -> Watched:
    """Run a command to its end, with all that it starts, and read the trace."""
    strace = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(log)]
    done = subprocess.run(
        [*strace, *command], cwd=folder, env=dict(environment), input=stdin, capture_output=True, check=False
    )
    executed: list[str] = []
    written: list[str] = []
    connected: list[str] = []
    sandboxing: set[str] = set()  # processes that make a sandbox's folders, which no other process sees
    for process, call, arguments, result in _calls(log):
        if call == "connect":
            if match := _INTERNET.search(arguments):
                connected.append(match["host"])
        elif result.startswith("-"):
            continue
        elif call in _EXECUTING:
            program = next(_paths(arguments, folder))
            executed.append(program)
            (sandboxing.add if program.endswith(_SANDBOX) else sandboxing.discard)(process)
        elif call in _FORKING:
            sandboxing |= {result} if process in sandboxing else set()
        elif process not in sandboxing and (not call.startswith("open") or _WRITING.search(arguments)):
            paths = list(_paths(arguments, folder))
            written += paths[1:] if call.startswith("symlink") else paths  # what a link leads to is not written
    output = (done.stdout + done.stderr).decode("utf-8", "replace")
    return Watched(done.returncode, output, tuple(executed), tuple(written), tuple(connected))


def _calls(log: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield each finished call as process, name, arguments and result, put together where another interrupted it."""
    begun: dict[str, str] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        process = line.partition(" ")[0]
        if line.endswith("<unfinished ...>"):
            begun[process] = line.removesuffix(" <unfinished ...>")
            continue
        whole = begun.pop(process, "") + line.partition("resumed>")[2] if "resumed>" in line else line
        if match := _CALL.match(whole):
            yield process, match["call"], match["arguments"], match["result"]


def _paths(arguments: str, folder: Path) -> Iterator[str]:
    for match in _TEXT.finditer(arguments):
        text = match["text"].encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace")
        yield os.path.normpath(Path(match["cwd"] or match["at"] or folder, text))
