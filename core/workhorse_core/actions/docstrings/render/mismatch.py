"""The differences between a docstring and its signature."""

from collections.abc import Collection

from workhorse_core.actions.docstrings.render.stale import find_defaults, find_renamed
from workhorse_core.actions.docstrings.shape import Shape, shape_of
from workhorse_core.languages.python.docstring.read import Entry, Reading, SectionKind
from workhorse_core.languages.python.signature import ParameterKind, Signature
from workhorse_core.system.named_tuple import NamedTuple


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
        invented = tuple(name for name in self.invented if bare(name) in names)
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
    described = {bare(name) for entry in _described(reading) for name in entry.names}
    raised = {entry.rpartition(".")[2] for e in reading.entries(SectionKind.RAISES) for entry in e.names}
    result = bool(kinds & {SectionKind.RETURNS, SectionKind.YIELDS})
    missing = Shape(
        tuple(label for label in shape.parameters if bare(label) not in described),
        shape.returns and not result,
        shape.yields and not result,
        tuple(name for name in shape.raises if name.rpartition(".")[2] not in raised),
        summary=False,
    )
    if signature.is_class and signature.constructor is None:
        missing = missing._replace(parameters=())
    invented = _invented(reading, signature)
    renamed = _renamed(reading, signature) if invented else {}
    missing = missing._replace(parameters=tuple(one for one in missing.parameters if bare(one) not in renamed.values()))
    return Mismatch(
        missing,
        tuple(name for name in invented if bare(name) not in renamed),
        _empty_result(reading, signature),
        tuple(renamed.items()),
        tuple(find_defaults(reading, signature).values()),
    )


def _renamed(reading: Reading, signature: Signature) -> dict[str, str]:
    described = [bare(name) for entry in reading.entries(SectionKind.PARAMETERS) for name in entry.names]
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
    return tuple(name for name in names if bare(name) not in real)


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


def bare(name: str) -> str:
    """Return a parameter's name without its stars."""
    return name.lstrip("*")
