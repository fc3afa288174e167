"""Supported versions are read from requirements, classifiers and setup scripts."""

import sys
from pathlib import Path

import pytest

from support.opened_project import open_project
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.supported_python import SupportedPython, read_supported

OURS = sys.version_info.minor
SETUP = "from setuptools import setup\n"


def supported(folder: Path, **files: str) -> SupportedPython:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return read_supported(ConfigFiles.of(open_project(folder)))


@pytest.mark.parametrize(
    ("requirement", "minor"),
    [
        *((">=3.9", 9), (">=3.8,<4", 8), (">= 3.8.1", 8), ("~=3.10", 10), (">3.7", 7), (">=3.10,!=3.10.*", 11)),
        *(("<4", OURS), ("!=3.9.*", OURS), ("", OURS), ("nonsense", OURS), ("==3.11.4", OURS), (">=3.99", 99)),
    ],
)
def test_the_oldest_version_is_read_from_the_requirement(tmp_path: Path, requirement: str, minor: int) -> None:
    found = supported(tmp_path, pyproject_toml=f'[project]\nname = "a"\nrequires-python = "{requirement}"\n')
    assert (found.minor, found.two) == (minor, False)


@pytest.mark.parametrize(
    ("requirement", "minor"), [(">=2.7, !=3.0.*, !=3.1.*, !=3.2.*", 3), (">=2.6", 0), ("!=3.0.*,>=2.7,<4", 1)]
)
def test_python_2_is_seen(tmp_path: Path, requirement: str, minor: int) -> None:
    found = supported(tmp_path, setup_cfg=f"[options]\npython_requires = {requirement}\n")
    assert found == SupportedPython(minor, two=True, requirement=requirement)


@pytest.mark.parametrize(("requirement", "minor"), [("^3.8", 8), ("~2.7 || ^3.6", 6), ("^2.7 || ^3.5", 0)])
def test_requirements_of_poetry_are_read(tmp_path: Path, requirement: str, minor: int) -> None:
    text = f'[tool.poetry.dependencies]\npython = "{requirement}"\n'
    assert supported(tmp_path, pyproject_toml=text).minor == minor


@pytest.mark.parametrize(
    "call",
    [
        "setup(python_requires='>=3.7')",
        "import setuptools\nsetuptools.setup(python_requires=WANTED)",
        "setup(**{}, python_requires='>='\n'3.7')",
    ],
)
def test_setup_py_is_read_and_not_run(tmp_path: Path, call: str) -> None:
    text = f"{SETUP}WANTED = '>=3.7'\n{call}\nraise SystemExit(1)\n"
    assert supported(tmp_path, setup_py=text) == SupportedPython(7, requirement=">=3.7")


@pytest.mark.parametrize("text", ["setup(", "setup(python_requires=read())", "\0", "f(python_requires='>=3.7')"])
def test_setup_script_that_computes_its_requirement_is_ignored(tmp_path: Path, text: str) -> None:
    assert supported(tmp_path, setup_py=text) == SupportedPython(OURS)


CLASSIFIERS = ("Programming Language :: Python :: 2.7", "Programming Language :: Python :: 3.9")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.py", f"{SETUP}setup(classifiers={[*CLASSIFIERS, 'Programming Language :: Python :: 3.8']})"),
        ("setup.py", f"{SETUP}setup(classifiers='''\n{CLASSIFIERS[0]}\nProgramming Language :: Python :: 3.8\n''')"),
        ("setup.cfg", "[metadata]\nclassifiers =\n    Programming Language :: Python :: 3.8\n"),
        ("pyproject.toml", '[project]\nname = "a"\nclassifiers = ["Programming Language :: Python :: 3.8"]\n'),
    ],
)
def test_classifiers_count_where_nothing_is_required(tmp_path: Path, name: str, text: str) -> None:
    assert supported(tmp_path, **{name: text}) == SupportedPython(8, requirement="3.8")


def test_a_requirement_comes_before_classifiers(tmp_path: Path) -> None:
    text = f"{SETUP}setup(python_requires='>=3.9', classifiers=['Programming Language :: Python :: 3.6'])"
    assert supported(tmp_path, setup_py=text).minor == 9
