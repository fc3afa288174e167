"""The check that annotations bring nothing new from type checkers, and which of them does when they do.

Findings stand on lines, so one run judges many annotations at once: the suspects of all findings are left out
together, tier by tier, until nothing is new, and are then taken back in halves, each finding's on its own, all in the
same run. What a checker finds because it looks at a body for the first time is not what an annotation causes.
"""

import ast
import re
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workhorse_core.action import Part
from workhorse_core.check import CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.checks.findings import LineMap, Report, new_findings, steady
from workhorse_core.checks.suspects import Suspects
from workhorse_core.checks.type_sessions import TypeCheckSession
from workhorse_core.edit import Edit
from workhorse_core.patch import Patch, make_patch
from workhorse_core.verification import in_words

_UNFINISHED = re.compile(
    r"no-untyped-def|no-untyped-call|no-any-return|no-any-expr|unused-ignore|untyped-decorator|misc-untyped"
    r"|report(?:Unknown\w+|MissingParameterType|UnnecessaryTypeIgnoreComment|Any|Explicit\w*)"
    r"|unused-(?:type-)?ignore(?:-comment)?|implicit-any"
)
"""Rules that speak of what has no type yet, and of comments that hid findings."""
_MAX_ROUNDS = 40
_PROBE = "_WorkhorseAny"

_Key = tuple[str, int, str, str]
"""A finding as it stands in the base: path, line, rule, words."""
_Search = Generator[list[Part], bool, list[Part]]


class AnnotationTypes:
    """Finds what type checkers say because of an annotation, by the project's configuration or by our default."""

    name = "annotation-types"
    proof = False

    def __init__(self) -> None:
        self._sessions: dict[Path, TypeCheckSession] = {}
        self._seen: dict[bytes, tuple[list[Report | None], list[Finding]]] = {}
        self._by_the_way: dict[_Key, Finding] = {}
        self.runs = 0
        """How often the checkers were asked about a candidate."""

    async def run(self, comparison: Comparison) -> CheckResult:
        """Ask the checkers; what was found to be uncovered only is told in the reason, and is no failure."""
        begin = time.perf_counter()
        reports, fresh = await self._ask(comparison)
        done = [report for report in reports if report and not report.reason]
        said = [report.reason for report in reports if report and report.reason]
        caused = [finding for finding in fresh if _key(finding, comparison.patch) not in self._by_the_way]
        aside = [finding for finding in fresh if _key(finding, comparison.patch) in self._by_the_way]
        if aside:
            said.append(f"found by the way, not caused by a type: {'; '.join(map(_shown, aside[:5]))}")
        if len(aside) > 5:
            said.append(f"and {len(aside) - 5} more")
        status = CheckStatus.SKIPPED if not done else CheckStatus.FAILED if caused else CheckStatus.PASSED
        reason = "; ".join(said) or ("" if done else "no type checker is installed")
        findings = tuple(sorted(caused)) if caused else tuple(sorted(aside))
        return CheckResult(self.name, status, findings, time.perf_counter() - begin, reason)

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        """Find the annotations to leave out; see `workhorse_core.check.Isolating`."""
        whole = compare(parts)
        hunt = _Hunt(self, parts, compare, whole.project.look)
        await self._uncovered(whole, parts)
        return await hunt.guilty()

    async def fresh(self, comparison: Comparison) -> list[Finding]:
        """Give what is new in a candidate and not known to be uncovered only; lines are those of the base."""
        found = (await self._ask(comparison))[1]
        keys = [_key(finding, comparison.patch) for finding in found]
        return [
            replace(finding, line=key[1])
            for finding, key in zip(found, keys, strict=True)
            if key not in self._by_the_way
        ]

    def excuse(self, finding: Finding) -> None:
        """Take a finding, its line one of the base, for uncovered and not caused."""
        self._by_the_way[(finding.path, finding.line, finding.rule, steady(finding.message))] = finding

    async def _ask(self, comparison: Comparison) -> tuple[list[Report | None], list[Finding]]:
        text = comparison.patch.text
        if text not in self._seen:
            root = comparison.project.root
            if root not in self._sessions:
                self._sessions[root] = TypeCheckSession(comparison.project, default=True)
            self.runs += 1
            reports = await self._sessions[root].check(comparison)
            fresh = [
                finding
                for report in reports
                if report and not report.reason
                for finding in new_findings(report.before, report.after, comparison.patch.changes)
                if not _UNFINISHED.fullmatch(finding.rule)
            ]
            self._seen[text] = (reports, fresh)
        return self._seen[text]

    async def _uncovered(self, whole: Comparison, parts: Sequence[Part]) -> None:
        """See what is found when every annotation is ``Any``: that is in the code, whatever the types."""
        wanted = {_key(finding, whole.patch): finding for finding in (await self._ask(whole))[1]}
        probe = _probe(whole, parts)
        for finding in (await self._ask(probe))[1]:
            key = _key(finding, probe.patch)
            if key in wanted:
                self._by_the_way[key] = wanted[key]


def _bases(whole: Comparison) -> dict[str, bytes]:
    return {change.path: change.before or b"" for change in whole.patch.changes if change.path.endswith(".py")}


def _key(finding: Finding, patch: Patch) -> _Key:
    change = next((change for change in patch.changes if change.path == finding.path), None)
    lines = LineMap(change).origins(finding.line) if change else [finding.line]
    return finding.path, lines[0] if lines else -finding.line, finding.rule, steady(finding.message)


def _shown(finding: Finding) -> str:
    return f"{finding.path}:{finding.line} {in_words(finding)}"


def _probe(whole: Comparison, parts: Sequence[Part]) -> Comparison:
    """Make the candidate in which every annotation says ``Any``."""
    edits: list[Edit] = []
    for part in parts:
        edit = part.edits[0]
        head, tail = (b" -> ", b"") if edit.new.startswith(b" -> ") else (b": ", b" = " * edit.new.endswith(b" = "))
        edits.append(replace(edit, new=head + _PROBE.encode() + tail))
    for path, data in _bases(whole).items():
        place = _import_place(data)
        edits.append(Edit(path, place, place, f"from typing import Any as {_PROBE}\n".encode(), shared=True))
    return replace(whole, patch=make_patch(whole.project.tree.read, edits))


def _import_place(data: bytes) -> int:
    """Find the byte behind the docstring and the imports from ``__future__``."""
    body = ast.parse(data).body
    last = 0
    for index, node in enumerate(body):
        is_docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        last = node.end_lineno or 0
    return sum(map(len, data.splitlines(keepends=True)[:last]))


class _Hunt:
    """One search for the guilty."""

    def __init__(
        self,
        check: AnnotationTypes,
        parts: Sequence[Part],
        compare: Callable[[Sequence[Part]], Comparison],
        read: Callable[[str], bytes | None],
    ) -> None:
        self._check = check
        self._parts = parts
        self._compare = compare
        self._suspects = Suspects(parts, read)
        self._words: dict[Part, str] = {}
        self._against: dict[Part, tuple[str, int]] = {}
        """Where the finding stands that spoke against a single part."""

    async def guilty(self) -> Mapping[Part, str]:
        groups = await self._shrink()
        dropped = [part for group in groups for part in group]
        kept = [part for part in self._parts if part not in set(dropped)]
        guilty = await self._regrow(kept, groups)
        if together := self._together(guilty):
            alone = [part for part in guilty if not any(part in group for group in together)]
            guilty = [*alone, *await self._regrow(kept, together)]
        return {part: self._words.get(part, "a type checker objects to it") for part in guilty}

    async def _findings(self, kept: Iterable[Part]) -> list[Finding]:
        chosen = set(kept)
        comparison = self._compare([part for part in self._parts if part in chosen])
        return await self._check.fresh(comparison) if comparison.patch.changes else []

    # -- leaving out

    async def _shrink(self) -> list[list[Part]]:
        """Leave out the suspects of every finding, tier by tier, until nothing is new.

        Returns:
            What was left out, in groups that have nothing to do with each other.
        """
        out: dict[Part, None] = {}
        tiers: dict[tuple[str, int, str], int] = {}
        groups: list[set[Part]] = []
        while findings := await self._findings(part for part in self._parts if part not in out):
            before = frozenset(out)
            for finding in findings:
                fresh = self._next_suspects(finding, before, tiers)
                for part in fresh:
                    self._words.setdefault(part, in_words(finding))
                _join(groups, set(fresh))
                out |= dict.fromkeys(fresh)
            if len(out) == len(before):
                break  # nothing of ours is left that could be at fault
        return [sorted(group, key=lambda part: -len(part.sources)) for group in groups]

    def _next_suspects(
        self, finding: Finding, out: frozenset[Part], tiers: dict[tuple[str, int, str], int]
    ) -> list[Part]:
        """Give the suspects of the tiers that this finding has come to, one tier wider each time that it comes."""
        place = (finding.path, finding.line, finding.rule)
        groups = list(self._suspects.tiers(finding))
        while tiers.get(place, 0) < len(groups):
            tiers[place] = tiers.get(place, 0) + 1
            if fresh := [part for group in groups[: tiers[place]] for part in group if part not in out]:
                return fresh
        return []

    # -- taking back

    async def _regrow(self, kept: list[Part], groups: Sequence[Sequence[Part]]) -> list[Part]:
        """Take back what is innocent: every group in halves, all groups in the same run."""
        searches: dict[int, _Search] = {}
        asked: dict[int, list[Part]] = {}
        guilty: list[Part] = []
        for index, group in enumerate(groups):
            searches[index] = _halving(group)
            asked[index] = next(searches[index])
        for _ in range(_MAX_ROUNDS):
            if not asked:
                return guilty
            tried = [part for group in asked.values() for part in group]
            findings = await self._findings([*kept, *tried])
            failed = self._blamed(findings, asked)
            for index, group in list(asked.items()):
                holds = index not in failed
                if holds:
                    kept += group
                try:
                    asked[index] = searches[index].send(holds)
                except StopIteration as end:
                    guilty += end.value
                    del asked[index]
        settled = {*kept, *guilty}
        return [*guilty, *(part for group in groups for part in group if part not in settled)]

    def _together(self, guilty: Sequence[Part]) -> list[list[Part]]:
        """Group those of the guilty that one and the same finding spoke against: not all of them need be at fault."""
        groups: dict[tuple[str, int], list[Part]] = {}
        for part in sorted(guilty, key=lambda part: -len(part.sources)):
            if part in self._against:
                groups.setdefault(self._against[part], []).append(part)
        return [group for group in groups.values() if len(group) > 1]

    def _blamed(self, findings: Sequence[Finding], asked: Mapping[int, Sequence[Part]]) -> set[int]:
        """Say which groups the findings of one run may come from; one that fits to none comes from any."""
        failed: set[int] = set()
        for finding in findings:
            for index in self._hit(finding, asked):
                group = asked[index]
                if len(group) == 1 and self._is_uncovered(finding, group[0]):
                    self._check.excuse(finding)
                    continue
                failed.add(index)
                if len(group) == 1:
                    self._words[group[0]] = in_words(finding)
                    self._against[group[0]] = (finding.path, finding.line)
        return failed

    def _hit(self, finding: Finding, asked: Mapping[int, Sequence[Part]]) -> set[int]:
        """Name the groups that a finding is near to; where it is near to none, those in the first tier that has any."""
        near = [self._suspects.near(finding), *map(set, self._suspects.tiers(finding))]
        hits = ({index for index, group in asked.items() if tier.intersection(group)} for tier in near)
        return next((hit for hit in hits if hit), set(asked))

    def _is_uncovered(self, finding: Finding, part: Part) -> bool:
        """Whether the type of a parameter, which a second source agrees on, only shows what its body does wrong."""
        return len(part.sources) > 1 and self._suspects.is_in_body(finding, part)


def _join(groups: list[set[Part]], fresh: set[Part]) -> None:
    """Add parts to the group that they belong to: sets that share a part are one."""
    if not fresh:
        return
    touching = [group for group in groups if group & fresh]
    for group in touching:
        groups.remove(group)
    groups.append(fresh.union(*touching))


def _halving(group: Sequence[Part]) -> _Search:
    """Ask about parts of a group, from the whole down to single ones, and give the guilty.

    The whole is known to be at fault. What holds is kept, so of two that are wrong only together the later one goes.
    """
    middle = len(group) // 2
    waiting = [list(group)] if len(group) < 2 else [list(group[middle:]), list(group[:middle])]
    guilty: list[Part] = []
    while waiting:
        current = waiting.pop()
        if (yield current):
            continue
        if len(current) == 1:
            guilty += current
        else:
            half = len(current) // 2
            waiting += [current[half:], current[:half]]
    return guilty
