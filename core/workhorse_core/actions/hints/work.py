"""Work of one hints task: find slots, propose types by rule, ask a model for the rest."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from workhorse_core.actions.hints.options import Options
from workhorse_core.actions.hints.slot import Slot
from workhorse_core.actions.hints.slot_search import LeftAlone, Wishes, belongs, find_slots
from workhorse_core.actions.hints.type_comments import has_type_comment
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.python.nodes import Function
from workhorse_core.languages.python.source import PythonSource, python_source
from workhorse_core.languages.python.visibility import is_test
from workhorse_core.models.question import Question
from workhorse_core.pipeline.action import Proposal, Retry, Skipped
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Refused, Region, Scope, Selection, select
from workhorse_core.pipeline.task import Task
from workhorse_core.workspace.project import Project

if TYPE_CHECKING:
    from workhorse_core.actions.hints.evidence import Choice
    from workhorse_core.actions.hints.sources.proposer import Proposer
    from workhorse_core.actions.hints.writer import Writer
    from workhorse_core.languages.python.type_expression import Refusal

_GENERATED = re.compile(rb"^#.*(?:@generated|DO NOT EDIT|[Gg]enerated (?:by|from|code)\b)", re.MULTILINE)
_HEAD = 1_500
"""Bytes at the top of a file in which it says that it is generated."""

THE_MODEL = "model"


class HintsWork:
    """Type hints for the targets of one task; see `workhorse_core.pipeline.action.Work`.

    ``gather`` asks the sources about the whole project, which takes seconds: once there is something to annotate.
    """

    def __init__(
        self, task: Task, project: Project, options: Options, writer: "Writer", gather: "Callable[[], Proposer]"
    ) -> None:
        self._task = task
        self._project = project
        self._options = options
        self._wishes = Wishes(project.config.hints.exclude, options.rewrite)
        self._writer = writer
        self._gather = gather
        self._gathered: Proposer | None = None
        self._slots: dict[tuple[str, str, int], tuple[Slot, ...]] = {}

    def regions(self) -> Iterator[Region | Skipped]:
        """Find the definitions that have slots of their own; gather evidence where there are any.

        Raises:
            UsageError: The tests cannot be traced.
        """
        found = list(self._found())
        if any(isinstance(each, Region) for each in found):
            self._gathered = self._gather()
        yield from found

    def _found(self) -> Iterator[Region | Skipped]:
        config = self._project.config
        scope = Scope(config.include, config.exclude, (Python.name,))
        for found in select(self._project.tree, self._task.targets, scope):
            if isinstance(found, Refused):
                yield Skipped(found.path, "", 1, 1, found.reason)
            elif reason := self._leave(python_source(found.source)):
                yield Skipped(found.source.path, "", 1, 1, reason)
            else:
                yield from self._regions(found)

    async def by_rule(self, region: Region) -> Proposal:
        """Propose what the sources agree on."""
        parts, missing = self._parts(region, {})
        return Proposal(tuple(parts), tuple(slot.title for slot in missing))

    def question(self, region: Region, known: Proposal, retry: Retry | None) -> Question | None:
        """Ask for the types of the slots that are left; None where none is."""
        from workhorse_core.actions.hints.prompt import make_question

        _, missing = self._parts(region, {})
        if not missing:
            return None
        choices = [self._proposer.propose(slot) for slot in self._of(region)]
        return make_question(region, missing, list(_facts(self._of(region), choices)), retry)

    def by_answer(self, region: Region, known: Proposal, text: str) -> Proposal:
        """Take the types that can be kept; what the sources found stays.

        Raises:
            AnswerMalformed: It is not what was asked for, or nothing of it can be kept.
        """
        from workhorse_core.actions.hints.prompt import read_answer
        from workhorse_core.languages.python.type_expression import Refusal

        _, missing = self._parts(region, {})
        answered = read_answer(text, missing)
        refusals = [
            f"{slot.name}: {found.reason}"
            for slot in missing
            if slot.key in answered
            and isinstance(found := self._part(region, slot, answered[slot.key], {}, (THE_MODEL,)), Refusal)
        ]
        if answered and len(refusals) == len(answered):
            raise AnswerMalformed(" ".join(refusals))
        parts, left = self._parts(region, answered)
        if not parts:
            raise AnswerMalformed("Nothing is known of any of them.")
        return Proposal(tuple(parts), tuple(slot.title for slot in left))

    def notes(self) -> Sequence[str]:
        """Return a note on a source that failed."""
        trouble = self._gathered.trouble if self._gathered else ""
        return [f"One source of types could not be used: {trouble}"] if trouble else []

    @property
    def _proposer(self) -> "Proposer":
        assert self._gathered is not None, "regions come first"
        return self._gathered

    # -- finding

    def _leave(self, source: PythonSource) -> str:
        """Return the reason why a whole file is left alone, "" where it is not."""
        targets = self._task.targets
        named = [target for target in targets if target.path == source.path]
        if self._project.tree.find(f"{source.path}i").value == "file":
            return f"{source.path}i stands beside it, and stubs win."
        if two := self._writer.python.two:
            return f"The project runs on Python 2 too, which has no annotations: {two}."
        if named:
            return ""
        if _GENERATED.search(source.data[:_HEAD]):
            return "It is generated; name it exactly to annotate it all the same."
        inside = any(target.path and is_test(f"{target.path}/_.py") for target in targets)
        if is_test(source.path) and not inside and not self._project.config.hints.tests:
            return "It is a test; set hints.tests, or name it exactly."
        return ""

    def _regions(self, selection: Selection) -> Iterator[Region | Skipped]:
        source = python_source(selection.source)
        found = find_slots(source, self._wishes)
        chosen = {(region.name, region.first): region for region in selection.regions}
        names = {name for name, _ in chosen}
        for left in found.left:
            if left.name in names:
                yield _skipped(source, left)
        for region in selection.regions:
            mine = [slot for slot in found.slots if belongs(slot, region)]
            safe = [slot for slot in mine if self._options.runtime or not self._runtime_reader(source, slot)]
            if safe and self._is_stuck(source, region, safe):
                yield _skipped(source, LeftAlone(region.name, region.first, "Its type comment cannot be converted."))
            elif safe:
                self._slots[region.path, region.name, region.first] = tuple(safe)
                yield region
            elif mine:
                yield _skipped(source, LeftAlone(region.name, region.first, self._runtime_reader(source, mine[0])))

    def _is_stuck(self, source: PythonSource, region: Region, slots: Sequence[Slot]) -> bool:
        """Whether a function has a type comment that cannot be converted, and that annotations could contradict."""
        node = node_of(region)
        if not self._options.rewrite or not isinstance(node, Function) or not has_type_comment(source, node):
            return False
        return self._writer.converted(source, slots) is None

    def _runtime_reader(self, source: PythonSource, slot: Slot) -> str:
        return self._writer.runtime_readers.of(slot, self._writer.module(source))

    def _of(self, region: Region) -> Sequence[Slot]:
        return self._slots[region.path, region.name, region.first]

    # -- writing

    def _parts(self, region: Region, answered: Mapping[str, str]) -> tuple[list[Part], list[Slot]]:
        """Make the parts of a region, and name the slots that have none."""
        parts: list[Part] = []
        missing: list[Slot] = []
        converted = self._writer.converted(source_of(region), self._of(region)) if self._options.rewrite else None
        done = converted[1] if converted else frozenset[str]()
        for slot in self._of(region):
            if slot.key in done:
                continue
            part = self._chosen(region, slot)
            if part is None and slot.key in answered:
                made = self._part(region, slot, answered[slot.key], {}, (THE_MODEL,))
                part = made if isinstance(made, Part) else None
            if part is None:
                missing.append(slot)
            else:
                parts.append(part)
        parts = self._writer.laid_out(source_of(region), self._of(region), parts)
        return [*([converted[0]] if converted else []), *parts], missing

    def _chosen(self, region: Region, slot: Slot) -> Part | None:
        choice = self._proposer.propose(slot)
        if choice.expression is None:
            return None
        part = self._part(region, slot, choice.expression, choice.names, choice.sources)
        return part if isinstance(part, Part) else None

    def _part(
        self, region: Region, slot: Slot, expression: str, names: Mapping[str, str], sources: tuple[str, ...]
    ) -> "Part | Refusal":
        from workhorse_core.actions.hints.writer import Proposed

        proposed = Proposed(expression, names, sources)
        return self._writer.part(source_of(region), slot, proposed, at_run_time=self._options.runtime)


def _skipped(source: PythonSource, left: LeftAlone) -> Skipped:
    return Skipped(source.path, left.name, left.line, left.line, left.reason)


def _facts(slots: Sequence[Slot], choices: "Sequence[Choice]") -> Iterator[str]:
    """Yield the known types of a definition, and the evidence that was not accepted, as sentences."""
    for slot, each in zip(slots, choices, strict=True):
        if each.expression:
            yield f"{slot.name} is {each.expression}"
        for other in each.conflicts:
            yield f"{slot.name} may be {other.expression} ({other.source})"
        yield from each.facts
