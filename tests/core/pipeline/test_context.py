"""The context of a region for a model."""

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.context import Context, context_of
from workhorse_core.pipeline.region import Region, definitions, lines_region

LIBRARY = Path(sysconfig.get_paths()["stdlib"])

PARSER = '''\
"""Parsing."""
from __future__ import annotations
import os, sys as system
from typing import (  # why
    TYPE_CHECKING,
)
if TYPE_CHECKING:
    from collections.abc import Iterable
try:
    import fast
except ImportError:
    fast = None

LIMIT: int = 10
TABLE = {"a long key number %d" % number: number for number in range(1000)}


class ParseError(ValueError):
    """The text
    is wrong. It says where.

    More.
    """
    def __init__(self, line: int) -> None:
        self.line = line


class Reader:
    """Reads."""
    def peek(self) -> str:
        """Look ahead."""
    def skip(self): ...


@final
class Parser(Reader, metaclass=Meta):
    """Parses text."""
    kinds: dict[str, int] = {}
    def __init__(self, text: str, *, limit: int = LIMIT,
                 table={1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}):
        self.text: str = text
        if limit:
            self.limit = limit
        self.text = text
        other.limit = 3
        local = 4
    @property
    def size(self) -> int:
        """How long it is"""
        return len(self.text)
    async def parse(
        self,  # the parser
        first, /, *rest: int, **options: object,
    ) -> list[str] | None:
        import re
        if self.size > self.limit:
            raise ParseError(1)
        try:
            word = self.peek()
            super().skip()
        except Early:
            raise Late
        def step(): return helper(word)
        step()
        rest = rest()
        print(word)
        return other.parse(Parser.make("x"), self.peek(), tools.run())
    @classmethod
    def make(cls, text): return cls(text)


class Late(Exception): pass


@cache
def helper(word):
    """

    Help
    with it

    more"""
    return rest(word)


def rest(word): return helper(word)


def outer(a):
    """Go out."""
    def inner(b): return inner_most(b) + helper(b) + a
    def inner_most(c): return c
    return inner(a)
'''


def region_of(name: str, text: str = PARSER) -> Region:
    return next(region for region in definitions(PythonSource("a.py", text.encode())) if region.name == name)


def test_a_method_is_shown_with_its_imports_its_class_and_what_it_calls() -> None:
    context = context_of(region_of("Parser.parse"), 1_000)
    assert context.imports.split("\n") == [
        "from __future__ import annotations",
        "import os, sys as system",
        "from typing import TYPE_CHECKING",
        "from collections.abc import Iterable",
        "import fast",
    ]
    assert context.outline.split("\n") == [
        "@final",
        "class Parser(Reader, metaclass=Meta):",
        '    """Parses text."""',
        "    kinds: dict[str, int] = {}",
        "    def __init__(self, text: str, *, limit: int=LIMIT, table=...): ...",
        "    self.text: str = text",
        "    self.limit = limit",
        "    async def parse(self, first, /, *rest: int, **options: object) -> list[str] | None: ...",
    ]
    assert context.callees.split("\n") == [
        "@property",
        "def size(self) -> int:  # in Parser",
        '    """How long it is"""',
        "class ParseError(ValueError):",
        '    """The text is wrong."""',
        "    def __init__(self, line: int) -> None: ...",
        "def peek(self) -> str:  # in Reader",
        '    """Look ahead."""',
        "def skip(self): ...  # in Reader",
        "class Late(Exception): ...",
        "@cache",
        "def helper(word):",
        '    """Help with it"""',
        "@classmethod",
        "def make(cls, text): ...  # in Parser",
    ]
    assert context.text == "\n\n".join([context.imports, context.outline, context.callees])


def test_a_method_that_is_shown_as_called_is_not_shown_twice() -> None:
    context = context_of(region_of("Parser.__init__", PARSER.replace("local = 4", "self.make(text)")), 1_000)
    assert "def make(cls, text): ...  # in Parser" in context.callees
    assert "def make" not in context.outline


def test_a_nested_function_is_shown_with_the_one_around_it() -> None:
    context = context_of(region_of("outer.inner"), 1_000)
    assert context.outline.split("\n") == ["def outer(a):", '    """Go out."""']
    assert context.callees.split("\n")[:2] == ["def inner_most(c): ...  # in outer", "@cache"]


def test_a_class_and_a_module_are_shown_by_their_own_outline() -> None:
    parser = context_of(region_of("Parser"), 1_000)
    assert "    def make(cls, text): ..." in parser.outline.split("\n")
    assert "def peek(self) -> str:  # in Reader" in parser.callees
    module = context_of(region_of(""), 1_000)
    assert module.outline.split("\n") == [
        "fast = None",
        "LIMIT: int = 10",
        "TABLE = ...",
        "class ParseError(ValueError):",
        '    """The text is wrong."""',
        "class Reader:",
        '    """Reads."""',
        "@final",
        "class Parser(Reader, metaclass=Meta):",
        '    """Parses text."""',
        "class Late(Exception): ...",
        "@cache",
        "def helper(word):",
        '    """Help with it"""',
        "def rest(word): ...",
        "def outer(a):",
        '    """Go out."""',
    ]
    assert module.callees == ""


def test_lines_are_shown_with_the_definition_that_they_are_in() -> None:
    source = PythonSource("a.py", PARSER.encode())
    line = PARSER.split("\n").index("        step()") + 1
    context = context_of(lines_region(source, line, line + 1), 1_000)
    assert "    async def parse(self, first" in context.outline
    assert context.callees == "def step(): ...  # in Parser.parse"


@pytest.mark.parametrize("text", ["# Title\n\nSome words: here.\n", "", "# note\n"])
def test_lines_of_plain_text_have_no_context(text: str) -> None:
    assert context_of(lines_region(PythonSource("a.md", text.encode()), 1, 1), 1_000) == Context()


def test_the_most_useful_comes_first_when_the_budget_is_small() -> None:
    region = region_of("Parser.parse")
    frame = context_of(region, 60)
    assert frame.outline.startswith("@final\nclass Parser(")
    assert "def size" in frame.callees
    assert "kinds" not in frame.outline
    assert context_of(region, 0) == context_of(region, -1) == Context()


@given(st.integers(0, 700), st.sampled_from([one.name for one in definitions(PythonSource("a.py", PARSER.encode()))]))
def test_the_budget_is_kept_and_no_line_is_cut(budget: int, name: str) -> None:
    whole = context_of(region_of(name), 10_000)
    context = context_of(region_of(name), budget)
    assert len(context.imports) + len(context.outline) + len(context.callees) <= budget * 3
    for part in ("imports", "outline", "callees"):
        lines, all_lines = getattr(context, part).split("\n"), getattr(whole, part).split("\n")
        rest = iter(all_lines)
        assert lines == [""] or all(line in rest for line in lines)
    assert context == context_of(region_of(name), budget)


def test_the_imports_are_the_same_for_every_region_of_a_file() -> None:
    regions = definitions(PythonSource("a.py", PARSER.encode()))
    for budget in (5, 50, 500):
        assert len({context_of(region, budget).imports for region in regions}) == 1


def test_bases_in_a_circle_are_followed_once() -> None:
    text = "class A(B):\n    def f(self): self.g()\nclass B(A): pass\n"
    assert context_of(region_of("A.f", text), 100).callees == ""


def test_a_value_that_is_nested_too_deeply_to_be_written_is_left_out() -> None:
    text = f"def f(a={'-' * 900}1): g()\ndef g(b=1{'+1' * 900}): pass\n"
    assert context_of(region_of("f", text), 100).callees == "def g(b=...): ..."


def test_an_outline_has_one_line_for_a_text_with_line_ends() -> None:
    text = 'def f(): g()\ndef g(a="a\\nb", b=f"""{x}\n  y\u2028z"""):\n    """One\u2028two\x0bthree."""\n'
    header, summary = context_of(region_of("f", text), 100).callees.splitlines()
    assert header.startswith("def g(a='a\\nb', b=")
    assert summary == '    """One two three."""'


def test_a_long_summary_is_cut_between_words() -> None:
    text = f'def f(): g()\ndef g():\n    """{"many words " * 60}"""\n'
    [_, summary] = context_of(region_of("f", text), 300).callees.split("\n")
    assert summary.endswith(' words ..."""')
    assert len(summary) < 220


@pytest.mark.parametrize("name", ["configparser.py", "typing.py", "ast.py", "dataclasses.py"])
def test_every_region_of_a_real_file_has_a_context_within_its_budget(name: str) -> None:
    for region in definitions(PythonSource(name, (LIBRARY / name).read_bytes())):
        context = context_of(region, 400)
        assert len(context.imports) + len(context.outline) + len(context.callees) <= 1_200
