"""Which entries a docstring calls for, from the real signature: the ground of questions, answers and comparisons."""

from typing import NamedTuple

from workhorse_core.languages.python.signature import Signature

_NOTHING = {"None", "NoReturn", "Never", "typing.NoReturn", "typing.Never", "t.NoReturn"}


class Shape(NamedTuple):
    """``parameters`` are labels with their stars; ``summary`` is False where only entries are wanted."""

    parameters: tuple[str, ...] = ()
    returns: bool = False
    yields: bool = False
    raises: tuple[str, ...] = ()
    summary: bool = True


def shape_of(signature: Signature) -> Shape:
    """Say what a complete docstring describes.

    A property is described like an attribute, without what it returns; so is a class, whose parameters are those of
    its constructor. A generator yields, whatever its annotation calls that.
    """
    raises = signature.raised_names
    if signature.is_class or signature.is_property:
        return Shape(() if signature.is_property else tuple(p.label for p in signature.parameters), raises=raises)
    labels = tuple(parameter.label for parameter in signature.parameters)
    nothing = signature.returns in _NOTHING
    promised = signature.returns is not None and (signature.is_abstract or signature.is_stub_body)
    returns = not signature.yields and not nothing and (signature.returns_value or promised)
    return Shape(labels, returns, signature.yields and signature.yields_value, raises)
