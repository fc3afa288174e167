"""The check that every changed file compiles without a new warning, and for which versions of Python that was seen."""

import sys
import time

from workhorse_core.change.patch import FileChange
from workhorse_core.languages.language import Language
from workhorse_core.languages.python.compiler import OLDEST_GRAMMAR
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.registry import PLAIN_TEXT, language_of
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.findings import new_findings
from workhorse_core.tools.supported_python import SupportedPython, read_supported


class Syntax:
    """Find the syntax errors and compiler warnings of every changed file in a known language.

    Python files are compiled by this Python, and parsed as the oldest Python that the project supports.
    """

    name = "syntax"
    proof = False
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Check both sides; a file that did not compile before may stay so."""
        begin = time.perf_counter()
        changes = [each for each in comparison.patch.changes if each.after and _language(each) is not PLAIN_TEXT]
        if not changes:
            return CheckResult(self.name, CheckStatus.SKIPPED, reason="no code was changed")
        has_python = any(_language(change).name == Python.name for change in changes)
        supported = read_supported(ConfigFiles(comparison)) if has_python else None
        before = [f for c in changes if c.before for f in _faults(c.moved_from or c.path, c.before, supported)]
        after = [f for c in changes for f in _faults(c.path, c.after or b"", supported)]
        fresh = new_findings(before, after, comparison.patch.changes)
        status = CheckStatus.FAILED if fresh else CheckStatus.PASSED
        if before and not fresh:
            status = CheckStatus.SKIPPED
        reach = _reach(supported, bool(before)) if supported else ""
        return CheckResult(self.name, status, fresh, time.perf_counter() - begin, reach)


def _language(change: FileChange) -> Language:
    return language_of(change.path, change.after or b"")


def _faults(path: str, data: bytes, supported: SupportedPython | None) -> list[Finding]:
    language = language_of(path, data)
    oldest = supported.minor if supported and language.name == Python.name else None
    return [
        Finding(path, each.line, each.message, "syntax-warning" if each.is_warning else "syntax")
        for each in language.syntax_faults(path, data, oldest)
    ]


def _reach(supported: SupportedPython, broken: bool) -> str:
    """Return the limits of the result, "" where there are none."""
    ours, oldest = f"3.{sys.version_info.minor}", supported.minor
    if oldest > sys.version_info.minor:
        return f"the project requires Python {supported.requirement}; this was checked with {ours}"
    if broken:
        return f"the base does not compile with Python {ours} either"
    if oldest < sys.version_info.minor:
        parsed = max(oldest, OLDEST_GRAMMAR)
        return f"compiled with Python {ours}, parsed as Python 3.{parsed} as far as its grammar goes"
    return ""
