"""Parser of docstrings: style, text, and the lines of sections and entries.

Edits go by the line numbers, so that untouched lines stay byte for byte.
Sections are those of the Google and NumPy styles and the field lists of Sphinx.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText, Style
from workhorse_core.languages.python.docstring.paragraph import dedented_lines, unwrap
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple


class SectionKind(StrEnum):
    """The subject of a section."""

    PARAMETERS = "parameters"
    ATTRIBUTES = "attributes"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"
    TYPES = "types"
    """A field of Sphinx with only the type for another field."""
    OTHER = "other"


class Entry(NamedTuple):
    """One entry of a section; ``first`` and ``last`` are lines of the docstring from 0, the last one excluded.

    ``names`` has several where one entry describes them together; it is empty for the text of a returns section.
    """

    names: tuple[str, ...]
    type: str | None
    text: str
    first: int
    last: int


class Section(NamedTuple):
    """One section with the lines of its header and text; a field list of Sphinx is several sections."""

    kind: SectionKind
    style: Style
    entries: tuple[Entry, ...]
    first: int
    last: int


class Reading(NamedTuple):
    """A parsed docstring. ``style`` is None where no section shows it."""

    content: DocstringContent
    style: Style | None
    sections: tuple[Section, ...]
    summary_on_first_line: bool

    def entries(self, kind: SectionKind) -> list[Entry]:
        """Return the entries of all sections of a kind."""
        return [entry for section in self.sections if section.kind is kind for entry in section.entries]


_TITLES = {
    **dict.fromkeys(("args", "arguments", "parameters", "params", "other parameters"), SectionKind.PARAMETERS),
    **dict.fromkeys(("keyword args", "keyword arguments", "other arguments"), SectionKind.PARAMETERS),
    "attributes": SectionKind.ATTRIBUTES,
    **dict.fromkeys(("returns", "return"), SectionKind.RETURNS),
    **dict.fromkeys(("yields", "yield"), SectionKind.YIELDS),
    **dict.fromkeys(("raises", "raise", "exceptions", "except"), SectionKind.RAISES),
    **dict.fromkeys(("example", "examples", "note", "notes", "references", "see also", "todo"), SectionKind.OTHER),
    **dict.fromkeys(("warning", "warnings", "warns", "receives", "methods"), SectionKind.OTHER),
}
_FIELDS = {
    word: kind
    for kind, words in {
        SectionKind.PARAMETERS: "param parameter arg argument key keyword type kwarg",
        SectionKind.ATTRIBUTES: "var ivar cvar vartype",
        SectionKind.RETURNS: "return returns rtype",
        SectionKind.YIELDS: "yield yields ytype",
        SectionKind.RAISES: "raise raises except exception",
    }.items()
    for word in words.split()
}
_TYPE_FIELDS = frozenset({"type", "rtype", "ytype", "vartype"})
_FIELD = late_pattern(
    rf":(?P<word>{'|'.join(_FIELDS)})(?:[ \t]+(?P<about>[^:\n]*(?::[^\s:][^:\n]*)*))?:(?:\s+(?P<text>.*)|$)"
)
_GOOGLE_ENTRY = late_pattern(
    r"(?P<names>\\?\*{0,2}[\w.]+(?:\s*,\s*\\?\*{0,2}[\w.]+)*)\s*(?:\((?P<type>.*?)\)\s*)?:(?:\s+(?P<text>.*)|$)"
)
_NUMPY_ENTRY = late_pattern(r"(?P<names>[^:]*?)(?:\s*:(?:\s+(?P<type>.*)|$)|$)")
_TYPE = late_pattern(r"[\w.\[\], |\"'`~*()]+$")


def read_docstring(text: str) -> Reading:
    """Parse the evaluated text of a docstring in any style."""
    lines = dedented_lines(text)
    found = [*_google_sections(lines), *_numpy_sections(lines), *_sphinx_sections(lines)]
    style = _style(found)
    sections = tuple(section for section in found if section.style is style)
    start = min((section.first for section in sections), default=len(lines))
    return Reading(_content(lines[:start], sections), style, sections, bool(lines[0].strip()))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _style(sections: Sequence[Section]) -> Style | None:
    """Return the style with most sections; a lone `Example:` does not decide."""
    counts = {
        style: sum(2 if s.kind is not SectionKind.OTHER else 1 for s in sections if s.style is style) for style in Style
    }
    best = max(counts, key=lambda style: counts[style])
    return best if counts[best] else None


def _content(head: Sequence[str], sections: Sequence[Section]) -> DocstringContent:
    summary, description = _prose(head)

    def entries(kind: SectionKind) -> list[Entry]:
        return [entry for section in sections if section.kind is kind for entry in section.entries]

    def words(kind: SectionKind) -> str | None:
        found = [entry.text for entry in entries(kind) if entry.text or entry.type]
        return "\n\n".join(found) if found else None

    parameters = [ParameterText(name, e.text, e.type) for e in entries(SectionKind.PARAMETERS) for name in e.names]
    raises = [RaiseText(name, e.text) for e in entries(SectionKind.RAISES) for name in e.names]
    return DocstringContent(
        summary,
        description,
        tuple(parameters),
        words(SectionKind.RETURNS),
        words(SectionKind.YIELDS),
        tuple(raises),
    )


def _prose(head: Sequence[str]) -> tuple[str, str]:
    """Split the text before the sections into the summary (the first paragraph) and the rest."""
    start = next((number for number, line in enumerate(head) if line), len(head))
    end = next((number for number in range(start, len(head)) if not head[number]), len(head))
    return " ".join(" ".join(head[start:end]).split()), unwrap("\n".join(head[end:]))


def _block_end(lines: Sequence[str], start: int) -> int:
    """Find the end of the indented block that starts on a line, without blank lines after it."""
    end = start
    for number in range(start, len(lines)):
        if lines[number] and not lines[number].startswith(" "):
            break
        if lines[number]:
            end = number + 1
    return end


def _google_sections(lines: Sequence[str]) -> Iterator[Section]:
    for number, line in enumerate(lines):
        kind = _TITLES.get(line[:-1].lower()) if line.endswith(":") else None
        end = _block_end(lines, number + 1)
        if kind is None or end == number + 1:
            continue
        body = range(number + 1, end)
        if kind in (SectionKind.RETURNS, SectionKind.YIELDS):
            entries = [_result(lines, body)]
        elif kind is SectionKind.OTHER:
            entries = []
        else:
            entries = list(_google_entries(lines, body))
        yield Section(kind, Style.GOOGLE, tuple(entries), number, end)


def _google_entries(lines: Sequence[str], body: range) -> Iterator[Entry]:
    depth = next(_indent(lines[number]) for number in body if lines[number])
    starts = [n for n in body if lines[n] and _indent(lines[n]) <= depth and _GOOGLE_ENTRY.match(lines[n].strip())]
    for first, after in pairwise([*starts, body.stop]):
        match = _GOOGLE_ENTRY.match(lines[first].strip())
        if match is not None:
            last = _trimmed(lines, first, after)
            yield Entry(
                _names(match["names"]),
                match["type"],
                _text(match["text"], lines[first + 1 : last]),
                first,
                last,
            )


def _result(lines: Sequence[str], body: range) -> Entry:
    """Read a returns section: `type: words` or words alone."""
    first = next(number for number in body if lines[number])
    head, colon, rest = lines[first].strip().partition(": ")
    if not colon and head.endswith(":"):
        head, colon = head[:-1], ":"
    if colon and _is_type(head):
        return Entry((), head, _text(rest, lines[first + 1 : body.stop]), first, body.stop)
    return Entry((), None, unwrap("\n".join(lines[first : body.stop])), first, body.stop)


def _is_type(text: str) -> bool:
    return bool(_TYPE.match(text)) and (" " not in text or bool(re.search(r"[\[|]| or | of |, ", text)))


def _numpy_sections(lines: Sequence[str]) -> Iterator[Section]:
    heads = [n for n in range(len(lines) - 1) if lines[n] and re.fullmatch(r"-{3,}|={3,}", lines[n + 1])]
    for number, after in pairwise([*heads, len(lines)]):
        kind = _TITLES.get(lines[number].rstrip(":").lower())
        if kind is None:
            continue
        end = _trimmed(lines, number, after)
        body = range(number + 2, end)
        entries = [] if kind is SectionKind.OTHER else list(_numpy_entries(lines, body, kind))
        yield Section(kind, Style.NUMPY, tuple(entries), number, end)


def _numpy_entries(lines: Sequence[str], body: range, kind: SectionKind) -> Iterator[Entry]:
    starts = [number for number in body if lines[number] and not lines[number].startswith(" ")]
    result = kind in (SectionKind.RETURNS, SectionKind.YIELDS)
    filled = [number for number in body if lines[number]]
    if result and starts == filled and not (len(starts) == 1 and _is_type(lines[starts[0]])):
        yield Entry((), None, unwrap("\n".join(lines[number] for number in body)), body.start, body.stop)
        return
    for first, after in pairwise([*starts, body.stop]):
        match = _NUMPY_ENTRY.fullmatch(lines[first])
        last = _trimmed(lines, first, after)
        text = unwrap("\n".join(lines[first + 1 : last]))
        if result:
            named = match is not None and match["type"]
            yield Entry((), match["type"] if match and named else lines[first], text, first, last)
        elif match is not None:
            yield Entry(_names(match["names"]), match["type"], text, first, last)


def _sphinx_sections(lines: Sequence[str]) -> Iterator[Section]:
    types = _sphinx_types(lines)
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match is None:
            continue
        kind, last = _FIELDS[match["word"]], _field_end(lines, number)
        about = (match["about"] or "").split()
        text = _text(match["text"], lines[number + 1 : last])
        name = _names(about[-1]) if about and kind not in (SectionKind.RETURNS, SectionKind.YIELDS) else ()
        kind_type = " ".join(about[:-1]) or types.get((kind, name)) or None
        entry = Entry(name, kind_type, text, number, last)
        if match["word"] in _TYPE_FIELDS:
            yield Section(SectionKind.TYPES, Style.SPHINX, (entry,), number, last)
        else:
            yield Section(kind, Style.SPHINX, (entry,), number, last)


def _sphinx_types(lines: Sequence[str]) -> dict[tuple[SectionKind, tuple[str, ...]], str]:
    """Collect `:type x:` and `:rtype:` fields."""
    matches = [match for match in map(_FIELD.match, lines) if match and match["word"] in _TYPE_FIELDS]
    return {(_FIELDS[match["word"]], _names(match["about"] or "")): (match["text"] or "").strip() for match in matches}


def _field_end(lines: Sequence[str], start: int) -> int:
    """Find the end of a field: it spans indented lines, and others until a blank one or the next field."""
    end = start + 1
    blank = False
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if not line:
            blank = True
            continue
        if _FIELD.match(line) or line.startswith(":") or (blank and not line.startswith(" ")):
            break
        end = number + 1
    return end


def _trimmed(lines: Sequence[str], first: int, last: int) -> int:
    while last > first + 1 and not lines[last - 1]:
        last -= 1
    return last


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip().replace("\\", "").strip("`") for part in text.split(",")) if name)


def _text(first: str | None, rest: Sequence[str]) -> str:
    """Join the text after an entry's colon with the lines that follow it."""
    tail = unwrap("\n".join(rest))
    head = " ".join((first or "").split())
    if not head or not tail:
        return head or tail
    return head + ("\n\n" if not rest[0] else " ") + tail
