"""A repository's configuration makes no tool run, load, read or write anything while the repository is untrusted."""

import json
from pathlib import Path

import pytest

from workhorse_core.checks.annotation_types import AnnotationTypes
from workhorse_core.checks.format import Format
from workhorse_core.checks.lint import Lint
from workhorse_core.checks.types import Types
from workhorse_core.pipeline.check import CheckResult, CheckStatus
from workhorse_core.workspace.project import Project

pytestmark = pytest.mark.usefixtures("walls")

CODE = """\
import os


def area(side: int) -> float:
    return side * side * 1.5
"""
FILES = {"own/__init__.py": "", "own/a.py": CODE, "own/b.py": "from own.a import area\n\nx: float = area(2)\n"}
WRONG = {"own/a.py": [("-> float", "-> str")]}
LONG = {"own/a.py": [("<    return", '    """Compute the area, in words that do not fit into forty columns."""\n')]}
PLUGIN = """\
open({mark!r}, "w").write("ran")
from mypy.plugin import Plugin
def plugin(version):
    return Plugin
"""


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that only code of the repository would write."""
    return tmp_path / "mark"


@pytest.fixture
def program(tmp_path: Path, mark: Path) -> Path:
    """A program outside the repository that leaves the mark."""
    path = tmp_path / "program"
    path.write_text(f'#!/bin/sh\ntouch {mark}\nexec /usr/bin/python3 "$@"\n')
    path.chmod(0o755)
    return path


# -- settings that run something


RUNNING = (("pyproject.toml", '[tool.pyrefly]\npython-interpreter-find-command = ["PROGRAM"]\n', ""),)
MORE_RUNNING = (
    ("mypy.ini", "[mypy]\n# harmless\rplugins = ./evil.py\n", "plugins"),
    ("pyproject.toml", '[tool.pyrefly]\npython_interpreter_find_command = ["PROGRAM"]\n', ""),
    ("pyproject.toml", '[tool.pyrefly]\npython-interpreter-path = "PROGRAM"\n', ""),
    ("pyproject.toml", '[tool.pyrefly]\npython-interpreter = "PROGRAM"\n', ""),
    ("pyproject.toml", '[tool.pyrefly]\nfallback-python-interpreter-name = "PROGRAM"\n', ""),
    ("pyproject.toml", '[tool.pyrefly]\nconda-environment = "base"\n', ""),
    ("pyproject.toml", '[tool.pyrefly.build-system]\ntype = "custom"\ncommand = ["PROGRAM"]\n', "build-system"),
    ("pyrefly.toml", 'python-interpreter-find-command = ["PROGRAM"]\n', ""),
    ("mypy.ini", "[mypy]\nplugins = ./evil.py\n", "plugins"),
    ("mypy.ini", "[mypy]\r# harmless\rplugins =\r ./evil.py\r", "plugins"),
    ("mypy.ini", "[mypy]\nPLUGINS: ./evil.py\n", "plugins"),
    ("setup.cfg", "[mypy]\nstrict = False\n  \nplugins = evil\n", "plugins"),
    ("pyproject.toml", '[tool.mypy]\nplugins = ["./evil.py"]\n', "plugins"),
    ("pyproject.toml", '[tool]\nmypy = {"plu\\u0067ins" = ["./evil.py"]}\n', "plugins"),
    ("mypy.ini", "[mypy]\npython_executable = PROGRAM\n", "python_executable"),
    ("pyproject.toml", '[tool.mypy]\npython_executable = "PROGRAM"\n', "python_executable"),
)


@pytest.mark.parametrize(
    ("path", "text", "name"), [*RUNNING, *(pytest.param(*each, marks=pytest.mark.slow) for each in MORE_RUNNING)]
)
async def test_type_checker_setting_that_runs_something_is_ignored_and_reported(
    compare, mark: Path, program: Path, path: str, text: str, name: str
) -> None:
    text = text.replace("PROGRAM", str(program))
    files = {**FILES, "evil.py": PLUGIN.format(mark=str(mark)), path: text}

    result = await Types().run(compare(files, WRONG))

    assert not mark.exists()
    assert result.status is CheckStatus.FAILED, result.reason
    assert f"`{name}" in result.reason
    assert result.reason.endswith("ignored: not trusted")


FLAKE8_PLUGIN = """\
open({mark!r}, "w").write("ran")


class Plugin:
    name = "plugin"
    version = "1"

    def __init__(self, tree):
        pass

    def run(self):
        yield 1, 0, "ZZ1 told", type(self)
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("path", [".flake8", "setup.cfg", "tox.ini"])
async def test_local_flake8_plugin_is_ignored_and_reported(compare, mark: Path, path: str, end: str) -> None:
    text = (
        "[flake8]\nmax-line-length = 40\n# x\n[flake8:local-plugins]\nextension =\n  ZZ1 = plugin:Plugin\npaths = .\n"
    )
    files = {**FILES, "plugin.py": FLAKE8_PLUGIN.format(mark=str(mark)), path: text.replace("\n", end)}

    result = await Lint().run(compare(files, LONG))

    assert not mark.exists()
    assert {finding.rule for finding in result.findings} == {"E501"}
    assert result.reason == "flake8: `flake8:local-plugins` ignored: not trusted"


async def test_plugin_section_behind_a_comment_that_a_lone_carriage_return_ends_is_seen(compare, mark: Path) -> None:
    text = "[flake8]\n# x\r[flake8:local-plugins]\nextension =\r  ZZ1 = plugin:Plugin\rpaths = .\n"
    files = {**FILES, "plugin.py": FLAKE8_PLUGIN.format(mark=str(mark)), ".flake8": text}

    result = await Lint().run(compare(files, LONG))

    assert not mark.exists()
    assert result.reason == "flake8: `flake8:local-plugins` ignored: not trusted"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("output-file = VICTIM", ""),
        pytest.param("tee = true\noutput-file = VICTIM", "", marks=pytest.mark.slow),
        pytest.param("append-config = VICTIM", "append-config", marks=pytest.mark.slow),
        pytest.param("enable-extensions = X\nconfig = VICTIM", "config", marks=pytest.mark.slow),
        pytest.param("some-plugins-file = VICTIM", "some-plugins-file", marks=pytest.mark.slow),
    ],
)
async def test_flake8_uses_no_file_that_a_setting_names(compare, tmp_path: Path, text: str, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("[flake8]\nmax-line-length = 400\n")
    files = {**FILES, ".flake8": f"[flake8]\nmax-line-length = 40\n{text.replace('VICTIM', str(victim))}\n"}

    result = await Lint().run(compare(files, LONG))

    assert victim.read_text() == "[flake8]\nmax-line-length = 400\n"
    assert {finding.rule for finding in result.findings} == {"E501"}
    assert result.reason == (f"flake8: `{name}` ignored: not trusted" if name else "")


# -- files that a search would find


PLANTED = {
    "pyrefly.toml": 'python-interpreter-find-command = ["PROGRAM"]\nproject-excludes = ["**"]\n',
    "ruff.toml": 'lint.select = []\nexclude = ["*"]\n',
    "pyproject.toml": '[tool.black]\nforce-exclude = ".*"\n[tool.ruff]\nexclude = ["*"]\n',
    "mypy.ini": "[mypy]\nplugins = ./evil.py\n",
    "ty.toml": '[src]\nexclude = ["**"]\n',
    "pyrightconfig.json": '{"include": ["nowhere"]}',
    "setup.cfg": "[flake8]\nmax-line-length = 400\n",
    ".gitignore": "*\n",
}


@pytest.fixture
def planted(tmp_path: Path, mark: Path, program: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder in which another user has put configuration files for every tool."""
    folder = tmp_path / "shared"
    folder.mkdir()
    for name, text in PLANTED.items():
        (folder / name).write_text(text.replace("PROGRAM", str(program)))
    (folder / "evil.py").write_text(PLUGIN.format(mark=str(mark)))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


CONFIGURED = {
    "mypy": "[tool.mypy]\n",
    "pyright": "[tool.pyright]\n",
    "pyrefly": "[tool.pyrefly]\n",
    "ty": "[tool.ty]\n",
}


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    "checker", ["ty", "pyrefly", *(pytest.param(name, marks=pytest.mark.slow) for name in ("mypy", "pyright"))]
)
async def test_configuration_planted_in_the_temporary_folder_is_not_found_by_a_checker(
    compare, mark: Path, checker: str
) -> None:
    result = await Types().run(compare({**FILES, "pyproject.toml": CONFIGURED[checker]}, WRONG))

    assert not mark.exists()
    assert {finding.path for finding in result.findings} == {"own/a.py", "own/b.py"}


@pytest.mark.usefixtures("planted")
async def test_planted_configuration_is_not_found_where_the_project_configures_no_checker(
    compare, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_pyrefly(monkeypatch)
    result = await AnnotationTypes().run(compare(FILES, WRONG))

    assert not mark.exists()
    assert {finding.path for finding in result.findings} == {"own/a.py", "own/b.py"}


def only_pyrefly(monkeypatch: pytest.MonkeyPatch) -> None:
    from workhorse_core.tools import tool

    monkeypatch.setattr(
        "workhorse_core.type_checking.sessions.find_tool",
        lambda name, project: tool.find_tool(name, project) if name == "pyrefly" else None,
    )


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("section", ["[tool.ruff.format]\n", pytest.param("[tool.black]\n", marks=pytest.mark.slow)])
async def test_planted_configuration_is_not_found_by_a_formatter(compare, section: str) -> None:
    result = await Format().run(
        compare({**FILES, "pyproject.toml": section}, {"own/a.py": [("return side * side", "return  side*side")]})
    )

    assert [finding.path for finding in result.findings] == ["own/a.py"]


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ruff.toml", 'line-length = 40\nlint.select = ["E"]\n'),
        pytest.param("tox.ini", "[flake8]\nmax-line-length = 40\n", marks=pytest.mark.slow),
    ],
)
async def test_planted_configuration_is_not_found_by_a_linter(compare, path: str, text: str) -> None:
    result = await Lint().run(compare({**FILES, path: text}, LONG))

    assert {finding.rule for finding in result.findings} == {"E501"}


# -- what stays


async def test_settings_that_change_the_judgement_still_count(compare) -> None:
    mypy = "[mypy]\nstrict = True\nplugins = evil\n[mypy-own.b]\nignore_errors = True\n"

    result = await Types().run(compare({**FILES, "mypy.ini": mypy}, WRONG))

    assert [finding.path for finding in result.findings] == ["own/a.py"]
    assert result.reason == "mypy: `plugins` ignored: not trusted"


@pytest.mark.slow
async def test_pyright_configuration_with_comments_and_a_base_counts(compare) -> None:
    config = '// ours\n{"extends": "./base.json", /* x */ "ignore": ["own/b.py",],\n "venvPath": "/nowhere",}\n'
    base = json.dumps({"ignore": [], "reportReturnType": "none"})

    result = await Types().run(compare({**FILES, "pyrightconfig.json": config, "base.json": base}, WRONG))

    assert result.findings == ()
    assert result.reason == "pyright: `venvPath` ignored: not trusted"


async def test_search_root_outside_the_repository_is_ignored_and_reported(compare, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("KEY = 1\n")
    ini = f"[mypy]\nmypy_path = own:../outside:{tmp_path}/outside:$HOME\n"

    result = await Types().run(compare({**FILES, "mypy.ini": ini}, {"own/a.py": [("import os", "import secret")]}))

    assert [finding.rule for finding in result.findings] == ["import-not-found"]
    assert result.reason == "mypy: `mypy_path` ignored: not trusted"


@pytest.mark.slow
async def test_interpreter_in_the_repository_is_not_run(compare, project: Project, mark: Path) -> None:
    """Pyright and pyrefly start Python to ask it for its paths, in the folder that they were started in."""
    evil = f"open({str(mark)!r}, 'w')\n"
    names = ("json", "re", "sysconfig", "site", "sitecustomize", "usercustomize", "os", "importlib")
    for checker, table in CONFIGURED.items():
        files = {**FILES, "pyproject.toml": table, **{f"{name}.py": evil for name in names}}
        comparison = compare(files, WRONG)
        interpreter = project.root / ".venv/bin/python"
        interpreter.parent.mkdir(parents=True, exist_ok=True)
        interpreter.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
        interpreter.chmod(0o755)
        (project.root / ".venv/lib/python3.11/site-packages").mkdir(parents=True, exist_ok=True)
        (project.root / ".venv/bin/python3").unlink(missing_ok=True)
        (project.root / ".venv/bin/python3").symlink_to("python")
        (project.root / ".venv/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")

        result: CheckResult = await Types().run(comparison)

        assert not mark.exists(), checker
        assert result.reason == ""


@pytest.mark.slow
async def test_mypy_imports_and_writes_nothing_in_the_repositorys_folder(
    compare, project: Project, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder has links to what the repository's holds; see ``docs/security.md``."""
    shadows = {f"{name}.py" for name in ("json", "librt", "mypy", "pathspec", "sitecustomize")}
    monkeypatch.setenv("MYPYPATH", str(project.root))
    monkeypatch.setenv("PYTHONPATH", ".")
    monkeypatch.chdir(project.root)
    files = {
        **FILES,
        "mypy.ini": "[mypy]\nplugins = evil\ncache_dir = here\nhtml_report = report\njunit_xml = junit.xml\n",
        ".mypy.ini": "[mypy]\nplugins = evil\n",
        "evil.py": PLUGIN.format(mark=str(mark)),
        **dict.fromkeys(shadows, f'open({str(mark)!r}, "w").write("ran")\n'),
    }

    result = await Types().run(compare(files, WRONG))

    assert not mark.exists()
    assert {finding.path for finding in result.findings} == {"own/a.py", "own/b.py"}
    left = {path.relative_to(project.root).parts[0] for path in project.root.rglob("*") if ".git" not in path.parts}
    assert left == {"own", "mypy.ini", ".mypy.ini", "evil.py", *shadows}
