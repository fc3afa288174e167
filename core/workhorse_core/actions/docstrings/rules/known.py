"""Facts that the rules found about a definition, each phrase with its source."""

from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.system.named_tuple import NamedTuple


class Phrase(NamedTuple):
    """Words and their source, where they can be checked ("guard on line 12", "docstring of Base.run").

    ``formula``: they follow from the name alone.
    """

    text: str
    source: str
    formula: bool = False


class Known(NamedTuple):
    """The facts about one definition.

    ``content`` is None where there are none. ``sources`` names for people the source of each phrase ("summary: name",
    "raises ValueError: guard on line 12"). ``missing`` names what a model should add ("description of x"); ``facts``
    are true sentences that are not in ``content``, for the model to use. ``formula``: the content
    only repeats the name and the signature. ``inherited``: a base class documents the method already.
    """

    content: DocstringContent | None = None
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    formula: bool = False
    inherited: bool = False
