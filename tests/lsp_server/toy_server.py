"""The server with two actions more: one that asks for words, and one that asks for words and makes a file.

Run as ``toy_server.py``; with the argument ``worker`` it is a process that works for it.
"""

import sys
from collections.abc import Iterator

from workhorse_core.actions import registry
from workhorse_core.change.edit import Edit
from workhorse_core.languages.language import RegionKind
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project


class ToyWork:
    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        for selection in select(self._project.tree, self._task.targets):
            assert isinstance(selection, Selection)
            yield from selection.regions

    async def by_rule(self, region: Region) -> Proposal:
        words = self._task.options["the note"].encode()
        return Proposal((Part("note", (Edit(region.path, region.start, region.start, b"# " + words + b"\n"),)),))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        return None

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        raise AssertionError


class Note:
    name, title, argument, checks = "note", "Add note…", "the note", ("syntax",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title if region.kind is RegionKind.FUNCTION else None

    def start(self, task: Task, project: Project) -> ToyWork:
        return ToyWork(task, project)


class SplitWork(ToyWork):
    async def by_rule(self, region: Region) -> Proposal:
        name = self._task.options["the file"]
        return Proposal((Part("made", (Edit(name, 0, 0, b"NEW = '\xf0\x9f\x98\x8b'\n"),)),))


class Split(Note):
    name, title, argument = "split", "Make a file…", "the file"

    def start(self, task: Task, project: Project) -> SplitWork:
        return SplitWork(task, project)


registry.ACTIONS = {**registry.ACTIONS, "note": Note, "split": Split}

if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        from workhorse_core.services.workers.process import main

        main()
    else:
        from workhorse_lsp_server.features import serve

        serve(worker=(sys.executable, "-I", __file__, "worker"))
