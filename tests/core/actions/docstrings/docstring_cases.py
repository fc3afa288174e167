"""Case files of the docstring action: one holds the source, what a model answers, and what must come out.

    flags: newline=crlf tab=yes …
    --- config            a pyproject.toml, may be left out
    --- source
    --- answer NAME       JSON for that definition; others get one that fits their schema
    --- expected
    --- skipped           one "name: words of the reason" on each line

``⇥`` stands for a tab and ``␌`` for a form feed, so that they can be seen. Flags: ``newline=crlf|cr|mixed``,
``end=no`` (no line end at the end of the file), ``bom=yes``, ``encoding=NAME``, ``path=FILE``, ``target=NAME``,
``line=N``, ``rewrite=yes``, ``remove=NAMES``, ``private=yes``, ``style=NAME``.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workhorse_core.actions.docstrings.action import DocstringsAction
from workhorse_core.change.edit import Edit, splice
from workhorse_core.models.asking import Asking
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Skipped
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Target, Task
from workhorse_core.settings.config import Config, DocstringsConfig
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

FOLDER = Path(__file__).parents[3] / "cases" / "docstrings"
_SUMMARY = {"": "Things that belong together."}


@dataclass(frozen=True)
class Case:
    flags: Mapping[str, str]
    parts: Mapping[str, str]

    @property
    def path(self) -> str:
        return self.flags.get("path", "a.py")

    @property
    def encoding(self) -> str:
        return self.flags.get("encoding", "utf-8")

    def data(self, part: str) -> bytes:
        """Encode the source or the expected result, with the line ends of the flags."""
        text = self.parts[part].replace("⇥", "\t").replace("␌", "\f")
        if self.flags.get("end") == "no":
            text = text.removesuffix("\n")
        newline = {"crlf": "\r\n", "cr": "\r"}.get(self.flags.get("newline", ""), "\n")
        text = text.replace("\n", newline).replace("↵" + newline, "\r\n")
        return (b"\xef\xbb\xbf" if self.flags.get("bom") else b"") + text.encode(self.encoding)

    @property
    def answers(self) -> dict[str, str]:
        return {
            name.removeprefix("answer").strip(): text for name, text in self.parts.items() if name.startswith("answer")
        }


def read_case(path: Path) -> Case:
    head, *parts = re.split(r"^--- (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    flags = dict(flag.split("=", 1) for flag in head.replace("flags:", "").split())
    return Case(flags, dict(zip(parts[::2], parts[1::2], strict=True)))


@dataclass(frozen=True)
class Outcome:
    before: bytes
    after: bytes
    edits: tuple[Edit, ...]
    skipped: tuple[Skipped, ...]
    questions: Mapping[str, Any]


def run_case(case: Case, root: Path) -> Outcome:
    """Run the action over a case with the answers of the case."""
    before = case.data("source")
    buffers = {case.path: before}
    if "config" in case.parts:
        buffers["pyproject.toml"] = case.parts["config"].encode()
    work = DocstringsAction().start(_task(case), make_project(root, buffers))
    edits: list[Edit] = []
    skipped: list[Skipped] = []
    questions: dict[str, Any] = {}
    for region in work.regions():
        if not isinstance(region, Region):
            skipped.append(region)
            continue
        question = work.question(region, Proposal(), None)
        if question is None:
            proposal = asyncio.run(work.by_rule(region))
        else:
            questions[region.name] = question
            answer = case.answers.get(region.name) or make_answer(schema_of(question))
            proposal = work.by_answer(region, Proposal(), answer)
        edits += [edit for part in proposal.parts for edit in part.edits]
    return Outcome(before, splice(before, edits), tuple(edits), tuple(skipped), questions)


def make_project(root: Path, buffers: Mapping[str, bytes], config: Config | None = None) -> Project:
    config = config or Config(docstrings=DocstringsConfig(results=True))
    return Project(root, None, WorkTree(root, None, buffers), config)


def schema_of(question: Question | None) -> Mapping[str, Any]:
    """Return the schema of a question, for models that are best asked for JSON."""
    assert question is not None
    return question.others[Asking.JSON].schema or {}


def make_answer(schema: Mapping[str, Any]) -> str:
    """Make an answer that fits a schema, always with the same words."""

    fixed = {"summary": "Do what is needed.", "returns": "What was made.", "yields": "Each of them."}
    answer: dict[str, Any] = {}
    for name, inner in schema["properties"].items():
        if inner["type"] == "object":
            answer[name] = {key: f"Words about {key.lstrip('*').lower()}." for key in inner["properties"]}
        else:
            answer[name] = fixed[name]
    return json.dumps(answer)


def _task(case: Case) -> Task:
    options = {name: case.flags[name] for name in ("style", "rewrite", "remove", "private") if name in case.flags}
    line = int(case.flags["line"]) if "line" in case.flags else None
    symbols = case.flags["target"].split(",") if "target" in case.flags else [None]
    targets = [Target(case.path, symbol, line, line) for symbol in symbols]
    if case.flags.get("folder"):
        targets = [Target("")]
    return Task("docstrings", tuple(targets), options=options)
