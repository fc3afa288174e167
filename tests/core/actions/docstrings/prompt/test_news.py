import pytest

from workhorse_core.actions.docstrings.prompt.labels import SUMMARY, Kind, Label
from workhorse_core.actions.docstrings.prompt.news import has_news
from workhorse_core.languages.python.signature import read_signature
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import find_definitions


@pytest.mark.parametrize(
    ("header", "summary", "entry", "expected"),
    [
        ("def sign(value: str) -> bytes", "Signs the given string.", "The string to sign.", False),
        ("def sign(value: str) -> bytes", "Sign a string and append a timestamp.", "The string to sign.", True),
        ("def sign(value: str) -> bytes", "Signs the given string.", "Any text in UTF-8.", True),
        ("def reserved_keywords(value)", "Return a list of reserved keywords.", "The value to use.", False),
        ("def isValidPath(value)", "Check whether the path is valid.", "The path to check.", False),
        ("def freeze(value)", "Freeze an object to make it hashable.", "The object to freeze.", True),
        ("def load(value: TomlDocument)", "Load the TOML document.", "The document to load.", False),
    ],
)
def test_words_of_name_and_signature_alone_are_no_news(header: str, summary: str, entry: str, expected: bool) -> None:
    source = PythonSource("a.py", f"{header}:\n    return weave(value)\n".encode())
    region = find_definitions(source)[1]
    texts = {SUMMARY: summary, Label(Kind.PARAMETER, "value"): entry}
    assert has_news(texts, region.name, read_signature(region)) is expected
