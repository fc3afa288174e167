"""The recipes of docs/ci.md: they parse, and their commands behave in a clone of a project as the page describes."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.running import PROGRAM, git
from documents.pages import ROOT, blocks, commands
from support.repository import make_repository

RECIPES = [yaml.safe_load(block) for block in blocks("docs/ci.md", "yaml")]
BASE = {"BASE": "origin/main"}


def steps(recipe: Mapping[str, Any]) -> list[str]:
    """Return the command lines of a recipe, either of the two."""
    jobs = recipe.get("jobs", recipe)
    (job,) = jobs.values()
    lines = [step["run"] for step in job["steps"] if "run" in step] if "steps" in job else job["script"]
    return [line for line in lines if line.startswith("workhorse ")]


SHOWN = [line for block in blocks("docs/ci.md", "sh") for line in commands(block)]
LINES = [*SHOWN, *(line for recipe in RECIPES for line in steps(recipe))]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of which the first test makes what the others copy."""
    return tmp_path_factory.mktemp("template")


@pytest.fixture
def clone(template: Path, tmp_path: Path) -> Path:
    """A clone as CI has it: no record, a branch of which the remote has not the newest commits."""
    if not (template / "clone").exists():
        make_clone(template)
    return shutil.copytree(template / "clone", tmp_path / "clone", symlinks=True)


def make_clone(template: Path) -> None:
    root = template / "inventory"
    shutil.copytree(ROOT / "examples" / "inventory", root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    make_repository(root)
    git("checkout", "--quiet", "-b", "feature", folder=root)
    done = workhorse(root, "workhorse docstrings src --engine rules --json")
    job = json.loads(done.stdout)["job"]
    for line in (f"workhorse approve {job}", f"workhorse merge {job}"):
        assert workhorse(root, line).returncode == 0
    git("clone", "--quiet", "--branch", "feature", str(root), str(template / "clone"))


def workhorse(folder: Path, line: str) -> "subprocess.CompletedProcess[str]":
    """Run a line in a shell, as CI does; ``workhorse`` is the one that is tested."""
    script = f'workhorse() {{ {" ".join(PROGRAM)} "$@"; }}\n{line}'
    environment = {**os.environ, **BASE}
    return subprocess.run(["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)


def test_both_recipes_run_both_commands() -> None:
    assert len(RECIPES) == 2
    for recipe in RECIPES:
        audit, check = steps(recipe)
        assert audit == 'workhorse audit "$BASE..HEAD"'
        assert check == 'workhorse docstrings --changed="$BASE" --dry-run --check'


@pytest.mark.parametrize("line", LINES)
def test_recipes_pass_on_a_sound_branch(clone: Path, line: str) -> None:
    done = workhorse(clone, line)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("line", LINES)
def test_recipes_fail_on_a_changed_landed_job_or_a_missing_docstring(clone: Path, line: str) -> None:
    file = clone / "src" / "inventory" / "storage.py"
    file.write_text(
        file.read_text()
        + "\n\n# Tell whether a number is even.\ndef is_even(number: int) -> bool:\n    return number % 2 == 0\n"
    )
    git("commit", "--quiet", "--all", "--amend", "--no-edit", folder=clone)
    done = workhorse(clone, line)
    assert done.returncode == 1, done.stdout + done.stderr


def test_the_trailers_on_the_page_are_those_that_landing_writes(clone: Path) -> None:
    (shown,) = (block for block in blocks("docs/ci.md", "text") if "Workhorse-Job" in block)
    written = git("log", "-1", "--format=%(trailers:only)", folder=clone)
    assert _names(shown) == _names(written)


def _names(trailers: str) -> list[str]:
    return [line.split(":")[0] for line in trailers.strip().splitlines()]
