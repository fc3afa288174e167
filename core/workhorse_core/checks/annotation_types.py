"""The check that annotations cause no new findings of type checkers, and the search for those that do.

Findings stand on lines, so one run judges many annotations at once; see
`workhorse_core.type_checking.culprit_search`. A finding that appears because a checker looks at a body for the first
time is not caused by a type. Where such findings leave the project with more than it had, functions that bring them
stay as they are until it has no more, unless the user asked to uncover them.
"""

import ast
import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.task import Task
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import LineMap, Report, looked_at, new_findings, steady
from workhorse_core.type_checking.checkers import TYPE_CHECKERS, CheckScope
from workhorse_core.type_checking.culprit_search import CulpritSearch, Key, key_of
from workhorse_core.type_checking.fault_localization import FaultLocalization
from workhorse_core.type_checking.file_lines import FileLines
from workhorse_core.type_checking.sessions import TypeCheckSession
from workhorse_core.workspace.project import Project

UNFINISHED = re.compile(
    r"no-untyped-def|no-untyped-call|no-any-return|no-any-expr|unused-ignore|untyped-decorator|misc-untyped"
    r"|report(?:Unknown\w+|MissingParameterType|UnnecessaryTypeIgnoreComment|Any|Explicit\w*)"
    r"|unused-(?:type-)?ignore(?:-comment)?|implicit-any"
)
"""Rules about missing types, and about comments that hid findings."""
UNCHECKED_SOURCES = frozenset({"literal", "override", "docstring", "comment"})
"""Sources that need no checker: they restate the code, or its author's own words."""
_PROBE = "_WorkhorseAny"
_SHOWN = 10


class AnnotationTypes:
    """Finds the errors of type checkers that annotations cause, by the project's configuration or our default."""

    name = "annotation-types"
    proof = False
    cost = CheckCost.TOOL

    def __init__(self) -> None:
        self._sessions: dict[Path, TypeCheckSession] = {}
        self._seen: dict[Patch, tuple[list[Report | None], list[Finding]]] = {}
        self._unfinished: dict[Patch, list[Finding]] = {}
        """New findings about missing types, which count where the project configures its checker."""
        self._exposed: dict[Key, Finding] = {}
        self._unchecked: set[Patch] = set()
        """Candidates of trusted sources only, which may pass without a checker."""
        self._checkers: dict[tuple[str, str], str] = {}
        """The checker of each finding, by rule and message."""
        self._answered: set[str] = set()
        """The checkers that have answered."""
        self.runs = 0
        """The number of candidates that the checkers were asked about."""

    def prepare(self, project: Project, task: Task) -> None:
        """Begin to check the base with the slow checkers; see `workhorse_core.pipeline.check.Preparing`."""
        self._session(project).prepare(task)

    async def run(self, comparison: Comparison) -> CheckResult:
        """Run the checkers; errors that an annotation only exposes are listed in the reason, and are no failure."""
        begin = time.perf_counter()
        reports, fresh = await self._ask(comparison)
        done = [report for report in reports if report and not report.reason]
        said = [report.remarks for report in reports if report and report.remarks]
        if any(report and report.reason for report in reports):
            said += [f"{each.tool} looked instead" for each in done if each.tool not in _own_checkers(comparison)]
        caused = [finding for finding in fresh if _key(finding, comparison.patch) not in self._exposed]
        aside = [finding for finding in fresh if _key(finding, comparison.patch) in self._exposed]
        if self._excess(comparison, reports):
            caused, aside = [*caused, *aside, *self._unfinished.get(comparison.patch, ())], []
        if aside:
            said.append(f"existing errors, uncovered by annotating: {_by_function(comparison, aside)}")
        is_unchecked = not done and comparison.patch not in self._unchecked
        if is_unchecked or self._is_silent(reports):
            reason = "; ".join(said) or "no type checker is installed"
            return CheckResult(self.name, CheckStatus.FAILED, (), time.perf_counter() - begin, reason)
        status = CheckStatus.SKIPPED if not done else CheckStatus.FAILED if caused else CheckStatus.PASSED
        reason = "; ".join(said) or ("" if done else "no type checker is installed")
        findings = tuple(sorted(caused)) if caused else tuple(sorted(aside))
        evidence = looked_at(done, comparison)
        return CheckResult(self.name, status, findings, time.perf_counter() - begin, reason, evidence)

    async def close(self) -> None:
        """End the checkers and remove the copies; see `workhorse_core.pipeline.check.Closable`."""
        for session in self._sessions.values():
            await asyncio.to_thread(session.close)
        self._sessions.clear()

    async def isolate(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        """Find the annotations to leave out; see `workhorse_core.pipeline.check.Isolating`."""
        whole = compare(parts)
        reports = (await self._ask(whole))[0]
        if all(report is None or report.reason for report in reports):
            return self._unchecked_culprits(reports, parts, compare)
        await self._record_exposed(whole, parts)
        raises = bool(self._excess(whole, reports))
        places = FaultLocalization(parts, whole.project.look)
        if raises:
            for key in [key for key, each in self._exposed.items() if not places.around(each._replace(line=key[1]))]:
                self._exposed.pop(key)  # no function brings it: it is searched for like any other

        async def ask(kept: Sequence[Part], about: Sequence[Finding]) -> list[Finding]:
            comparison = compare(kept)
            return await self._fresh(comparison, about) if comparison.patch.changes else []

        culprits = await CulpritSearch(parts, places, ask, None if raises else self._excuse).culprits()
        return {**culprits, **await self._uncovering([part for part in parts if part not in culprits], compare)}

    def _excess(self, comparison: Comparison, reports: Sequence[Report | None]) -> Mapping[str, int]:
        """Count what each checker finds beyond the base, as the project runs it; by default only what is wrong."""
        if comparison.task.options.get("uncover") == "yes":
            return {}
        own_checkers = _own_checkers(comparison)
        found: dict[str, int] = {}
        for each in reports:
            if each and not each.reason:
                is_own = each.tool in own_checkers
                more, wrong = (_count(each.after, every) - _count(each.before, every) for every in (is_own, False))
                found[each.tool] = more if _is_whole(each, is_own) else min(more, wrong)
        return {tool: count for tool, count in found.items() if count > 0}

    async def _uncovering(
        self, parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        """Find parts whose functions bring findings, until no checker finds more than in the base."""
        found: dict[Part, str] = {}
        for _ in parts:
            rest = [part for part in parts if part not in found]
            comparison = compare(rest)
            if not comparison.patch.changes:
                break
            worst = self._worst(comparison, rest, self._excess(comparison, (await self._ask(comparison))[0]))
            if not worst:
                break
            found |= worst
        return found

    def _worst(self, comparison: Comparison, parts: Sequence[Part], excess: Mapping[str, int]) -> dict[Part, str]:
        """Choose the functions with the most findings for a part, until each checker has so many less."""
        places, patch = FaultLocalization(parts, comparison.project.look), comparison.patch
        found: dict[Part, str] = {}
        for tool, most in excess.items():
            left = most
            fresh = [each for each in self._seen[patch][1] if _key(each, patch) in self._exposed]
            brought: dict[tuple[Part, ...], list[Finding]] = {}
            for each in [*fresh, *self._unfinished.get(patch, ())]:
                if self._checkers[each.rule, steady(each.message)] == tool:
                    around = tuple(places.around(each._replace(line=_key(each, patch)[1])))
                    brought.setdefault(around, []).append(each)
            brought.pop((), None)
            for around, findings in sorted(brought.items(), key=lambda item: len(item[0]) / len(item[1])):
                if left > 0:
                    left -= len(findings)
                    why = f"annotating it uncovers: {findings[0].text}; keep it with --uncover"
                    found |= dict.fromkeys(around, why)
        return found

    def _unchecked_culprits(
        self, reports: Sequence[Report | None], parts: Sequence[Part], compare: Callable[[Sequence[Part]], Comparison]
    ) -> Mapping[Part, str]:
        """Keep the parts whose sources need no checker, where none runs."""
        said = "; ".join(report.reason for report in reports if report) or "no type checker is installed"
        culprits = [part for part in parts if not UNCHECKED_SOURCES.intersection(part.sources)]
        self._unchecked.add(compare([part for part in parts if part not in culprits]).patch)
        return {part: f"{', '.join(part.sources)} alone is not kept unchecked: {said}" for part in culprits}

    async def _fresh(self, comparison: Comparison, about: Sequence[Finding]) -> list[Finding]:
        """Return the new findings of a candidate that are not known to be only exposed; lines are those of the base.

        With findings only their checkers run, and those that can check single files only on theirs.
        """
        reports, found = await self._ask(comparison, about)
        if self._is_silent(reports):
            return list(about)  # without an answer they may all remain
        keys = [_key(finding, comparison.patch) for finding in found]
        return [
            finding._replace(line=key[1]) for finding, key in zip(found, keys, strict=True) if key not in self._exposed
        ]

    def _excuse(self, finding: Finding) -> None:
        """Record a finding, its line one of the base, as exposed and not caused."""
        self._exposed[key_of(finding)] = finding

    async def _ask(
        self, comparison: Comparison, about: Sequence[Finding] = ()
    ) -> tuple[list[Report | None], list[Finding]]:
        patch = comparison.patch  # not its diff, which few candidates need
        if patch not in self._seen:
            session = self._session(comparison.project)
            self.runs += 1
            checkers = frozenset(self._checkers.get((each.rule, steady(each.message)), "") for each in about)
            scope = CheckScope(checkers, frozenset(each.path for each in about)) if about else None
            reports = await session.check(comparison, scope)
            if self._is_silent(reports):
                reports = await session.check(comparison, scope)
            self._answered |= {report.tool for report in reports if report and not report.reason}
            fresh: list[Finding] = []
            unfinished: list[Finding] = []
            for report in reports:
                if report and not report.reason:
                    new = new_findings(report.before, report.after, comparison.patch.changes)
                    mine = [finding for finding in new if not UNFINISHED.fullmatch(finding.rule)]
                    if _is_whole(report, is_own=True):
                        unfinished += [finding for finding in new if UNFINISHED.fullmatch(finding.rule)]
                    self._checkers |= {(each.rule, steady(each.message)): report.tool for each in new}
                    fresh += mine
            if about or self._is_silent(reports):
                return reports, fresh
            self._seen[patch] = (reports, fresh)
            self._unfinished[patch] = unfinished
        return self._seen[patch]

    def _session(self, project: Project) -> TypeCheckSession:
        if project.root not in self._sessions:
            self._sessions[project.root] = TypeCheckSession(project, default=True, warm=True)
        return self._sessions[project.root]

    def _is_silent(self, reports: Sequence[Report | None]) -> bool:
        """Whether a checker that has answered before has not answered now."""
        return any(report and report.reason and report.tool in self._answered for report in reports)

    async def _record_exposed(self, whole: Comparison, parts: Sequence[Part]) -> None:
        """Record the findings that appear when every annotation is ``Any``: no type causes them."""
        wanted = {_key(finding, whole.patch): finding for finding in (await self._ask(whole))[1]}
        if not wanted:
            return
        probe = _probe(whole, parts)
        for finding in (await self._ask(probe, tuple(wanted.values())))[1]:
            key = _key(finding, probe.patch)
            if key in wanted:
                self._exposed[key] = wanted[key]


def _own_checkers(comparison: Comparison) -> set[str]:
    """Name the checkers that the project configures."""
    configured = comparison.once(Configured)
    return {checker.name for checker in TYPE_CHECKERS if checker.find(configured)}


def _bases(whole: Comparison) -> dict[str, bytes]:
    return {change.path: change.before or b"" for change in whole.patch.changes if change.path.endswith(".py")}


def _key(finding: Finding, patch: Patch) -> Key:
    change = next((change for change in patch.changes if change.path == finding.path), None)
    lines = LineMap(change).origins(finding.line) if change else [finding.line]
    return finding.path, lines[0] if lines else -finding.line, finding.rule, steady(finding.message)


def _is_whole(report: Report, is_own: bool) -> bool:
    """Whether missing types count: the project configures the checker, and its base has no finding about one."""
    return is_own and not any(UNFINISHED.fullmatch(each.rule) for each in report.before)


def _count(findings: Sequence[Finding], is_own: bool) -> int:
    return sum(is_own or not UNFINISHED.fullmatch(each.rule) for each in findings)


def _by_function(comparison: Comparison, findings: Sequence[Finding]) -> str:
    """Count findings by function, with an example of each."""
    after = {change.path: change.after or b"" for change in comparison.patch.changes}
    files: dict[str, FileLines] = {}
    found: dict[str, list[Finding]] = {}
    for each in findings:
        file = files.setdefault(each.path, FileLines(PythonSource(each.path, after.get(each.path, b""))))
        found.setdefault(f"{each.path} {file.owner_of(each.line)}".strip(), []).append(each)
    shown = [f"{len(each)} in {name} (line {each[0].line}: {each[0].text})" for name, each in found.items()]
    rest = len(shown) - _SHOWN
    return "; ".join(shown[:_SHOWN]) + (f"; and in {rest} more" if rest > 0 else "")


def _probe(whole: Comparison, parts: Sequence[Part]) -> Comparison:
    """Make the candidate in which every annotation is ``Any``."""
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
    """Return the byte behind the docstring and the imports from ``__future__``."""
    body = ast.parse(data).body
    last = 0
    for index, node in enumerate(body):
        is_docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        last = node.end_lineno or 0
    return sum(map(len, data.splitlines(keepends=True)[:last]))
