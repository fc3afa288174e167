"""The languages by the names of their files: adding one is one line."""

from collections.abc import Sequence

from workhorse_core.languages.language import Language
from workhorse_core.languages.plain_text import PlainText
from workhorse_core.languages.python.language import Python
from workhorse_core.languages.source import Source, check_size

LANGUAGES: tuple[Language, ...] = (Python(),)
PLAIN_TEXT: Language = PlainText()


def language_of(path: str, data: bytes = b"") -> Language:
    """Return the language of a file: by its suffix, else by its interpreter line, else plain text."""
    for language in LANGUAGES:
        if path.endswith((*language.suffixes, *language.other_suffixes)):
            return language
    if data.startswith(b"#!"):
        words = data[2:].partition(b"\n")[0].decode("utf-8", "replace")
        for language in LANGUAGES:
            if language.is_interpreter(words):
                return language
    return PLAIN_TEXT


def suffixes_of(names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the suffixes of the files that a folder means, of these languages or of all."""
    known = [language for language in LANGUAGES if not names or language.name in names]
    return tuple(suffix for language in known for suffix in language.suffixes)


def source_of(path: str, data: bytes) -> Source:
    """Return the source of a file, however large."""
    return language_of(path, data).read(path, data)


def read_source(path: str, data: bytes) -> Source:
    """Return the source of a file that is to be worked on.

    Raises:
        TargetError: It is binary, too large, or minified.
    """
    check_size(path, data)
    return source_of(path, data)
