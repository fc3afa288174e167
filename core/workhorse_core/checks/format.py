"""The check that a formatted file stays formatted: black and ruff format, by the project's configuration."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from workhorse_core.change.patch import FileChange
from workhorse_core.checks.ruff import RuffRun, ruff_formats, run_ruff
from workhorse_core.pipeline.check import CheckCost, CheckResult, Comparison, Finding
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.tasks import await_all
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import Report, choose_tool, conclude, signed
from workhorse_core.tools.process import Output, run_tool
from workhorse_core.tools.slices import Slices, make_slices
from workhorse_core.tools.tool import Tool
from workhorse_core.tools.tool_settings import ToolSettings

_BLACK = ("--check", "--diff", "--no-color", "--quiet")
_FILE = late_pattern(rb"--- (?P<path>.*?)(?:\t.*)?")
_HUNK = late_pattern(rb"@@ -(?P<first>\d+)(?:,(?P<old>\d+))? \+\d+(?:,(?P<new>\d+))? @@.*")


class Format:
    """Finds files that the project's formatter would change now, and would not have changed before."""

    name = "format"
    proof = False
    cost = CheckCost.TOOL

    async def run(self, comparison: Comparison) -> CheckResult:
        """Run each configured formatter on both sides, writing nothing; a file that was not formatted may stay so."""
        begin = time.perf_counter()
        reports = await await_all(_ruff(comparison), _black(comparison))
        return conclude(self.name, comparison, reports, "the project configures no formatter", begin)


async def _ruff(comparison: Comparison) -> Report | None:
    run = await run_ruff(comparison, "format") if ruff_formats(comparison) else None
    if not isinstance(run, RuffRun):
        return run
    output = run.outputs["format"]
    if output.failure or output.code not in (0, 1):
        return Report(reason=output.failure or f"ruff format could not be used: {output.first_words}")
    changes = [change for change in comparison.patch.changes if change.path in run.settings.paths]
    report = _report("ruff format", run.slices, [(run.slices.folder, output)], changes)
    return signed(report, run.tool, run.settings, comparison.project)


async def _black(comparison: Comparison) -> Report | None:
    settings = comparison.once(Configured).black()
    if settings is None:
        return None
    tool = choose_tool("black", settings, comparison.project)
    if isinstance(tool, Report):
        return tool
    changes = [change for change in comparison.patch.changes if change.path != settings.path]
    with make_slices(changes, settings.files) as slices:
        sides = (slices.before, slices.after)
        outputs = await await_all(*(_run_black(tool, comparison, side, settings) for side in sides))
        for output in outputs:
            # 1 means that a file would change, or that black refuses to work; the reason is then on stderr
            if output.failure or output.code not in (0, 1, 123) or (output.code == 1 and not output.stdout):
                return Report(reason=output.failure or f"black could not be used: {output.first_words}")
        report = _report("black", slices, list(zip(sides, outputs, strict=True)), comparison.patch.changes)
        return signed(report, tool, settings, comparison.project)


async def _run_black(tool: Tool, comparison: Comparison, side: Path, settings: ToolSettings) -> Output:
    """Run black in one side; its configuration there, named to it, also ends its search for the project's root."""
    return await run_tool(tool, [*_BLACK, f"--config={side / settings.path}", "."], comparison.project, side)


def _report(name: str, slices: Slices, outputs: Sequence[tuple[Path, Output]], changes: Sequence[FileChange]) -> Report:
    """Read the diffs; a file that the formatter would have changed before has no new findings."""
    after: list[Finding] = []
    unformatted: set[str] = set()
    for folder, output in outputs:
        for written, line in _hunks(output.stdout):
            is_after, path = slices.locate(str(folder / written))
            if is_after:
                after.append(Finding(path, line, f"{name} would write this differently", name))
            else:
                unformatted.add(path)
    old_paths = {change.path: change.moved_from or change.path for change in changes}
    return Report(after=tuple(f for f in after if old_paths.get(f.path, f.path) not in unformatted))


def _hunks(diff: bytes) -> Iterator[tuple[str, int]]:
    """Yield for each hunk of a unified diff the file and the first line that differs, from 1 in the old file."""
    path, line, old, new, waiting = "", 0, 0, 0, False
    for text in diff.split(b"\n"):
        if old > 0 or new > 0:
            mark = text[:1]
            if waiting and mark in (b"-", b"+"):
                yield path, line
                waiting = False
            line += mark != b"+"
            old -= mark in (b" ", b"-")
            new -= mark in (b" ", b"+")
        elif match := _FILE.fullmatch(text):
            path = match["path"].decode("utf-8", "surrogateescape")
        elif match := _HUNK.fullmatch(text):
            line, old, new, waiting = int(match["first"]), int(match["old"] or 1), int(match["new"] or 1), True
