"""New findings of a candidate: those that its base has not, by line, rule and message, however the lines shifted."""

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.check import CheckResult, CheckStatus, Comparison, Evidence, Finding
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.process import runs_outside
from workhorse_core.tools.tool import Tool, find_tool
from workhorse_core.tools.tool_settings import RuffSettings, ToolSettings
from workhorse_core.workspace.project import Project

_MOST_NAMES = 6
"""Settings that a reason names."""

_ENDS = late_pattern(rb"\r\n|\n|\r")

_VOLATILE = (
    (late_pattern(r"\b([Ll]ines?) \d+"), r"\1 N"),  # "already defined on line 9"
    (late_pattern(r"\(\d+ ?> ?(\d+)"), r"(N > \1"),  # "line too long (120 > 110)": as wrong as before
    (late_pattern(r"too complex \(\d+\)"), "too complex (N)"),
)


class Report(NamedTuple):
    """The findings of one tool on both sides; with a ``reason``, why it could not be used.

    ``tool`` is its name. ``left_out`` are the settings of the project that it did not get without trust.
    ``outside``: it does not start in the sandbox, and ran without it.
    """

    before: tuple[Finding, ...] = ()
    after: tuple[Finding, ...] = ()
    reason: str = ""
    tool: str = ""
    left_out: tuple[str, ...] = ()
    outside: bool = False

    @property
    def remarks(self) -> str:
        """The reason, else the settings that were left out, and whether it ran outside; "" where there is nothing."""
        if self.reason:
            return self.reason
        place = f"{self.tool} ran outside of the sandbox: it does not start in it" if self.outside else ""
        return "; ".join(filter(None, (self._ignored, place)))

    @property
    def _ignored(self) -> str:
        if not self.left_out:
            return ""
        names = ", ".join(f"`{name}`" for name in self.left_out[:_MOST_NAMES])
        more = len(self.left_out) - _MOST_NAMES
        return f"{self.tool}: {names}{f' and {more} more' if more > 0 else ''} ignored: not trusted"


def choose_tool(name: str, settings: RuffSettings | ToolSettings, project: Project) -> Tool | Report:
    """Find the tool that a project configures; a report with the reason where it cannot be used."""
    if settings.problem:
        return Report(reason=settings.problem)
    return find_tool(name, project) or Report(reason=f"{name} is not installed")


def signed(report: Report, tool: Tool, settings: RuffSettings | ToolSettings, project: Project) -> Report:
    """Return a report with its tool, and how that ran."""
    return report._replace(tool=tool.name, left_out=settings.left_out, outside=runs_outside(tool, project))


def conclude(
    name: str, comparison: Comparison, reports: Sequence[Report | None], nothing: str, begin: float
) -> CheckResult:
    """Conclude a check from the reports of its tools.

    Args:
        name: The check's.
        comparison: What was checked.
        reports: One for each tool that the check knows, None for those that the project does not use.
        nothing: The reason where it uses none.
        begin: When the check began, by ``time.perf_counter``.
    """
    used = [report for report in reports if report is not None]
    done = [report for report in used if not report.reason]
    fresh = [
        finding for report in done for finding in new_findings(report.before, report.after, comparison.patch.changes)
    ]
    status = CheckStatus.SKIPPED if not done else CheckStatus.FAILED if fresh else CheckStatus.PASSED
    reason = "; ".join(report.remarks for report in used if report.remarks) or ("" if done else nothing)
    evidence = looked_at(done, comparison)
    return CheckResult(name, status, tuple(sorted(fresh)), time.perf_counter() - begin, reason, evidence)


def looked_at(done: Iterable[Report], comparison: Comparison) -> tuple[Evidence, ...]:
    """Return the number of changed files that each tool has looked at."""
    count = len(comparison.patch.changes)
    return tuple(Evidence(f"changed files checked by {report.tool}", count) for report in done if report.tool)


def new_findings(
    before: Iterable[Finding], after: Iterable[Finding], changes: Sequence[FileChange]
) -> tuple[Finding, ...]:
    """Leave out the findings that the base has already.

    A finding is an old one when the base has one of the same rule and message on the line that this line was; each of
    the base's counts once. Messages are compared without the line numbers and measures in them. A line with no byte of
    the base is new, and so is every finding on it; lines that replace others count as those others.

    Args:
        before: The findings of the base, lines counted from 1 there.
        after: The findings of the candidate, by its own paths and lines.
        changes: The changes between them.
    """
    maps = {change.path: LineMap(change) for change in changes}
    old_paths = {change.moved_from: change.path for change in changes if change.moved_from}
    known = Counter((old_paths.get(f.path, f.path), f.line, f.rule, steady(f.message)) for f in before)
    fresh: list[Finding] = []
    for finding in sorted(after):
        lines = maps[finding.path].origins(finding.line) if finding.path in maps else [finding.line]
        keys = ((finding.path, line, finding.rule, steady(finding.message)) for line in lines)
        match = next((key for key in keys if known[key] > 0), None)
        if match is None:
            fresh.append(finding)
        else:
            known[match] -= 1
    return tuple(fresh)


def steady(message: str) -> str:
    """Return a message without the line numbers and measures in it."""
    if any(map(str.isdigit, message)):  # most have none
        for pattern, replacement in _VOLATILE:
            message = pattern.sub(replacement, message)
    return message


class _Run(NamedTuple):
    """Lines ``first`` to ``last`` of the candidate that were ``old_first`` to ``old_last``; counted from 1, inclusive.

    Kept lines correspond one to one; of replaced ones each was any of the others.
    """

    first: int
    last: int
    old_first: int
    old_last: int
    kept: bool

    def origins(self, line: int) -> Iterable[int]:
        if not self.first <= line <= self.last:
            return ()
        return (line - self.first + self.old_first,) if self.kept else range(self.old_first, self.old_last + 1)


class LineMap:
    """The lines of a file's base by the lines of its candidate, from the edits alone."""

    def __init__(self, change: FileChange) -> None:
        self._runs = list(_runs(change)) if change.before is not None and change.after is not None else []

    def origins(self, line: int) -> list[int]:
        """Return the lines of the base whose bytes the candidate's ``line`` holds, or replaces; counted from 1."""
        return list(dict.fromkeys(origin for run in self._runs for origin in run.origins(line)))


def _runs(change: FileChange) -> Iterator[_Run]:
    before, after = change.before or b"", change.after or b""
    old, new = _Lines(before), _Lines(after)
    position = shift = 0
    for edit in change.edits:
        yield from _kept(old, new, position, edit.start, shift)
        if edit.end > edit.start and edit.new:
            start = edit.start + shift
            yield _Run(
                new.line_of(start),
                new.line_of(start + len(edit.new) - 1),
                old.line_of(edit.start),
                old.line_of(edit.end - 1),
                kept=False,
            )
        position = edit.end
        shift += len(edit.new) - (edit.end - edit.start)
    yield from _kept(old, new, position, len(before) + 1, shift)  # and the place behind the last byte


def _kept(old: "_Lines", new: "_Lines", start: int, end: int, shift: int) -> Iterator[_Run]:
    """Map the untouched bytes ``start:end``, without a part of a line at either end that holds nothing but blanks."""
    first, last = old.line_of(start), old.line_of(max(start, end - 1))
    if start >= end:
        return
    if not old.has_text(first, start, end):
        first += 1
    if last >= first and not old.has_text(last, start, end):
        last -= 1
    if first <= last:
        begin = new.line_of(max(start, old.starts[first - 1]) + shift)
        yield _Run(begin, begin + last - first, first, last, kept=True)


def line_starts(data: bytes) -> list[int]:
    """Return the offset at which each line begins, as Python counts lines."""
    return [0, *(match.end() for match in _ENDS.finditer(data))]


class _Lines:
    """A file's bytes by line, counted from 1."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.starts = line_starts(data)

    def line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def has_text(self, line: int, start: int, end: int) -> bool:
        """Whether a line has its text within ``start:end``, or all of itself if it is blank."""
        low = self.starts[line - 1]
        high = self.starts[line] if line < len(self.starts) else len(self._data)
        inside = self._data[max(low, start) : min(high, end)]
        return bool(inside.strip()) or (start <= low and high <= end)
