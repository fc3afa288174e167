"""The type checkers: how each is configured, started and read."""

import json
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.pipeline.check import Finding
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.process import Output, Reach
from workhorse_core.tools.tool import Tool
from workhorse_core.tools.tool_settings import ToolSettings

Raw = tuple[str, int, str, str]
"""A finding as a checker writes it: path, line counted from 1, message, rule."""


_TY_MINORS = (7, 14)


class UnreadableError(Exception):
    """A checker's output is no result."""


@dataclass(frozen=True, slots=True)
class CheckerInput:
    """One side of a comparison, as input of a checker.

    ``root`` stands for the project's root. ``config`` is the configuration file to name to it. ``python`` is an
    interpreter that may be run, ``environment`` a folder of packages that may only be read. ``targets`` are paths from
    the root, none for all that the settings name. ``shadows`` are files to be read in place of others. ``minor`` is the
    oldest minor version of Python 3 that the project requires.
    """

    root: Path
    settings: ToolSettings
    cache: Path
    config: Path | None = None
    python: Path | None = None
    environment: Path | None = None
    targets: tuple[str, ...] = ()
    shadows: tuple[tuple[str, Path], ...] = ()
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class TypeChecker:
    """One type checker.

    ``codes`` are the exit codes with which it has a result. ``writes`` are settings that make it write files. ``empty``
    is a configuration file, its name and text, that leaves everything as it is by default. ``lazy``: asked about one
    file it reads little more than that.
    """

    name: str
    find: Callable[[Configured], ToolSettings | None]
    arguments: Callable[[CheckerInput], list[str]]
    read: Callable[[Output], Iterator[Raw]]
    codes: tuple[int, ...]
    empty: tuple[str, bytes]
    writes: tuple[str, ...] = ()
    lazy: bool = False

    def refusal(self, settings: ToolSettings) -> str:
        """Return why it may not be used with these settings, "" where it may."""
        for name in settings.table:
            if any(re.fullmatch(pattern, str(name).replace("-", "_")) for pattern in self.writes):
                return f"{self.name} would write files, because {settings.path} sets {name}"
        return settings.problem

    def default(self) -> ToolSettings:
        """Return the settings for a project that configures no checker: a configuration of ours that sets nothing."""
        name, data = self.empty
        return ToolSettings(name, {}, {name: data}, is_ours=True)

    def findings(self, output: Output, locate: Callable[[str], str]) -> tuple[Finding, ...]:
        """Read its findings; ``locate`` turns a path of its output into one from the project's root.

        Raises:
            UnreadableError: It has no result; the message is its own.
        """
        if output.failure or output.code not in self.codes:
            raise UnreadableError(output.failure or f"{self.name} could not be used: {output.first_words}")
        try:
            return tuple(Finding(locate(path), line, text, rule) for path, line, text, rule in self.read(output))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(f"{self.name} could not be used: {output.first_words}") from error


@dataclass(frozen=True, slots=True)
class CheckerRun:
    """A checker that is ready to run: how it is started, and its input for either side."""

    checker: TypeChecker
    tool: Tool
    before: CheckerInput
    after: CheckerInput
    folders: tuple[Path, Path]
    locate: Callable[[str], str]
    base: Hashable
    """The key of its findings of the base."""
    reach: Reach
    overlay: Mapping[str, bytes] | None = None
    """The candidate as files in place of the base's; None where files come, go or move."""
    is_cached: bool = False
    """Whether it keeps a cache in a folder, and reads both sides from the same place."""


@dataclass(frozen=True, slots=True)
class CheckScope:
    """Checkers by name, and files for those that can look at one alone."""

    checkers: Collection[str]
    paths: Collection[str]


# -- asking


def _ask_mypy(given: CheckerInput) -> list[str]:
    arguments = [f"--config-file={given.config or ''}", f"--cache-dir={given.cache}", "--output=json"]
    arguments += ["--no-pretty", "--no-color-output", "--no-error-summary", "--no-install-types"]
    if given.python:
        arguments.append(f"--python-executable={given.python}")
    for path, shadow in given.shadows:
        arguments += ["--shadow-file", path, str(shadow)]
    return arguments if chooses_files(given.settings) else [*arguments, "--", *given.targets]


def chooses_files(settings: ToolSettings) -> bool:
    """Whether mypy's settings name the files to check."""
    return any(settings.table.get(name) for name in ("files", "packages", "modules"))


def _ask_pyright(given: CheckerInput) -> list[str]:
    place = given.config if given.settings.is_ours else given.root
    arguments = ["--outputjson", "--project", str(place)]
    return [*arguments, "--pythonpath", str(given.python)] if given.python else arguments


def _ask_ty(given: CheckerInput) -> list[str]:
    arguments = ["check", "--project", str(given.root), "--output-format=gitlab", "--no-progress", "--exit-zero"]
    arguments.append("--no-respect-ignore-files")  # what git ignores is not among the files; the search goes upwards
    if given.config and given.config.name == "ty.toml":
        arguments.append(f"--config-file={given.config}")  # with it ty does not look at what the project requires
        if given.minor is not None and not _names_version(given.settings):
            arguments.append(f"--python-version=3.{min(max(given.minor, _TY_MINORS[0]), _TY_MINORS[1])}")
    if place := given.python or given.environment:
        arguments += ["--python", str(place)]
    return [*arguments, *_targets(given)]


def _names_version(settings: ToolSettings) -> bool:
    environment = settings.table.get("environment")
    return isinstance(environment, dict) and "python-version" in environment


def _ask_pyrefly(given: CheckerInput) -> list[str]:
    arguments = ["check", "--output-format=json", "--summary=none", "--progress-bar=no", "--use-ignore-files=false"]
    if given.config:
        arguments.append(f"--config={given.config}")
    python = given.python
    arguments.append(f"--python-interpreter-path={python}" if python else "--skip-interpreter-query")
    return [*arguments, *_targets(given)]


def _targets(given: CheckerInput) -> list[str]:
    return [str(given.root / path) for path in given.targets]


# -- reading


def _read_mypy(output: Output) -> Iterator[Raw]:
    for line in output.stdout.decode("utf-8", "replace").split("\n"):
        if line.startswith("{"):
            item = json.loads(line)
            if item["severity"] == "error":
                yield item["file"], item["line"], item["message"], item["code"] or ""


def _read_pyright(output: Output) -> Iterator[Raw]:
    for item in json.loads(output.stdout)["generalDiagnostics"]:
        if item["severity"] == "error":
            line = item.get("range", {}).get("start", {}).get("line", 0) + 1
            yield item["file"], line, one_line(item["message"]), item.get("rule", "")


def _read_ty(output: Output) -> Iterator[Raw]:
    for item in json.loads(output.stdout):
        if item["severity"] in ("major", "critical", "blocker"):
            place, rule = item["location"], item["check_name"]
            yield (
                place["path"],
                place["positions"]["begin"]["line"],
                item["description"].removeprefix(f"{rule}: "),
                rule,
            )


def _read_pyrefly(output: Output) -> Iterator[Raw]:
    for item in json.loads(output.stdout)["errors"]:
        if item["severity"] == "error":
            yield item["path"], item["line"], one_line(item["concise_description"]), item["name"]


def without_places(text: str, places: Iterable[str]) -> str:
    """Remove the names of folders from a message, so that it is the same wherever they are."""
    for place in places:
        text = text.replace(place, "")
    return text


def one_line(text: str) -> str:
    """Return a text without its line ends."""
    return " ".join(text.split())


# -- which there are


TYPE_CHECKERS: Sequence[TypeChecker] = (
    TypeChecker(
        "mypy",
        Configured.mypy,
        _ask_mypy,
        _read_mypy,
        codes=(0, 1),
        empty=("mypy.ini", b"[mypy]\n"),
        writes=(r".*_report", "junit_xml", "cache_map", "timing_stats", "line_checking_stats"),
    ),
    TypeChecker(
        "pyright",
        lambda configured: configured.pyright("pyright"),
        _ask_pyright,
        _read_pyright,
        codes=(0, 1),
        empty=("pyrightconfig.json", b"{}\n"),
    ),
    TypeChecker(
        "basedpyright",
        lambda configured: configured.pyright("basedpyright"),
        _ask_pyright,
        _read_pyright,
        codes=(0, 1),
        empty=("pyrightconfig.json", b"{}\n"),
    ),
    TypeChecker(
        "pyrefly",
        Configured.pyrefly,
        _ask_pyrefly,
        _read_pyrefly,
        codes=(0, 1),
        empty=("pyrefly.toml", b""),
        lazy=True,
    ),
    TypeChecker("ty", Configured.ty, _ask_ty, _read_ty, codes=(0, 1), empty=("ty.toml", b""), lazy=True),
)


FASTEST: Sequence[TypeChecker] = sorted(
    TYPE_CHECKERS, key=lambda checker: ("ty", "pyright", "basedpyright", "mypy", "pyrefly").index(checker.name)
)
"""The order in which one is chosen where a project configures none."""


def outermost_packages(paths: Iterable[str], present: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the packages that the Python files among some paths belong to, or the file itself where it is in none."""
    found: dict[str, None] = {}
    for path in paths:
        if not path.endswith((".py", ".pyi")):
            continue
        place = path
        folder = place.rpartition("/")[0]
        while folder and (present(f"{folder}/__init__.py") or present(f"{folder}/__init__.pyi")):
            place, folder = folder, folder.rpartition("/")[0]
        found[place] = None
    return tuple(found)
