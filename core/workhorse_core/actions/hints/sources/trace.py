"""Types seen while the project's own tests run: asked for by the user, in a child, on a private copy."""

import builtins
import json
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources import recorder
from workhorse_core.actions.hints.sources.inferred import roots_of
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence
from workhorse_core.actions.hints.sources.project_types import dotted_type_home
from workhorse_core.errors import UsageError
from workhorse_core.languages.python.type_expression import TypeExpression, join_text, without_none
from workhorse_core.languages.python.type_reader import parse_type, read_written
from workhorse_core.tools.process import Reach, run_tool_aside
from workhorse_core.tools.tool import Origin, Tool, environment_python
from workhorse_core.workspace.project import Project

SOURCE = "trace"
TIME_LIMIT = 900.0
_MOST_MEMBERS = 3
_TEXTS = frozenset({"str", "bytes"})
"""Where some function was given both under one name, others of that name that were given one of them may take both."""
Seen = Mapping[tuple[str, int, str], Mapping[str, int]]
"""By path, first line and name: how often which type was there."""
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "venv", "__pycache__", "node_modules", ".tox", ".nox")


def record(project: Project, facts: ProjectFacts, command: str) -> Seen:
    """Run the tests as the user typed it, ``pytest …`` or ``python -m module …``, and give the types that were seen.

    Raises:
        UsageError: The command is something else, there is no interpreter, or it wrote nothing.
    """
    words = shlex.split(command)
    if words[:2] == ["python", "-m"]:
        words = words[2:]
    if not words or not re.fullmatch(r"[A-Za-z_][\w.]*", words[0]):
        raise UsageError(f"This cannot be traced: {command}", 'Try: --trace "pytest tests"')
    python = environment_python(project)
    if python is None:
        raise UsageError("There is no environment to run the tests in.", "Activate it, or: workhorse trust")
    with tempfile.TemporaryDirectory(prefix="workhorse-") as name:
        folder = Path(name).resolve()
        root, output = folder / "project", folder / "seen.json"
        shutil.copytree(project.root, root, symlinks=True, ignore=_LEFT_OUT)
        paths = ":".join(str(root / each) for each in roots_of(facts.index))
        script = str(Path(recorder.__file__).resolve())
        tool = Tool("trace", (str(python), "-I", "-B", script), Origin.PROJECT)
        arguments = [str(output), str(root), paths, *words]
        done = run_tool_aside(tool, arguments, project, root, TIME_LIMIT, Reach((Path(script),), (folder,)))
        seen = _read(json.loads(output.read_text("utf-8")) if output.exists() and not done.failure else {})
        if not seen:
            raise UsageError(f"The tests could not be traced: {done.failure or done.first_words}")
        return seen


def _read(written: Mapping[str, Mapping[str, int]]) -> Seen:
    found: dict[tuple[str, int, str], Mapping[str, int]] = {}
    for key, types in written.items():
        path, line, name = key.split("\0")
        found[path, int(line), name] = types
    return found


def from_trace(facts: ProjectFacts, seen: Seen) -> Iterator[SlotEvidence]:
    """Make evidence of what was seen, where it is a type that could be written."""
    both = {name for (_, _, name), types in seen.items() if {"str", "bytes"} <= types.keys()} - {"return", "yield"}
    for slot in facts.of_kind(SlotKind.PARAMETER, SlotKind.RETURN):
        type_ = None if slot.star else seen_type(facts, slot, seen)
        if type_ is not None and not (slot.name in both and type_.text.removesuffix(" | None") in _TEXTS):
            yield from facts.found(slot, type_, SOURCE, f"{_what(type_)} {slot.kind}")


def _what(type_: TypeExpression) -> str:
    plain = without_none(type_) or type_
    if "[" in plain.text:
        return "container"
    return "union" if "|" in plain.text else "class" if plain.names else "plain"


def seen_type(facts: ProjectFacts, slot: Slot, seen: Seen) -> TypeExpression | None:
    """Return the union of the types seen at a slot; None where there were none, too many, or classes of tests."""
    yielded = seen.get((slot.path, slot.first, "yield")) if slot.kind is SlotKind.RETURN else None
    types = yielded or seen.get((slot.path, slot.first, slot.name), {})
    members = sorted(_same_tuples(_without_empty(set(types))))
    if not members or len(members) > _MOST_MEMBERS + 1 or members == ["None"]:
        return None
    homes: dict[str, str] = {}
    texts = [_plain(member, homes) for member in members]
    if any(type_ is None for type_ in texts) or len(set(homes.values())) != len(homes):
        return None
    resolved = partial(_resolved, facts, homes)
    type_ = read_written(join_text([each for each in texts if each is not None]), resolved)
    if type_ is None or any(_is_test_only(home) for home in type_.names.values()) or _is_too_narrow(slot, type_):
        return None
    return _iterated(type_) if yielded else type_


def _is_too_narrow(slot: Slot, type_: TypeExpression) -> bool:
    """Whether the tests show one of many: one exception, bytes where text is taken too, one kind of container."""
    kinds = {each.partition("[")[0] for each in type_.text.split(" | ")}
    if any(isinstance(kind := getattr(builtins, each, None), type) and issubclass(kind, Exception) for each in kinds):
        return True
    if slot.kind is SlotKind.PARAMETER and (kinds & {"list", "dict", "set"} or type_.text == "bytes"):
        return True
    return type_.text.count("[") > 1 and type_.text.count("|") > 1


def _same_tuples(types: set[str]) -> set[str]:
    """Make one type of tuples of different lengths that all hold the same: ``tuple[str, ...]``."""
    tuples = {each for each in types if each.startswith("tuple[")}
    inner = {part for each in tuples for part in each[6:-1].split(", ")}
    if len(tuples) < 2 or len(inner - {""}) != 1 or "[" in "".join(inner):
        return types
    return (types - tuples) | {f"tuple[{(inner - {''}).pop()}, ...]"}


def _without_empty(types: set[str]) -> set[str]:
    """Leave out empty containers where others of their kind were seen."""
    return {each for each in types if not each.endswith("[]") or each == "tuple[]"}


def _plain(member: str, homes: dict[str, str]) -> str | None:
    """Turn "module:Class" into "Class", and note its home; None for a local or unnamable class."""
    if (
        "[]" in member
        or "<" in member
        or re.search("Mock|Fake|Dummy", member)
        or "function" in member
        or "method" in member
    ):
        return None

    def name(match: re.Match[str]) -> str:
        head = match[2].partition(".")[0]
        homes[head] = f"{match[1]}:{head}"
        return match[2]

    plain = re.sub(r"([\w.]+):([\w.]+)", name, member)
    return plain if parse_type(plain) is not None else None


def _resolved(facts: ProjectFacts, homes: Mapping[str, str], name: str) -> str | None:
    home = homes.get(name.partition(".")[0])
    return dotted_type_home(facts.index.origin(home, certain=False) if home else None, name)


def _is_test_only(home: str) -> bool:
    module, _, name = home.partition(":")
    return name.startswith("_") or module.startswith(("tests", "test_", "conftest", "_", "pytest", "unittest"))


def _iterated(type_: TypeExpression) -> TypeExpression:
    return TypeExpression(f"Iterator[{type_.text}]", {**type_.names, "Iterator": "collections.abc:Iterator"})
