"""What the rules found out about a definition, and where each phrase of it comes from."""

from typing import NamedTuple

from workhorse_core.languages.python.docstring.content import DocstringContent


class Phrase(NamedTuple):
    """Words and the place that they can be checked at ("guard on line 12", "docstring of Base.run")."""

    text: str
    source: str


class Known(NamedTuple):
    """What can be said of one definition.

    ``content`` is None where that is nothing. ``sources`` says for people where each phrase comes from
    ("summary: name", "raises ValueError: guard on line 12"). ``missing`` names what a model should add
    ("description of x"); ``facts`` are true sentences that found no place in ``content``, for the model to use.
    """

    content: DocstringContent | None = None
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
