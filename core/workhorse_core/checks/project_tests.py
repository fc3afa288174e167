"""The check that the project's own tests end as before; when the user asks for it or trusts the project."""

import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from workhorse_core.languages.python.symbols.import_resolver import ImportResolver
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.tools.tool import Origin, Tool, environment_python, run_tool
from workhorse_core.type_checking.copies import Copies
from workhorse_core.workspace.python_files import ProjectFiles

TIME_LIMIT = 900.0
"""Seconds of wall time for one side."""

_SCRIPT = """
import sys
sys.path[:0] = sys.argv[1].split("\\n") if sys.argv[1] else []
sys.argv[:2] = ["pytest"]
import pytest
raise SystemExit(pytest.main())
"""
_ARGUMENTS = ("-q", "-rA", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=no", "--color=no", "-o", "addopts=")
_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR|XPASS|XFAIL) (\S+::\S.*?)(?: - .*)?$", re.MULTILINE)


class ProjectTests:
    """Finds tests that passed before and do not now."""

    name = "project-tests"
    proof = False
    cost = CheckCost.SUITE

    async def run(self, comparison: Comparison) -> CheckResult:
        """Run the whole suite with pytest on both sides, in copies."""
        begin = time.perf_counter()
        project = comparison.project
        if comparison.task.options.get("tests", "yes" if project.trusted else "no") != "yes":
            return CheckResult(self.name, CheckStatus.SKIPPED, reason="ask for them with --tests")
        python = environment_python(project) or Path(sys.executable)
        copies = Copies(project, everything=True)
        try:
            copies.take_base(comparison.patch.changes)
            copies.place(comparison.patch.changes)
            resolver = ImportResolver(ProjectFiles(project))
            roots = sorted({resolver.root_of(change.path) for change in comparison.patch.changes})
            outcomes: list[Mapping[str, str]] = []
            for side in (copies.before, copies.after):
                places = "\n".join(str(side / root) for root in roots)
                tool = Tool("pytest", (str(python), "-I", "-B", "-c", _SCRIPT, places), Origin.PROJECT)
                output = await run_tool(tool, _ARGUMENTS, project, side, TIME_LIMIT)
                found = {test: word for word, test in _OUTCOME.findall(output.stdout.decode("utf-8", "replace"))}
                if not found:
                    said = output.failure or output.first_words
                    return CheckResult(self.name, CheckStatus.SKIPPED, reason=f"the tests do not run: {said}")
                outcomes.append(found)
        finally:
            copies.close()
        before, after = outcomes
        worse = [test for test, word in before.items() if word == "PASSED" and after.get(test) != "PASSED"]
        findings = tuple(Finding(test.partition("::")[0], 1, f"{test} passed before", "test") for test in sorted(worse))
        status = CheckStatus.FAILED if findings else CheckStatus.PASSED
        passed = sum(word == "PASSED" for word in after.values())
        return CheckResult(self.name, status, findings, time.perf_counter() - begin, f"{passed} passed")
