"""Languages by the names and first lines of files."""

import pytest

from workhorse_core.errors import TargetError
from workhorse_core.languages.registry import language_of, read_source


@pytest.mark.parametrize(
    ("path", "data", "name"),
    [
        ("a.py", b"", "Python"),
        ("src/a.pyi", b"", "Python"),
        ("a.pyw", b"", "Python"),
        ("tool", b"#!/usr/bin/env python3\n", "Python"),
        ("tool", b"#! /usr/bin/python3.11 -I\r\n", "Python"),
        ("tool", b"#!/bin/sh\n# python\n", "plain text"),
        ("tool", b"x = 1\n", "plain text"),
        ("README.md", b"", "plain text"),
    ],
)
def test_a_language_is_found_by_suffix_or_interpreter_line(path: str, data: bytes, name: str) -> None:
    assert language_of(path, data).name == name


def test_plain_text_is_read_as_utf_8_and_its_coding_comment_ignored() -> None:
    assert read_source("a.txt", "# coding: latin-1\né\n".encode()).text == "# coding: latin-1\né\n"
    with pytest.raises(TargetError, match="cannot be read as utf-8: line 2"):
        _ = read_source("a.txt", b"a\n\xff\n").text
