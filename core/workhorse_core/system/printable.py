"""Text from elsewhere made fit to be shown: names, paths and words of servers, files and repositories.

A terminal obeys escape sequences, bidirectional marks reorder a line, and a line end begins a trailer of its own in a
commit message. JSON needs none of this: there everything is escaped.
"""

import unicodedata

_SHOWN = 300
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Categories without a glyph: controls, formats (bidirectional marks, zero width), half characters, line separators."""

_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters and marks that show nothing, although their category says otherwise."""


def printable(text: str, most: int = _SHOWN) -> str:
    """Return a text on one line, with everything that cannot be seen escaped, and cut to ``most`` characters."""
    shown = visible(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def visible(text: str, keep: str = "") -> str:
    """Return a text with everything that cannot be seen escaped, but for the characters in ``keep``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter in keep or _is_seen(letter) else _escaped(letter) for letter in text)


def _is_seen(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable()
    code = ord(letter)
    if 0xFE00 <= code <= 0xFE0D or 0xE0000 <= code <= 0xE01EF:  # selectors of variants, but for those of emoji; tags
        return False
    return letter not in _INVISIBLE and unicodedata.category(letter) not in _UNSEEN


def _escaped(letter: str) -> str:
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
