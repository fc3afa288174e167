"""What a docstring says, whatever its style."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How sections are written."""

    GOOGLE = "google"
    NUMPY = "numpy"
    SPHINX = "sphinx"


@dataclass(frozen=True, slots=True)
class ParameterText:
    """One parameter: ``name`` as the signature has it, with its stars ("*args"); ``type`` where the style gives it."""

    name: str
    description: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class RaiseText:
    """One exception and when it is raised."""

    exception: str
    description: str


@dataclass(frozen=True, slots=True)
class DocstringContent:
    """The words of one docstring, unwrapped: paragraphs of ``description`` are split by blank lines.

    ``returns`` and ``yields`` describe the value; None means no such section. Their types come from the signature.
    """

    summary: str
    description: str = ""
    parameters: tuple[ParameterText, ...] = ()
    returns: str | None = None
    yields: str | None = None
    raises: tuple[RaiseText, ...] = ()
