"""The check that every changed module still imports, in every order, and loads no more modules than it did."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from workhorse_core.checks.annotation_reads import unbound_reads
from workhorse_core.languages.python.symbols.import_graph import ImportGraph
from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.source_files import OverlaidFiles
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Evidence, Finding
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.oldest_python import read_oldest
from workhorse_core.tools.process import Reach, run_tool
from workhorse_core.tools.tool import Origin, Tool, environment_python
from workhorse_core.type_checking.copies import Copies
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import ProjectFiles

_SCRIPT = """
import collections.abc, importlib, json, sys, types, typing
sys.path[:0] = json.loads(sys.argv[1])
failed, loaded = {}, {}
names = json.loads(sys.argv[2])
tops = {name.partition(".")[0] for name in names}
output = sys.stdout
sys.stdout = sys.stderr
known = set(sys.modules)
for name in names:
    for each in [each for each in sys.modules if each.partition(".")[0] in tops]:
        del sys.modules[each]
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = f"{type(error).__name__}: {error}"
    loaded[name] = sorted(set(sys.modules) - known)
    known.update(sys.modules)
output.write("\\n" + json.dumps([failed, loaded]))
"""
"""Imports each module as the first of its project, and lists what was not loaded before it; ``typing`` is."""

DEFERRED_SINCE = 14
"""The minor version of Python from which annotations are evaluated late."""
TIME_LIMIT = 60.0
"""Seconds of wall time for all modules of one side."""
_SHOWN = 5


class Imports:
    """Finds circular imports that are new, and modules that could be imported before and cannot be now."""

    name = "imports"
    proof = False
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Compare imports and what annotations read; then import the modules, where running code is allowed."""
        begin = time.perf_counter()
        findings = (*new_cycles(comparison), *new_unbound_reads(comparison))
        result = CheckResult(self.name, CheckStatus.FAILED, findings) if findings else await _import_all(comparison)
        status = CheckStatus.FAILED if result.findings else CheckStatus.PASSED
        return result._replace(status=status, seconds=time.perf_counter() - begin)


class _Sides(NamedTuple):
    """The project's symbols before the change and after it."""

    before: SymbolIndex
    after: SymbolIndex


def _index(comparison: Comparison) -> _Sides:
    files = ProjectFiles(comparison.project)
    before = SymbolIndex(files)
    changes = comparison.patch.changes
    contents: dict[str, bytes | None] = {change.moved_from: None for change in changes if change.moved_from}
    contents |= {change.path: change.after for change in changes}
    return _Sides(before, SymbolIndex(OverlaidFiles(files, contents), before=before))


def _changed(comparison: Comparison, sides: _Sides) -> Iterator[tuple[Module | None, Module]]:
    """Yield the changed modules, as they were and as they are."""
    for change in comparison.patch.changes:
        if change.path.endswith(".py") and (now := sides.after.at(change.path)):
            yield sides.before.at(change.path), now


def new_cycles(comparison: Comparison) -> Sequence[Finding]:
    """Find imports that the candidate has, its base had not, and that lead back to the module that imports."""
    sides = _index(comparison)
    old_graph, graph = ImportGraph(sides.before), ImportGraph(sides.after)
    found: list[Finding] = []
    for old, now in _changed(comparison, sides):
        known = set(old_graph.loads(old)) if old else set[tuple[str, str | None]]()
        for target, attribute in graph.loads(now):
            is_around = attribute is None and now.name.startswith(f"{target}.")
            if not is_around and (target, attribute) not in known and graph.makes_cycle(now, target):
                line = _line_of(now, target)
                found.append(Finding(now.path, line, f"Importing {target} is a circular import.", "circular-import"))
    return list(dict.fromkeys(found))


def new_unbound_reads(comparison: Comparison) -> Sequence[Finding]:
    """Find names that new annotations read and that are unbound in some order of imports."""
    if read_oldest(ConfigFiles.of(comparison.project)).minor >= DEFERRED_SINCE:
        return []
    sides = _index(comparison)
    order = ImportOrder(sides.after)
    return [finding for old, now in _changed(comparison, sides) for finding in unbound_reads(old, now, order)]


def _line_of(module: Module, target: str) -> int:
    lines = [each.node.lineno for each in module.imports if each.module == target or target.startswith(each.module)]
    return lines[-1] if lines else 1


# -- importing


class _Imported(NamedTuple):
    """The outcome of importing some modules in turn.

    ``failed`` has the error of each that cannot be imported; ``loaded`` the modules that each was the first to load.
    """

    failed: Mapping[str, str]
    loaded: Mapping[str, Sequence[str]]

    @property
    def total(self) -> int:
        """How many modules were loaded in all."""
        return sum(map(len, self.loaded.values()))


async def _import_all(comparison: Comparison) -> CheckResult:
    """Import the changed modules on both sides; the reason is why something was not tried."""
    project = comparison.project
    passed = CheckResult(Imports.name, CheckStatus.PASSED)
    if not (project.trusted or comparison.task.options.get("tests") == "yes"):
        found = "no new circular import, no unbound annotation"
        return passed._replace(
            reason=f"{found}; importing would run the project's code, allow it with: workhorse trust"
        )
    index = SymbolIndex(ProjectFiles(project))
    resolver = index.resolver
    wanted = {resolver.name_of(path): path for path in _importable(comparison, index)}
    if not wanted:
        return passed._replace(reason="no new circular import; what was changed is run, not imported")
    roots = sorted({resolver.root_of(path) for path in wanted.values()})
    python = environment_python(project) or Path(sys.executable)
    copies = Copies(project)
    try:
        copies.take_base(comparison.patch.changes)
        copies.place(comparison.patch.changes)
        before = await _imported(project, python, copies.before, copies.aside, roots, list(wanted))
        possible = [name for name in wanted if name not in before.failed]
        after = await _imported(project, python, copies.after, copies.aside, roots, possible)
    finally:
        copies.close()
    findings = [
        Finding(wanted[name], 1, copies.without_places(f"{name} does not import any more: {error}"), "import")
        for name, error in after.failed.items()
        if name in wanted
    ]
    findings += [
        Finding(wanted[name], 1, f"Importing {name} loads {_listed(more)}, which it did not before.", "import-cost")
        for name, more in _more_loaded(before, after)
    ]
    evidence = (Evidence("modules loaded before", before.total), Evidence("modules loaded after", after.total))
    return passed._replace(findings=tuple(findings), reason=_remark(before.failed, len(wanted)), evidence=evidence)


def _more_loaded(before: _Imported, after: _Imported) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the modules whose import loads others that had not been loaded by then before the change."""
    known: set[str] = set()
    for name in before.loaded:
        known.update(before.loaded[name])
        if more := [each for each in after.loaded.get(name, ()) if each not in known]:
            yield name, more


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _remark(before: Mapping[str, str], count: int) -> str:
    if not before:
        return ""
    name, error = next(iter(before.items()))
    return f"{len(before)} of {count} modules did not import before: {name}: {error[:120]}"


def _importable(comparison: Comparison, index: SymbolIndex) -> Sequence[str]:
    """Return the changed modules, and those that are in a circle of imports with one; scripts would run."""
    order, resolver = ImportOrder(index), index.resolver
    paths = [change.path for change in comparison.patch.changes if change.path.endswith(".py")]
    inside = [path for path in paths if "." in resolver.name_of(path) or path.endswith("/__init__.py")]
    around = [resolver.path_named(name) for path in inside for name in order.circle(resolver.name_of(path))]
    every = dict.fromkeys([*inside, *(path for path in around if path)])
    return [path for path in every if path.endswith(".py") and not path.endswith("__main__.py")]


async def _imported(
    project: Project, python: Path, side: Path, folder: Path, roots: Sequence[str], names: Sequence[str]
) -> _Imported:
    """Import modules in a child of its own."""
    if not names:
        return _Imported({}, {})
    places = json.dumps([str(side / root) for root in roots])
    tool = Tool("python", (str(python), "-I", "-B", "-c", _SCRIPT), Origin.PROJECT)
    reach = Reach(readable=(side,))
    output = await run_tool(tool, [places, json.dumps(list(names))], project, folder, TIME_LIMIT, reach)
    try:
        return _Imported(*json.loads(output.stdout.decode("utf-8", "replace").rpartition("\n")[2]))
    except (ValueError, TypeError):
        return _Imported(dict.fromkeys(names, output.failure or output.first_words), {})
