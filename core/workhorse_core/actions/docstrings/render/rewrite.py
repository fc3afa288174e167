"""Edits that make an old docstring match its signature: only entries come and go, the rest stays byte for byte."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from workhorse_core.actions.docstrings.render.literal import Layout, quote, render_entry, render_sections
from workhorse_core.actions.docstrings.render.stale import find_defaults, find_renamed, with_new_name
from workhorse_core.actions.docstrings.shape import Shape, shape_of
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, Style
from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.languages.python.docstring.paragraph import split_lines
from workhorse_core.languages.python.docstring.read import Entry, Reading, Section, SectionKind, read_docstring
from workhorse_core.languages.python.signature import ParameterKind, Signature
from workhorse_core.system.named_tuple import NamedTuple

_LITERAL = re.compile(r"(?P<prefix>[rRuU]?)(?P<quotes>\"\"\"|'''|\"|')(?P<body>.*)(?P=quotes)", re.DOTALL)


class Mismatch(NamedTuple):
    """The differences between a docstring and its signature.

    ``missing`` are entries that should be there; ``invented`` are described names that are no parameters;
    ``empty_result`` are sections about a result that does not exist. ``renamed`` are described names with the
    parameters that they are now; ``defaults`` are words about a default with those that are true now.
    """

    missing: Shape
    invented: tuple[str, ...] = ()
    empty_result: tuple[SectionKind, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    unraised: tuple[str, ...] = ()
    """Described exceptions that cannot be raised any more."""

    @property
    def stale(self) -> tuple[str, ...]:
        """The names of the entries that describe what does not exist; each is removed only where its name is given."""
        return (*self.invented, *(kind.value for kind in self.empty_result), *self.unraised)

    def removing(self, names: Collection[str]) -> "Mismatch":
        """Return the same with only the stale entries of these names."""
        invented = tuple(name for name in self.invented if _bare(name) in names)
        return self._replace(
            invented=invented,
            empty_result=tuple(kind for kind in self.empty_result if kind.value in names),
            unraised=tuple(name for name in self.unraised if name in names),
        )

    def __bool__(self) -> bool:
        lacking = self.missing
        return bool(
            lacking.parameters
            or lacking.returns
            or lacking.yields
            or lacking.raises
            or self.invented
            or self.empty_result
            or self.renamed
            or self.defaults
            or self.unraised
        )


def find_mismatch(reading: Reading, signature: Signature) -> Mismatch:
    """Compare a docstring with a signature; one without any section about the signature always matches.

    One without a summary matches too, as entries cannot mend it. Documented exceptions that the body does not raise
    are kept, as a callee may raise them.
    """
    shape = shape_of(signature)
    kinds = {section.kind for section in reading.sections}
    told = {SectionKind.PARAMETERS, SectionKind.RETURNS, SectionKind.YIELDS, SectionKind.RAISES}
    if not kinds & told or not reading.content.summary:
        return Mismatch(Shape(summary=False))
    described = {_bare(name) for entry in _described(reading) for name in entry.names}
    raised = {entry.rpartition(".")[2] for e in reading.entries(SectionKind.RAISES) for entry in e.names}
    result = bool(kinds & {SectionKind.RETURNS, SectionKind.YIELDS})
    missing = Shape(
        tuple(label for label in shape.parameters if _bare(label) not in described),
        shape.returns and not result,
        shape.yields and not result,
        tuple(name for name in shape.raises if name.rpartition(".")[2] not in raised),
        summary=False,
    )
    if signature.is_class and signature.constructor is None:
        missing = missing._replace(parameters=())
    invented = _invented(reading, signature)
    renamed = _renamed(reading, signature) if invented else {}
    missing = missing._replace(
        parameters=tuple(one for one in missing.parameters if _bare(one) not in renamed.values())
    )
    return Mismatch(
        missing,
        tuple(name for name in invented if _bare(name) not in renamed),
        _empty_result(reading, signature),
        tuple(renamed.items()),
        tuple(find_defaults(reading, signature).values()),
    )


def _renamed(reading: Reading, signature: Signature) -> dict[str, str]:
    described = [_bare(name) for entry in reading.entries(SectionKind.PARAMETERS) for name in entry.names]
    plain = [p.name for p in signature.parameters if p.label == p.name]
    return find_renamed(described, plain)


def _described(reading: Reading) -> list[Entry]:
    return [*reading.entries(SectionKind.PARAMETERS), *reading.entries(SectionKind.ATTRIBUTES)]


def _invented(reading: Reading, signature: Signature) -> tuple[str, ...]:
    """Find described parameters that do not exist; with ``**kwargs`` any name may exist."""
    open_ended = any(parameter.kind is ParameterKind.VAR_KEYWORD for parameter in signature.parameters)
    if open_ended or (signature.is_class and signature.constructor is None):
        return ()
    real = {parameter.name for parameter in signature.parameters}
    names = [name for entry in reading.entries(SectionKind.PARAMETERS) for name in entry.names]
    return tuple(name for name in names if _bare(name) not in real)


def _empty_result(reading: Reading, signature: Signature) -> tuple[SectionKind, ...]:
    """Find sections about a result or about yielded values of a function that gives none."""
    if signature.is_class or signature.is_stub_body or signature.is_abstract or signature.is_property:
        return ()
    there = {section.kind for section in reading.sections}
    gives = signature.returns_value or signature.yields or signature.returns not in {None, "None"}
    stale = [SectionKind.RETURNS] if SectionKind.RETURNS in there and not gives else []
    if SectionKind.YIELDS in there and not signature.yields and not (signature.returns_value or signature.returns):
        stale.append(SectionKind.YIELDS)
    return tuple(stale)


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
    new = _Mending(reading, _dedented(old.value), "", layout).apply(mismatch, content, signature)
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
                if _bare(name) in renamed and entry.first not in self._cut:
                    line = self._lines[entry.first]
                    self._lines[entry.first] = with_new_name(line, _bare(name), renamed[_bare(name)], section.style)

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
        place = {_bare(label): number for number, label in enumerate(order)}
        number = place.get(_bare(entry.name), len(order))
        earlier = [e for e in there if any(place.get(_bare(name), len(order)) < number for name in e.names)]
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


def _bare(name: str) -> str:
    return name.lstrip("*")


def _margin(lines: Sequence[str], layout: Layout) -> str:
    """Return the indentation of the docstring's lines."""
    indents = [_indent(line) for line in lines[1:] if line.strip()]
    return min(indents, key=len, default=layout.indent)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _dedented(value: str) -> list[str]:
    lines = [line.rstrip() for line in split_lines(value.expandtabs(8))]
    margin = min((len(_indent(line)) for line in lines[1:] if line), default=0)
    return [lines[0].strip(), *(line[margin:] for line in lines[1:])]


def _stripped(lines: Iterable[str]) -> list[str]:
    """Remove blank lines at both ends, and all but one between paragraphs."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return kept
