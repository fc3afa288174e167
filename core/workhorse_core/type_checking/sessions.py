"""Type-check sessions: one candidate after another, with the findings of the base kept."""

import asyncio
import os
import shutil
import tempfile
import weakref
from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from workhorse_core.change.patch import make_patch
from workhorse_core.errors import WorkhorseError
from workhorse_core.languages.python.visibility import is_test
from workhorse_core.pipeline.check import Comparison, Finding
from workhorse_core.pipeline.task import Task
from workhorse_core.system.tasks import await_all
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import Report
from workhorse_core.tools.process import Reach, run_tool, runs_outside
from workhorse_core.tools.sandbox import program_places
from workhorse_core.tools.supported_python import read_supported
from workhorse_core.tools.tool import Tool, environment_python, find_tool, python_on_path
from workhorse_core.tools.tool_settings import ToolSettings
from workhorse_core.type_checking.background_work import BackgroundWork
from workhorse_core.type_checking.checkers import (
    FASTEST,
    TYPE_CHECKERS,
    CheckerInput,
    CheckerRun,
    CheckScope,
    TypeChecker,
    UnreadableError,
    chooses_files,
    outermost_packages,
    without_places,
)
from workhorse_core.type_checking.copies import ENVIRONMENTS, Copies
from workhorse_core.type_checking.pyright_server import PYRIGHTS
from workhorse_core.type_checking.pyright_servers import PyrightServers
from workhorse_core.type_checking.shadow_files import ShadowFiles, all_on_disk, link_root
from workhorse_core.workspace.project import Project

TIME_LIMIT = 180.0
"""Seconds of wall time for one type checker over a whole project."""


class TypeCheckSession:
    """One project that is type-checked again and again: the base once, then one candidate after another.

    With ``default`` a project that configures no checker that is installed is checked by the fastest one that is, with
    its default settings. With ``warm`` pyright's process stays until the session is closed or collected.
    """

    def __init__(
        self, project: Project, time_limit: float = TIME_LIMIT, *, default: bool = False, warm: bool = False
    ) -> None:
        self._project = project
        self._default = default
        self._pyrights = PyrightServers(project, time_limit) if warm else None
        self._time_limit = time_limit
        self._folder = Path(tempfile.mkdtemp(prefix="workhorse-")).resolve()
        self._finalizer = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._copies: Copies | None = None
        self._bases: dict[Hashable, tuple[Finding, ...]] = {}
        self._targets: dict[str, None] = {}
        self._base = 0
        """The number of states that the base has had."""
        self._shadows = ShadowFiles(project, self._folder)
        self._turn = asyncio.Lock()
        self._prepared: list[BackgroundWork] = []

    def prepare(self, task: Task) -> None:
        """Begin to check the base with pyright and mypy, where they are configured; the first check awaits it."""
        if self._pyrights and not self._prepared:
            self._prepared = [BackgroundWork(self._learn(task, PYRIGHTS)), BackgroundWork(self._learn(task, {"mypy"}))]

    def close(self) -> None:
        """Remove the copies and the caches; they go anyway when the session is collected."""
        if self._pyrights:
            self._pyrights.close()
        for each in self._prepared:
            each.close()
        self._finalizer()
        if self._copies:
            self._copies.close()

    async def check(self, comparison: Comparison, scope: CheckScope | None = None) -> list[Report | None]:
        """Run every checker that the project configures on one candidate, and on its base where that is new.

        Args:
            comparison: The candidate.
            scope: The checkers and files to look at; None for all.
        """
        configured = comparison.once(Configured)
        used = [(checker, checker.find(configured)) for checker in TYPE_CHECKERS]
        if self._default and not any(settings and find_tool(checker.name, self._project) for checker, settings in used):
            fastest = next((checker for checker in FASTEST if find_tool(checker.name, self._project)), None)
            used += [(fastest, fastest.default())] if fastest else []
        async with self._turn:
            for each in self._prepared:
                await asyncio.to_thread(each.wait)
            runs = [
                await asyncio.to_thread(self._prepare, comparison, checker, settings)
                if settings and (scope is None or checker.name in scope.checkers)
                else None
                for checker, settings in used
            ]
            paths = scope.paths if scope else None
            return await await_all(*(self._answer(each, paths) for each in runs))

    def _prepare(self, comparison: Comparison, checker: TypeChecker, settings: ToolSettings) -> CheckerRun | Report:
        """Lay out both sides for a checker."""
        if refusal := checker.refusal(settings):
            return Report(reason=refusal)
        tool = find_tool(checker.name, self._project)
        if tool is None:
            return Report(reason=f"{checker.name} is not installed")
        if checker.name == "mypy":
            return self._prepare_mypy(comparison, checker, settings, tool)
        copies = self._laid_out(comparison)
        if settings.is_ours:
            copies.configure(settings.files)
        given = self._input(settings)
        if checker.name == "ty" and (supported := read_supported(ConfigFiles(comparison))).requirement:
            given = replace(given, minor=supported.minor)
        if checker.name == "pyrefly" and given.python is None:
            given = replace(given, python=python_on_path(self._project))
        before, after = (
            replace(given, root=side, config=side / settings.path) for side in (copies.before, copies.after)
        )
        folders = (copies.aside, copies.aside)
        reach = self._reach(given)
        return CheckerRun(checker, tool, before, after, folders, copies.locate, self._base, reach, _overlay(comparison))

    def _input(self, settings: ToolSettings) -> CheckerInput:
        environments = (self._project.root / name for name in ENVIRONMENTS)
        folder = next((folder for folder in environments if (folder / "pyvenv.cfg").is_file()), None)
        python = environment_python(self._project)
        return CheckerInput(self._project.root, settings, self._folder, python=python, environment=folder)

    def _laid_out(self, comparison: Comparison) -> Copies:
        changes = comparison.patch.changes
        if self._copies is None:
            self._copies = Copies(self._project)
        if self._copies.take_base(changes):
            self._base += 1
        self._copies.place(changes)
        return self._copies

    # -- mypy

    def _prepare_mypy(
        self, comparison: Comparison, checker: TypeChecker, settings: ToolSettings, tool: Tool
    ) -> CheckerRun:
        """Point mypy at the work tree with changed files shadowed by others, which keeps its cache valid.

        That needs every file to exist on both sides; else it gets the copies.
        """
        tool = tool._replace(command=_without_bytecode(tool.command))
        if not chooses_files(settings):
            packages = outermost_packages(_paths(comparison), lambda path: (self._project.root / path).is_file())
            self._targets |= dict.fromkeys(packages)
        config = Path(settings.path)  # from the folder that it runs in: the root
        if settings.is_ours:
            config = self._folder / settings.path
            config.write_bytes(settings.files[settings.path])
        given = replace(self._input(settings), targets=tuple(self._targets), config=config)
        caches = [self._folder / "before-cache", self._folder / "after-cache"]
        if all_on_disk(comparison):
            self._base += self._shadows.take_base(comparison)
            before = replace(given, cache=caches[0], shadows=self._shadows.before())
            after = replace(given, cache=caches[1], shadows=self._shadows.after(comparison.patch.changes))
            root = self._project.root
            place = link_root(root, self._folder) if settings.is_ours else root
            base = (given.targets, self._base)
            reach = self._reach(given)
            folders = (place, place)
            return CheckerRun(checker, tool, before, after, folders, self._below_root, base, reach, is_cached=True)
        copies = self._laid_out(comparison)
        before, after = (replace(given, cache=cache) for cache in caches)
        folders = (copies.before, copies.after)
        base = (given.targets, self._base)
        return CheckerRun(checker, tool, before, after, folders, copies.locate, base, self._reach(given))

    def _below_root(self, path: str) -> str:
        full = self._project.root / path
        root = self._project.root
        return full.relative_to(root).as_posix() if full.is_relative_to(root) else path

    # -- asking

    async def _answer(self, run: CheckerRun | Report | None, paths: Collection[str] | None) -> Report | None:
        if not isinstance(run, CheckerRun):
            return run
        report = await self._reported(run, paths)
        outside = runs_outside(run.tool, self._project)
        return report._replace(tool=run.checker.name, left_out=run.before.settings.left_out, outside=outside)

    async def _reported(self, run: CheckerRun, paths: Collection[str] | None) -> Report:
        key = (run.checker.name, run.base)
        if self._pyrights and (report := await asyncio.to_thread(self._pyrights.report, run, paths)):
            return report
        if run.is_cached and (reason := await self._learn_base(run)):
            return Report(reason=reason)
        inputs = [(run.after, run.folders[1])]
        if key not in self._bases:
            inputs.append((run.before, run.folders[0]))
        elif paths and run.checker.lazy:
            inputs = [(replace(run.after, targets=tuple(sorted(paths))), run.folders[1])]
        reports = await await_all(*(self._findings(run, *each) for each in inputs))
        for report in reports:
            if report.reason:
                return report
        if len(reports) > 1:
            self._bases[key] = reports[1].after
        return Report(self._bases[key], reports[0].after)

    async def _learn(self, task: Task, names: Collection[str]) -> None:
        """Check the base with the checkers whose answer a candidate needs first."""
        with suppress(WorkhorseError):  # the check itself raises the same
            comparison = Comparison(self._project, task, make_patch(self._project.tree.read, []))
            configured = Configured(comparison)
            for checker in TYPE_CHECKERS:
                settings = checker.find(configured) if checker.name in names else None
                run = self._prepare(comparison, checker, settings) if settings else None
                if isinstance(run, CheckerRun) and run.is_cached:
                    await self._learn_base(run)
                elif isinstance(run, CheckerRun) and self._pyrights:
                    self._pyrights.learn(run)  # in this thread: a pool's would keep the program from ending

    async def _learn_base(self, run: CheckerRun) -> str:
        """Check the base, whose cache the candidate begins with; return the reason where that fails, else ""."""
        key = (run.checker.name, run.base)
        if key not in self._bases:
            before = await self._findings(run, run.before, run.folders[0])
            if before.reason:
                return before.reason
            self._bases[key] = before.after
            await asyncio.to_thread(_copy_cache, run.before, run.after)
        return ""

    def _reach(self, given: CheckerInput) -> Reach:
        """Name what a checker may read and write in the sandbox."""
        python = program_places(str(given.python)) if given.python else ()
        environment = (given.environment,) if given.environment else ()
        copies = (self._copies.folder,) if self._copies else ()
        return Reach((*python, *environment), (self._folder, *copies))

    async def _findings(self, run: CheckerRun, given: CheckerInput, folder: Path) -> Report:
        """Check one side; its findings are returned as those of a candidate."""
        arguments = run.checker.arguments(given)
        output = await run_tool(run.tool, arguments, self._project, folder, self._time_limit, run.reach)
        try:
            found = run.checker.findings(output, run.locate)
        except UnreadableError as error:
            return Report(reason=str(error))
        places = [f"{side}{os.sep}" for side in (given.root, folder)]
        return Report(after=tuple(item._replace(message=without_places(item.message, places)) for item in found))


def _copy_cache(before: CheckerInput, after: CheckerInput) -> None:
    """Copy mypy's cache of the base for the candidate; mypy itself checks which entries are still valid."""
    if before.cache and after.cache and before.cache.is_dir():
        shutil.rmtree(after.cache, ignore_errors=True)
        shutil.copytree(before.cache, after.cache)


def _paths(comparison: Comparison) -> Sequence[str]:
    """Return the changed files; before there is a change, those that the task is about."""
    if comparison.patch.changes:
        return [change.path for change in comparison.patch.changes]
    tree, targets = comparison.project.tree, {target.path for target in comparison.task.targets}
    below = (path for target in sorted(targets) if not target.endswith(".py") for path in tree.files(target))
    return [*sorted(target for target in targets if target.endswith(".py")), *(p for p in below if not is_test(p))]


def _overlay(comparison: Comparison) -> Mapping[str, bytes] | None:
    """Return a candidate as contents of files that its base has; None where files come, go or move."""
    changes = comparison.patch.changes
    if any(change.before is None or change.after is None or change.moved_from for change in changes):
        return None
    return {change.path: change.after or b"" for change in changes if change.path.endswith((".py", ".pyi"))}


def _without_bytecode(command: Sequence[str]) -> tuple[str, ...]:
    """Return the command of a Python tool so that it leaves no byte-code in the project's folder."""
    program, *rest = command
    return (program, "-I", "-B", *rest[1:]) if rest[:1] == ["-I"] else tuple(command)
