"""The check that every changed file compiles without a new warning, and for which versions of Python that was seen."""

import ast
import sys
import time
import warnings

from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import new_findings
from workhorse_core.tools.supported_python import SupportedPython, read_supported

_OLDEST = 7
"""``ast`` cannot tell what minors before this one would refuse."""

_PYTHON = (".py", ".pyi", ".pyw")


class Syntax:
    """Finds what this Python cannot compile, and what the oldest Python that the project supports cannot parse."""

    name = "syntax"
    proof = False
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Compile both sides; a file that did not compile before may stay so."""
        begin = time.perf_counter()
        changes = [change for change in comparison.patch.changes if change.path.endswith(_PYTHON) and change.after]
        if not changes:
            return CheckResult(self.name, CheckStatus.SKIPPED, reason="no Python file was changed")
        supported = read_supported(Configured(comparison))
        oldest = supported.minor
        before = [f for c in changes if c.before for f in mistakes(c.moved_from or c.path, c.before, oldest)]
        after = [f for c in changes for f in mistakes(c.path, c.after or b"", oldest)]
        fresh = new_findings(before, after, comparison.patch.changes)
        status = CheckStatus.FAILED if fresh else CheckStatus.PASSED
        if before and not fresh:
            status = CheckStatus.SKIPPED
        return CheckResult(self.name, status, fresh, time.perf_counter() - begin, _reach(supported, bool(before)))


def mistakes(path: str, data: bytes, oldest: int) -> list[Finding]:
    """Compile a file with this Python and, where the project supports an older minor version of 3, parse it as that.

    What Python warns of (an escape that means nothing, in a docstring too) is a mistake as well: where warnings are
    errors it stops the program.
    """
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            compile(data, path, "exec", dont_inherit=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if oldest < sys.version_info.minor:
                ast.parse(data, path, feature_version=(3, max(oldest, _OLDEST)))
    except SyntaxError as error:
        return [Finding(path, error.lineno or 1, f"{error.msg}", "syntax")]
    except (ValueError, RecursionError, MemoryError) as error:
        return [Finding(path, 1, f"cannot be compiled: {error or type(error).__name__}", "syntax")]
    mine = [warning for warning in warned if warning.filename == path]  # others are of what else runs in this process
    return [Finding(path, warning.lineno, str(warning.message), "syntax-warning") for warning in mine]


def _reach(supported: SupportedPython, broken: bool) -> str:
    """Say how far the result holds, "" where it holds wholly."""
    ours, oldest = f"3.{sys.version_info.minor}", supported.minor
    if oldest > sys.version_info.minor:
        return f"the project requires Python {supported.said}; this was checked with {ours}"
    if broken:
        return f"the base does not compile with Python {ours} either"
    if oldest < sys.version_info.minor:
        parsed = max(oldest, _OLDEST)
        return f"compiled with Python {ours}, parsed as Python 3.{parsed} as far as its grammar goes"
    return ""
