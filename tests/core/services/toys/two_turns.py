"""A toy edit in two turns: the model calls a tool to read another file, and then gives the new text of the region."""

from collections.abc import Iterator

from workhorse_core.change.edit import Edit
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.language import RegionKind
from workhorse_core.models.conversation import Conversation, Role, Tool, ToolCall, system, tool_result, user
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.question import Question, read_turn
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.workspace.project import Project

FILES = {"prices.py": "PRICE = 42\n", "shop.py": "def price():\n    pass\n\n\ndef name():\n    return 'shop'\n"}
AFTER = FILES | {"shop.py": FILES["shop.py"].replace("    pass", "    return 42")}
READ = Tool("read_file", "Read a file.", {"type": "object", "properties": {"path": {"type": "string"}}})


def script(conversation: Conversation) -> str | ToolCall:
    """Ask for the file; once it was read, answer with what is in it."""
    last = conversation.messages[-1]
    if last.role is not Role.TOOL:
        return ToolCall("1", READ.name, '{"path": "prices.py"}')
    return f"def price():\n    return {last.text.split()[-1]}"


class TwoTurnWork:
    """Rewrites the function of the target by a conversation."""

    def __init__(self, task: Task, project: Project) -> None:
        self._task, self._project = task, project

    def regions(self) -> Iterator[Region | Skipped]:
        for selection in select(self._project.tree, self._task.targets):
            assert isinstance(selection, Selection)
            yield from (region for region in selection.regions if region.kind is RegionKind.FUNCTION)

    async def by_rule(self, region: Region) -> Proposal:
        return Proposal(missing=("the new text",))

    async def converse(self, region: Region, known: Proposal, model: Endpoint, retry: Retry | None) -> Proposal:
        words = f"\nNot: {retry.words}" if retry else ""
        conversation = Conversation((system("Edit."), user(region.text.decode() + words)), (READ,))
        while True:
            turn = await read_turn(model, conversation)
            if not turn.calls:
                break
            results = [tool_result(call, self._read(call)) for call in turn.calls]
            conversation = conversation.plus(turn.as_message(), *results)
        if not turn.text.startswith("def "):
            raise AnswerMalformed("The answer is a function.")
        return Proposal((Part("edit", (Edit(region.path, region.start, region.end, turn.text.encode()),)),))

    def _read(self, call: ToolCall) -> str:
        path = (call.arguments or {}).get("path")
        data = self._project.look(path) if isinstance(path, str) else None
        return "There is no such file." if data is None else data.decode()

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        raise AssertionError

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        raise AssertionError


class TwoTurns:
    name, title, argument, checks = "toy-two-turns", "Edit in two turns", None, ("syntax",)

    def offer(self, region: Region, config: Config) -> str | None:
        return self.title

    def start(self, task: Task, project: Project) -> TwoTurnWork:
        return TwoTurnWork(task, project)
