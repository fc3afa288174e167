from pathlib import Path
from typing import Any

import pytest

from workhorse_core.checks.format import Format
from workhorse_core.checks.lint import Lint
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.verification import verify
from workhorse_core.settings.config import Config
from workhorse_core.tools import joint_runs
from workhorse_core.tools.sandbox import sandbox_program
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

RUFF = '[tool.ruff]\nline-length = 60\n[tool.ruff.lint]\nselect = ["E", "F", "D", "I", "INP"]\n'
FLAKE8 = "[flake8]\nmax-line-length = 60\n"
CODE = """\
import os


def area(side):
    return side * side


def unused():
    x = 1
    y = 'a very long line that was there before and is longer than sixty'
"""
GOOD = '    """Compute the area."""\n'
LONG = '    """Compute the area, in words that do not fit into sixty columns at all."""\n'
PLACE = "<    return side"


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


async def test_nothing_new_passes_though_the_base_has_findings(compare) -> None:
    comparison = compare({"pyproject.toml": RUFF, "src/a.py": CODE}, {"src/a.py": [(PLACE, GOOD)]})

    result = await Lint().run(comparison)

    assert (result.status, result.findings, result.reason) == (CheckStatus.PASSED, (), "")


async def test_new_finding_fails_with_path_line_and_rule(compare) -> None:
    comparison = compare({"pyproject.toml": RUFF, "src/a.py": CODE}, {"src/a.py": [(PLACE, LONG)]})

    result = await Lint().run(comparison)

    assert result.status is CheckStatus.FAILED
    assert [(f.path, f.line, f.rule, f.message) for f in result.findings] == [
        ("src/a.py", 5, "E501", "Line too long (79 > 60)")
    ]


async def test_without_a_configured_linter_it_is_skipped(compare) -> None:
    files = {"pyproject.toml": "[project]\nname = 'a'\n", "setup.cfg": "[metadata]\n", "a.py": CODE}

    result = await Lint().run(compare(files, {"a.py": [(PLACE, LONG)]}))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "the project configures no linter")


async def test_the_users_files_are_not_fixed(compare, project: Project) -> None:
    """`fix = true` in the configuration makes a plain `ruff check` rewrite what it finds."""
    fixing = 'fix = true\nfix-only = true\nunsafe-fixes = true\nlint.select = ["F", "E", "D"]\nline-length = 60\n'
    comparison = compare({"ruff.toml": fixing, "a.py": CODE}, {"a.py": [(PLACE, LONG)]})
    before = files_of(project.root)

    result = await Lint().run(comparison)

    assert [finding.rule for finding in result.findings] == ["E501"]
    assert files_of(project.root) == before


async def test_the_candidate_is_linted_as_it_is_and_not_as_ruff_would_fix_it(compare) -> None:
    comparison = compare(
        {"ruff.toml": 'fix = true\nlint.select = ["F"]\n', "a.py": "x = 1\n"}, {"a.py": [("<x", "import os\n")]}
    )

    result = await Lint().run(comparison)

    assert [finding.rule for finding in result.findings] == ["F401"]


async def test_ignores_by_file_count_in_the_slices(compare) -> None:
    ignoring = RUFF + '[tool.ruff.lint.per-file-ignores]\n"src/*/a.py" = ["E501"]\n'
    files = {"pyproject.toml": ignoring, "src/one/__init__.py": "", "src/one/a.py": CODE, "src/one/b.py": CODE}

    result = await Lint().run(compare(files, {f"src/one/{n}.py": [(PLACE, LONG)] for n in "ab"}))

    assert [finding.path for finding in result.findings] == ["src/one/b.py"]


async def test_excluded_files_are_left_alone(compare) -> None:
    files = {"pyproject.toml": f'[tool.ruff]\nextend-exclude = ["gen"]\n{RUFF[12:]}', "gen/a.py": CODE}

    result = await Lint().run(compare(files, {"gen/a.py": [(PLACE, LONG)]}))

    assert result.status is CheckStatus.PASSED


async def test_the_nearest_configuration_counts_and_what_it_extends(compare) -> None:
    files = {
        "pyproject.toml": '[tool.ruff]\nline-length = 200\nlint.select = ["E"]\n',
        "sub/ruff.toml": 'extend = "../shared/ruff.toml"\n',
        "shared/ruff.toml": 'line-length = 60\nlint.select = ["E"]\n',
        "a.py": CODE,
        "sub/a.py": CODE,
    }

    result = await Lint().run(compare(files, {"a.py": [(PLACE, LONG)], "sub/a.py": [(PLACE, LONG)]}))

    assert [(finding.path, finding.rule) for finding in result.findings] == [("sub/a.py", "E501")]


async def test_the_projects_own_modules_are_known_in_the_slices(compare) -> None:
    """Were they not, the sorted imports would look unsorted."""
    base = "x = 1\n"
    files = {
        "pyproject.toml": RUFF,
        "src/own/__init__.py": "",
        "src/own/b.py": "",
        "src/top.py": "",
        "src/own/a.py": base,
    }
    imports = "import zlib\n\nimport own.b\nimport top\n\n"

    result = await Lint().run(compare(files, {"src/own/a.py": [("<x", imports)]}))

    assert [finding.rule for finding in result.findings if finding.rule.startswith("I0")] == []


async def test_a_package_is_a_package_in_the_slices(compare) -> None:
    """Its own modules are known even where ruff would not look for them."""
    package = dict.fromkeys(("lib/x/own/__init__.py", "lib/x/own/deep/__init__.py", "lib/x/own/deep/b.py"), "")
    files = {"pyproject.toml": RUFF, **package, "lib/x/own/deep/a.py": "x = 1\n"}
    imports = "import zlib\n\nimport numpy\n\nimport own.deep.b\n\n"

    result = await Lint().run(compare(files, {"lib/x/own/deep/a.py": [("<x", imports)]}))

    assert [finding.rule for finding in result.findings if finding.rule.startswith("I0")] == []


async def test_words_that_name_the_file_are_the_same_on_both_sides(compare) -> None:
    files = {"ruff.toml": 'lint.select = ["INP"]\n', "scripts/deep/a.py": "x = 1\n"}

    result = await Lint().run(compare(files, {"scripts/deep/a.py": [("1", "2")]}))

    assert (result.status, result.findings) == (CheckStatus.PASSED, ())


async def test_a_changed_configuration_counts_for_the_candidate_only(compare) -> None:
    files = {"ruff.toml": 'line-length = 100\nlint.select = ["E"]\n', "a.py": CODE}

    result = await Lint().run(compare(files, {"ruff.toml": [("100", "60")], "a.py": [(PLACE, GOOD)]}))

    assert [(finding.line, finding.rule) for finding in result.findings] == [(11, "E501")]


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        ("line-length = [\n", "ruff.toml cannot be read: "),
        ('lint.select = ["ZZZ9"]\n', "ruff could not be used: Unknown rule selector `ZZZ9`"),
        ('required-version = "==0.0.1"\n', "ruff could not be used"),
    ],
)
async def test_a_configuration_that_ruff_refuses_skips_with_its_words(compare, configuration: str, reason: str) -> None:
    result = await Lint().run(compare({"ruff.toml": configuration, "a.py": CODE}, {"a.py": [(PLACE, LONG)]}))

    assert result.status is CheckStatus.SKIPPED
    assert result.reason.startswith(reason)
    assert len(result.reason) > len(reason) + 10


async def test_a_linter_that_is_missing_skips(compare, project: Project) -> None:
    missing = Project(project.root, None, project.tree, Config(commands={"ruff": ("no-such-ruff",)}))

    result = await Lint().run(compare({"ruff.toml": "", "a.py": CODE}, {"a.py": [(PLACE, GOOD)]}, within=missing))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "ruff is not installed")


def with_ruff(project: Project, program: Path, script: str) -> Project:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Project(project.root, None, project.tree, Config(commands={"ruff": (str(program),)}))


@pytest.mark.parametrize("script", ["echo nonsense; exit 1", "echo '[]'; echo nonsense >&2; exit 2"])
async def test_output_that_is_no_result_is_no_pass(compare, project: Project, tmp_path: Path, script: str) -> None:
    """Exit code 1 means findings or a missing file: only the output shows which."""
    odd = with_ruff(project, tmp_path / "ruff", script)

    result = await Lint().run(compare({"ruff.toml": "", "a.py": CODE}, {"a.py": [(PLACE, GOOD)]}, within=odd))

    assert (result.status, result.reason) == (CheckStatus.SKIPPED, "ruff could not be used: nonsense")


async def test_ruff_is_always_started_without_fixes(compare, project: Project, tmp_path: Path) -> None:
    telling = with_ruff(project, tmp_path / "ruff", "echo $@ >&2; exit 2")

    result = await Lint().run(compare({"ruff.toml": "", "a.py": CODE}, {"a.py": [(PLACE, GOOD)]}, within=telling))

    assert {"--no-fix", "--no-fix-only", "--no-cache"} <= set(result.reason.split())


async def test_syntax_errors_are_findings(compare) -> None:
    result = await Lint().run(compare({"ruff.toml": "", "a.py": "x = 1\n"}, {"a.py": [("1", "(")]}))

    assert result.status is CheckStatus.FAILED
    assert {finding.rule for finding in result.findings} == {"invalid-syntax"}


async def test_a_new_file_has_only_new_findings(compare) -> None:
    result = await Lint().run(compare({"ruff.toml": ""}, {"new.py": [("<", "import os\n")]}))

    assert [(finding.path, finding.rule) for finding in result.findings] == [("new.py", "F401")]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collect the processes of ruff as they are started."""
    calls: list[object] = []
    original = joint_runs.run_tool

    async def counted(*args: Any, **named: Any) -> object:
        calls.append(args)
        return await original(*args, **named)

    monkeypatch.setattr(joint_runs, "run_tool", counted)
    return calls


async def test_many_files_take_one_process(compare, started: list[object]) -> None:
    paths = [f"src/m{number}.py" for number in range(20)]
    files = {"ruff.toml": 'lint.select = ["E"]\nline-length = 60\n', **dict.fromkeys(paths, CODE)}

    result = await Lint().run(compare(files, {path: [(PLACE, LONG)] for path in paths}))

    assert len(started) == 1
    assert len(result.findings) == 20


@pytest.mark.skipif(sandbox_program() is None, reason="there is no sandbox")
async def test_linter_and_formatter_share_one_sandbox_and_give_the_same_findings_as_alone(
    compare, started: list[object]
) -> None:
    files = {"ruff.toml": 'lint.select = ["E"]\nline-length = 60\n', "a.py": CODE.replace("'", '"')}
    comparison = compare(files, {"a.py": [(PLACE, "    x=1\n" + LONG)]})

    together = [result.findings async for result in verify(comparison, [Format(), Lint()])]

    assert len(started) == 1
    assert together == [(await check.run(comparison)).findings for check in (Format(), Lint())]
    assert all(together)


# -- flake8


@pytest.mark.parametrize("path", [".flake8", "setup.cfg", "tox.ini"])
async def test_flake8_finds_what_is_new(compare, path: str) -> None:
    result = await Lint().run(compare({path: FLAKE8, "src/a.py": CODE}, {"src/a.py": [(PLACE, LONG)]}))

    assert [(f.path, f.line, f.rule) for f in result.findings] == [("src/a.py", 5, "E501")]


async def test_flake8_cannot_be_made_to_write_or_to_be_silent(compare, project: Project, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    loud = f"{FLAKE8}output-file = {victim}\nquiet = 2\nformat = pylint\nstatistics = true\ncount = true\n"
    comparison = compare({".flake8": loud, "a.py": CODE}, {"a.py": [(PLACE, LONG)]})
    before = files_of(project.root)

    result = await Lint().run(comparison)

    assert [finding.rule for finding in result.findings] == ["E501"]
    assert victim.read_text() == "mine"
    assert files_of(project.root) == before


PLUGIN = """\
import pathlib
pathlib.Path({mark!r}).write_text("ran")


class Plugin:
    name = "plugin"
    version = "1"

    def __init__(self, tree):
        self.tree = tree

    def run(self):
        yield 1, 0, "ZZ1 told", type(self)
"""
LOCAL = f"{FLAKE8}\n[flake8:local-plugins]\nextension =\n    ZZ1 = plugin:Plugin\npaths =\n    ./tools\n"


async def test_local_flake8_plugin_runs_in_a_trusted_project(compare, trusted: Project, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    files = {".flake8": LOCAL, "tools/plugin.py": PLUGIN.format(mark=str(mark)), "a.py": "x = 1\n"}

    result = await Lint().run(compare(files, {"a.py": [("<x", "y = 2\n")]}, within=trusted))

    assert [finding.rule for finding in result.findings] == ["ZZ1"]
    assert mark.exists()


async def test_module_of_the_project_is_never_imported_by_a_linter(compare, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    evil = f"open({str(mark)!r}, 'w')\n"
    names = ("json", "tokenize", "pyflakes", "mccabe", "sitecustomize")
    files = {".flake8": FLAKE8, **{f"{name}.py": evil for name in names}}

    result = await Lint().run(compare(files, {"json.py": [("<open", "import os\n")]}))

    assert "F401" in [finding.rule for finding in result.findings]
    assert not mark.exists()


async def test_pydoclint_beside_flake8_reports_nothing_unless_configured(compare) -> None:
    """Workhorse brings pydoclint along, and flake8 takes what is installed beside it for its plugins."""
    docstring = '    """Compute it.\n\n    Parameters\n    ----------\n    sides : int\n        Wrong.\n    """\n'

    result = await Lint().run(compare({".flake8": FLAKE8, "a.py": CODE}, {"a.py": [(PLACE, docstring)]}))

    assert result.findings == ()


async def test_both_linters_are_asked_where_both_are_configured(compare) -> None:
    files = {"ruff.toml": 'line-length = 60\nlint.select = ["E"]\n', ".flake8": FLAKE8, "a.py": CODE}

    result = await Lint().run(compare(files, {"a.py": [(PLACE, LONG)]}))

    assert [finding.message for finding in result.findings] == [
        "Line too long (79 > 60)",
        "line too long (79 > 60 characters)",
    ]


async def test_linter_that_cannot_be_used_does_not_hide_the_other(compare) -> None:
    files = {"ruff.toml": 'required-version = "==0.0.1"\n', ".flake8": FLAKE8, "a.py": CODE}

    result = await Lint().run(compare(files, {"a.py": [(PLACE, LONG)]}))

    assert result.status is CheckStatus.FAILED
    assert result.reason.startswith("ruff could not be used")


async def test_settings_are_read_from_the_tree_and_not_from_the_disk(compare, project: Project) -> None:
    """An editor's unsaved configuration is what counts."""
    tree = WorkTree(project.root, None, {"ruff.toml": b'lint.select = ["E"]\nline-length = 60\n'})
    unsaved = Project(project.root, None, tree, project.config)

    result = await Lint().run(compare({"a.py": CODE}, {"a.py": [(PLACE, LONG)]}, within=unsaved))

    assert [finding.rule for finding in result.findings] == ["E501"]
