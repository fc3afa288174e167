"""Writes new docstrings into their place, in the layout of the project."""

from workhorse_core.actions.docstrings.convention import Conventions
from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.actions.docstrings.render.literal import find_unwritable, finish_summary, render, splits_summary
from workhorse_core.actions.docstrings.render.placement import Placement, docstring_node, find_placement
from workhorse_core.change.edit import Edit
from workhorse_core.errors import TargetError
from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.docstring.content import DocstringContent, Style
from workhorse_core.languages.python.signature import Signature
from workhorse_core.pipeline.part import Part
from workhorse_core.pipeline.region import Region


class DocstringWriter:
    """Writer of docstrings for one project's conventions."""

    def __init__(self, conventions: Conventions) -> None:
        self._conventions = conventions

    def untyped_results(self, region: Region, signature: Signature) -> bool:
        """Return whether a result that begins with a word and a colon would be parsed as "type: text"."""
        convention = self._conventions.of(region.path)
        typed = convention.return_types and signature.returns is not None
        return convention.style is Style.GOOGLE and not typed

    def misread_results(self, region: Region, signature: Signature, content: DocstringContent) -> bool:
        """Return whether docstring parsers would read the beginning of a result as its type."""
        results = [text for text in (content.returns, content.yields) if text]
        if not results or not self.untyped_results(region, signature):
            return False
        from workhorse_core.actions.docstrings.render.sections import reads_as_type

        return any(reads_as_type(text) for text in results)

    def demands(self, region: Region, rule: str) -> bool:
        """Return whether the project's linter demands a rule there."""
        return self._conventions.of(region.path).settings.demands(rule)

    def summary_room(self, region: Region) -> int:
        """Return the most columns of a summary there."""
        place = find_placement(region) if docstring_node(node_of(region)) is None else None
        indent = place.indent if isinstance(place, Placement) else ""
        return max(self.layout(region, indent, "\n").summary_room, 30)

    def layout(self, region: Region, indent: str, newline: str) -> Layout:
        """Return the layout of docstrings there."""
        convention = self._conventions.of(region.path)
        unit = source_of(region).indent_unit
        return Layout(
            convention.style,
            convention.width,
            indent,
            "\t" if "\t" in indent else unit if len(unit) <= 4 else "    ",
            newline,
            convention.summary_on_first_line,
            convention.settings.demands("D413"),
            convention.types,
            convention.return_types,
            convention.settings.checks_signatures,
        )

    def part(
        self, region: Region, signature: Signature, content: DocstringContent, sources: tuple[str, ...]
    ) -> Part | None:
        """Render and place new words; None where the file cannot hold them."""
        place = find_placement(region)
        assert isinstance(place, Placement)
        layout = self.layout(region, place.indent, place.newline)
        names = [region.name.rpartition(".")[2], *(parameter.name for parameter in signature.parameters)]
        summary, rest = splits_summary(finish_summary(content.summary, names), layout)
        description = "\n\n".join(part for part in (rest, content.description) if part)
        content = content._replace(summary=summary, description=description)
        literal = render(content, signature, layout)
        if find_unwritable(literal):
            return None
        return make_part(region, place.offset, place.offset, place.before + literal + place.after, sources)


def make_part(region: Region, start: int, end: int, text: str, sources: tuple[str, ...]) -> Part | None:
    """Return the part; None where the file's encoding cannot hold it."""
    try:
        data = region.source.encode(text)
    except TargetError:
        return None
    return Part("docstring", (Edit(region.path, start, end, data),), sources)
