"""The check that the project's own tests end as before; when the user asks for it or trusts the project."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from workhorse_core.change.patch import FileChange
from workhorse_core.languages.python.symbols.import_resolver import ImportResolver
from workhorse_core.pipeline.check import (
    Baseline,
    CheckCost,
    CheckResult,
    CheckStatus,
    Comparison,
    Evidence,
    Finding,
)
from workhorse_core.pipeline.task import Task
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.process import run_tool
from workhorse_core.tools.tool import Origin, Tool, environment_python
from workhorse_core.type_checking.copies import Copies
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import ProjectFiles

TIME_LIMIT = 900.0
"""Seconds of wall time for one run of the suite; for a candidate at least twice what the base took."""

_SCRIPT = """
import sys
sys.path[:0] = sys.argv[1].split("\\n") if sys.argv[1] else []
sys.argv[:2] = ["pytest"]
import pytest
raise SystemExit(pytest.main())
"""
_ARGUMENTS = ("-q", "-rA", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=no", "--color=no", "-o", "addopts=")
_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR|XPASS|XFAIL) (\S+::\S.*?)(?: - .*)?$", re.MULTILINE)


class _Outcome(NamedTuple):
    """The tests that passed, the number of all, and why there are none where they do not run."""

    passed: frozenset[str]
    total: int
    failure: str
    seconds: float


class ProjectTests:
    """Finds tests that passed before and do not now."""

    name = "project-tests"
    proof = False
    cost = CheckCost.SUITE

    def baseline_key(self, project: Project, task: Task) -> str | None:
        """Return what the outcome depends on besides the files: the interpreter, its packages and the import roots."""
        if task.options.get("tests", "yes" if project.trusted else "no") != "yes":
            return None
        python = _python(project)
        packages = sorted(python.parent.parent.glob("lib/*/site-packages"))
        changed = [folder.stat().st_mtime_ns for folder in packages]
        return json.dumps([str(python), changed, _roots(project, _targeted(project, task)), _ARGUMENTS])

    async def baseline(self, project: Project, task: Task) -> Baseline:
        """Run the suite on the base."""
        outcome = await _run(project, _roots(project, _targeted(project, task)), lambda copies: copies.before)
        return Baseline(json.dumps([sorted(outcome.passed), *outcome[1:]]))

    async def run(self, comparison: Comparison) -> CheckResult:
        """Run the whole suite with pytest on the candidate, in a copy."""
        begin = time.perf_counter()
        if comparison.baseline is None:
            return CheckResult(self.name, CheckStatus.SKIPPED, reason="ask for them with --tests")
        before = _read(comparison.baseline)
        if before.failure:
            return CheckResult(self.name, CheckStatus.SKIPPED, reason=f"the tests do not run: {before.failure}")
        project, changes = comparison.project, comparison.patch.changes
        paths = [*_targeted(project, comparison.task), *(change.path for change in changes)]
        limit = max(TIME_LIMIT, 2 * before.seconds)
        after = await _run(project, _roots(project, paths), lambda copies: _place(copies, changes), limit)
        worse = sorted(before.passed - after.passed)
        seconds = time.perf_counter() - begin
        if after.failure and before.passed:
            reason = f"the tests do not run any more: {after.failure}"
            return CheckResult(self.name, CheckStatus.FAILED, (), seconds, reason)
        findings = tuple(Finding(test.partition("::")[0], 0, f"{test} passed before", "test") for test in worse)
        status = CheckStatus.FAILED if findings else CheckStatus.PASSED
        evidence = (Evidence("tests passed", len(after.passed), after.total),)
        return CheckResult(self.name, status, findings, seconds, f"{len(after.passed)} passed", evidence)


def _place(copies: Copies, changes: Iterable[FileChange]) -> Path:
    copies.take_base(changes)
    copies.place(changes)
    return copies.after


async def _run(
    project: Project, roots: list[str], prepare: Callable[[Copies], Path], limit: float = TIME_LIMIT
) -> _Outcome:
    begin = time.perf_counter()
    copies = Copies(project, everything=True)
    try:
        side = prepare(copies)
        places = "\n".join(str(side / root) for root in roots)
        tool = Tool("pytest", (str(_python(project)), "-I", "-B", "-c", _SCRIPT, places), Origin.PROJECT)
        output = await run_tool(tool, _ARGUMENTS, project, side, limit)
    finally:
        copies.close()
    found = {test: word for word, test in _OUTCOME.findall(output.stdout.decode("utf-8", "replace"))}
    passed = frozenset(test for test, word in found.items() if word == "PASSED")
    failure = "" if found else output.failure or output.first_words or "no test was found"
    return _Outcome(passed, len(found), failure, time.perf_counter() - begin)


def _read(baseline: Baseline) -> _Outcome:
    passed, total, failure, seconds = json.loads(baseline.text)
    return _Outcome(frozenset(passed), total, failure, seconds)


def _python(project: Project) -> Path:
    return environment_python(project) or Path(sys.executable)


def _targeted(project: Project, task: Task) -> list[str]:
    """List the Python files that the task is about."""
    paths = [target.path for target in task.targets]
    below = [found for path in paths if not path.endswith(".py") for found in project.tree.files(path)]
    return [path for path in (*paths, *below) if path.endswith(".py")]


def _roots(project: Project, paths: Iterable[str]) -> list[str]:
    """Return the folders to import from: a package may be installed, and then from elsewhere."""
    resolver = ImportResolver(ProjectFiles(project))
    return sorted({resolver.root_of(path) for path in paths})
