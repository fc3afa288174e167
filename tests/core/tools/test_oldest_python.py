"""The oldest version of Python is the oldest that a project names anywhere, else what its code shows."""

import ast
from pathlib import Path

import pytest

from support.opened_project import open_project
from workhorse_core.languages.python.version_evidence import read_evidence
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.oldest_python import UNSAID, OldestPython, read_oldest

CLASSIFIED = 'from setuptools import setup\nsetup(classifiers=["Programming Language :: Python :: {}", "{}"])\n'


def oldest(folder: Path, files: dict[str, str], *code: str) -> OldestPython:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_oldest(ConfigFiles.of(open_project(folder)), [read_evidence(ast.parse(each)) for each in code])


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"setup.py": CLASSIFIED.format("2.7", "")}, "a classifier is Programming Language :: Python :: 2.7"),
        ({"setup.py": CLASSIFIED.format("2", "")}, "a classifier is Programming Language :: Python :: 2"),
        ({"setup.cfg": "[bdist_wheel]\nuniversal = 1\n"}, "setup.cfg builds a universal wheel"),
        ({"setup.cfg": "[options]\npython_requires = >=2.7\n"}, "it requires Python >=2.7"),
        ({"tox.ini": "[tox]\nenvlist = py27,py39\n"}, "tox.ini names Python 2.7"),
        ({"tox.ini": "[tox]\nenvlist = py{27,36}-x\n"}, "tox.ini names Python 2.7"),
        ({"pyproject.toml": '[tool.black]\ntarget-version = ["py27", "py36"]\n'}, "pyproject.toml names Python 2.7"),
        ({".travis.yml": 'language: python\npython:\n  - "2.7"\n  - "3.6"\n'}, ".travis.yml names Python 2.7"),
        (
            {".github/workflows/ci.yml": "matrix:\n  python-version: ['2.7', '3.12']\n"},
            ".github/workflows/ci.yml names Python 2.7",
        ),
        (
            {
                "pyproject.toml": '[project]\nname="a"\nrequires-python=">=3.8"\n',
                "setup.cfg": "[wheel]\nuniversal=true",
            },
            "setup.cfg builds a universal wheel",
        ),
    ],
)
def test_python_2_is_found_wherever_it_is_named(tmp_path: Path, files: dict[str, str], where: str) -> None:
    assert oldest(tmp_path, files).two == where


@pytest.mark.parametrize(
    ("files", "minor"),
    [
        ({"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.9"\n'}, 9),
        ({"setup.py": "setup(python_requires='>=3.9', classifiers=['Programming Language :: Python :: 3.6'])"}, 6),
        ({"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.10"\n', "tox.ini": "envlist=py38"}, 8),
        ({"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.10"\n', "tox.ini": "envlist=py313"}, 10),
        ({".github/workflows/ci.yml": "python-version: '3.13'\n"}, UNSAID),
        ({".github/workflows/ci.yml": "python-version: '3.7'\n"}, 7),
        ({"pyproject.toml": '[project]\nname = "a"\nrequires-python = "<4"\n'}, UNSAID),
        ({}, UNSAID),
    ],
)
def test_the_oldest_python_3_is_the_oldest_that_is_named(tmp_path: Path, files: dict[str, str], minor: int) -> None:
    assert oldest(tmp_path, files) == OldestPython(minor)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "from __future__ import print_function",
            OldestPython(UNSAID, "the code has from __future__ import print_function"),
        ),
        (
            "try:\n    import urllib2\nexcept ImportError:\n    pass",
            OldestPython(UNSAID, "the code has import urllib2"),
        ),
        ("x = 1", OldestPython(UNSAID)),
        ("match x:\n    case 1: pass", OldestPython(10)),
        ("from __future__ import division\nf'{x}'", OldestPython(UNSAID)),
    ],
)
def test_code_counts_where_no_version_is_named(tmp_path: Path, code: str, expected: OldestPython) -> None:
    assert oldest(tmp_path, {}, "x = 1", code) == expected


def test_code_does_not_count_where_a_version_is_named(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.9"\n'}
    assert oldest(tmp_path, files, "import urllib2", "match x:\n    case 1: pass") == OldestPython(9)
