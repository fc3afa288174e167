"""Labels of the texts that a model is asked for: one line each, or one property of a JSON object."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText
from workhorse_core.system.named_tuple import NamedTuple


class Kind(StrEnum):
    """The part of a docstring that a text becomes."""

    SUMMARY = "summary"
    PARAMETER = "parameter"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"


class Label(NamedTuple):
    """One text: ``name`` is that of the parameter, with its stars, or of the exception."""

    kind: Kind
    name: str = ""

    def __str__(self) -> str:
        """Return the beginning of its line: "summary", "path", "raises ValueError"."""
        if self.kind is Kind.PARAMETER:
            bare = self.name.lstrip("*")
            return f"parameter {bare}" if bare in _TAKEN else bare
        return f"{self.kind} {self.name}" if self.name else self.kind.value


GROUPS = {Kind.PARAMETER: "parameters", Kind.RAISES: "raises"}
"""Properties of the JSON answer that hold several texts."""
SUMMARY = Label(Kind.SUMMARY)
RETURNS = Label(Kind.RETURNS)
YIELDS = Label(Kind.YIELDS)
_TAKEN = frozenset(kind.value for kind in Kind)

Texts = Mapping[Label, str]


def labels_of(shape: Shape) -> Sequence[Label]:
    """Return the labels of the entries of a docstring, in their order."""
    return [
        *([SUMMARY] if shape.summary else []),
        *(Label(Kind.PARAMETER, name) for name in shape.parameters),
        *([RETURNS] if shape.returns else []),
        *([YIELDS] if shape.yields else []),
        *(Label(Kind.RAISES, name) for name in shape.raises),
    ]


def texts_of(content: DocstringContent) -> dict[Label, str]:
    """Return the texts of a docstring by label, without its description."""
    texts = {SUMMARY: content.summary} if content.summary else {}
    texts |= {Label(Kind.PARAMETER, entry.name): entry.description for entry in content.parameters}
    texts |= {RETURNS: content.returns} if content.returns else {}
    texts |= {YIELDS: content.yields} if content.yields else {}
    return texts | {Label(Kind.RAISES, entry.exception): entry.description for entry in content.raises}


def content_of(texts: Texts) -> DocstringContent:
    """Return the docstring of these texts."""
    return DocstringContent(
        texts.get(SUMMARY, ""),
        "",
        tuple(ParameterText(label.name, text) for label, text in texts.items() if label.kind is Kind.PARAMETER),
        texts.get(RETURNS),
        texts.get(YIELDS),
        tuple(RaiseText(label.name, text) for label, text in texts.items() if label.kind is Kind.RAISES),
    )


def is_named(label: Label, fault: str) -> bool:
    """Return whether a fault that a check or a reader has found is that of this text."""
    name = re.escape(label.name.lstrip("*"))
    words = rf"text about {name}|line (?:raises )?{name}" if name else "summary" if label == SUMMARY else "results?"
    return re.search(rf"\b(?:{words}|(?:line|The) {label.kind})\b", fault) is not None


def write_lines(texts: Texts) -> str:
    """Write texts as a model is asked to: one line each."""
    return "\n".join(f"{label}: {' '.join(text.split())}" for label, text in texts.items())
