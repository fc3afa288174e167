"""The content of a docstring, whatever its style."""

from enum import StrEnum

from workhorse_core.system.named_tuple import NamedTuple


class Style(StrEnum):
    """The style of sections."""

    GOOGLE = "google"
    NUMPY = "numpy"
    SPHINX = "sphinx"


class ParameterText(NamedTuple):
    """One parameter: ``name`` as the signature has it, with its stars ("*args"); ``type`` where the style gives it."""

    name: str
    description: str
    type: str | None = None


class RaiseText(NamedTuple):
    """One exception and the condition under which it is raised."""

    exception: str
    description: str


class DocstringContent(NamedTuple):
    """The text of one docstring, unwrapped: paragraphs of ``description`` are split by blank lines.

    ``returns`` and ``yields`` describe the value; None means no such section. Their types come from the signature.
    """

    summary: str
    description: str = ""
    parameters: tuple[ParameterText, ...] = ()
    returns: str | None = None
    yields: str | None = None
    raises: tuple[RaiseText, ...] = ()
