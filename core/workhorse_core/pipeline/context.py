"""The code around a region, for a model to read: imports, an outline, callees, as much as a budget allows."""

from collections.abc import Iterable, Iterator

from workhorse_core.errors import TargetError
from workhorse_core.languages.language import Excerpt, Rank
from workhorse_core.languages.registry import language_of
from workhorse_core.pipeline.region import Region
from workhorse_core.system.named_tuple import NamedTuple

_CHARACTERS_PER_TOKEN = 3
"""An estimate on the safe side: tokenizers for code need a token for about four characters."""

_IMPORTS_SHARE = 4
"""The imports' part of the budget, one in so many: so they are the same for every region of a file."""


class Context(NamedTuple):
    """Text for a model to read, each part whole lines, "" where there is nothing.

    ``imports`` is the same for every region of a file, so that a server can reuse its prompt cache.
    """

    imports: str = ""
    outline: str = ""
    callees: str = ""

    @property
    def text(self) -> str:
        """The parts, with a blank line between them."""
        return "\n\n".join(part for part in (self.imports, self.outline, self.callees) if part)


def context_of(region: Region, budget_tokens: int) -> Context:
    """Gather what a model needs to understand a region, the most useful first, within the budget.

    Args:
        region: A definition, a module, or lines; a file that does not parse has no context.
        budget_tokens: The budget; one token is estimated as three characters.
    """
    language = language_of(region.source.path, region.source.data)
    try:
        imports, outline, callees = language.surroundings(region)
    except TargetError:
        return Context()
    budget = max(budget_tokens, 0) * _CHARACTERS_PER_TOKEN
    header = _joined(_fitting([Excerpt(Rank.OTHER, [line]) for line in imports], budget // _IMPORTS_SHARE))
    fitting = {id(excerpt) for excerpt in _fitting([*outline, *callees], budget - len(header))}
    return Context(
        header,
        _joined(excerpt for excerpt in outline if id(excerpt) in fitting),
        _joined(excerpt for excerpt in callees if id(excerpt) in fitting),
    )


def _fitting(excerpts: Iterable[Excerpt], room: int) -> Iterator[Excerpt]:
    """Choose the most useful excerpts that fit, each key once."""
    shown: set[int] = set()
    for excerpt in sorted(excerpts, key=lambda excerpt: excerpt.rank):
        size = sum(len(line) + 1 for line in excerpt.lines)
        if excerpt.key in shown:
            continue
        if size <= room:
            room -= size
            if excerpt.key is not None:
                shown.add(excerpt.key)
            yield excerpt
        elif excerpt.rank is Rank.FRAME:
            return


def _joined(excerpts: Iterable[Excerpt]) -> str:
    return "\n".join(line for excerpt in excerpts for line in excerpt.lines)
