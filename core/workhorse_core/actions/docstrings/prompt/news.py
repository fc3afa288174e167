"""Whether a model's words hold any news: something that the name and the signature do not show already."""

import re
from collections.abc import Iterable, Iterator

from workhorse_core.actions.docstrings.prompt.labels import Texts
from workhorse_core.actions.docstrings.rules.english.vocabulary import word_set
from workhorse_core.languages.python.signature import Signature

_LETTERS = 5
"""Letters of a word's beginning that are compared, so that "signed" and "signing" are one word."""
_GENERIC = word_set(
    """
    a additional all an and any are argument arguments as associated at attribute based be being boolean by call called
    can check checks class content contents convert corresponding current data default determine dict dictionary
    does each element elements else false for format from function generate get given has have if in information input
    instance integer into is it item items its keyword list method new no none not number object of on one operation
    optional or other otherwise output pair parameter parameters pass passed perform positional process provided
    represent representation representing result results return returned returning returns self set specific specified
    state string text that the their this to true tuple two type use used using value values whether which will with
    """
)


def has_news(texts: Texts, name: str, signature: Signature) -> bool:
    """Return whether any text has a word of content that neither the name, nor the signature shows.

    Args:
        texts: The texts of a model.
        name: The qualified name of the definition.
        signature: Its signature.
    """
    shown = [*_GENERIC, name, signature.returns or ""]
    for parameter in signature.parameters:
        shown += [parameter.name, parameter.annotation or "", parameter.default or ""]
    known = frozenset(_beginnings(shown))
    return any(word not in known for word in _beginnings(texts.values()))


def _beginnings(texts: Iterable[str]) -> Iterator[str]:
    """Yield the beginning of each word, those within names apart."""
    for text in texts:
        for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)):
            yield word.lower().rstrip("s")[:_LETTERS]
