"""The proposer: gathers evidence from every source, round by round, and chooses types by it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from workhorse_core.actions.hints.evidence import Choice, Evidence
from workhorse_core.actions.hints.slot import Slot
from workhorse_core.actions.hints.sources.attributes import from_attributes
from workhorse_core.actions.hints.sources.call_sites import find_none, from_call_sites
from workhorse_core.actions.hints.sources.choice import choose_type
from workhorse_core.actions.hints.sources.consistent import is_consistent
from workhorse_core.actions.hints.sources.defaults import from_defaults
from workhorse_core.actions.hints.sources.docstrings import from_docstrings
from workhorse_core.actions.hints.sources.guards import from_guards
from workhorse_core.actions.hints.sources.inferred import InferenceFailedError, from_inference
from workhorse_core.actions.hints.sources.literals import from_literals
from workhorse_core.actions.hints.sources.names import from_names, from_same_names
from workhorse_core.actions.hints.sources.optional import fit_default, fit_uses
from workhorse_core.actions.hints.sources.overrides import from_overrides
from workhorse_core.actions.hints.sources.passed_on import from_passed_on
from workhorse_core.actions.hints.sources.project_facts import Key, ProjectFacts, SlotEvidence, read_facts
from workhorse_core.actions.hints.sources.revealed import from_revealed
from workhorse_core.actions.hints.sources.trace import from_trace, record
from workhorse_core.actions.hints.sources.used_as import from_uses
from workhorse_core.actions.hints.target_python import target_python
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.type_expression import TypeExpression
from workhorse_core.workspace.project import Project

_MAX_ROUNDS = 3
_FIXED = (from_defaults, from_docstrings, from_guards, from_uses, from_attributes, from_names)
"""Those that read nothing of what is known so far: asked once, and again where more calls turn out to pass None."""
_MOVING = (from_literals, from_overrides, from_same_names, from_passed_on, from_call_sites)
_FROM_PYREFLY = (from_inference, from_revealed)
"""Those that start pyrefly, one a round: what it reveals rests on what it inferred."""


class Proposer:
    """Proposer of types for the slots of a project.

    Args:
        project: The project; nothing of it is imported or run, unless ``trace`` asks for it.
        index: Its symbols.
        trace: The command that runs its tests, for the types that are seen then: "pytest tests".

    ``trouble`` is the reason why pyrefly failed although it is installed; the other sources remain then.

    Raises:
        UsageError: The tests could not be traced.
    """

    def __init__(self, project: Project, index: SymbolIndex, trace: str = "") -> None:
        self._project = project
        self.facts = read_facts(index, target_python(project, index).minor)
        self.trouble = ""
        self._evidence: defaultdict[Key, list[Evidence]] = defaultdict(list)
        if trace:
            self._take(from_trace(self.facts, record(project, self.facts, trace)))
        self._gather()

    def propose(self, slot: Slot) -> Choice:
        """Choose the type of one slot."""
        return choose_type(slot, self.evidence(slot), self.facts)

    def evidence(self, slot: Slot) -> Sequence[Evidence]:
        """Return all evidence on a slot."""
        return self._evidence[slot.path, slot.key]

    def _gather(self) -> None:
        for turn in range(_MAX_ROUNDS):
            before = len(self.facts.known)
            passing = len(self.facts.given_none)
            self.facts.given_none.update(find_none(self.facts))
            is_fixed = turn and len(self.facts.given_none) == passing
            for source in _MOVING if is_fixed else (*_FIXED, *_MOVING):
                self._take(source(self.facts))
            self._learn()
            if turn < len(_FROM_PYREFLY):
                self._ask_pyrefly(_FROM_PYREFLY[turn])
                self._learn()
            if turn and len(self.facts.known) == before:
                break

    def _ask_pyrefly(self, source: Callable[[Project, ProjectFacts], Iterator[SlotEvidence]]) -> None:
        if self.trouble:
            return
        try:
            self._take(source(self._project, self.facts))
        except InferenceFailedError as error:
            self.trouble = str(error)

    def _take(self, found: Iterator[SlotEvidence]) -> None:
        """Keep new evidence in place of what the same source gave before."""
        for each in found:
            slot = self.facts.by_key[each.key]
            given = each.evidence
            type_ = fit_default(self.facts.index, slot, TypeExpression(given.expression, given.names))
            type_ = fit_uses(self.facts, slot, type_)
            if given.source != "isinstance" and not is_consistent(self.facts, slot, type_):
                self._evidence[each.key] = [e for e in self._evidence[each.key] if e.source != given.source]
                continue
            evidence = replace(given, expression=type_.text, names=type_.names)
            self._evidence[each.key] = [e for e in self._evidence[each.key] if e.source != given.source] + [evidence]

    def _learn(self) -> None:
        self.facts.known.clear()
        for slot in self.facts.slots:
            choice = self.propose(slot)
            if choice.expression is not None:
                self.facts.known[slot.path, slot.key] = TypeExpression(choice.expression, choice.names)
                self.facts.sources[slot.path, slot.key] = set(choice.sources)
