"""The check that annotations bring nothing new from type checkers, and which of them does when they do.

Findings stand on lines, so one run judges many annotations at once: the likeliest suspects of all findings are left
out together, until nothing is new, and are then taken back, of those that one finding may be about half in each run,
the others all together. What a checker finds because it looks at a body for the first time is not what an annotation
causes.
"""

import ast
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
            finding._replace(line=key[1])
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
        edits.append(edit._replace(new=head + _PROBE.encode() + tail))
    for path, data in _bases(whole).items():
        place = _import_place(data)
        edits.append(Edit(path, place, place, f"from typing import Any as {_PROBE}\n".encode(), shared=True))
    return whole._replace(patch=make_patch(whole.project.tree.read, edits))


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

    async def guilty(self) -> Mapping[Part, str]:
        out = await self._leave_out()
        dropped = sorted(out, key=lambda part: -len(part.sources))
        kept = [part for part in self._parts if part not in out]
        guilty = await self._take_back(kept, dropped)
        return {part: self._words.get(part, "a type checker objects to it") for part in guilty}

    async def _findings(self, kept: Iterable[Part]) -> list[Finding]:
        chosen = set(kept)
        comparison = self._compare([part for part in self._parts if part in chosen])
        return await self._check.fresh(comparison) if comparison.patch.changes else []

    # -- leaving out

    async def _leave_out(self) -> set[Part]:
        """Leave out the likeliest suspect of every finding, and of each that stays twice as many every time."""
        out: set[Part] = set()
        stayed: Counter[tuple[str, int, str]] = Counter()
        while findings := await self._findings(part for part in self._parts if part not in out):
            fresh: set[Part] = set()
            ranked = [(finding, self._ranked(finding, out)) for finding in findings]
            counts = Counter(part for _, tiers in ranked for tier in tiers[:1] for part in tier)
            for finding, tiers in ranked:
                place = (finding.path, finding.line, finding.rule)
                first = set(tiers[0]) if tiers else set[Part]()
                if stayed[place] or not fresh & first:
                    suspects = [
                        part
                        for tier in tiers
                        for part in sorted(tier, key=lambda part: (-counts[part], len(part.sources)))
                    ]
                    for part in suspects[: 2 ** stayed[place]]:
                        fresh.add(part)
                        self._words.setdefault(part, in_words(finding))
                stayed[place] += 1
            if not fresh:
                break  # nothing of ours is left that could be at fault
            out |= fresh
        return out

    def _ranked(self, finding: Finding, out: set[Part]) -> list[list[Part]]:
        """Give the suspects of a finding that are left, tier by tier."""
        tiers = ([part for part in tier if part not in out] for tier in self._suspects.tiers(finding))
        return [tier for tier in tiers if tier]

    # -- taking back

    async def _take_back(self, kept: list[Part], dropped: Sequence[Part]) -> list[Part]:
        """Take back what is innocent, as many at once as do not stand in each other's light.

        Of the parts that one finding may be about only half are tried in a run; those that no finding is about stay.
        """
        guilty: list[Part] = []
        pending = dict.fromkeys(dropped)
        clusters: list[list[Part]] = [list(dropped)]
        for _ in range(_MAX_ROUNDS):
            asked = self._halves(clusters, pending)
            if not asked:
                break
            clusters = [[part for part in cluster if part not in asked] for cluster in clusters]
            implicated: set[Part] = set()
            for finding in await self._findings([*kept, *asked]):
                hit = self._hit(finding, asked)
                if len(hit) == 1 and self._is_uncovered(finding, hit[0]):
                    self._check.excuse(finding)
                    continue
                implicated.update(hit)
                if len(hit) == 1:
                    guilty += hit
                    self._words[hit[0]] = in_words(finding)
                elif hit:
                    clusters.append(hit)
                elif len(asked) > 1:
                    clusters.append(list(asked))
                    implicated.update(asked)
                else:
                    guilty += asked
                    implicated.update(asked)
            kept += [part for part in asked if part not in implicated]
            for part in [*guilty, *(part for part in asked if part not in implicated)]:
                pending.pop(part, None)
        return list(dict.fromkeys([*guilty, *pending]))

    def _halves(self, clusters: Sequence[Sequence[Part]], pending: Mapping[Part, None]) -> list[Part]:
        """Choose what to try: half of each cluster, the best founded first; with nothing else, whatever is left."""
        asked: dict[Part, None] = {}
        for cluster in clusters:
            left = [part for part in self._parts if part in pending and part in set(cluster)]
            left.sort(key=lambda part: -len(part.sources))
            if not any(part in asked for part in left):
                asked |= dict.fromkeys(left[: (len(left) + 1) // 2])
        return list(asked or dict.fromkeys(list(pending)[: (len(pending) + 1) // 2]))

    def _hit(self, finding: Finding, asked: Sequence[Part]) -> list[Part]:
        """Give those of the parts on trial that a finding is near to, or else in the first tier that has any."""
        near = [self._suspects.near(finding), *map(set, self._suspects.tiers(finding))]
        hits = ([part for part in asked if part in tier] for tier in near)
        return next((hit for hit in hits if hit), list[Part]())

    def _is_uncovered(self, finding: Finding, part: Part) -> bool:
        """Whether the type of a parameter, which a second source agrees on, only shows what its body does wrong."""
        return len(part.sources) > 1 and self._suspects.is_in_body(finding, part)
