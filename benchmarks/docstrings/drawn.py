"""Projects named here, and projects drawn by a seed: how many functions get a docstring, and drafts for a reader."""

import ast
import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from examples import definitions_of
from runs import Run, run

from support.projects import PROJECTS, RealProject, fetch

HERE = Path(__file__).parent
DRAFTS = HERE.parents[1] / "dist" / "results-drafts.jsonl"
SEED = 5
COUNT = 10
"""Projects that are drawn."""
FEWEST = 10
"""Public functions without a docstring that a project must have to be drawn."""
NAMED = (
    *(PROJECTS[name] for name in ("itsdangerous", "click", "requests", "httpx", "pluggy", "attrs")),
    RealProject("werkzeug", "3.1.3", "src"),
    RealProject("packaging", "25.0", "src"),
    RealProject("jinja2", "3.1.6", "src"),
    RealProject("blinker", "1.9.0", "src"),
)


@dataclass(frozen=True)
class Share:
    """The functions without a docstring, those that get one, and those that would without the check of words."""

    name: str
    asked: int
    written: int
    unchecked: int


def draw(cache: Path, seed: int = SEED) -> dict[RealProject, Path]:
    """Draw projects that no rule was tuned on, of which no draft was read, and which lack docstrings; fetch them."""
    lines = [line.split() for line in (HERE / "unseen.txt").read_text("utf-8").splitlines()]
    listed = [RealProject(*words) for words in lines if len(words) == 3 and words[0] != "#"]
    read = {json.loads(line)["project"] for path in (HERE / "graded").glob("*.jsonl") for line in path.open("rb")}
    left = [project for project in listed if project.name not in read]
    random.Random(seed).shuffle(left)
    drawn: dict[RealProject, Path] = {}
    while left and len(drawn) < COUNT:
        project = left.pop()
        folder = fetch(project, cache)
        files = [
            path for path in (folder / project.package).rglob("*.py") if "test" not in str(path.relative_to(folder))
        ]
        if sum(map(_undocumented, files)) >= FEWEST:
            drawn[project] = folder
    return drawn


def _undocumented(path: Path) -> int:
    """Count the public functions of a file without a docstring."""
    found = definitions_of(ast.parse(path.read_bytes()).body)
    public = [node for name, node in found if not any(part.startswith("_") for part in name.split("."))]
    return sum(not isinstance(node, ast.ClassDef) and ast.get_docstring(node) is None for node in public)


def measure(projects: Mapping[RealProject, Path], work: Path) -> tuple[list[Share], list[dict[str, str]]]:
    """Document each project as it is, and return the shares and all drafts with their code."""
    shares: list[Share] = []
    drafts: list[dict[str, str]] = []
    for project, fetched in projects.items():
        done = run(project, fetched, work, 0, "--engine", "rules")
        with _without_words():
            bare = run(project, fetched, work, 0, "--engine", "rules")
        functions = _functions(done)
        written, unchecked = (len(functions & _drafted(one)) for one in (done, bare))
        shares.append(Share(project.name, len(functions), written, unchecked))
        drafts += _texts(done)
    return shares, drafts


def draw_drafts(drafts: Sequence[dict[str, str]], count: int = 100, seed: int = SEED) -> None:
    """Write drafts for a reader, who adds a grade to each: a, b, c or d."""
    chosen = random.Random(seed).sample(list(drafts), min(count, len(drafts)))
    DRAFTS.parent.mkdir(exist_ok=True)
    lines = (json.dumps({"id": number, **draft}, ensure_ascii=False) for number, draft in enumerate(chosen))
    DRAFTS.write_text("".join(f"{line}\n" for line in lines), "utf-8")


@contextmanager
def _without_words() -> Iterator[None]:
    """Leave the check of words out, by the user's own settings."""
    settings = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('[checks]\nskip = ["words"]\n', "utf-8")
    try:
        yield
    finally:
        settings.unlink()


Place = tuple[str, str, int]


def _functions(done: Run) -> set[Place]:
    """Return the functions that were asked for."""
    asked = {(one["path"], one["name"], one["first"]) for one in done.job["regions"]}
    return {
        place
        for path, data in done.before.items()
        for place, node in _places(path, data)
        if place in asked and not isinstance(node, ast.ClassDef)
    }


def _drafted(done: Run) -> set[Place]:
    regions = [one for one in done.job["regions"] if one["status"] == "drafted"]
    return {(one["path"], one["name"], one["first"]) for one in regions}


def _places(path: str, data: bytes) -> Iterator[tuple[Place, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, node in definitions_of(ast.parse(data).body):
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        yield (path, name, first), node


def _texts(done: Run) -> Iterator[dict[str, str]]:
    """Yield each new docstring with its code, which is that of before."""
    drafted = _drafted(done)
    for path in done.changed:
        lines = done.before[path].decode("utf-8", "replace").splitlines()
        after = definitions_of(ast.parse(done.after[path]).body)
        for (place, node), (_, new) in zip(_places(path, done.before[path]), after, strict=True):
            text = ast.get_docstring(new)
            if place in drafted and text is not None:
                code = "\n".join(lines[place[2] - 1 : node.end_lineno])
                yield {"project": done.project.name, "path": path, "name": place[1], "code": code, "docstring": text}
