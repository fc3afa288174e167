"""The check that no docstring contradicts its signature, by pydoclint.

Omissions and exceptions are warnings: a passed result may carry findings. Where the project itself configures
pydoclint, omissions count as well.
"""

import ast
import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workhorse_core.change.patch import FileChange
from workhorse_core.checks.touched_statements import touched_statements
from workhorse_core.pipeline.check import CheckCost, CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.findings import new_findings

if TYPE_CHECKING:
    from workhorse_core.checks.docstring_visitor import Disagreement

_PYTHON = (".py", ".pyi", ".pyw")

_MARK = late_pattern(r"^[ \t]*(?::|\.\.)|:[ \t]*$|---|\A\s*\Z", re.MULTILINE)
"""Marks of a section that pydoclint could read; an empty docstring is for it as well."""


class DocstringSignature:
    """Finds docstrings that name parameters, results or types that do not exist."""

    name = "docstring-signature"
    proof = False
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Compare the docstrings of the statements that the edits touch, in the base and in the candidate."""
        begin = time.perf_counter()
        sides = _read_sides(comparison)
        if not any(map(may_have_sections, (tree for side in sides for tree in (side.before, side.after)))):
            return CheckResult(self.name, CheckStatus.PASSED, (), time.perf_counter() - begin)  # pydoclint loads slowly
        try:
            from workhorse_core.checks.docstring_visitor import is_usable
        except (ImportError, AttributeError) as error:
            return CheckResult(self.name, CheckStatus.SKIPPED, reason=f"pydoclint cannot be used: {error}")
        if not is_usable():
            return CheckResult(self.name, CheckStatus.SKIPPED, reason=_BESIDE)
        wrong, lesser = _fresh(comparison, sides)
        findings = wrong or lesser
        status = CheckStatus.FAILED if wrong else CheckStatus.PASSED
        return CheckResult(self.name, status, tuple(findings), time.perf_counter() - begin)


_BESIDE = "pydoclint cannot be used: docstring_parser is installed over docstring_parser_fork"


class _Sides(NamedTuple):
    """One changed file's statements that the edits touch."""

    change: FileChange
    before: ast.Module
    after: ast.Module


def _read_sides(comparison: Comparison) -> list[_Sides]:
    return [
        _Sides(change, touched_statements(change, "before"), touched_statements(change, "after"))
        for change in comparison.patch.changes
        if change.path.endswith(_PYTHON) and change.after is not None
    ]


def may_have_sections(tree: ast.Module) -> bool:
    """Whether a docstring may be more than prose, in which pydoclint compares nothing."""
    return any(
        isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (docstring := ast.get_docstring(node, clean=False)) is not None
        and _MARK.search(docstring)
        for node in ast.walk(tree)
    )


def _fresh(comparison: Comparison, sides: Sequence[_Sides]) -> tuple[list[Finding], list[Finding]]:
    """Return the new findings: those that count, then the warnings."""
    strict = bool(comparison.once(Configured).tool("pydoclint", ()))
    counted = {"wrong", "incomplete"} if strict else {"wrong"}
    wrong: list[Finding] = []
    lesser: list[Finding] = []
    for side in sides:
        change = side.change
        before, after = _disagreements(change, side.before), _disagreements(change, side.after)
        kinds = {_finding(change.path, item): item.kind for item in after}
        old = [_finding(change.moved_from or change.path, item) for item in before]
        for finding in new_findings(old, kinds, [change]):
            (wrong if kinds[finding] in counted else lesser).append(finding)
    return wrong, lesser


def _finding(path: str, item: "Disagreement") -> Finding:
    return Finding(path, item.line, item.message, item.rule)


def _disagreements(change: FileChange, tree: ast.Module) -> list["Disagreement"]:
    from workhorse_core.checks.docstring_visitor import find_disagreements

    return find_disagreements(tree, is_stub=change.path.endswith(".pyi"))
