"""The outline of a file in pieces equals that of the whole file, also while typing and beside syntax errors."""

import random
import sysconfig
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from workhorse_core.settings.config import Config
from workhorse_lsp_server.documents import MirroredDocument, split_lines
from workhorse_lsp_server.incremental_outline import LONGEST, Outline
from workhorse_lsp_server.menu import Spot, read_spots

STDLIB = Path(sysconfig.get_paths()["stdlib"])
FILES = (
    "argparse.py",
    "ast.py",
    "dataclasses.py",
    "typing.py",
    "tarfile.py",
    "shutil.py",
    "json/decoder.py",
    "enum.py",
)
CLASS = 'class Long:\n    """One\n\n    Two.\n    """\n\n' + "".join(
    f"    def method_{n}(self):\n        return {n}\n\n" for n in range(100)
)


def document(text: str) -> tuple[MirroredDocument, Outline]:
    made = MirroredDocument("file:///a.py", text, 1, "python", "utf-16")
    outline = Outline("a.py", made.lines, Config(actions=("docstrings",)))
    made.on_change = outline.change
    return made, outline


def settled(outline: Outline) -> None:
    for _ in outline.parse_all():
        pass


def put(made: MirroredDocument, at: int, new: str, delete: int = 0) -> None:
    text = made.source
    lines = split_lines(text[:at])
    ends = split_lines(text[: at + delete])

    def position(before: list[str]) -> lsp.Position:
        ended = not before or before[-1].endswith("\n")
        return lsp.Position(len(before), 0) if ended else lsp.Position(len(before) - 1, len(before[-1]))

    change = lsp.TextDocumentContentChangePartial(lsp.Range(position(lines), position(ends)), new)
    made.apply_change(change)


def names(outline: Outline, line: int) -> list[str]:
    return [spot.name for spot, _, _ in outline.choices(line, line)]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n")


def whole(text: str) -> list[Spot]:
    spots = read_spots("a.py", "", text, Config(actions=("docstrings",)))
    assert spots is not None
    return [spot for spot in spots if spot.name]


@pytest.mark.parametrize("name", [*FILES[:2], *(pytest.param(name, marks=pytest.mark.slow) for name in FILES[2:])])
def test_the_outline_of_pieces_equals_that_of_the_whole_file(name: str) -> None:
    text = (STDLIB / name).read_text("utf-8")
    _, outline = document(text)
    settled(outline)
    for spot in whole(text):
        assert outline.find(spot.name, spot.first) is not None, spot.name
    plain = [spot for spot in whole(text) if spot.kind != "class"]
    for spot in plain:
        within = [s for s in plain if s.first <= spot.first <= s.last]
        if within[-1] is spot:
            found = outline.choices(spot.first, spot.first)
            assert {c.title for _, _, c in found} == {c.title for c in spot.choices}, spot.name


def test_a_line_in_a_long_class_is_its_method_or_the_class() -> None:
    _, outline = document(CLASS.replace('    """One\n\n    Two.\n    """\n', "    one = 1\n"))
    assert names(outline, 0) == ["Long"]
    assert names(outline, line_of(CLASS, "method_70") + 1 - 3) == ["Long.method_70"]


@pytest.mark.parametrize("turns", [30, pytest.param(100, marks=pytest.mark.slow)])
def test_after_every_keystroke_the_menu_is_that_of_the_text(turns: int) -> None:
    made, outline = document(f"import os\n\n\ndef first(a):\n    return a\n\n\n{CLASS}\n\ndef last(b):\n    return b\n")
    settled(outline)
    rng = random.Random(7)
    for turn in range(turns):
        at = made.source.index("return", rng.randrange(len(made.source) - 60))
        put(made, at + len("return "), rng.choice(["1 + ", "(2) * ", "-"]))
        line = made.source[:at].count("\n")
        expected = [spot for spot in whole(made.source) if spot.first <= line <= spot.last][-1]
        assert names(outline, line) == [expected.name], turn
        if turn % 20 == 0:
            settled(outline)


def test_a_syntax_error_elsewhere_takes_nothing_from_the_menu() -> None:
    made, outline = document(
        "def first(a):\n    return a\n\n\ndef second(b):\n    return b\n\n\ndef third(c):\n    return c\n"
    )
    settled(outline)
    put(made, made.source.index("return b"), "if (((\n")
    assert names(outline, 0) == ["first"]
    assert names(outline, line_of(made.source, "def third")) == ["third"]
    assert names(outline, line_of(made.source, "def second")) == []
    settled(outline)
    assert names(outline, line_of(made.source, "def third")) == ["third"]
    assert outline.wanted() == ["docstrings"]


def test_code_in_a_string_is_no_code() -> None:
    text = 'TEXT = """\ndef inside():\n    pass\n"""\n\n\ndef outside():\n    pass\n'
    _, outline = document(text)
    settled(outline)
    assert names(outline, 6) == ["outside"]
    assert "inside" not in names(outline, 1)


def test_a_function_is_offered_as_soon_as_it_is_typed() -> None:
    made, outline = document("X = 1\n")
    settled(outline)
    put(made, len(made.source), "\n\ndef fresh(a):\n    return a\n")
    assert names(outline, 3) == ["fresh"]
    put(made, len(made.source), "\n\nclass Box:\n    def inner(self):\n        return 1\n")
    assert names(outline, 9) == ["Box.inner"]


def test_a_text_that_is_replaced_as_a_whole_is_read_anew() -> None:
    made, outline = document("def first(a):\n    return a\n")
    settled(outline)
    made.apply_change(lsp.TextDocumentContentChangeWholeDocument("# more\n\n\ndef first(a):\n    return a\n"))
    assert [(spot.name, line) for spot, line, _ in outline.choices(4, 4)] == [("first", 3)]


def test_a_piece_that_is_too_long_is_skipped_and_the_others_are_offered() -> None:
    long = "def long():\n" + "    x = 1\n" * (LONGEST + 1)
    _, outline = document(f"{long}\n\ndef short():\n    return 1\n")
    settled(outline)
    assert names(outline, 5) == []
    assert names(outline, LONGEST + 4) == ["short"]


def test_carriage_returns_and_form_feeds_are_no_obstacle() -> None:
    _, outline = document("def a(x):\r\n    return x\r\n\f\r\ndef b(y):\r\n    s = '\u2028'\r\n    return y\r\n")
    settled(outline)
    assert names(outline, 0) == ["a"]
    assert names(outline, 5) == ["b"]


def test_nothing_is_wanted_where_nothing_is_missing() -> None:
    _, outline = document('"""Doc."""\n\n\ndef a():\n    """Doc."""\n\n\ndef _private():\n    return 1\n')
    settled(outline)
    assert outline.wanted() == []
    assert names(outline, 7) == ["_private"]
