import pytest

from workhorse_core.checks.lint import Lint
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.tools.slices import neighbours
from workhorse_core.workspace.project import Project

FILES = {
    "top.py": "",
    "other.py": "",
    "src/own/__init__.py": "",
    "src/own/part.py": "",
    "src/loose/part.py": "",
    "src/unused/__init__.py": "",
    "src/größe.py": "",
}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import os, top", {"top.py"}),
        ("from own.part import name", {"src/own/__init__.py"}),
        ("from own \\\n    import name", {"src/own/__init__.py"}),
        ("def f():\n    import loose.part as it", {"src/loose/part.py"}),
        ("if x: from größe import (\n    a,\n)", {"src/größe.py"}),
        ("top = other()", set()),
    ],
)
def test_a_tool_sees_the_projects_own_modules_that_a_changed_file_imports(compare, line: str, found: set[str]) -> None:
    comparison = compare({**FILES, "src/a.py": f"{line}\n"}, {"src/a.py": [(f"{line}\n", f"{line}\nx = 1\n")]})

    assert set(neighbours(comparison.project, comparison.patch.changes)) == found


def test_the_changed_files_themselves_are_no_neighbours(compare, project: Project) -> None:
    comparison = compare({"a.py": "import a\n"}, {"a.py": [("import a\n", "import a\nx = 1\n")]})

    assert neighbours(project, comparison.patch.changes) == {}


async def test_an_import_of_the_projects_own_module_is_sorted_as_in_the_project(compare) -> None:
    code = "import click\n\nimport own\n\n\ndef f() -> None:\n    own.do(click)\n"
    comparison = compare(
        {"own/__init__.py": "", "pyproject.toml": '[tool.ruff.lint]\nselect = ["I"]\n', "a.py": "x = 1\n"},
        {"a.py": [("x = 1\n", code)]},
    )

    result = await Lint().run(comparison)

    assert (result.status, result.findings) == (CheckStatus.PASSED, ())
