import ast
from textwrap import dedent

import pytest

from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.actions.docstrings.rules.survey import MAX_NEIGHBOURS, Survey, describes
from workhorse_core.actions.docstrings.rules.writer import write_subject
from workhorse_core.languages.python.raised import class_bases
from workhorse_core.languages.python.signature import signature_of
from workhorse_core.languages.python.source import Source


def survey_of(files: dict[str, str]) -> tuple[Survey, list[str]]:
    read: list[str] = []

    def reading(path: str) -> bytes | None:
        read.append(path)
        return files[path].encode() if path in files else None

    return Survey(reading, lambda folder: [path for path in files if path.rpartition("/")[0] == folder]), read


def write_about(survey: Survey, path: str, code: str, name: str) -> None:
    source = Source(path, dedent(code).encode())
    place = survey.file_of(source).places[name]
    signature = signature_of(place.node, place.parents, source, class_bases(source.tree))
    write_subject(Subject(place.file, place.node, place.parents, signature, survey))


def test_a_big_folder_costs_no_more_than_a_small_one() -> None:
    documented = 'def g{0}(env_name):\n    """Do it.\n\n    Args:\n        env_name: Number {0} of them.\n    """\n'
    survey, read = survey_of({f"src/f{number}.py": documented.format(number) for number in range(1000)})
    write_about(survey, "src/a.py", "def set_environ(env_name, other):\n    g(env_name)\n    k = 1\n", "set_environ")
    assert len(read) <= MAX_NEIGHBOURS


def test_what_does_not_describe_a_parameter_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    survey, _ = survey_of({f"src/f{number}.py": "def g(env_name: str, x=1): ...\n" for number in range(9)})
    code = "def set_environ(env_name):\n    g(env_name)\n    k = 1\n"
    source = Source("src/a.py", code.encode())
    place = survey.file_of(source).places["set_environ"]
    monkeypatch.setattr(ast, "parse", None)
    known = write_subject(Subject(place.file, place.node, (), signature_of(place.node), survey))
    assert known.content is not None


def test_nothing_of_the_project_is_run() -> None:
    base = 'raise SystemExit("run")\nclass Base:\n    def work(self):\n        """Go through all of it."""\n'
    survey, _ = survey_of({"src/base.py": base})
    source = Source("src/a.py", b"from base import Base\nclass C(Base):\n    def work(self): return 1 + 1\n")
    place = survey.file_of(source).places["C.work"]
    known = write_subject(
        Subject(place.file, place.node, place.parents, signature_of(place.node, place.parents), survey)
    )
    assert known.content is not None
    assert known.content.summary == "Go through all of it."


@pytest.mark.parametrize("text", ["def f(:\n", "\0", "x" * 500_000, "\udcff"])
def test_a_file_that_cannot_be_read_is_no_neighbour(text: str) -> None:
    survey = Survey(
        lambda path: text.encode("utf-8", "surrogateescape") if path == "src/b.py" else None, lambda folder: []
    )
    assert survey.file("src/b.py") is None or not survey.file("src/b.py").places  # type: ignore[union-attr]
    assert survey.file("src/missing.py") is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("    name: What it is called.\n", 1),
        ("    name (str): What it is called.\n", 1),
        ("    **name: What is passed on.\n", 1),
        (":param name: what\n:param str name: what\n", 2),
        ("    name : str\n        What it is called.\n", 1),
        ("def f(\n    name: str,\n    other: int,\n): ...\n", 0),
        ("    rename: What it is called.\n", 0),
        ("name = 1\n", 0),
    ],
)
def test_descriptions_are_seen_without_parsing(text: str, count: int) -> None:
    assert describes(text.encode(), "name") == count


FILES = {
    "pkg/__init__.py": "from .net import *\nfrom . import deep\n",
    "pkg/net.py": "from .deep.core import Base as Root\nimport pkg.deep.core as core\nclass Net(Root): ...\n",
    "pkg/deep/__init__.py": "",
    "pkg/deep/core.py": "class Base: ...\nclass Own:\n    class Inner: ...\n",
}


@pytest.mark.parametrize(
    ("code", "name", "path"),
    [
        ("from pkg.deep.core import Base", "Base", "pkg/deep/core.py"),
        ("from pkg.net import Root", "Root", "pkg/deep/core.py"),
        ("import pkg.deep.core", "pkg.deep.core.Base", "pkg/deep/core.py"),
        ("import pkg.deep.core as c", "c.Own.Inner", "pkg/deep/core.py"),
        ("from pkg import deep", "deep.core.Base", "pkg/deep/core.py"),
        ("from pkg import Net", "Net", "pkg/net.py"),
        ("import pkg", "pkg.Net", "pkg/net.py"),
        ("from pkg.net import core", "core.Base", "pkg/deep/core.py"),
        ("from json import JSONEncoder", "JSONEncoder", "<library>/json/encoder.py"),
        ("from pkg import missing", "missing", None),
        ("import numpy", "numpy.array", None),
        ("from ..... import x", "x", None),
        ("x = 1", "x", None),
        ("x = 1", "f(x)", None),
    ],
)
def test_names_are_followed_through_imports(code: str, name: str, path: str | None) -> None:
    survey, _ = survey_of(FILES)
    found = survey.resolve(survey.file_of(Source("a.py", f"{code}\n".encode())), name)
    assert (found.file.path if found else None) == path


def test_imports_that_go_round_in_circles_end() -> None:
    survey, _ = survey_of({"b.py": "from a import x\n", "a.py": "from b import x\n"})
    assert survey.resolve(survey.file_of(Source("a.py", b"from b import x\n")), "x") is None


def test_classes_that_inherit_in_circles_end() -> None:
    survey, _ = survey_of({})
    file = survey.file_of(Source("a.py", b"class A(B): ...\nclass B(A): ...\n"))
    assert [place.name for place in survey.ancestors(file.places["A"])] == ["B"]
