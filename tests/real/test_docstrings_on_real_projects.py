"""`workhorse docstrings` the whole way on real projects: proved, approved, merged, and their own tests as before."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.projects import PROJECTS, RealProject, cache_folder, fetch, interpreter
from support.repository import make_repository
from workhorse_core.git.repository import Repository

pytestmark = pytest.mark.real

WORKHORSE = [sys.executable, "-I", "-m", "workhorse_cli.main"]


@pytest.fixture(params=["itsdangerous", "click", "requests"])
def project(request: pytest.FixtureRequest) -> RealProject:
    return PROJECTS[request.param]


@pytest.fixture
def repository(project: RealProject, tmp_path: Path, outside: dict[str, str]) -> Repository:
    root = tmp_path / project.name
    shutil.copytree(fetch(project, cache_folder(outside), outside), root)
    return make_repository(root)


def test_job_is_proved_approved_and_merged_and_the_projects_tests_pass_as_before(
    project: RealProject, repository: Repository, outside: dict[str, str]
) -> None:
    root = repository.root
    before = {path: path.read_bytes() for path in (root / project.package).rglob("*.py")}
    outcomes = run_its_tests(project, root, outside)

    job = json.loads(workhorse(root, "docstrings", project.package, "--engine", "rules", "--json"))
    assert job["status"] == "verified"
    assert {check["name"]: check["status"] for check in job["checks"]}["same-code"] == "passed"
    assert [check["name"] for check in job["checks"] if check["status"] == "failed"] == []
    assert all(path.read_bytes() == data for path, data in before.items())
    drafted = [region for region in job["regions"] if region["status"] == "drafted"]
    assert drafted
    workhorse(root, "approve", job["job"])
    workhorse(root, "merge", job["job"])

    assert repository.read("status", "--porcelain") == b""
    assert f"Workhorse-Job: {job['job']}".encode() in repository.read("log", "-1", "--format=%B")
    for path, data in before.items():
        assert without_docstrings(path.read_bytes()) == without_docstrings(data), path
    assert run_its_tests(project, root, outside) == outcomes
    assert sum(outcome == "passed" for outcome in outcomes.values()) > 100


def workhorse(root: Path, *arguments: str) -> str:
    return subprocess.run([*WORKHORSE, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def without_docstrings(data: bytes) -> str:
    """An independent and simple measure: the syntax tree with every docstring replaced by the same words."""
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            del node.body[0]
    return ast.dump(tree)


def run_its_tests(project: RealProject, root: Path, outside: dict[str, str]) -> dict[str, str]:
    """Run the project's own tests and give each one's outcome by its name."""
    python = interpreter(project, cache_folder(outside), outside)
    report = root.parent / "report.xml"
    unwanted = " and ".join(f"not {name}" for name in project.without)
    options = ["-q", "-p", "no:cacheprovider", f"--junit-xml={report}", "-k", unwanted]
    environment = {"PATH": outside["PATH"], "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(python), "-m", "pytest", *options, "tests"]
    done = subprocess.run(command, cwd=root, env=environment | {"HOME": str(root.parent)}, capture_output=True)
    assert done.returncode in (0, 1), done.stdout.decode()
    return {
        f"{case.get('classname')}::{case.get('name')}": case[0].tag if len(case) else "passed"
        for case in ElementTree.parse(report).iter("testcase")
    }
