"""The run of ruff for the checks that read it, its linter and its formatter: one layout of both sides, one sandbox."""

import asyncio
from collections.abc import Collection

from workhorse_core.pipeline.check import Comparison
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import Report, choose_tool
from workhorse_core.tools.joint_runs import run_jointly
from workhorse_core.tools.process import Output
from workhorse_core.tools.slices import Slices, make_slices, neighbours, package_markers
from workhorse_core.tools.tool import Tool
from workhorse_core.tools.tool_settings import RuffSettings

_ARGUMENTS = {
    "lint": ("check", "--no-fix", "--no-fix-only", "--no-cache", "--no-respect-gitignore", "--output-format", "json"),
    "format": ("format", "--diff", "--no-cache", "--no-respect-gitignore"),
}
"""By check. A plain ``ruff check`` rewrites files where the configuration says ``fix = true``."""


class RuffRun(NamedTuple):
    """Outputs of ruff for both sides, by the check that reads them; the slices' folders are gone."""

    outputs: dict[str, Output]
    tool: Tool
    settings: RuffSettings
    slices: Slices


def ruff_settings(comparison: Comparison) -> RuffSettings:
    """Return what configures ruff for the changed files."""
    return comparison.once(Configured).ruff([change.path for change in comparison.patch.changes])


def ruff_formats(comparison: Comparison) -> bool:
    """Whether the project formats with ruff: it may have ruff for linting only, and black."""
    configured = comparison.once(Configured)
    return configured.black() is None or configured.ruff_formats(comparison.once(ruff_settings).files)


async def run_ruff(comparison: Comparison, check: str) -> RuffRun | Report | None:
    """Run ruff for a check, and for the other one too where that runs on the candidate at the same time.

    Ruff takes each file's settings from the folders above it, so one run serves both sides.

    Returns:
        The run; a report with the reason why it could not be used; None where the project does not configure it so.
    """
    if comparison.shared is None:
        return await _run(comparison, [check])
    return await asyncio.shield(comparison.once(_start))  # a check that is cancelled does not take it from the other


def _start(comparison: Comparison) -> "asyncio.Future[RuffRun | Report | None]":
    names = comparison.shared.names if comparison.shared else ()
    return asyncio.ensure_future(_run(comparison, [check for check in _ARGUMENTS if check in names]))


async def _run(comparison: Comparison, checks: Collection[str]) -> RuffRun | Report | None:
    project, changes = comparison.project, comparison.patch.changes
    settings = comparison.once(ruff_settings)
    wanted = [check for check in checks if check != "format" or ruff_formats(comparison)]
    if not settings.paths or not wanted:
        return None
    tool = choose_tool("ruff", settings, project)
    if isinstance(tool, Report):
        return tool
    around = neighbours(project, changes) if "lint" in wanted else {}
    markers = package_markers(project, settings.paths)
    held = comparison.once(Configured).ruff_changes(change for change in changes if change.path in settings.paths)
    with make_slices(held, {**around, **markers, **settings.files}) as slices:
        (slices.folder / "ruff.toml").touch()  # its search for configuration ends here
        sides = [side.name for side in (slices.before, slices.after)]
        runs = [[*_ARGUMENTS[check], *sides] for check in wanted]
        outputs = await run_jointly(tool, runs, project, slices.folder)
    return RuffRun(dict(zip(wanted, outputs, strict=True)), tool, settings, slices)
