"""The sections of a docstring in each style: parameters, results, exceptions."""

import re
from collections.abc import Iterator

from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, Style
from workhorse_core.languages.python.docstring.paragraph import columns, fill
from workhorse_core.languages.python.signature import Signature


def make_sections(content: DocstringContent, signature: Signature | None, layout: Layout) -> list[list[str]]:
    """Render each section, without the docstring's indentation and without escapes.

    Args:
        content: The text of the entries.
        signature: The source of types; None for a module.
        layout: The layout.
    """
    make = {Style.GOOGLE: _google, Style.NUMPY: _numpy, Style.SPHINX: _sphinx}[layout.style]
    return [lines for lines in make(content, signature, layout) if lines]


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
    for section in make_sections(content, signature, layout):
        lines += ["", *section] if lines else section
    return lines


def reads_as_type(text: str) -> bool:
    """Return whether docstring parsers read the beginning of an untyped result as its type ("C: a drive")."""
    return re.match(r"\s*[^:\s]+:|[^:]*\]:", text) is not None


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


def _google(content: DocstringContent, signature: Signature | None, layout: Layout) -> Iterator[list[str]]:
    unit = layout.unit
    if content.parameters:
        yield [
            f"{_parameters_title(signature, 'Args')}:",
            *(line for entry in content.parameters for line in _render_indented(entry, signature, layout)),
        ]
    for title, text, kind in _results(content, signature, layout):
        head = f"{kind}:" if kind else None
        yield [f"{title}:", *_indented(_filled(text, layout.room - columns(unit), head=head), unit)]
    if content.raises:
        entries = [_google_entry(entry.exception, entry.description, layout) for entry in content.raises]
        yield ["Raises:", *(unit + line for lines in entries for line in lines)]


def _render_indented(entry: ParameterText, signature: Signature | None, layout: Layout) -> list[str]:
    return _indented(render_entry(entry, signature, layout), layout.unit)


def _google_entry(head: str, description: str, layout: Layout) -> list[str]:
    return _filled(description, layout.room - columns(layout.unit), layout.unit, f"{head}:")


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
            *(_numpy_entry(kind, text, layout) if kind else _filled(text, layout.room)),
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
    return [head, *_indented(_filled(description, layout.room - columns(layout.unit)), layout.unit)]


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
    name = entry.name if layout.bare_stars else entry.name.replace("*", "\\*")
    lines = _sphinx_field(f":param {name}:", entry.description, layout)
    return lines + (_sphinx_field(f":type {name}:", kind, layout) if kind else [])


def _sphinx_field(head: str, text: str, layout: Layout) -> list[str]:
    return _filled(text, layout.room, layout.unit, head)


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
