from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from support.repository import write_files
from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.pipeline.check import Check, CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.repair import Redraft, Repaired, repair
from workhorse_core.pipeline.task import Task
from workhorse_core.pipeline.verification import Verifier
from workhorse_core.settings.config import Config
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project


class NoLoudWords:
    """A toy check: fails on LOUD, with the line, or without any when it is vague."""

    name = "no-loud-words"
    proof = True
    cost = CheckCost.PROOF

    def __init__(self, vague: bool = False) -> None:
        self.vague = vague
        self.runs = 0

    async def run(self, comparison: Comparison) -> CheckResult:
        self.runs += 1
        findings = [
            Finding(change.path, 0 if self.vague else number, "loud")
            for change in comparison.patch.changes
            for number, line in enumerate((change.after or b"").split(b"\n"), 1)
            if b"LOUD" in line
        ]
        return CheckResult(self.name, CheckStatus.FAILED if findings else CheckStatus.PASSED, tuple(findings))


def a_draft(path: str, number: int, words: str, engine: str = "rules") -> Draft:
    part = Part(f"part {number}", (Edit(path, 0, 0, f"# {words} {number}\n".encode()),))
    return Draft(path, f"f{number}", number, number, DraftStatus.DRAFTED, engine=engine, rounds=1, parts=(part,))


async def no_more(draft: Draft, words: str) -> Draft | None:
    return None


async def repaired(
    tmp_path: Path,
    drafts: Sequence[Draft],
    *checks: Check,
    redraft: Redraft = no_more,
    config: Config = Config(),  # noqa: B008 - it is frozen
) -> Repaired:
    write_files(tmp_path, {"a.py": "a\n", "b.py": "b\n"})
    project = Project(tmp_path, None, WorkTree(tmp_path, None, {}), config)
    products = [product async for product in repair(drafts, Task("toy", ()), project, Verifier(checks), redraft)]
    assert isinstance(products[-1], Repaired)
    return products[-1]


async def test_candidate_that_passes_is_kept_whole(tmp_path: Path) -> None:
    result = await repaired(tmp_path, [a_draft("a.py", 1, "soft"), a_draft("b.py", 2, "soft")], NoLoudWords())
    assert [change.after for change in result.patch.changes] == [b"# soft 1\na\n", b"# soft 2\nb\n"]
    assert result.verification.passed


async def test_failing_part_is_dropped_with_its_reason_and_the_rest_is_kept(tmp_path: Path) -> None:
    drafts = [a_draft("a.py", 1, "soft"), a_draft("a.py", 2, "LOUD"), a_draft("b.py", 3, "soft")]
    check = NoLoudWords()
    result = await repaired(tmp_path, drafts, check)
    assert [draft.status for draft in result.drafts] == ["drafted", "failed", "drafted"]
    assert result.drafts[1].reason == "loud"
    assert b"LOUD" not in result.patch.text
    assert check.runs == 2


async def test_part_whose_finding_has_no_line_is_found_by_bisection(tmp_path: Path) -> None:
    drafts = [a_draft("a.py", n, "LOUD" if n == 5 else "soft") for n in range(8)] + [a_draft("b.py", 9, "soft")]
    result = await repaired(tmp_path, drafts, NoLoudWords(vague=True))
    assert [d.name for d in result.drafts if d.status is DraftStatus.FAILED] == ["f5"]


async def test_patch_without_any_part_left_is_empty(tmp_path: Path) -> None:
    result = await repaired(tmp_path, [a_draft("a.py", 1, "LOUD")], NoLoudWords(vague=True))
    assert result.patch.changes == ()
    assert result.drafts[0].status is DraftStatus.FAILED


async def test_redraft_receives_the_finding_and_is_checked_again(tmp_path: Path) -> None:
    heard: list[str] = []

    async def again(draft: Draft, words: str) -> Draft | None:
        heard.append(words)
        return a_draft("a.py", 1, "LOUD") if len(heard) == 1 else a_draft("a.py", 1, "soft")

    result = await repaired(tmp_path, [a_draft("a.py", 1, "LOUD", "local")], NoLoudWords(), redraft=again)
    assert heard == ["loud", "loud"]
    assert result.patch.changes[0].after == b"# soft 1\na\n"


class NoOddNumbers:
    """A toy check that isolates: its findings on odd numbers have no line."""

    name = "no-odd-numbers"
    proof = False
    cost = CheckCost.PROOF

    def __init__(self) -> None:
        self.runs = 0

    async def run(self, comparison: Comparison) -> CheckResult:
        self.runs += 1
        words = b"".join(change.after or b"" for change in comparison.patch.changes).split()
        odd = [word for word in words if word.isdigit() and int(word) % 2]
        status = CheckStatus.FAILED if odd else CheckStatus.PASSED
        return CheckResult(self.name, status, tuple(Finding("a.py", 0, f"odd {word!r}") for word in odd))

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        return {part: "odd" for part in parts if int(part.name.split()[1]) % 2}


async def test_bisection_for_one_check_does_not_run_a_check_that_isolates(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "a\n"})
    project = Project(tmp_path, None, WorkTree(tmp_path, None, {}), Config())
    drafts = [a_draft("a.py", n, "LOUD" if n == 4 else "soft") for n in range(8)]
    loud, odd = NoLoudWords(vague=True), NoOddNumbers()
    products = [product async for product in repair(drafts, Task("toy", ()), project, Verifier([loud, odd]), no_more)]

    assert isinstance(products[-1], Repaired)
    assert [d.name for d in products[-1].drafts if d.status is DraftStatus.FAILED] == ["f1", "f3", "f4", "f5", "f7"]
    assert loud.runs > 3
    assert odd.runs == 3


async def test_moves_and_deletions_stay_with_their_part_through_bisection(tmp_path: Path) -> None:
    drafts = [
        a_draft("a.py", 0, "soft"),
        Draft("b.py", "f1", 1, 1, DraftStatus.DRAFTED, parts=(Part("move", moves=(Move("b.py", "c.py"),)),)),
        a_draft("a.py", 2, "LOUD"),
        Draft("d.py", "f3", 1, 1, DraftStatus.DRAFTED, parts=(Part("delete", deletions=(Delete("d.py"),)),)),
    ]
    write_files(tmp_path, {"d.py": "d\n"})
    result = await repaired(tmp_path, drafts, NoLoudWords(vague=True))
    assert [(change.moved_from, change.path, change.after) for change in result.patch.changes] == [
        (None, "a.py", b"# soft 0\na\n"),
        ("b.py", "c.py", b"b\n"),
        (None, "d.py", None),
    ]


class NoMoves:
    """Fails on any file that moves; isolates the parts that move one."""

    name = "no-moves"
    proof = True
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        moved = [change for change in comparison.patch.changes if change.moved_from]
        return CheckResult(self.name, CheckStatus.FAILED if moved else CheckStatus.PASSED)

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        failing = {part: await self.run(compare([part])) for part in parts}
        return {part: "moves" for part, result in failing.items() if result.status is CheckStatus.FAILED}


async def test_part_with_a_move_fails_in_isolation_and_repair_ends(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "a\n", "b.py": "b\n"})
    project = Project(tmp_path, None, WorkTree(tmp_path, None, {}), Config())
    moving = Draft("b.py", "f1", 1, 1, DraftStatus.DRAFTED, parts=(Part("move", moves=(Move("b.py", "c.py"),)),))
    drafts = [a_draft("a.py", 0, "soft"), moving]
    products: list[object] = []
    async for product in repair(drafts, Task("toy", ()), project, Verifier([NoMoves()]), no_more):
        products.append(product)
        assert len(products) < 10
    assert isinstance(products[-1], Repaired)
    assert [draft.status.value for draft in products[-1].drafts] == ["drafted", "failed"]


class LoudSuite(NoLoudWords):
    """A suite of a minute that fails on LOUD without a line; counts its runs."""

    name = "suite"
    cost = CheckCost.SUITE
    proof = False

    def __init__(self) -> None:
        super().__init__(vague=True)

    async def run(self, comparison: Comparison) -> CheckResult:
        return (await super().run(comparison))._replace(seconds=60.0)


def many(count: int, loud: set[int]) -> list[Draft]:
    return [a_draft("a.py", number, "LOUD" if number in loud else "soft") for number in range(count)]


def failed_names(result: Repaired) -> set[str]:
    return {draft.name for draft in result.drafts if draft.status is DraftStatus.FAILED}


async def test_suite_finds_three_culprits_among_four_hundred_parts_in_few_runs(tmp_path: Path) -> None:
    suite = LoudSuite()
    config = Config(checks_budget_seconds=86_400)
    result = await repaired(tmp_path, many(400, {57, 201, 399}), suite, config=config)
    assert failed_names(result) == {"f57", "f201", "f399"}
    assert suite.runs <= 31


async def test_suite_beyond_its_budget_keeps_what_passed_and_drops_what_is_undecided(tmp_path: Path) -> None:
    suite = LoudSuite()
    asked: list[str] = []

    async def again(draft: Draft, words: str) -> Draft | None:
        asked.append(draft.name)
        return None

    config = Config(checks_budget_seconds=120)
    result = await repaired(tmp_path, many(16, {13}), suite, config=config, redraft=again)
    assert failed_names(result) == {"f12", "f13", "f14", "f15"}
    assert suite.runs == 3  # all; 8 of them, which pass; 12, which pass as well
    assert asked == []
    assert result.drafts[12].reason == (
        "suite: loud: the budget for checks ended before it was decided whether this part is the cause"
    )
    assert result.verification.passed


async def test_suite_runs_only_on_what_cheaper_checks_passed(tmp_path: Path) -> None:
    suite = LoudSuite()
    result = await repaired(tmp_path, many(4, {1, 2}), suite, NoLoudWords())
    assert failed_names(result) == {"f1", "f2"}
    assert suite.runs == 1
    assert [each.name for each in result.verification.results] == ["no-loud-words", "suite"]


async def test_suite_is_not_run_twice_on_one_candidate(tmp_path: Path) -> None:
    suite = LoudSuite()
    await repaired(tmp_path, many(2, {1}), suite)
    assert suite.runs == 2  # both parts, and the first alone: that is the candidate of the second turn, too


async def test_redraft_that_fails_costs_only_the_failing_part(tmp_path: Path) -> None:
    good, bad = a_draft("a.py", 1, "soft"), a_draft("a.py", 2, "LOUD")
    draft = good._replace(parts=good.parts + bad.parts, engine="local")

    async def no_answer(draft: Draft, words: str) -> Draft | None:
        return draft._replace(parts=(), status=DraftStatus.FAILED, reason="no answer", rounds=2)

    result = await repaired(tmp_path, [draft], NoLoudWords(), redraft=no_answer)
    assert result.drafts[0].parts == good.parts
    assert (result.drafts[0].status, result.drafts[0].rounds) == (DraftStatus.DRAFTED, 2)


async def test_part_that_contradicts_an_earlier_one_is_dropped_and_the_rest_is_kept(tmp_path: Path) -> None:
    first, third = a_draft("a.py", 1, "soft"), a_draft("b.py", 3, "soft")
    span = Part("one", (Edit("a.py", 0, 1, b"x"),))
    overlap = Part("two", (Edit("a.py", 0, 2, b"y"),))
    drafts = [first._replace(parts=(span,)), first._replace(name="f2", parts=(overlap,)), third]
    result = await repaired(tmp_path, drafts, NoLoudWords())
    assert failed_names(result) == {"f2"}
    assert "overlap" in (result.drafts[1].reason or "")


async def test_culprit_outside_the_file_of_the_finding_is_found_and_the_parts_in_that_file_are_kept(
    tmp_path: Path,
) -> None:
    class DeletedImport(NoLoudWords):
        async def run(self, comparison: Comparison) -> CheckResult:
            gone = any(change.after is None for change in comparison.patch.changes)
            findings = (Finding("a.py", 0, "imports a module that is gone"),) if gone else ()
            return CheckResult(self.name, CheckStatus.FAILED if gone else CheckStatus.PASSED, findings)

    delete = a_draft("b.py", 9, "soft")._replace(parts=(Part("delete", deletions=(Delete("b.py"),)),))
    result = await repaired(tmp_path, [*many(3, set()), delete], DeletedImport())
    assert failed_names(result) == {"f9"}
