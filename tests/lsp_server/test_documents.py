"""The mirror of a document: ten thousand edits with every nasty character, against the specification by the book."""

import random
import re

import pytest
from lsprotocol import types as lsp

from support.lsp_editor import position_of
from workhorse_lsp_server.documents import Changed, MirroredDocument, split_lines

ENCODINGS = ("utf-8", "utf-16", "utf-32")
NASTY = [
    "a",
    "b",
    "\n",
    "\r",
    "\r\n",
    "\f",
    "\v",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "😋",
    "é",
    "\t",
    " ",
    "𐍈",
    "\ufeff",
]
NASTY += ["def f():\n    pass\n", "x\r\ny"]
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
ROUNDS, EDITS = 34, 100
"""For each of three encodings: 10,200 edits."""


def places(text: str) -> list[int]:
    """List the offsets at which a client can stand: not within CR LF."""
    return [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n" or at == 0]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_after_any_edit_it_is_what_the_editor_has(encoding: str) -> None:
    rng = random.Random(encoding)
    for _ in range(ROUNDS):
        text = "".join(rng.choice(NASTY) for _ in range(40))
        document = MirroredDocument("file:///a.py", text, 1, "python", encoding)
        reported: list[Changed] = []
        document.on_change = reported.append
        for _ in range(EDITS):
            at = places(text)
            first = rng.randrange(len(at))
            last = min(first + rng.randint(0, 6), len(at) - 1)
            start, end = at[first], at[last]
            new = "".join(rng.choice(NASTY) for _ in range(rng.randint(0, 4)))
            place = lsp.Range(position_of(text, start, encoding), position_of(text, end, encoding))
            lines = LINE.findall(text)
            text = text[:start] + new + text[end:]
            document.apply_change(lsp.TextDocumentContentChangePartial(place, new))
            assert document.source == text
            assert document.lines == LINE.findall(text) == split_lines(text)
            changed = reported.pop()
            assert document.lines[: changed.first] == lines[: changed.first]
            assert document.lines[changed.first + changed.new :] == lines[changed.last :]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_past_the_end_are_the_end(encoding: str) -> None:
    document = MirroredDocument("file:///a.py", "a😋\r\nb", 1, "python", encoding)
    assert document.offset_at(lsp.Position(0, 99)) == 2
    assert document.offset_at(lsp.Position(1, 99)) == 5
    assert document.offset_at(lsp.Position(9, 0)) == 5
    document.apply_change(lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(9, 9), lsp.Position(9, 9)), "c"))
    assert document.source == "a😋\r\nbc"


def test_a_position_that_is_given_is_not_changed() -> None:
    document = MirroredDocument("file:///a.py", "abc\n", 1, "python", "utf-16")
    place = lsp.Range(lsp.Position(0, 99), lsp.Position(0, 99))
    document.apply_change(lsp.TextDocumentContentChangePartial(place, "d"))
    assert place == lsp.Range(lsp.Position(0, 99), lsp.Position(0, 99))
    assert document.source == "abcd\n"


def test_the_whole_text_may_come_at_once() -> None:
    document = MirroredDocument("file:///a.py", "a\n", 1, "python", "utf-16")
    document.apply_change(lsp.TextDocumentContentChangeWholeDocument("b\rc"))
    assert document.lines == ["b\r", "c"]
    assert document.position_at(1, 1) == lsp.Position(1, 1)
    assert document.position_at(9, 0) == lsp.Position(1, 1)
