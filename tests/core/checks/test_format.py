from pathlib import Path

import pytest

from workhorse_core.checks.format import Format
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.workspace.project import Project

CODE = "def area(side):\n    return side * side\n\n\nclass A:\n    x = 1\n"
GOOD = '    """Compute the area."""\n'
CROOKED = "    '''Compute the area. '''\n"
PLACE = "<    return side"
RUFF = {"ruff.toml": "line-length = 80\n"}
BLACK = {"pyproject.toml": "[tool.black]\nline-length = 80\n"}


@pytest.mark.parametrize("configuration", [RUFF, BLACK], ids=["ruff", "black"])
async def test_a_file_that_stays_formatted_passes(compare, configuration: dict[str, str]) -> None:
    result = await Format().run(compare({**configuration, "src/a.py": CODE}, {"src/a.py": [(PLACE, GOOD)]}))

    assert (result.status, result.findings) == (CheckStatus.PASSED, ())


@pytest.mark.parametrize(("configuration", "rule"), [(RUFF, "ruff format"), (BLACK, "black")])
async def test_a_file_that_was_formatted_and_is_no_longer_fails(
    compare, configuration: dict[str, str], rule: str
) -> None:
    result = await Format().run(compare({**configuration, "src/a.py": CODE}, {"src/a.py": [(PLACE, CROOKED)]}))

    assert result.status is CheckStatus.FAILED
    assert [(f.path, f.line, f.rule) for f in result.findings] == [("src/a.py", 2, rule)]


@pytest.mark.parametrize("configuration", [RUFF, BLACK], ids=["ruff", "black"])
async def test_a_file_that_was_not_formatted_may_stay_so(compare, configuration: dict[str, str]) -> None:
    untidy = CODE.replace("x = 1", "x=1")

    result = await Format().run(compare({**configuration, "a.py": untidy}, {"a.py": [(PLACE, CROOKED)]}))

    assert result.status is CheckStatus.PASSED


async def test_untidy_file_does_not_excuse_another(compare) -> None:
    files = {**RUFF, "a.py": CODE.replace("x = 1", "x=1"), "b.py": CODE}

    result = await Format().run(compare(files, {path: [(PLACE, CROOKED)] for path in ("a.py", "b.py")}))

    assert [finding.path for finding in result.findings] == ["b.py"]


async def test_without_a_configured_formatter_it_is_skipped(compare) -> None:
    result = await Format().run(compare({"a.py": CODE}, {"a.py": [(PLACE, CROOKED)]}))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "the project configures no formatter")


async def test_black_is_the_formatter_where_ruff_only_lints(compare) -> None:
    both = "[tool.black]\n[tool.ruff.lint]\nselect = ['E']\n"

    result = await Format().run(compare({"pyproject.toml": both, "a.py": CODE}, {"a.py": [(PLACE, CROOKED)]}))

    assert [finding.rule for finding in result.findings] == ["black"]


async def test_a_commit_hook_is_a_configuration_too(compare) -> None:
    hooks = "repos:\n  - repo: https://example.org/black\n    hooks:\n      - id: black\n"

    result = await Format().run(compare({".pre-commit-config.yaml": hooks, "a.py": CODE}, {"a.py": [(PLACE, CROOKED)]}))

    assert [finding.rule for finding in result.findings] == ["black"]


async def test_the_projects_settings_count(compare) -> None:
    tabs = {"pyproject.toml": '[tool.ruff.format]\nindent-style = "tab"\n'}
    code = CODE.replace("    ", "\t")

    result = await Format().run(compare({**tabs, "a.py": code}, {"a.py": [("<\treturn", '\t"""Do."""\n')]}))

    assert result.status is CheckStatus.PASSED


async def test_every_place_that_would_change_is_found_with_its_line(compare) -> None:
    changes = [(PLACE, CROOKED), ("<    x = 1", "    '''A'''\n\n")]

    long = CODE.replace("\n\n\n", "\n\n\n" + "y = 1\n" * 20 + "\n\n")
    result = await Format().run(compare({**RUFF, "b.py": long}, {"b.py": changes}))

    assert [finding.line for finding in result.findings] == [2, 29]


@pytest.mark.parametrize("configuration", ["line-length = 100000\n", 'required-version = "==0.0.1"\n'])
async def test_a_configuration_that_is_refused_skips_with_the_tools_words(compare, configuration: str) -> None:
    result = await Format().run(compare({"ruff.toml": configuration, "a.py": CODE}, {"a.py": [(PLACE, CROOKED)]}))

    assert result.status is CheckStatus.SKIPPED
    assert result.reason.startswith("ruff format could not be used: ")


async def test_black_of_another_version_skips(compare) -> None:
    files = {"pyproject.toml": '[tool.black]\nrequired-version = "1.0"\n', "a.py": CODE}

    result = await Format().run(compare(files, {"a.py": [(PLACE, CROOKED)]}))

    assert result.status is CheckStatus.SKIPPED
    assert result.reason.startswith("black could not be used: ")


async def test_nothing_is_written_in_the_project(compare, project: Project) -> None:
    comparison = compare({**RUFF, **BLACK, "a.py": CODE}, {"a.py": [(PLACE, CROOKED)]})
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}

    await Format().run(comparison)

    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


async def test_code_in_the_project_is_not_imported_by_black(compare, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    files = {**BLACK, "json.py": f'open({str(mark)!r}, "w")\n', "click.py": f'open({str(mark)!r}, "w")\n'}

    await Format().run(compare(files, {"json.py": [("<open", "x = 1\n")], "click.py": [("<open", "x = 1\n")]}))

    assert not mark.exists()


async def test_a_line_that_looks_like_a_header_of_the_diff_is_none(compare) -> None:
    code = 'x = """\n-- a/b.py\n++ c\n@@ -1 +1 @@\n"""\ny = 1\n'

    result = await Format().run(compare({**RUFF, "a.py": code}, {"a.py": [("y = 1", "y  = 1")]}))

    assert [(finding.path, finding.line) for finding in result.findings] == [("a.py", 6)]
