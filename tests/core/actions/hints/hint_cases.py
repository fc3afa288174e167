"""Case files of the hints action: a project, the types proposed, and the expected result.

    flags: requires=>=3.9 target=pkg/a.py runtime=yes …
    --- file pkg/a.py
    --- types               one "title = expression" on each line, with "| name=module:attribute …" where it lives
    --- expected pkg/a.py   what becomes of it; files that are not named stay as they are
    --- skipped             one "name: words of the reason" on each line

Where ``types`` has a line ``* = int`` every slot without a line of its own gets that. Flags: ``requires`` (its
requires-python), ``target`` (a.py by default), ``runtime=yes``, ``rewrite=yes``, ``newline=crlf``, ``width=N``,
``exclude=GLOB``. ``⇥`` stands for a tab.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workhorse_core.actions.hints.evidence import Choice
from workhorse_core.actions.hints.options import read_options
from workhorse_core.actions.hints.slot import Slot
from workhorse_core.actions.hints.work import HintsWork
from workhorse_core.actions.hints.writer import Writer
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.pipeline.action import Skipped
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.settings.config import Config, HintsConfig
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import index_project

FOLDER = Path(__file__).parents[3] / "cases" / "hints"


@dataclass(frozen=True)
class Case:
    flags: Mapping[str, str]
    parts: Mapping[str, str]

    def text(self, part: str) -> str:
        return self.parts[part].replace("⇥", "\t").replace("\n", self.newline)

    @property
    def newline(self) -> str:
        return "\r\n" if self.flags.get("newline") == "crlf" else "\n"

    @property
    def target(self) -> str:
        return self.flags.get("target", "a.py")

    def files(self, kind: str) -> dict[str, str]:
        names = [name for name in self.parts if name.startswith(f"{kind} ")]
        return {name.partition(" ")[2]: self.text(name) for name in names}

    def types(self) -> dict[str, Choice]:
        found: dict[str, Choice] = {}
        for line in self.parts.get("types", "").splitlines():
            title, _, said = line.partition(" = ")
            expression, _, names = said.partition(" | where ")
            homes = dict(pair.split("=", 1) for pair in names.split())
            found[title] = Choice(expression.strip(), ("literal",), homes)
        return found


def read_case(path: Path) -> Case:
    head, *parts = re.split(r"^--- (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    flags = dict(flag.split("=", 1) for flag in head.replace("flags:", "").split())
    return Case(flags, dict(zip(parts[::2], parts[1::2], strict=True)))


class GivenTypes:
    """Proposer of the types that a case gives."""

    def __init__(self, types: Mapping[str, Choice]) -> None:
        self._types = types

    def propose(self, slot: Slot) -> Choice:
        return self._types.get(slot.title) or self._types.get("*") or Choice(None)


@dataclass(frozen=True)
class Outcome:
    project: Project
    task: Task
    patch: Patch
    parts: tuple[Part, ...]
    skipped: tuple[Skipped, ...]

    @property
    def after(self) -> dict[str, str]:
        return {change.path: (change.after or b"").decode() for change in self.patch.changes}


def run_case(case: Case, root: Path) -> Outcome:
    """Run the action over a case in a folder."""
    for path, text in case.files("file").items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    requires = case.flags.get("requires", ">=3.11")
    (root / "pyproject.toml").write_text(f'[project]\nname = "x"\nversion = "1"\nrequires-python = "{requires}"\n')
    width = int(case.flags["width"]) if "width" in case.flags else None
    exclude = (case.flags["exclude"],) if "exclude" in case.flags else ()
    config = Config(line_length=width, hints=HintsConfig(exclude=exclude))
    project = Project(root, None, WorkTree(root), config)
    options = {name: "yes" for name in ("runtime", "rewrite") if case.flags.get(name)}
    task = Task("hints", (Target(case.target),), options=options)
    proposer: Any = GivenTypes(case.types())
    work = HintsWork(task, project, read_options(options), Writer(project, index_project(project)), lambda: proposer)
    found = list(work.regions())
    regions = [each for each in found if isinstance(each, Region)]
    parts = tuple(part for region in regions for part in asyncio.run(work.by_rule(region)).parts)
    patch = make_patch(project.tree.read, [edit for part in parts for edit in part.edits])
    return Outcome(project, task, patch, parts, tuple(e for e in found if isinstance(e, Skipped)))
