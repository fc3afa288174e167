"""A toy second language goes the whole way through the pipeline: one class and one line of the registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.endpoint import ScriptedEndpoint, in_turn
from support.ini_language import Ini
from support.opened_project import open_project
from support.repository import make_repository
from workhorse_core.actions import registry as actions
from workhorse_core.change.edit import Edit
from workhorse_core.errors import TargetError
from workhorse_core.languages import registry as languages
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.language import Python
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.context import context_of
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Refused, Region, Scope, Selection, select
from workhorse_core.pipeline.task import Task, parse_target
from workhorse_core.services.run import RunFinished, RunResources, run
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

SETTINGS = "; of the server\n[server]\nport = 80\nhost = a\n\n[client.http]\nretries = 2\n"


class EditWork:
    """Replaces the lines, or the definition, that a target names by the model's answer."""

    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        for selection in select(self._project.tree, self._task.targets, Scope(as_lines=True)):
            assert isinstance(selection, Selection)
            yield from selection.regions

    async def by_rule(self, region: Region) -> Proposal:
        return Proposal(missing=("the new text",))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        words = f"\nNot: {retry.words}" if retry else ""
        return Question("Edit.", context_of(region, 100).text, region.text.decode() + words)

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        return Proposal((Part("edit", (Edit(region.path, region.start, region.end, text.encode()),)),))


class EditAction:
    name, title, argument, checks = "edit", "Edit", None, ("syntax",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title

    def start(self, task: Task, project: Project) -> EditWork:
        return EditWork(task, project)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "LANGUAGES", (Python(), Ini()))
    monkeypatch.setattr(actions, "ACTIONS", {**actions.ACTIONS, "edit": EditAction})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"app.ini": SETTINGS, "notes.txt": "one\ntwo\nthree\n", "a.py": "A = 1\n", "broken.ini": "[a]\n!\n"}
    return make_repository(tmp_path / "project", files).root


async def edited(root: Path, target: str, *answers: str) -> tuple[RunFinished, ScriptedEndpoint]:
    endpoint = ScriptedEndpoint(in_turn(list(answers)))
    task = Task("edit", (parse_target(target),))
    products = [each async for each in run(task, open_project(root), RunResources(endpoint=endpoint))]
    assert isinstance(products[-1], RunFinished)
    return products[-1], endpoint


def after(finished: RunFinished) -> str:
    assert finished.handoff is not None
    (change,) = finished.handoff.patch.changes
    return (change.after or b"").decode()


async def test_lines_of_a_second_language_are_selected_edited_and_become_a_patch(root: Path) -> None:
    finished, endpoint = await edited(root, "app.ini:3-4", "port = 8080")
    assert after(finished) == SETTINGS.replace("port = 80\nhost = a", "port = 8080")
    assert endpoint.conversations[0].messages[-1].text == "[server]\n[client.http]\n\nport = 80\nhost = a"


async def test_a_symbol_of_a_second_language_is_its_definition(root: Path) -> None:
    finished, endpoint = await edited(root, "app.ini::client.http", "[client.http]\nretries = 3")
    assert after(finished) == SETTINGS.replace("= 2", "= 3")
    assert endpoint.conversations[0].messages[-1].text.startswith("[server]\n\n")


async def test_a_syntax_error_in_a_second_language_is_drafted_again(root: Path) -> None:
    finished, endpoint = await edited(root, "app.ini:3", "port 8080", "port = 8080")
    assert after(finished) == SETTINGS.replace("port = 80", "port = 8080")
    assert "no setting" in endpoint.conversations[1].text


async def test_lines_of_plain_text_are_edited_without_context(root: Path) -> None:
    finished, endpoint = await edited(root, "notes.txt:2", "2")
    assert after(finished) == "one\n2\nthree\n"
    assert endpoint.conversations[0].messages[-1].text == "two"


def chosen(root: Path, target: str, scope: Scope) -> list[str]:
    found = select(WorkTree(root), [parse_target(target)], scope)
    return [
        each.reason if isinstance(each, Refused) else f"{each.source.path}: {[region.name for region in each.regions]}"
        for each in found
    ]


def test_a_folder_means_the_files_of_every_language_that_is_worked_on(root: Path) -> None:
    assert chosen(root, ".", Scope()) == [
        "a.py: ['']",
        "app.ini: ['', 'server', 'client.http']",
        "broken.ini does not parse.",
    ]
    assert chosen(root, ".", Scope(languages=("Python",))) == ["a.py: ['']"]


def test_lines_mean_definitions_unless_they_are_asked_for_as_lines(root: Path) -> None:
    assert chosen(root, "app.ini:3-7", Scope()) == ["app.ini: ['server', 'client.http']"]
    (found,) = select(WorkTree(root), [parse_target("app.ini:3-7")] * 2, Scope(as_lines=True))
    assert isinstance(found, Selection)
    assert [(region.kind, region.first, region.last) for region in found.regions] == [(RegionKind.LINES, 3, 7)]


def test_a_named_file_of_another_language_is_refused(root: Path) -> None:
    with pytest.raises(TargetError, match=r"app\.ini is INI; this is for Python only"):
        chosen(root, "app.ini", Scope(languages=("Python",)))
    with pytest.raises(TargetError, match=r"notes\.txt is plain text; this is for Python and INI only"):
        chosen(root, "notes.txt:1", Scope(languages=("Python", "INI")))
