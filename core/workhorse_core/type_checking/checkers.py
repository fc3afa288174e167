"""How each type checker is asked and read: which files configure it, what would make it run a project's code."""

import json
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workhorse_core.pipeline.check import Finding
from workhorse_core.tools.configured import Configured, Settings
from workhorse_core.tools.tool import Output, Tool

Raw = tuple[str, int, str, str]
"""What a checker said: the path as it wrote it, the line counted from 1, the words, the rule."""


class UnreadableError(Exception):
    """A checker's output is not what its results look like."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a checker is to look at.

    ``root`` stands for the project's root. ``python`` is an interpreter that may be run, ``environment`` a folder of
    packages that may only be read. ``targets`` are paths from the root, none for all that the settings say.
    ``shadows`` are files to be read in place of others.
    """

    root: Path
    settings: Settings
    cache: Path
    python: Path | None = None
    environment: Path | None = None
    targets: tuple[str, ...] = ()
    shadows: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class TypeChecker:
    """One type checker.

    ``codes`` are the exit codes with which it has a result. ``runs`` are settings that make it run what they name;
    ``writes`` such as make it write files of its own. ``lazy``: asked about one file it reads little more than that.
    """

    name: str
    find: Callable[[Configured], Settings | None]
    arguments: Callable[[Question], list[str]]
    read: Callable[[Output], Iterator[Raw]]
    codes: tuple[int, ...]
    runs: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    lazy: bool = False

    def refusal(self, settings: Settings, *, trusted: bool) -> str:
        """Say why it may not be used with these settings, "" where it may."""
        for name in settings.table:
            key = str(name).replace("-", "_")
            if not trusted and key in self.runs:
                return f"{self.name} would run what {settings.path} names as {name}; allow it with: workhorse trust"
            if any(re.fullmatch(pattern, key) for pattern in self.writes):
                return f"{self.name} would write files, because {settings.path} sets {name}"
        return ""

    def findings(self, output: Output, locate: Callable[[str], str]) -> tuple[Finding, ...]:
        """Read what it found; ``locate`` turns a path as it writes them into one from the project's root.

        Raises:
            UnreadableError: It has no result; the words are its own.
        """
        if output.failure or output.code not in self.codes:
            raise UnreadableError(output.failure or f"{self.name} could not be used: {output.first_words}")
        try:
            return tuple(Finding(locate(path), line, text, rule) for path, line, text, rule in self.read(output))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(f"{self.name} could not be used: {output.first_words}") from error


@dataclass(frozen=True, slots=True)
class Asked:
    """A checker that can be used, how it is started, and its question about either side."""

    checker: TypeChecker
    tool: Tool
    before: Question
    after: Question
    folders: tuple[Path, Path]
    locate: Callable[[str], str]
    base: Hashable
    """What the answer about the base hangs on."""
    overlay: Mapping[str, bytes] | None = None
    """The candidate as files in place of the base's; None where it is more than that."""
    is_cached: bool = False
    """Whether it keeps what it knows in a folder, and reads both sides from the same place."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at: checkers by name, and files for those that can look at one alone."""

    checkers: Collection[str]
    paths: Collection[str]


# -- asking


def _ask_mypy(question: Question) -> list[str]:
    arguments = [f"--config-file={question.settings.path}", f"--cache-dir={question.cache}", "--output=json"]
    arguments += ["--no-pretty", "--no-color-output", "--no-error-summary", "--no-install-types"]
    if question.python:
        arguments.append(f"--python-executable={question.python}")
    for path, shadow in question.shadows:
        arguments += ["--shadow-file", path, str(shadow)]
    return arguments if chooses_files(question.settings) else [*arguments, "--", *question.targets]


def chooses_files(settings: Settings) -> bool:
    """Tell whether mypy's settings say what it is to look at."""
    return any(settings.table.get(name) for name in ("files", "packages", "modules"))


def _ask_pyright(question: Question) -> list[str]:
    arguments = ["--outputjson", "--project", str(question.root)]
    return [*arguments, "--pythonpath", str(question.python)] if question.python else arguments


def _ask_ty(question: Question) -> list[str]:
    arguments = ["check", "--project", str(question.root), "--output-format=gitlab", "--no-progress", "--exit-zero"]
    if place := question.python or question.environment:
        arguments += ["--python", str(place)]
    return [*arguments, *_targets(question)]


def _ask_pyrefly(question: Question) -> list[str]:
    arguments = ["check", "--output-format=json", "--summary=none", "--progress-bar=no"]
    if question.settings.path:
        arguments.append(f"--config={question.root / question.settings.path}")
    if question.python:
        arguments.append(f"--python-interpreter-path={question.python}")
    return [*arguments, *_targets(question)]


def _targets(question: Question) -> list[str]:
    return [str(question.root / path) for path in question.targets]


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
    """Take the names of folders out of a message, which is the same wherever they are."""
    for place in places:
        text = text.replace(place, "")
    return text


def one_line(text: str) -> str:
    """Give words without their line ends."""
    return " ".join(text.split())


# -- which there are


def _pyright_settings(configured: Configured) -> Settings | None:
    return configured.tool("pyright", ("pyrightconfig.json",))


TYPE_CHECKERS: Sequence[TypeChecker] = (
    TypeChecker(
        "mypy",
        Configured.mypy,
        _ask_mypy,
        _read_mypy,
        codes=(0, 1),
        runs=("plugins", "python_executable"),
        writes=(r".*_report", "junit_xml", "cache_map", "timing_stats", "line_checking_stats"),
    ),
    TypeChecker("pyright", _pyright_settings, _ask_pyright, _read_pyright, codes=(0, 1)),
    TypeChecker(
        "basedpyright",
        lambda configured: configured.tool("basedpyright", ()),
        _ask_pyright,
        _read_pyright,
        codes=(0, 1),
    ),
    TypeChecker(
        "pyrefly",
        lambda configured: configured.tool("pyrefly", ("pyrefly.toml",)),
        _ask_pyrefly,
        _read_pyrefly,
        codes=(0, 1),
        runs=("python_interpreter", "python_interpreter_path", "conda_environment"),
        lazy=True,
    ),
    TypeChecker(
        "ty", lambda configured: configured.tool("ty", ("ty.toml",)), _ask_ty, _read_ty, codes=(0, 1), lazy=True
    ),
)


FASTEST: Sequence[TypeChecker] = sorted(
    TYPE_CHECKERS, key=lambda checker: ("ty", "pyright", "basedpyright", "mypy", "pyrefly").index(checker.name)
)
"""In the order in which one is chosen where a project names none. pyrefly is last: it gives no hint of its mode."""


def outermost_packages(paths: Iterable[str], present: Callable[[str], bool]) -> tuple[str, ...]:
    """Give the packages that the Python files among some belong to, a file itself where it is in none."""
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
