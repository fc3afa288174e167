"""Old docstrings: how each differs from its signature, and the proposal that mends it."""

from workhorse_core.actions.docstrings.merge import choose, known_words, names_of, sources_of, without_known
from workhorse_core.actions.docstrings.render.literal import find_unwritable
from workhorse_core.actions.docstrings.render.mismatch import Mismatch, find_mismatch
from workhorse_core.actions.docstrings.render.placement import docstring_node, line_end
from workhorse_core.actions.docstrings.render.rewrite import OldDocstring, mend
from workhorse_core.actions.docstrings.render.stale import find_unraised
from workhorse_core.actions.docstrings.render.writing import DocstringWriter, make_part
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.languages.python.docstring.paragraph import split_lines
from workhorse_core.languages.python.docstring.read import read_docstring
from workhorse_core.languages.python.signature import Signature
from workhorse_core.pipeline.action import Proposal
from workhorse_core.pipeline.region import Region
from workhorse_core.system.named_tuple import NamedTuple


class _Literal(NamedTuple):
    """A docstring in the file, as bytes from ``start`` to ``end``, and its value."""

    start: int
    end: int
    value: str


class OldDocstrings:
    """The old docstrings of one task; entries that describe what does not exist go only if their name is given.

    Args:
        writer: The writer for the project's conventions.
        remove: Names of stale entries to remove.
    """

    def __init__(self, writer: DocstringWriter, remove: tuple[str, ...]) -> None:
        self._writer = writer
        self._remove = remove
        self._stale = dict[tuple[str, str, int], tuple[str, ...]]()

    def mismatch(self, region: Region, signature: Signature) -> Mismatch:
        """Compare a region's docstring with its signature; a module's always matches."""
        if region.kind is RegionKind.MODULE:
            return Mismatch(Shape(summary=False))
        reading = read_docstring(_literal(region).value)
        unraised = find_unraised(reading, node_of(region), signature.raises, source_of(region).tree)
        return find_mismatch(reading, signature)._replace(unraised=unraised)

    def mend(self, region: Region, signature: Signature, rules: Known, answered: DocstringContent | None) -> Proposal:
        """Add the missing entries to a region's docstring, from the rules and a model's answer."""
        found = self.mismatch(region, signature)
        mismatch = found.removing(self._remove)
        kept = tuple(name for name in found.stale if name not in mismatch.stale)
        if kept:
            self._stale[region.path, region.name, region.first] = kept
        content = choose(mismatch.missing, known_words(rules, mismatch.missing), answered)
        if self._writer.demands(region, "D417") and without_known(mismatch.missing, content).parameters:
            content = content._replace(parameters=())  # all or none: the rule reports a part of them
        literal = _literal(region)
        text = region.source.data[literal.start : literal.end].decode(region.source.codec)
        newline = line_end(text) or region.source.newline
        layout = self._writer.layout(region, region.source.indent_of(region.source.line_of(literal.start)), newline)
        old = OldDocstring("\n".join(split_lines(text)), literal.value)
        new = mend(old, mismatch, content, signature, layout)
        missing = names_of(without_known(mismatch.missing, content))
        if new == text or (find_unwritable(new) and not find_unwritable(text)):
            reason = f"{_describes(kept)}; --remove deletes that." if kept and not missing else ""
            return Proposal(missing=missing, reason=reason)
        part = make_part(region, literal.start, literal.end, new, sources_of(content, rules, answered))
        return Proposal((part,) if part else (), missing)

    def notes(self) -> list[str]:
        """Name the stale entries that were kept, and the option that deletes them."""
        return [
            f"{path}::{name}: {_describes(names)}; --remove {','.join(names)} deletes that."
            for (path, name, _), names in self._stale.items()
        ]


def _literal(region: Region) -> _Literal:
    node = docstring_node(node_of(region))
    assert node is not None
    assert isinstance(node.value, str)
    return _Literal(*source_of(region).span(node), node.value)


def _describes(names: tuple[str, ...]) -> str:
    listed = ", ".join(names)
    return f"the docstring describes {listed}, which {'do' if len(names) > 1 else 'does'} not exist any more"
