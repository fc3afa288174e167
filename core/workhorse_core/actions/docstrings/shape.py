"""The entries that a complete docstring has, by the real signature."""

from workhorse_core.languages.python.signature import Signature
from workhorse_core.system.named_tuple import NamedTuple

_NOTHING = {"None", "NoReturn", "Never", "typing.NoReturn", "typing.Never", "t.NoReturn"}


class Shape(NamedTuple):
    """Entries of a docstring. ``parameters`` are labels with their stars; without ``summary`` it is entries alone."""

    parameters: tuple[str, ...] = ()
    returns: bool = False
    yields: bool = False
    raises: tuple[str, ...] = ()
    summary: bool = True


def shape_of(signature: Signature) -> Shape:
    """Return the entries of a complete docstring.

    A property is described like an attribute, without its result; so is a class, with the parameters of its
    constructor. A generator yields, whatever its annotation is.
    """
    raises = signature.raised_names
    if signature.is_class or signature.is_property:
        return Shape(() if signature.is_property else tuple(p.label for p in signature.parameters), raises=raises)
    labels = tuple(parameter.label for parameter in signature.parameters)
    nothing = signature.returns in _NOTHING
    promised = signature.returns is not None and (signature.is_abstract or signature.is_stub_body)
    returns = not signature.yields and not nothing and (signature.returns_value or promised)
    return Shape(labels, returns, signature.yields and signature.yields_value, raises)
