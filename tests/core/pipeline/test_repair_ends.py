"""Repair ends whatever its checks and redrafts do, within the bound that it states."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.pipeline.draft import Draft, DraftStatus, parts_of
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.repair import Checked, Repaired, repair
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verifier
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

FILES = {f"{name}.py": name.encode() + b" = 1\n" for name in "abc"}
FOREIGN = Part("of another job", (Edit("a.py", 0, 0, b"# foreign\n"),))


class Choices:
    """Numbers that Hypothesis chose, over and over."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = [*numbers, 0]
        self._index = count()

    def below(self, limit: int) -> int:
        return self._numbers[next(self._index) % len(self._numbers)] % limit


@dataclass
class Hostile:
    """A check that answers at random: passes, fails, is skipped; with findings in any line or none."""

    name: str
    choices: Choices
    proof: bool = False
    cost: CheckCost = CheckCost.TOOL

    async def run(self, comparison: Comparison) -> CheckResult:
        status = (CheckStatus.FAILED, CheckStatus.FAILED, CheckStatus.PASSED, CheckStatus.SKIPPED)
        findings = tuple(
            Finding(("a.py", "b.py", "new.py", "elsewhere")[self.choices.below(4)], self.choices.below(6), "hostile")
            for _ in range(self.choices.below(3))
        )
        return CheckResult(self.name, status[self.choices.below(4)], findings, float(self.choices.below(300)))


class HostileIsolating(Hostile):
    """Isolates at random: nothing, some of the parts, or parts that are not there."""

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        compare(parts)
        named = [part for part in parts if self.choices.below(3) == 0]
        return dict.fromkeys([FOREIGN, *named], "hostile") if self.choices.below(2) else {}


@dataclass
class HostileRedrafts:
    """Redrafts at random: none, a failure, the same parts, or new ones; counts them."""

    choices: Choices
    made: list[Draft] = field(default_factory=list[Draft])

    async def __call__(self, draft: Draft, words: str) -> Draft | None:
        assert words
        failed = draft._replace(parts=(), status=DraftStatus.FAILED, reason="no answer")
        again = (None, failed, draft, a_draft(draft.name, self.choices))[self.choices.below(4)]
        self.made += [again] if again else []
        return again


def a_draft(name: str, choices: Choices) -> Draft:
    parts = tuple(a_part(f"{name}.{number}", choices) for number in range(choices.below(4)))
    return Draft("a.py", name, 1, 1, DraftStatus.DRAFTED, engine="local", parts=parts)


def a_part(name: str, choices: Choices) -> Part:
    path = ("a.py", "b.py", "c.py")[choices.below(3)]
    kinds = (
        Part(name, (Edit(path, 0, 0, f"# {name}\n".encode()),)),
        Part(name, (Edit(path, 0, 3, b"x"),)),  # contradicts others of its kind
        Part(name, (Edit("new.py", 0, 0, b"# new\n"),), moves=(Move(path, "moved.py"),)),
        Part(name, deletions=(Delete(path),)),
        Part(name, (Edit(path, 90, 99, b"past the end"),)),
        Part(name),
    )
    return kinds[choices.below(len(kinds))]


def hostile_checks(choices: Choices) -> Iterator[Hostile]:
    for number in range(1 + choices.below(3)):
        kind = (Hostile, HostileIsolating)[choices.below(2)]
        cost = (CheckCost.PROOF, CheckCost.TOOL, CheckCost.SUITE)[choices.below(3)]
        yield kind(f"check {number}", choices, bool(choices.below(2)), cost)


@given(st.lists(st.integers(0, 2**16), min_size=1, max_size=60), st.integers(0, 6))
def test_repair_ends_within_its_bound_whatever_checks_and_redrafts_do(numbers: list[int], drafts: int) -> None:
    asyncio.run(assert_repair_ends(Choices(numbers), drafts))


async def assert_repair_ends(choices: Choices, count: int) -> None:
    tree = WorkTree(Path("/nowhere"), None, FILES)
    project = Project(tree.root, None, tree, Config())
    task = Task("toy", (), max_rounds=choices.below(3))
    drafts = [a_draft(f"f{number}", choices) for number in range(count)]
    redrafts = HostileRedrafts(choices)
    verifier = Verifier(list(hostile_checks(choices)))
    turns = 0
    last = None
    async for last in repair(drafts, task, project, verifier, redrafts):
        turns = max(turns, last.round if isinstance(last, Checked) else 0)
        parts = len(parts_of([*drafts, *redrafts.made]))
        assert turns <= 2 * (parts + len(redrafts.made)) + 1
    assert isinstance(last, Repaired)
    assert last.verification.passed
    assert len(redrafts.made) <= count * task.max_rounds
    drafted = {part for draft in (*drafts, *redrafts.made) for part in draft.parts}
    assert drafted.issuperset(parts_of(last.drafts))


class Alternating:
    """Fails in each turn, names no part, and passes whenever it is asked again."""

    name, proof, cost = "alternating", False, CheckCost.TOOL

    def __init__(self) -> None:
        self.runs = 0

    async def run(self, comparison: Comparison) -> CheckResult:
        self.runs += 1
        return CheckResult(self.name, CheckStatus.FAILED if self.runs % 2 else CheckStatus.PASSED, reason="odd run")

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        return {}


async def test_check_that_fails_twice_and_isolates_no_part_costs_all_parts() -> None:
    project = Project(Path("/nowhere"), None, WorkTree(Path("/nowhere"), None, FILES), Config())
    draft = Draft("a.py", "f", 1, 1, DraftStatus.DRAFTED, parts=(Part("p", (Edit("a.py", 0, 0, b"# p\n"),)),))

    async def no_more(draft: Draft, words: str) -> None:
        return None

    products: list[object] = []
    async for product in repair([draft], Task("toy", ()), project, Verifier([Alternating()]), no_more):
        products.append(product)
        assert len(products) < 10
    assert isinstance(products[-1], Repaired)
    assert products[-1].patch.changes == ()
    assert products[-1].drafts[0].reason == "alternating: odd run"
