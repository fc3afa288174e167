"""The check that the project's own linters find nothing new: ruff and flake8, where it configures them."""

import json
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from workhorse_core.checks.ruff import RuffRun, run_ruff
from workhorse_core.pipeline.check import CheckCost, CheckResult, Comparison, Finding
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.tasks import await_all
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import Report, choose_tool, conclude, signed
from workhorse_core.tools.process import Output, run_tool
from workhorse_core.tools.slices import Slices, make_slices, package_markers, put
from workhorse_core.tools.tool import Origin, Tool
from workhorse_core.tools.tool_settings import ToolSettings, resolved

_FLAKE8_LINE = late_pattern(r"(?P<path>[^\t]+)\t(?P<row>\d+)\t(?P<code>\S+)\t(?P<text>.*)")
_FLAKE8_FORMAT = "%(path)s\t%(row)d\t%(code)s\t%(text)s"
_MANY = 8
"""From this number of files on flake8 may start processes of its own."""


class Lint:
    """Finds the errors of the project's linters that the candidate has and its base has not."""

    name = "lint"
    proof = False
    cost = CheckCost.TOOL

    async def run(self, comparison: Comparison) -> CheckResult:
        """Run each configured linter on both sides; one that cannot be used is named in the reason."""
        begin = time.perf_counter()
        reports = await await_all(_ruff(comparison), _flake8(comparison))
        return conclude(self.name, comparison, reports, "the project configures no linter", begin)


# -- ruff


async def _ruff(comparison: Comparison) -> Report | None:
    run = await run_ruff(comparison, "lint")
    if not isinstance(run, RuffRun):
        return run
    return signed(_read_ruff(run.outputs["lint"], run.slices), run.tool, run.settings, comparison.project)


def _read_ruff(output: Output, slices: Slices) -> Report:
    """Read the findings; exit code 1 means nothing, and 2 that the configuration is wrong."""
    if output.failure or output.code not in (0, 1):
        return Report(reason=output.failure or f"ruff could not be used: {output.first_words}")
    try:
        items = json.loads(output.stdout)
    except ValueError:
        return Report(reason=f"ruff could not be used: {output.first_words}")
    return _report(
        slices,
        (
            (item["filename"], item["location"]["row"], item["message"], item["code"] or "invalid-syntax")
            for item in items
        ),
    )


def _report(slices: Slices, found: Iterable[tuple[str, int, str, str]]) -> Report:
    before: list[Finding] = []
    after: list[Finding] = []
    for path, line, message, rule in found:
        is_after, inside = slices.locate(path)
        (after if is_after else before).append(Finding(inside, line, slices.without_places(message), rule))
    return Report(tuple(before), tuple(after))


# -- flake8


async def _flake8(comparison: Comparison) -> Report | None:
    settings = comparison.once(Configured).flake8()
    if settings is None:
        return None
    project = comparison.project
    tool = choose_tool("flake8", settings, project)
    if isinstance(tool, Report):
        return tool
    around = {**_plugin_files(comparison, settings), **settings.files}
    around |= package_markers(project, [change.path for change in comparison.patch.changes])
    with make_slices(comparison.patch.changes, around) as slices:
        sides = (slices.before, slices.after)
        for side in sides:
            for name in ("setup.cfg", "tox.ini"):  # a changed one must not be read besides
                (side / name).unlink(missing_ok=True)
            put(side, ".flake8", settings.files[".flake8"])  # nor in place of ours
        outputs = await await_all(*(_run_flake8(tool, comparison, side) for side in sides))
        return signed(_read_flake8(outputs, slices, tool, settings), tool, settings, project)


async def _run_flake8(tool: Tool, comparison: Comparison, side: Path) -> Output:
    jobs = "auto" if len(comparison.patch.changes) >= _MANY else "1"
    arguments = ["--config=.flake8", f"--format={_FLAKE8_FORMAT}", "--exit-zero", f"--jobs={jobs}", "."]
    return await run_tool(tool, arguments, comparison.project, side)


def _plugin_files(comparison: Comparison, settings: ToolSettings) -> dict[str, bytes]:
    """Return the Python files of the folders that hold a trusted project's own plugins."""
    paths = settings.sections.get("flake8:local-plugins", {}).get("paths", "")
    project = comparison.project
    folders = [resolved(settings.path, word) for word in re.split(r"[,\s]+", str(paths)) if word]
    found = (path for folder in folders if folder for path in project.tree.files(folder) if path.endswith(".py"))
    return {path: data for path in found if (data := project.look(path)) is not None}


def _read_flake8(outputs: Iterable[Output], slices: Slices, tool: Tool, settings: ToolSettings) -> Report:
    found: list[tuple[str, int, str, str]] = []
    for side, output in zip((slices.before, slices.after), outputs, strict=True):
        if output.failure or output.code != 0:
            return Report(reason=output.failure or f"flake8 could not be used: {output.first_words}")
        lines = output.stdout.decode("utf-8", "replace").split("\n")
        matches = filter(None, (_FLAKE8_LINE.fullmatch(line.rstrip("\r")) for line in lines))
        found += [(str(side / m["path"]), int(m["row"]), m["text"], m["code"]) for m in matches]
    return _report(slices, _without_ours(found, tool, settings))


def _without_ours(
    found: Iterable[tuple[str, int, str, str]], tool: Tool, settings: ToolSettings
) -> Iterator[tuple[str, int, str, str]]:
    """Leave out pydoclint's findings as a plugin where only Workhorse has installed it."""
    ours = tool.origin is Origin.BESIDE and not any("DOC" in str(value) for value in settings.table.values())
    return (item for item in found if not (ours and re.fullmatch(r"DOC\d+", item[3])))
