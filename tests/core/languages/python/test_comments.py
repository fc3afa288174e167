"""The comments of Python files."""

import pytest

from workhorse_core.languages.python.comments import find_comments
from workhorse_core.languages.python.source import PythonSource


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", ["", "\ufeff", "# coding: latin-1\n"])
def test_comments_are_found_byte_for_byte(head: str, end: str) -> None:
    text = head + 'é = "# no"  # é one\n\f# two\nx = """\n# no\n"""  #three'
    data = text.replace("\n", end).encode("latin-1" if "latin" in head else "utf-8")
    source = PythonSource("a.py", data)
    found = [data[start:stop].decode(source.codec) for start, stop in find_comments(source)]
    assert found == ["# coding: latin-1"] * ("latin" in head) + ["# é one", "# two", "#three"]


@pytest.mark.parametrize("data", [b"x = (", b"# coding: nonsense\n", b"\xff"])
def test_a_file_that_cannot_be_tokenized_has_no_comments(data: bytes) -> None:
    assert find_comments(PythonSource("a.py", data)) == []


def test_a_file_without_comments_has_none() -> None:
    assert find_comments(PythonSource("a.py", b"")) == []
    assert find_comments(PythonSource("a.py", b"x = 1\n")) == []
