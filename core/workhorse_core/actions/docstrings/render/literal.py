"""Rendering of docstring content as a literal: wrapping, quotes and escapes.

`black` and `ruff format` leave the result as it is, and it satisfies pydocstyle's rules.
"""

import re
import unicodedata
from collections.abc import Iterable

from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.languages.python.docstring.paragraph import columns, fill, wrap
from workhorse_core.languages.python.signature import Signature
from workhorse_core.system.lazy_regex import late_pattern

_SENTENCE_END = late_pattern(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)\s+(?=[A-Z`\"'])")


def render(content: DocstringContent, signature: Signature | None, layout: Layout) -> str:
    """Render the literal, quotes included, to follow ``layout.indent``.

    The evaluated text has exactly the content's words, in order, and the section marks of the style. Only a single
    long word exceeds the width.

    Args:
        content: The text. The summary is used as it is: see :func:`finish_summary`.
        signature: The source of types; None for a module.
        layout: The layout.
    """
    sections: list[list[str]] = []
    if content.parameters or content.returns or content.yields or content.raises:
        from workhorse_core.actions.docstrings.render.sections import make_sections

        sections = make_sections(content, signature, layout)
    room = layout.room
    beside = len('r"""') + len(_padded(content.summary)) - len(content.summary)
    body = fill(content.summary.split(), room - (beside if layout.summary_on_first_line else 0), "", "")
    if content.description.strip():
        body += ["", *wrap(content.description, room)]
    for section in sections:
        body += ["", *section]
    if sections and layout.blank_after_sections:
        body.append("")
    return quote(body, layout)


def quote(body: list[str], layout: Layout) -> str:
    """Quote lines: raw where they have backslashes that allow it, escaped otherwise.

    Args:
        body: Lines of the evaluated text, without the docstring's indentation.
        layout: The indentation, the width and the line ends.
    """
    prefix = "r" if _wants_raw(body) else ""
    written = body if prefix else [escape(line) for line in body]
    opening = f'{prefix}"""'
    alone = _padded(written[0]) + _padding_after(written[0])
    if len(body) == 1 and columns(layout.indent + opening + alone) + 3 <= layout.width:
        return f'{opening}{alone}"""'
    if len(body) == 1 and layout.summary_on_first_line:  # formatters join closing quotes to a single line
        two = fill(body[0].split(), columns(body[0]) - 1, "", "")
        return quote(two, layout) if len(two) > 1 else f'{opening}{alone}"""'
    end = layout.newline
    first = _padded(written[0]) if layout.summary_on_first_line else end + layout.indent + written[0]
    lines = [layout.indent + line if line else "" for line in written[1:]]
    return opening + end.join([first, *lines, layout.indent + '"""'])


def finish_summary(summary: str, names: Iterable[str] = ()) -> str:
    """Make a summary a sentence: one line, a capital unless it starts with one of ``names``, a full stop."""
    text = " ".join(summary.split()).rstrip(" ,;:")
    if not text:
        return ""
    if text[-1] not in ".!?\u2026\u3002\uff01\uff1f":  # with an ellipsis, and those of Chinese and Japanese
        text += "."
    first = re.match(r"[a-z]+(?=[\s.,;:!?'-]|$)", text)
    return text[0].upper() + text[1:] if first and first[0] not in set(names) else text


def find_unwritable(text: str) -> str | None:
    """Describe the first character that no docstring may hold: control, surrogate, invisible, bidi or unassigned."""
    for character in text:
        if character not in "\n\t\r" and unicodedata.category(character) in {
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
            "Zl",
            "Zp",
        }:
            return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return None


def splits_summary(summary: str, layout: Layout) -> tuple[str, str]:
    """Split a summary that is too long for one line after its first sentence; the rest belongs to the description."""
    if columns(summary) <= layout.summary_room:
        return summary, ""
    first = first_sentence(summary)
    return (first, summary[len(first) :].lstrip()) if columns(first) <= layout.summary_room else (summary, "")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; an abbreviation does not end one."""
    return _SENTENCE_END.split(text, 1)[0]


def _wants_raw(body: list[str]) -> bool:
    """Return whether the text has a backslash, and nothing that a raw literal cannot hold."""
    text = "\n".join(body)
    return "\\" in text and '"""' not in text


def _padded(text: str) -> str:
    """Separate a leading quotation mark from the quotes, as formatters do."""
    return f" {text}" if text.startswith('"') else text


def _padding_after(text: str) -> str:
    """Separate a final quotation mark, or a backslash that would escape one, from the quotes."""
    backslashes = len(text) - len(text.rstrip("\\"))
    return " " if text.endswith('"') or backslashes % 2 else ""
