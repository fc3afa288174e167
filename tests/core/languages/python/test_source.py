"""Bytes, text, lines and positions of one file."""

import ast
import threading
import warnings
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.errors import TargetError
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.registry import read_source
from workhorse_core.languages.source import MAX_BYTES

BOM = b"\xef\xbb\xbf"
LETTERS = {
    "utf-8": "aZ \t\f\v'#\\é日\U0001f40e\u2028\u2029\x85\x1c",
    "latin-1": "aZ \t\f'#\\é\xa0\x85ÿ",
    "cp1251": "aZ \t\f'#\\ЖяЁ№",
    "shift_jis": "aZ \t\f'#\\日本ソ表ｱ",
    "ascii": "aZ \t\f'#\\",
}


@st.composite
def encoded_texts(draw: st.DrawFn) -> tuple[str, bytes, str]:
    """Draw a text of some lines that declares its encoding, with its bytes and codec."""
    encoding = draw(st.sampled_from(sorted(LETTERS)))
    words = st.text(st.sampled_from(LETTERS[encoding]), max_size=12)
    ends = st.sampled_from(["\n", "\r\n", "\r"])
    lines = draw(st.lists(st.tuples(words, ends), max_size=6))
    text = f"# coding: {encoding}\n" + "".join(map("".join, lines)) + draw(words)
    bom = BOM if encoding == "utf-8" and draw(st.booleans()) else b""
    return text, bom + text.encode(encoding), encoding


@given(encoded_texts())
def test_every_position_is_found_as_bytes_and_back(made: tuple[str, bytes, str]) -> None:
    text, data, encoding = made
    source = PythonSource("a.py", data)
    bom = len(data) - len(text.encode(encoding))
    assert source.text == text
    assert b"".join(source.lines) == data
    before = ""
    for number, raw in enumerate(source.lines, 1):
        line = raw.removeprefix(BOM if number == 1 else b"").decode(encoding)
        for column in range(len(line) + 1):
            offset = source.offset(number, len(line[:column].encode()))
            assert offset == bom + len((before + line[:column]).encode(encoding))
            if column < len(line):
                assert source.line_of(offset) == number
        before += line
    assert before == text
    assert source.offset(len(source.lines) + 1, 0) == len(data)
    assert source.line_of(len(data)) == len(source.lines) == source.last_line


@given(encoded_texts())
def test_decoded_text_is_encoded_to_the_same_bytes(made: tuple[str, bytes, str]) -> None:
    text, data, _ = made
    source = PythonSource("a.py", data)
    assert data.endswith(source.encode(source.text))
    assert source.encode(text) == source.encode(source.text)


@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"# coding: cp1251\n", b"# coding: utf-7\n", b"# coding: shift_jis\r"]),
)
def test_any_bytes_are_read_or_refused_and_never_changed(data: bytes, head: bytes) -> None:
    source = PythonSource("a.py", head + data)
    assert b"".join(source.lines) == head + data
    with suppress(TargetError):
        assert source.data.endswith(source.encode(source.text))
        assert isinstance(source.tree, ast.Module)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (BOM, "utf-8-sig"),
        (BOM + b"# coding: utf-8\n", "utf-8-sig"),
        (b"# -*- coding: latin-1 -*-\n", "iso8859-1"),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1251 :\n", "cp1251"),
        (b"\f# coding=shift_jis\r", "shift_jis"),
        (b"\r# coding: cp1252\r", "cp1252"),
        (b"# coding: utf-8-unix\n", "utf-8"),
        (b"# coding: ISO_8859_1-dos\n", "iso8859-1"),
        (b"import a\n# coding: cp1251\n", "utf-8"),
        (b"\n\n# coding: cp1251\n", "utf-8"),
        (b"'''\n# coding: cp1251\n'''\n", "utf-8"),
        (b"x = 1  # coding: cp1251\n", "utf-8"),
    ],
)
def test_the_encoding_is_the_one_that_python_takes(data: bytes, encoding: str) -> None:
    assert PythonSource("a.py", data).encoding == encoding


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"# coding: klingon\n", "declares the unknown encoding klingon"),
        (b"# coding: hex\n", "cannot be read as hex"),
        (b"# coding: undefined\n", "cannot be read as undefined"),
        (BOM + b"# coding: latin-1\n", "byte order mark but declares the encoding iso-8859-1"),
        (b"x = 1\ny = '\xff'\n", "cannot be read as utf-8: line 2"),
        (b"# coding: ascii\n\ny = '\xff'\n", "cannot be read as ascii: line 3"),
        (b"# coding: shift_jis\ny = '\x81'\n", "cannot be read as shift_jis: line 2"),
    ],
)
def test_a_file_that_is_not_in_its_encoding_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(TargetError, match=words):
        _ = PythonSource("a.py", data).text


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: utf-7\nx = '+ZeVnLA-'\n",
        b"# coding: utf-7\nx = '\\n'\n",
        "# coding: iso2022_jp\nx = '日本'\n".encode("iso2022_jp"),
        b"# coding: unicode_escape\nx = 1\\x0ay = 2\n",
        b"# coding: cp037\nx = 1\n",
        b"# coding: utf-16\nx = 1\n",
    ],
)
def test_an_encoding_without_bytes_for_each_character_is_refused(data: bytes) -> None:
    with pytest.raises(TargetError, match=r"a\.py (is written in|cannot be read as) "):
        _ = PythonSource("a.py", data).text


def test_text_that_the_encoding_lacks_is_refused() -> None:
    with pytest.raises(TargetError, match=r"written in cp1251, which has no '\\u65e5'"):
        PythonSource("a.py", b"# coding: cp1251\n").encode("日")
    with pytest.raises(TargetError, match=r"written in utf-8, which has no '\\ud800'"):
        PythonSource("a.py", BOM).encode("\ud800")


def test_text_that_the_encoding_would_change_is_refused() -> None:
    with pytest.raises(TargetError, match="written in shift_jis, which would change"):
        PythonSource("a.py", b"# coding: shift_jis\n").encode("\xa5 100")


def test_an_encoded_text_never_brings_a_byte_order_mark() -> None:
    assert PythonSource("a.py", BOM + b"x = 1\n").encode("é") == "é".encode()


@pytest.mark.parametrize(
    ("data", "newline"),
    [
        (b"", "\n"),
        (b"a", "\n"),
        (b"a\r\nb\r\nc\n", "\r\n"),
        (b"a\rb\rc\n", "\r"),
        (b"a\nb\r\n", "\n"),
        (b"a\r\r\n\r\n", "\r\n"),
    ],
)
def test_the_newline_is_the_most_common_one(data: bytes, newline: str) -> None:
    assert PythonSource("a.py", data).newline == newline


def test_lines_end_where_pythons_do_and_nowhere_else() -> None:
    data = "a\f\v\x1c\x85\u2028\u2029b\r\nc\rd\n\r\n".encode()
    ends = [line.lstrip(b"abcd")[-2:] for line in PythonSource("a.py", data).lines]
    assert ends == [b"\r\n", b"\r", b"\n", b"\r\n"]


@pytest.mark.parametrize(
    ("data", "indent"),
    [(b"x", ""), (b"\t x", "\t "), (b"    \f  x", "  "), (b"\f\f\tx", "\t"), (BOM + b"  x", "  "), (b"", "")],
)
def test_only_the_blanks_that_count_are_the_indentation(data: bytes, indent: str) -> None:
    assert PythonSource("a.py", data).indent_of(1) == indent


@pytest.mark.parametrize(
    ("data", "unit"),
    [
        (b"x = 1\n", "    "),
        (b"def f(): pass\n", "    "),
        (b"def f():\n\treturn 1\n", "\t"),
        (b"if x: pass\nclass A:\n  def f(self):\n     return 1\n", "  "),
        (b"x = [\n        1]\nfor a in x:\n   pass\n", "   "),
        (b"def f(a,\n        b): return a\ndef g():\n  pass\n", "  "),
        (b"def f(): pass\ntry:\n  pass\nexcept A:\n      pass\n", "  "),
    ],
)
def test_the_indent_unit_is_that_of_the_first_block(data: bytes, unit: str) -> None:
    assert PythonSource("a.py", data).indent_unit == unit


@pytest.mark.parametrize(
    ("head", "data"),
    [
        ("@  a . b", b"x = 1\n  \n@  a . b\n\n# note\n\n@c\ndef f(): pass  # end\n"),
        ("@(  # with an @ sign", b"@(  # with an @ sign\n   # @another\n\n a\n @ b)\nclass A: x = 1;\n"),
        ("@\\\r\n (a", b"@\\\r\n (a\r\n)\r\nasync def f():\r\n  pass\r\n"),
        ("@a", BOM + b"@a\rdef f(): pass"),
        ("@a", b"if 1:\n \f @a\n \f def f(): pass"),
    ],
)
def test_a_definition_begins_at_the_sign_of_its_first_decorator(head: str, data: bytes) -> None:
    source = PythonSource("a.py", data)
    [node] = (
        node for node in ast.walk(source.tree) if isinstance(node, (ast.stmt)) and hasattr(node, "decorator_list")
    )
    start, end = source.span(node)
    assert data[start:].startswith(head.encode())
    assert data[start - 1 : start] in (b"", b"\n", b" ", BOM[-1:])
    assert data[start:end].endswith((b"pass", b"1;"))


def test_the_module_is_all_but_the_byte_order_mark() -> None:
    source = PythonSource("a.py", BOM + b"\n# only a comment")
    assert source.span(source.tree) == (3, len(source.data))
    assert PythonSource("a.py", b"").span(PythonSource("a.py", b"").tree) == (0, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x = 1\ndef f(:\n", "a.py does not parse: line 2: invalid syntax."),
        (b"def f():\n  x\n   y\n", "a.py does not parse: line 3: unexpected indent."),
        (b"x = '\n", "a.py does not parse: line 1: unterminated string literal (detected at line 1)."),
        (b"x = \x001\n", "a.py does not parse: "),
        (b"# coding: utf-7\nx = '+2AA-'\n", "a.py does not parse: 'utf-8' codec can't encode"),
        (b"x = " + b"9" * 5000, "a.py does not parse: line 1: Exceeds the limit"),
    ],
)
def test_a_file_that_does_not_parse_names_the_line_and_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(TargetError) as caught:
        _ = PythonSource("a.py", data).tree
    assert caught.value.message.startswith(words)
    assert "\n" not in caught.value.message


HOSTILE = {
    "parentheses": b"x = " + b"(" * 200_000,
    "signs": b"x = " + b"-" * 200_000 + b"1",
    "sums": b"x = " + b"1+" * 200_000 + b"1",
    "attributes": b"x = a" + b".a" * 200_000,
    "calls": b"x = a" + b"()" * 50_000,
    "lambdas": b"x = " + b"lambda:" * 50_000 + b"1",
    "branches": b"if 1: pass\n" + b"elif 1: pass\n" * 50_000,
    "blocks": b"".join(b" " * depth + b"if 1:\n" for depth in range(200)) + b" " * 200 + b"pass",
    "imported name": b"import a" + b".\\\n a" * 500,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_code_that_is_nested_without_end_is_refused_and_crashes_nothing(kind: str) -> None:
    outcomes: list[str] = []

    def parse() -> None:
        try:
            _ = PythonSource("a.py", HOSTILE[kind]).tree
        except TargetError as error:
            outcomes.append(error.message)

    parse()
    thread = threading.Thread(target=parse)
    thread.start()
    thread.join()
    assert len(outcomes) == 2
    assert all(outcome.startswith("a.py does not parse: ") for outcome in outcomes)


def test_a_long_chain_of_branches_is_parsed() -> None:
    data = b"if 1: pass\n" + b"elif 1: pass\n" * 1_200
    assert PythonSource("a.py", data).indent_unit == "    "


def test_the_users_own_mistakes_raise_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert PythonSource("a.py", b"x = '\\d'\nassert (x, 1)\ny = 1 is 1\n").tree.body


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x\0", "a.py is a binary file"),
        ("x = 1\n".encode("utf-16"), "a.py is a binary file"),
        (b"x = 1\n" * 200_000, "a.py is too large: it has 1,200,000 bytes"),
        (b"x=1;" * 5_000, "a.py looks minified: its lines are 20,000 bytes long"),
    ],
)
def test_a_file_that_is_no_code_to_work_on_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(TargetError) as caught:
        read_source("a.py", data)
    assert caught.value.message.startswith(words)
    assert caught.value.message.count(". ") == 0


@pytest.mark.parametrize("data", [b"", b"\n", b"x" * 4_000, b"x = 1\n" * (MAX_BYTES // 6), BOM])
def test_empty_and_just_small_enough_files_are_accepted(data: bytes) -> None:
    assert read_source("a.py", data).data is data
