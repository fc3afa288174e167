"""Types that pyrefly reveals; it is started once on one project, which holds every case."""

from pathlib import Path

import pytest

from support.opened_project import open_project
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, read_facts
from workhorse_core.actions.hints.sources.revealed import from_revealed
from workhorse_core.workspace.python_files import index_project

CODE = """\
import contextlib, os, re, time

@contextlib.contextmanager
def within(path: str):
    old = os.getcwd()
    yield
    os.chdir(old)

def words(text: str):
    for word in text.split():
        yield word.lower()

def both(text: str):
    yield from text.split()
    yield None

def sent():
    got = yield 1
    print(got)

async def counted(n: int):
    for i in range(n):
        yield i

class Shelf:
    def __init__(self, n: int = 3):
        self.items = []
        self.cache = None
        self.found = {}
        self.mixed = []
        self.n = n

    def add(self, x: str):
        self.items.append(x)
        self.cache = {x: self.n}
        self.found[x] = len(x)
        self.mixed.append(unknown)

    def get(self, key: str):
        for each in key.split():
            if each == key:
                return each

    def pairs(self, key: str):
        return [(x, len(x)) for x in key.split()]

    @property
    def size(self):
        return self.n * 2

def wait(n):
    time.sleep(n)

def matches(text):
    return re.match("a", text)

def shown(text):
    return str(text), len(text)

NAMES = []
LAST = None

def note(name: str):
    global LAST
    NAMES.append(name)
    LAST = name
"""


@pytest.fixture(scope="module")
def revealed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("revealed")
    (root / "a.py").write_text(CODE)
    return found_in(root)


def found_in(root: Path) -> dict[str, str]:
    project = open_project(root)
    facts: ProjectFacts = read_facts(index_project(project))
    return {each.evidence.slot.partition("@")[0]: each.evidence.expression for each in from_revealed(project, facts)}


@pytest.mark.parametrize(
    ("slot", "type_"),
    [
        *(("within:return", "Iterator[None]"), ("words:return", "Iterator[str]")),
        *(("both:return", "Iterator[str | None]"), ("counted:return", "AsyncIterator[int]")),
        *(("Shelf:items", "list[str]"), ("Shelf:cache", "dict[str, int] | None"), ("Shelf:found", "dict[str, int]")),
        *(("Shelf.get:return", "str | None"), ("Shelf.pairs:return", "list[tuple[str, int]]")),
        *(("Shelf.size:return", "int"), ("wait:n", "float"), ("matches:text", "str")),
        *((":NAMES", "list[str]"), (":LAST", "str | None")),
    ],
)
def test_type_is_revealed(revealed: dict[str, str], slot: str, type_: str) -> None:
    assert revealed[slot] == type_


@pytest.mark.parametrize("slot", ["sent:return", "Shelf:mixed", "shown:text"])
def test_type_that_is_not_known_whole_is_left_out(revealed: dict[str, str], slot: str) -> None:
    assert slot not in revealed


def test_lines_with_other_characters_and_carriage_returns_are_read(tmp_path: Path) -> None:
    text = "def f(x: str):\r\n    'äöü€𝄞'; return ('ä€𝄞', x.split())[1]\r\n\r\ndef g(x: int): return 'ü', x\r\n"
    (tmp_path / "a.py").write_bytes(text.encode())
    assert found_in(tmp_path) == {"f:return": "list[str]", "g:return": "tuple[str, int]"}
