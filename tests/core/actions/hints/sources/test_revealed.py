"""Types that pyrefly reveals; it is started once on one project, which holds every case."""

from pathlib import Path

import pytest

from support.opened_project import open_project
from workhorse_core.actions.hints.evidence import Evidence
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, read_facts
from workhorse_core.actions.hints.sources.revealed import from_revealed
from workhorse_core.workspace.python_files import index_project

CODE = """\
import contextlib, io, os, re, time

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

LIMIT = 3

class Worker:
    limit = 1

    def __init__(self, text, kept, other, made, size=None, mode=None, name=None, flags=None, none=None):
        self.buffer = io.StringIO(text)
        self.name = name or os.getcwd()
        self.limit = kept
        self.made = made
        if size is None:
            size = len(self.name)
        self.size = size
        self.mode = os.getcwd() if mode is None else mode
        self.flags = flags or b""
        self.none = none or []
        self.other = other

    def again(self, tries=LIMIT):
        return tries == LIMIT

    def set(self, path, key, table: dict[str, int]):
        self.other = None
        self.made = Worker("", 1, 1, 1) if path == os.getcwd() else None
        return table[key]

def wait(n):
    time.sleep(n)

def maybe(n):
    if isinstance(n, str):
        return
    time.sleep(n)

def matches(text):
    return re.match("a", text)

def shown(text):
    return str(text), len(text)

NAMES = []
LAST = None

class Unset:
    def __init__(self):
        self.later = None

def unset(x: Unset):
    return x.later

def note(name: str):
    global LAST
    NAMES.append(name)
    LAST = name
"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> list[Evidence]:
    root = tmp_path_factory.mktemp("revealed")
    (root / "a.py").write_text(CODE)
    return evidence_in(root)


@pytest.fixture(scope="module")
def revealed(evidence: list[Evidence]) -> dict[str, str]:
    return {each.slot.partition("@")[0]: each.expression for each in evidence}


def evidence_in(root: Path) -> list[Evidence]:
    project = open_project(root)
    facts: ProjectFacts = read_facts(index_project(project))
    return [each.evidence for each in from_revealed(project, facts)]


def found_in(root: Path) -> dict[str, str]:
    return {each.slot.partition("@")[0]: each.expression for each in evidence_in(root)}


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


@pytest.mark.parametrize(
    ("name", "type_", "source"),
    [
        *(("text", "str", "revealed"), ("name", "str", "fallback"), ("size", "int", "fallback")),
        *(("mode", "str", "fallback"), ("kept", "int", "stored"), ("made", "Worker", "stored")),
    ],
)
def test_expression_beside_a_parameter_shows_its_type(
    evidence: list[Evidence], name: str, type_: str, source: str
) -> None:
    found = [(each.expression, each.source) for each in evidence if each.slot.startswith(f"Worker.__init__:{name}@")]
    assert found == [(type_, source)]


def test_comparison_and_item_show_the_type_of_a_parameter(revealed: dict[str, str]) -> None:
    assert (revealed["Worker.set:path"], revealed["Worker.set:key"]) == ("str", "str")


def test_comparison_with_its_own_default_shows_nothing_of_a_parameter(revealed: dict[str, str]) -> None:
    assert "Worker.again:tries" not in revealed


@pytest.mark.parametrize("name", ["flags", "none", "other"])
def test_bytes_empty_containers_and_none_beside_a_parameter_show_nothing(revealed: dict[str, str], name: str) -> None:
    assert f"Worker.__init__:{name}" not in revealed


@pytest.mark.parametrize("slot", ["unset:return", "maybe:n", "sent:return", "Shelf:mixed", "shown:text"])
def test_type_that_is_not_known_whole_is_left_out(revealed: dict[str, str], slot: str) -> None:
    assert slot not in revealed


def test_lines_with_other_characters_and_carriage_returns_are_read(tmp_path: Path) -> None:
    text = "def f(x: str):\r\n    'äöü€𝄞'; return ('ä€𝄞', x.split())[1]\r\n\r\ndef g(x: int): return 'ü', x\r\n"
    (tmp_path / "a.py").write_bytes(text.encode())
    assert found_in(tmp_path) == {"f:return": "list[str]", "g:return": "tuple[str, int]"}
