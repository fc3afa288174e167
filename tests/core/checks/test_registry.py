import subprocess
import sys

import pytest

from workhorse_core.checks.registry import CHECKS, find_checks
from workhorse_core.errors import ConfigError
from workhorse_core.pipeline.check import Check, CheckCost, CheckResult, CheckStatus, Comparison, Finding


class NoTabs:
    """A toy check, which lives here only: no file may get its first tab."""

    name = "no-tabs"
    proof = False
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        findings = tuple(
            Finding(change.path, 1, "has a tab now")
            for change in comparison.patch.changes
            if b"\t" in (change.after or b"") and b"\t" not in (change.before or b"")
        )
        return CheckResult(self.name, CheckStatus.FAILED if findings else CheckStatus.PASSED, findings)


def test_checks_come_in_the_order_of_their_names_and_once() -> None:
    checks = find_checks(["lint", "same-code", "lint"])

    assert [check.name for check in checks] == ["lint", "same-code"]


def test_every_check_answers_to_its_name_and_only_those_of_the_same_code_are_proofs() -> None:
    checks = find_checks(list(CHECKS))

    assert [check.name for check in checks] == list(CHECKS)
    assert [check.name for check in checks if check.proof] == ["same-code", "same-code-unannotated"]


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        find_checks(["same_code"])

    assert caught.value.hint == "Did you mean same-code?"


def test_finding_checks_loads_none_of_their_tools() -> None:
    script = """
import sys
from workhorse_core.checks.registry import find_checks
find_checks(["same-code", "syntax", "docstring-signature", "format", "lint", "types"])
print([name for name in ("pydoclint", "docstring_parser", "click", "openai") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


async def test_a_check_of_ones_own_is_one_more_entry(compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "no-tabs", NoTabs)
    check: Check = find_checks(["no-tabs"])[0]

    result = await check.run(compare({"a.txt": "a b\n"}, {"a.txt": [(" ", "\t")]}))

    assert result.status is CheckStatus.FAILED
