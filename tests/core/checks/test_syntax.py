import sys
import warnings

import pytest

from workhorse_core.checks.syntax import Syntax
from workhorse_core.pipeline.check import CheckStatus

OURS = f"3.{sys.version_info.minor}"


def requires(version: str) -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "a"\nrequires-python = "{version}"\n'}


async def test_code_that_compiles_passes(compare) -> None:
    result = await Syntax().run(compare({"a.py": "x = 1\n"}, {"a.py": [("1", "2")]}))

    assert (result.status, result.reason) == (CheckStatus.PASSED, "")


@pytest.mark.parametrize("broken", ["(", "1\nreturn 2", "1\nfrom __future__ import annotations", "nonlocal x"])
async def test_code_that_does_not_compile_fails_on_its_line(compare, broken: str) -> None:
    result = await Syntax().run(compare({"a.py": "y = 0\nx = 1\n"}, {"a.py": [("1", broken)]}))

    assert result.status is CheckStatus.FAILED
    assert [(finding.path, finding.rule) for finding in result.findings] == [("a.py", "syntax")]
    assert result.findings[0].line >= 2


async def test_file_that_did_not_compile_before_is_no_finding_and_no_pass(compare) -> None:
    result = await Syntax().run(compare({"a.py": "x = 1\ny = (\n"}, {"a.py": [("1", "2")]}))

    assert (result.status, result.findings) == (CheckStatus.SKIPPED, ())
    assert result.reason == f"the base does not compile with Python {OURS} either"


async def test_grammar_that_the_oldest_supported_python_lacks_fails(compare) -> None:
    change = {"a.py": [("x = 1", "match x:\n    case 1:\n        pass")]}

    result = await Syntax().run(compare({**requires(">=3.8"), "a.py": "x = 1\n"}, change))

    assert result.status is CheckStatus.FAILED
    assert result.reason == f"compiled with Python {OURS}, parsed as Python 3.8 as far as its grammar goes"


async def test_project_for_a_newer_python_gets_the_limits_in_the_reason(compare) -> None:
    result = await Syntax().run(compare({**requires(">=3.99"), "a.py": "x = 1\n"}, {"a.py": [("1", "2")]}))

    assert result.status is CheckStatus.PASSED
    assert result.reason == f"the project requires Python >=3.99; this was checked with {OURS}"


async def test_old_settings_files_are_read_too(compare) -> None:
    files = {"setup.cfg": "[options]\npython_requires = >=3.9\n", "a.py": "x = 1\n"}

    result = await Syntax().run(compare(files, {"a.py": [("1", "2")]}))

    assert "parsed as Python 3.9" in result.reason


async def test_other_files_are_none_of_its_business(compare) -> None:
    result = await Syntax().run(compare({"a.txt": "("}, {"a.txt": [("(", ")")]}))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "no code was changed")


async def test_a_new_file_is_compiled(compare) -> None:
    assert (await Syntax().run(compare({}, {"a.py": [("<", "x = (\n")]}))).status is CheckStatus.FAILED


async def test_warnings_are_findings_when_they_are_new_and_are_never_shown_or_raised(compare) -> None:
    files = {"a.py": "x = 1 is 1\n\n\ndef f():\n    return 1\n"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        old = await Syntax().run(compare(files, {"a.py": [("<    return", '    """Do."""\n')]}))
        new = await Syntax().run(compare(files, {"a.py": [("<    return", '    """Match\n\n    \\d."""\n')]}))

    assert old.findings == ()
    assert [finding.rule for finding in new.findings] == ["syntax-warning"]
    assert new.findings[0].line in (5, 7)


async def test_code_nested_too_deeply_is_a_finding_and_no_crash(compare) -> None:
    result = await Syntax().run(compare({"a.py": "x = 1\n"}, {"a.py": [("1", "-" * 100_000 + "1")]}))

    assert result.status is CheckStatus.FAILED


async def test_a_warning_of_something_else_in_this_process_is_not_the_candidates(
    compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compile_meanwhile(*arguments: object, **options: object) -> None:
        warnings.warn("unclosed file", ResourceWarning, stacklevel=1)

    monkeypatch.setattr("workhorse_core.checks.syntax.compile", compile_meanwhile, raising=False)
    result = await Syntax().run(compare({"a.py": "x = 1\n"}, {"a.py": [("1", "2")]}))

    assert (result.status, result.findings) == (CheckStatus.PASSED, ())
