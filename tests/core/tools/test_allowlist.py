"""Settings that read, write or run something outside: none of them is in the files that a tool gets without trust."""

from pathlib import Path

import pytest

from workhorse_core.change.patch import Patch
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.tools.configured import Configured
from workhorse_core.workspace.file_tree import WorkTree
from workhorse_core.workspace.project import Project

SILENT = {"cache_dir", "install_types", "num_workers", "cache-dir", "fix", "output-file"}
"""Settings that our own command line decides: they are left out without a remark."""
SETTINGS = {
    "mypy": [
        *("plugins", "python_executable", "custom_typeshed_dir", "mypy_path", "files", "package_root", "html_report"),
        *("junit_xml", "cache_dir", "cache_map", "timing_stats", "install_types", "num_workers", "line_checking_stats"),
    ],
    "pyright": [
        *("venvPath", "venv", "extends", "typeshedPath", "stubPath", "extraPaths", "baselineFile", "include", "ignore"),
    ],
    "pyrefly": [
        *("python-interpreter-find-command", "python-interpreter-path", "python-interpreter", "conda-environment"),
        *("fallback-python-interpreter-name", "build-system", "typeshed-path", "site-package-path", "search-path"),
        *("baseline", "project-includes"),
    ],
    "ty": [
        "environment.python",
        "environment.typeshed",
        "environment.extra-paths",
        "src.root",
        "terminal.output-format",
    ],
    "ruff": ["cache-dir", "fix", "src", "output-file"],
    "black": ["cache-dir", "code", "config"],
}
CASES = [(tool, setting) for tool, settings in SETTINGS.items() for setting in settings]
OUTSIDE = "/outside/of/it"


def configured_in(root: Path) -> Configured:
    project = Project(root, None, WorkTree(root), Config())
    return Configured(Comparison(project, Task("", ()), Patch(())))


@pytest.mark.parametrize(("tool", "setting"), CASES)
@pytest.mark.parametrize("is_list", [False, True], ids=["text", "list"])
def test_setting_that_leads_outside_is_left_out_and_named(
    tmp_path: Path, tool: str, setting: str, is_list: bool
) -> None:
    table, _, key = setting.rpartition(".")
    value = f'["{OUTSIDE}"]' if is_list else f'"{OUTSIDE}"'
    head = f"[tool.{tool}{f'.{table}' if table else ''}]"
    (tmp_path / "pyproject.toml").write_text(f"{head}\n{key} = {value}\n")
    configured = configured_in(tmp_path)
    if tool == "ruff":
        given = configured.ruff(["a.py"])
    else:
        given = configured.pyright(tool) if tool == "pyright" else getattr(configured, tool)()
    assert given is not None
    assert OUTSIDE not in "".join(data.decode() for data in given.files.values())
    if not SILENT.intersection((setting, key)) and table != "terminal":
        assert any(key in name for name in given.left_out), given.left_out


@pytest.mark.parametrize("setting", SETTINGS["mypy"])
def test_setting_of_an_ini_file_that_leads_outside_is_left_out(tmp_path: Path, setting: str) -> None:
    (tmp_path / "mypy.ini").write_text(f"[mypy]\n{setting} = {OUTSIDE}\n[mypy-a.*]\n{setting} = {OUTSIDE}\n")
    given = configured_in(tmp_path).mypy()
    assert given is not None
    assert OUTSIDE not in "".join(data.decode() for data in given.files.values())
