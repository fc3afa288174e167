from collections.abc import Sequence

import pytest

from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.rules.project_docstrings import (
    MAX_NEIGHBOURS,
    ProjectDocstrings,
    describes,
)
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.actions.docstrings.rules.writer import write_subject
from workhorse_core.languages.python.handlers import class_bases
from workhorse_core.languages.python.signature import signature_of
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.source_files import FilesInMemory

SET_ENVIRON = "def set_environ(env_name):\n    _g(env_name)\n    k = 1\n"


class CountedFiles:
    def __init__(self, files: dict[str, str]) -> None:
        self._files = FilesInMemory({path: text.encode() for path, text in files.items()})
        self.read_paths: list[str] = []
        self.listings = 0

    def read(self, path: str) -> bytes | None:
        self.read_paths.append(path)
        return self._files.read(path)

    def folder(self, folder: str) -> Sequence[str]:
        return self._files.folder(folder)

    def paths(self) -> Sequence[str]:
        self.listings += 1
        return self._files.paths()


def write_about(project: ProjectDocstrings, code: str, name: str) -> Known:
    source = PythonSource("src/a.py", code.encode())
    symbol = project.module_of(source).definitions[name]
    signature = signature_of(symbol.node, symbol.parents, source, class_bases(source.tree))
    return write_subject(Subject(symbol.module, symbol.node, symbol.parents, signature, project))


def test_a_big_folder_costs_as_much_as_a_small_one_and_no_listing() -> None:
    documented = 'def g{0}(env_name):\n    """Do it.\n\n    Args:\n        env_name: Number {0} of them.\n    """\n'
    files = CountedFiles({f"src/f{number}.py": documented.format(number) for number in range(1000)})
    write_about(ProjectDocstrings(files), SET_ENVIRON, "set_environ")
    assert len([path for path in files.read_paths if "__init__" not in path]) <= MAX_NEIGHBOURS
    assert files.listings == 0


def test_a_neighbour_without_a_description_of_the_parameter_is_not_parsed() -> None:
    files = CountedFiles({f"src/f{number}.py": "def _g(env_name: str, x=1): ...\n" for number in range(9)})
    project = ProjectDocstrings(files)
    assert write_about(project, SET_ENVIRON, "set_environ").content is not None
    assert project.index.parses == 0


def test_a_base_class_is_read_without_running_its_module() -> None:
    base = 'raise SystemExit("run")\nclass Base:\n    def work(self):\n        """Go through all of it."""\n'
    code = "from base import Base\nclass C(Base):\n    def work(self): return 1 + 1\n"
    known = write_about(ProjectDocstrings(CountedFiles({"src/base.py": base})), code, "C.work")
    assert known.content is not None
    assert known.content.summary == "Go through all of it."


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
def test_descriptions_are_counted_without_parsing(text: str, count: int) -> None:
    assert describes(text.encode(), "name") == count
