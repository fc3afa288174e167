"""The gaps that a model is to fill: entries that neither the rules nor an old docstring have."""

from collections.abc import Mapping

from workhorse_core.actions.docstrings.merge import known_words, merge, wants_summary, without_known
from workhorse_core.actions.docstrings.prompt.labels import Label, Texts, content_of, labels_of, texts_of
from workhorse_core.actions.docstrings.rules.known import Known
from workhorse_core.actions.docstrings.shape import Shape
from workhorse_core.languages.python.docstring.content import DocstringContent
from workhorse_core.system.named_tuple import NamedTuple


class Gaps(NamedTuple):
    """The entries of one docstring: all of them, the words that are known, and those to ask for.

    ``results`` is whether results are asked for at all: small models are wrong about one in three.
    """

    shape: Shape
    known: DocstringContent
    asked: Shape
    results: bool = True

    def without(self, texts: Texts) -> Shape:
        """Return the entries to ask for, without these."""
        return without_known(self.asked, content_of(texts))

    def written(self, texts: Texts = {}) -> Mapping[Label, str]:  # noqa: B006  never changed
        """Return the entries that are known, with these, in the order of the docstring."""
        known = {**texts_of(self.known), **texts}
        return {label: known[label] for label in labels_of(self.shape) if label in known}

    def filled(self, texts: Texts) -> DocstringContent:
        """Return the content of the docstring with the model's words."""
        return merge(self.shape, self.known, content_of(texts))


def find_gaps(shape: Shape, rules: Known | None, *, anew: bool, results: bool) -> Gaps:
    """Find the gaps.

    Args:
        shape: The entries of the docstring, or those that an old one lacks.
        rules: The facts; None to ask for everything.
        anew: Whether the summary is asked for although the rules have one.
        results: Whether results are asked for.
    """
    known = known_words(rules, shape) if rules else DocstringContent("")
    if rules and shape.summary and (anew or wants_summary(rules)):
        known = known._replace(summary="")
    asked = without_known(shape, known)
    return Gaps(shape, known, asked if results else asked._replace(returns=False, yields=False), results)
