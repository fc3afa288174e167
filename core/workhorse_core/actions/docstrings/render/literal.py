"""Rendering of docstring content as a literal: sections, wrapping, quotes and escapes.

`black` and `ruff format` leave the result as it is, and it satisfies pydocstyle's rules.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, Style
from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.languages.python.docstring.paragraph import columns, fill, wrap
from workhorse_core.languages.python.signature import Signature
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

_SENTENCE_END = late_pattern(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)\s+(?=[A-Z`\"'])")


class Layout(NamedTuple):
    """The layout of a docstring.

    Attributes:
        style: The style of sections.
        width: The most columns of a line, its indentation included.
        indent: The indentation of the docstring.
        unit: One step of indentation within sections.
        newline: The line end.
        summary_on_first_line: Whether the summary is beside the opening quotes (D212) or below them (D213).
        blank_after_sections: Whether a blank line precedes the closing quotes after sections (D413).
        types: Whether entries repeat the types of the signature.
        return_types: Whether results repeat their type.
    """

    style: Style = Style.GOOGLE
    width: int = 88
    indent: str = "    "
    unit: str = "    "
    newline: str = "\n"
    summary_on_first_line: bool = True
    blank_after_sections: bool = False
    types: bool = False
    return_types: bool = False


def render(content: DocstringContent, signature: Signature | None, layout: Layout) -> str:
    """Render the literal, quotes included, to follow ``layout.indent``.

    The evaluated text has exactly the content's words, in order, and the section marks of the style. Only a single
    long word exceeds the width.

    Args:
        content: The text. The summary is used as it is: see :func:`finish_summary`.
        signature: The source of types; None for a module.
        layout: The layout.
    """
    sections = _sections(content, signature, layout)
    room = _room(layout)
    beside = len('r"""') + len(_padded(content.summary)) - len(content.summary)
    body = _filled(content.summary, room - (beside if layout.summary_on_first_line else 0))
    if content.description.strip():
        body += ["", *wrap(content.description, room)]
    for section in sections:
        body += ["", *section]
    if sections and layout.blank_after_sections:
        body.append("")
    return quote(body, layout)


def render_entry(entry: ParameterText, signature: Signature | None, layout: Layout) -> list[str]:
    """Render one parameter as in its section, without the docstring's indentation and without escapes."""
    if layout.style is Style.SPHINX:
        return _sphinx_parameter(entry, signature, layout)
    if layout.style is Style.NUMPY:
        return _numpy_entry(_head(entry, signature, layout, " : {}"), entry.description, layout)
    return _google_entry(_head(entry, signature, layout, " ({})"), entry.description, layout)


def render_sections(content: DocstringContent, signature: Signature | None, layout: Layout) -> list[str]:
    """Render the sections alone, without the docstring's indentation and without escapes."""
    lines: list[str] = []
    for section in _sections(content, signature, layout):
        lines += ["", *section] if lines else section
    return lines


def summary_room(layout: Layout) -> int:
    """Return the columns for a summary that shares its line with both quotes and the prefix of a raw docstring."""
    return layout.width - columns(layout.indent) - len('r""""""')


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


def reads_as_type(text: str) -> bool:
    """Return whether docstring parsers read the beginning of an untyped result as its type ("C: a drive")."""
    return re.match(r"\s*[^:\s]+:|[^:]*\]:", text) is not None


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
    if columns(summary) <= summary_room(layout):
        return summary, ""
    first = first_sentence(summary)
    return (first, summary[len(first) :].lstrip()) if columns(first) <= summary_room(layout) else (summary, "")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; an abbreviation does not end one."""
    return _SENTENCE_END.split(text, 1)[0]


def yielded_type(annotation: str | None) -> str | None:
    """Return the item type of an iterator's or generator's annotation."""
    match = re.fullmatch(r"(?:\w+\.)*(?:Async)?(?:Iterator|Iterable|Generator)\[(.*)\]", annotation or "", re.DOTALL)
    if match is None:
        return None
    depth = 0
    for position, character in enumerate(match[1]):
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            return match[1][:position].strip()
    return match[1].strip()


def _room(layout: Layout) -> int:
    return max(layout.width - columns(layout.indent), 1)


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


# -- sections


def _sections(content: DocstringContent, signature: Signature | None, layout: Layout) -> list[list[str]]:
    make = {Style.GOOGLE: _google, Style.NUMPY: _numpy, Style.SPHINX: _sphinx}[layout.style]
    return [lines for lines in make(content, signature, layout) if lines]


def _google(content: DocstringContent, signature: Signature | None, layout: Layout) -> Iterator[list[str]]:
    unit = layout.unit
    if content.parameters:
        yield [
            f"{_parameters_title(signature, 'Args')}:",
            *(line for entry in content.parameters for line in _render_indented(entry, signature, layout)),
        ]
    for title, text, kind in _results(content, signature, layout):
        head = f"{kind}:" if kind else None
        yield [f"{title}:", *_indented(_filled(text, _room(layout) - columns(unit), head=head), unit)]
    if content.raises:
        entries = [_google_entry(entry.exception, entry.description, layout) for entry in content.raises]
        yield ["Raises:", *(unit + line for lines in entries for line in lines)]


def _render_indented(entry: ParameterText, signature: Signature | None, layout: Layout) -> list[str]:
    return _indented(render_entry(entry, signature, layout), layout.unit)


def _google_entry(head: str, description: str, layout: Layout) -> list[str]:
    return _filled(description, _room(layout) - columns(layout.unit), layout.unit, f"{head}:")


def _numpy(content: DocstringContent, signature: Signature | None, layout: Layout) -> Iterator[list[str]]:
    if content.parameters:
        entries = [render_entry(entry, signature, layout) for entry in content.parameters]
        yield [
            *_underlined(_parameters_title(signature, "Parameters")),
            *(line for lines in entries for line in lines),
        ]
    for title, text, kind in _results(content, signature, layout):
        yield [
            *_underlined(title),
            *(_numpy_entry(kind, text, layout) if kind else _filled(text, _room(layout))),
        ]
    if content.raises:
        entries = [_numpy_entry(entry.exception, entry.description, layout) for entry in content.raises]
        yield [*_underlined("Raises"), *(line for lines in entries for line in lines)]


def _parameters_title(signature: Signature | None, usual: str) -> str:
    """Return the title of the section: the fields of a dataclass are attributes."""
    return "Attributes" if signature and signature.constructor == "fields" else usual


def _underlined(title: str) -> list[str]:
    return [title, "-" * len(title)]


def _numpy_entry(head: str, description: str, layout: Layout) -> list[str]:
    return [head, *_indented(_filled(description, _room(layout) - columns(layout.unit)), layout.unit)]


def _sphinx(content: DocstringContent, signature: Signature | None, layout: Layout) -> Iterator[list[str]]:
    lines: list[str] = []
    for entry in content.parameters:
        lines += _sphinx_parameter(entry, signature, layout)
    for title, text, kind in _results(content, signature, layout):
        lines += _sphinx_field(f":{title.lower()}:", text, layout)
        if kind and title == "Returns":
            lines += _sphinx_field(":rtype:", kind, layout)
    for raised in content.raises:
        lines += _sphinx_field(f":raises {raised.exception}:", raised.description, layout)
    yield lines


def _sphinx_parameter(entry: ParameterText, signature: Signature | None, layout: Layout) -> list[str]:
    kind = _type_of(entry, signature, layout)
    lines = _sphinx_field(f":param {entry.name}:", entry.description, layout)
    return lines + (_sphinx_field(f":type {entry.name}:", kind, layout) if kind else [])


def _sphinx_field(head: str, text: str, layout: Layout) -> list[str]:
    return _filled(text, _room(layout), layout.unit, head)


def _results(
    content: DocstringContent, signature: Signature | None, layout: Layout
) -> Iterator[tuple[str, str, str | None]]:
    """Yield title, text and type of each result section."""
    annotation = signature.returns if signature and layout.return_types else None
    if content.returns is not None:
        yield "Returns", content.returns, _flat(annotation) if annotation else None
    if content.yields is not None:
        yield "Yields", content.yields, yielded_type(annotation)


def _head(entry: ParameterText, signature: Signature | None, layout: Layout, form: str) -> str:
    kind = _type_of(entry, signature, layout)
    return entry.name + (form.format(kind) if kind else "")


def _type_of(entry: ParameterText, signature: Signature | None, layout: Layout) -> str | None:
    if not layout.types:
        return None
    known = {parameter.label: parameter.annotation for parameter in signature.parameters} if signature else {}
    return _flat(entry.type or known.get(entry.name) or "") or None


def _filled(text: str, width: int, hanging: str = "", head: str | None = None) -> list[str]:
    """Fill lines; the head is never broken, even at blanks."""
    return fill([head, *text.split()] if head else text.split(), width, "", hanging)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _indented(lines: list[str], unit: str) -> list[str]:
    return [unit + line if line else "" for line in lines]
