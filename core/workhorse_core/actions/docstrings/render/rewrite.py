"""Edits that make an old docstring match its signature: only entries come and go, the rest stays byte for byte."""

import re
from collections.abc import Iterable, Mapping, Sequence

from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.actions.docstrings.render.literal import quote
from workhorse_core.actions.docstrings.render.mismatch import Mismatch, bare
from workhorse_core.actions.docstrings.render.sections import render_entry, render_sections
from workhorse_core.actions.docstrings.render.stale import with_new_name
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, Style
from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.languages.python.docstring.paragraph import dedented_lines, split_lines
from workhorse_core.languages.python.docstring.read import Entry, Reading, Section, SectionKind, read_docstring
from workhorse_core.languages.python.signature import Signature
from workhorse_core.system.named_tuple import NamedTuple

_LITERAL = re.compile(r"(?P<prefix>[rRuU]?)(?P<quotes>\"\"\"|'''|\"|')(?P<body>.*)(?P=quotes)", re.DOTALL)


class OldDocstring(NamedTuple):
    """A literal as in the source, its lines ended by line feeds, and its value."""

    literal: str
    value: str


def mend(old: OldDocstring, mismatch: Mismatch, content: DocstringContent, signature: Signature, layout: Layout) -> str:
    """Return the literal without the invented entries and with those of ``content``.

    Args:
        old: The old literal.
        mismatch: Its differences from the signature, with the stale entries that are to go.
        content: Text for missing entries; those without any stay missing.
        signature: The real signature.
        layout: The layout of new entries; the style is the docstring's own.
    """
    reading = read_docstring(old.value)
    typed = [entry.type for entry in reading.entries(SectionKind.PARAMETERS)]
    layout = layout._replace(style=reading.style or layout.style, types=any(typed) if typed else layout.types)
    match = _LITERAL.fullmatch(old.literal)
    if match is not None and _is_aligned(match, old.value):
        lines = split_lines(match["body"])
        new = _Mending(reading, lines, _margin(lines, layout), layout).apply(mismatch, content, signature)
        kept, raw = set(lines), "r" in match["prefix"].lower()
        if not raw or not any('"""' in line or "'''" in line for line in new if line not in kept):
            written = [line if raw or line in kept else _escaped(line) for line in _closed(new)]
            return match["prefix"] + match["quotes"] + layout.newline.join(written) + match["quotes"]
    new = _Mending(reading, dedented_lines(old.value), "", layout).apply(mismatch, content, signature)
    return quote(_stripped(new), layout)


def _is_aligned(match: re.Match[str], value: str) -> bool:
    """Return whether it is one literal whose source lines are the lines of its value."""
    quotes, body = match["quotes"], match["body"]
    pieces = quotes in re.sub(r"\\.", "", body, flags=re.DOTALL)
    return len(quotes) == 3 and not pieces and len(split_lines(body)) == len(split_lines(value))


def _closed(lines: list[str]) -> list[str]:
    """Join the quotes to a text of which only one line remains (D200)."""
    filled = [line for line in lines if line.strip()]
    return [filled[0].strip()] if len(filled) == 1 < len(lines) and not filled[0].endswith(("\\", '"')) else lines


def _escaped(line: str) -> str:
    return re.sub("'{3,}", lambda run: "\\'" * len(run[0]), escape(line))


class _Mending:
    """The lines of a docstring, with cuts and insertions."""

    def __init__(self, reading: Reading, lines: Sequence[str], margin: str, layout: Layout) -> None:
        self._reading = reading
        self._lines: list[str] = list(lines)
        self._margin = margin
        self._layout = layout
        self._cut: set[int] = set()
        self._put: dict[int, list[str]] = {}

    def apply(self, mismatch: Mismatch, content: DocstringContent, signature: Signature) -> list[str]:
        """Return the new lines."""
        for section in self._reading.sections:
            self._drop(section, mismatch)
            self._rename(section, dict(mismatch.renamed))
        for old, new in mismatch.defaults:
            self._lines[:] = [line.replace(old, new, 1) if line.count(old) == 1 else line for line in self._lines]
        order = [parameter.label for parameter in signature.parameters]
        fresh = tuple(entry for entry in content.parameters if not self._put_beside(entry, order, signature))
        rest = content._replace(summary="", description="", parameters=fresh)
        self._put_sections(rest, signature)
        return self._joined()

    def _rename(self, section: Section, renamed: Mapping[str, str]) -> None:
        """Put a parameter's new name before its text."""
        if section.kind not in (SectionKind.PARAMETERS, SectionKind.TYPES):
            return
        for entry in section.entries:
            for name in entry.names:
                if bare(name) in renamed and entry.first not in self._cut:
                    line = self._lines[entry.first]
                    self._lines[entry.first] = with_new_name(line, bare(name), renamed[bare(name)], section.style)

    def _drop(self, section: Section, mismatch: Mismatch) -> None:
        if section.kind in mismatch.empty_result:
            self._cut_section(section)
            return
        is_raises = section.kind is SectionKind.RAISES
        invented = set(mismatch.unraised if is_raises else mismatch.invented)
        if section.kind not in (SectionKind.PARAMETERS, SectionKind.TYPES, SectionKind.RAISES) or not invented:
            return
        kept = [entry for entry in section.entries if not set(entry.names) <= invented or not entry.names]
        if not kept and section.entries:
            self._cut_section(section)
            return
        for entry in section.entries:
            if entry not in kept:
                self._cut.update(range(entry.first, entry.last))
            elif set(entry.names) & invented:
                names = ", ".join(name for name in entry.names if name not in invented)
                pattern = r"\s*,\s*".join(re.escape(name) for name in entry.names)
                self._lines[entry.first] = re.sub(pattern, names, self._lines[entry.first], count=1)

    def _cut_section(self, section: Section) -> None:
        """Cut a section with the blank lines before it; a Sphinx field has none of its own."""
        self._cut.update(range(section.first, section.last))
        before = section.first - 1
        while section.style is not Style.SPHINX and before > 0 and not self._lines[before].strip():
            self._cut.add(before)
            before -= 1

    def _put_beside(self, entry: ParameterText, order: Sequence[str], signature: Signature) -> bool:
        """Insert an entry after its predecessor in the signature, else before the first entry."""
        there = [e for e in self._reading.entries(SectionKind.PARAMETERS) if e.first not in self._cut]
        if not there:
            return False
        place = {bare(label): number for number, label in enumerate(order)}
        number = place.get(bare(entry.name), len(order))
        earlier = [e for e in there if any(place.get(bare(name), len(order)) < number for name in e.names)]
        model = earlier[-1] if earlier else there[0]
        indent = _indent(self._lines[model.first])
        lines = [indent + line if line else "" for line in render_entry(entry, signature, self._layout)]
        self._put.setdefault(self._after(model) if earlier else model.first, []).extend(lines)
        return True

    def _after(self, entry: Entry) -> int:
        """Return the line after an entry and after the field of its type."""
        types = [s.last for s in self._reading.sections if s.kind is SectionKind.TYPES and s.first == entry.last]
        return types[0] if types else entry.last

    def _put_sections(self, content: DocstringContent, signature: Signature) -> None:
        """Insert whole sections: parameters before results, both before exceptions."""
        order = (SectionKind.PARAMETERS, SectionKind.RETURNS, SectionKind.RAISES)
        for kind, only in zip(order, _split(content), strict=True):
            lines = render_sections(only, signature, self._layout)
            if lines:
                self._put_section(kind, [self._margin + line if line else "" for line in lines])

    def _put_section(self, kind: SectionKind, lines: list[str]) -> None:
        same = [s for s in self._reading.sections if s.kind is kind and s.first not in self._cut]
        sphinx = self._layout.style is Style.SPHINX
        if same and kind is SectionKind.RAISES and not sphinx:
            entries = lines[2:] if self._layout.style is Style.NUMPY else lines[1:]
            self._put.setdefault(same[-1].last, []).extend(entries)
            return
        ranks = [SectionKind.PARAMETERS, SectionKind.RETURNS, SectionKind.YIELDS, SectionKind.RAISES]
        later = ranks[ranks.index(kind) + 1 :] if kind is not SectionKind.RETURNS else [SectionKind.RAISES]
        after = [s.first for s in self._reading.sections if s.kind in later and s.first not in self._cut]
        if after:
            self._put.setdefault(min(after), []).extend(lines if sphinx else [*lines, ""])
            return
        known = [s for s in self._reading.sections if s.first not in self._cut and s.kind is not SectionKind.OTHER]
        end = max((s.last for s in known), default=self._end())
        joined = sphinx and any(s.last == end for s in known)
        self._put.setdefault(end, []).extend(lines if joined else ["", *lines])

    def _end(self) -> int:
        end = len(self._lines)
        while end > 1 and (end - 1 in self._cut or not self._lines[end - 1].strip()):
            end -= 1
        return end

    def _joined(self) -> list[str]:
        lines: list[str] = []
        for number, line in enumerate(self._lines):
            lines += self._put.get(number, ())
            if number not in self._cut:
                lines.append(line)
        tail = self._put.get(len(self._lines), [])
        return (
            [*lines, *tail, self._margin]
            if tail or (lines and lines[-1].strip() and len(self._lines) in self._put)
            else lines
        )


def _split(content: DocstringContent) -> tuple[DocstringContent, DocstringContent, DocstringContent]:
    empty = DocstringContent("")
    return (
        empty._replace(parameters=content.parameters),
        empty._replace(returns=content.returns, yields=content.yields),
        empty._replace(raises=content.raises),
    )


def _margin(lines: Sequence[str], layout: Layout) -> str:
    """Return the indentation of the docstring's lines."""
    indents = [_indent(line) for line in lines[1:] if line.strip()]
    return min(indents, key=len, default=layout.indent)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _stripped(lines: Iterable[str]) -> list[str]:
    """Remove blank lines at both ends, and all but one between paragraphs."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return kept
