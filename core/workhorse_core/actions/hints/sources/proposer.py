"""Gathers what every source says of a project's slots, round by round, and settles it by evidence."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from workhorse_core.actions.hints.evidence import Evidence, Settlement
from workhorse_core.actions.hints.slot import Slot
from workhorse_core.actions.hints.sources.call_sites import find_none, from_call_sites
from workhorse_core.actions.hints.sources.choice import settle
from workhorse_core.actions.hints.sources.consistent import is_consistent
from workhorse_core.actions.hints.sources.defaults import from_defaults
from workhorse_core.actions.hints.sources.docstrings import from_docstrings
from workhorse_core.actions.hints.sources.guards import from_guards
from workhorse_core.actions.hints.sources.inferred import InferenceFailedError, from_inference
from workhorse_core.actions.hints.sources.literals import from_literals
from workhorse_core.actions.hints.sources.modern import TypeText
from workhorse_core.actions.hints.sources.names import from_names, from_same_names
from workhorse_core.actions.hints.sources.optional import fit_default, fit_uses
from workhorse_core.actions.hints.sources.overrides import from_overrides
from workhorse_core.actions.hints.sources.passed_on import from_passed_on
from workhorse_core.actions.hints.sources.project_facts import Found, Key, Scene, make_scene
from workhorse_core.actions.hints.sources.trace import from_trace, record
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.supported_python import read_supported
from workhorse_core.workspace.project import Project

_MAX_ROUNDS = 3
_SOURCES = (
    from_literals,
    from_defaults,
    from_docstrings,
    from_guards,
    from_overrides,
    from_names,
    from_same_names,
    from_passed_on,
    from_call_sites,
)


class Proposer:
    """Proposes a type for each slot of a project.

    Args:
        project: The project; nothing of it is imported or run, unless ``trace`` says so.
        trace: The command that runs its tests, for the types that are seen then: "pytest tests".

    ``trouble`` says why pyrefly gave nothing although it is there; the other sources are left then.

    Raises:
        UsageError: The tests could not be traced.
    """

    def __init__(self, project: Project, trace: str = "") -> None:
        self._project = project
        self.scene = _scene(project)
        self.trouble = ""
        self._evidence: defaultdict[Key, list[Evidence]] = defaultdict(list)
        if trace:
            self._take(from_trace(self.scene, record(project, self.scene, trace)))
        self._gather()

    def propose(self, slot: Slot) -> Settlement:
        """Settle what the sources say of one slot."""
        return settle(slot, self.evidence(slot), self.scene)

    def evidence(self, slot: Slot) -> Sequence[Evidence]:
        """Give everything that speaks for a type at a slot."""
        return self._evidence[slot.path, slot.key]

    def _gather(self) -> None:
        for turn in range(_MAX_ROUNDS):
            before = len(self.scene.known)
            self.scene.given_none.update(find_none(self.scene))
            for source in _SOURCES:
                self._take(source(self.scene))
            self._learn()
            if turn < 2:
                self._infer()
                self._learn()
            if len(self.scene.known) == before:
                break

    def _infer(self) -> None:
        if self.trouble:
            return
        try:
            self._take(from_inference(self._project, self.scene))
        except InferenceFailedError as error:
            self.trouble = str(error)

    def _take(self, found: Iterator[Found]) -> None:
        """Keep new evidence; what a source says anew takes the place of what it said before."""
        for each in found:
            slot = self.scene.by_key[each.key]
            given = each.evidence
            text = fit_default(self.scene.index, slot, TypeText(given.expression, given.names))
            text = fit_uses(self.scene, slot, text)
            if given.source != "isinstance" and not is_consistent(self.scene, slot, text):
                self._evidence[each.key] = [e for e in self._evidence[each.key] if e.source != given.source]
                continue
            evidence = replace(given, expression=text.expression, names=text.names)
            self._evidence[each.key] = [e for e in self._evidence[each.key] if e.source != given.source] + [evidence]

    def _learn(self) -> None:
        self.scene.known.clear()
        for slot in self.scene.slots:
            settled = self.propose(slot)
            if settled.expression is not None:
                self.scene.known[slot.path, slot.key] = TypeText(settled.expression, settled.names)
                self.scene.sources[slot.path, slot.key] = set(settled.sources)


def _scene(project: Project) -> Scene:
    files: dict[str, bytes] = {}
    for path in project.tree.files(""):
        if path.endswith(".py") and (data := project.look(path)) is not None and b"\0" not in data:
            files[path] = data
    return make_scene(files, read_supported(Configured.of(project)).minor)
