"""Choices of each action for a piece of code, from the text alone, so that a menu never waits."""

from collections.abc import Hashable, Iterator
from functools import cache
from typing import cast

from workhorse_core.actions import registry
from workhorse_core.errors import TargetError
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.registry import source_of
from workhorse_core.pipeline.action import Action, Replacing, Selective
from workhorse_core.pipeline.region import Region, find_definitions
from workhorse_core.settings.config import Config
from workhorse_core.system.named_tuple import NamedTuple


class Choice(NamedTuple):
    """One line of a menu.

    ``asks`` names the words that the user must give first. ``rewrite`` replaces existing text. ``wanted`` is whether
    a run on the whole file includes this place.
    """

    action: str
    title: str
    asks: str | None = None
    rewrite: bool = False
    wanted: bool = True


class Spot(NamedTuple):
    """A definition, or the module with the name "": lines ``first`` to ``last`` of its piece, from 0, both included."""

    name: str
    kind: RegionKind
    first: int
    last: int
    choices: tuple[Choice, ...]


def read_spots(path: str, head: str, text: str, config: Config) -> tuple[Spot, ...] | None:
    """Find the definitions in some statements with their choices, the module first.

    Args:
        path: The file, from the project's root.
        head: The headers of the classes around the statements.
        text: Whole statements.
        config: The project's configuration: which actions are allowed.

    Returns:
        None if the text does not parse.
    """
    source = source_of(path, _as_bytes(head + text))
    above = head.count("\n") + head.replace("\r\n", "\n").count("\r")
    try:
        regions = find_definitions(source)
    except TargetError:
        return None
    return tuple(
        Spot(region.name, region.kind, region.first - 1 - above, region.last - 1 - above, _choices(region, config))
        for region in regions
        if region.first > above or region.kind is RegionKind.MODULE
    )


def allowed_actions(config: Config) -> Iterator[Action]:
    """List the registered actions that the configuration allows."""
    for action in registry.all_actions():
        if config.actions is None or action.name in config.actions:
            yield action


def _choices(region: Region, config: Config) -> tuple[Choice, ...]:
    return tuple(choice for action in allowed_actions(config) for choice in _choices_of(action, region, config))


def _choices_of(action: Action, region: Region, config: Config) -> Iterator[Choice]:
    title = action.offer(region, config)
    selective, replacing = _abilities(cast("Hashable", action))
    if title is not None:
        wanted = selective is None or selective.is_wanted(region, config)
        yield Choice(action.name, title, action.argument, wanted=wanted)
    if replacing and (title := replacing.offer_rewrite(region, config)):
        yield Choice(action.name, title, rewrite=True, wanted=False)


@cache  # checking a protocol costs as much as an offer
def _abilities(action: Hashable) -> tuple[Selective | None, Replacing | None]:
    return action if isinstance(action, Selective) else None, action if isinstance(action, Replacing) else None


def _as_bytes(text: str) -> bytes:
    """Encode an editor's text as UTF-8, whatever encoding the file declares."""
    return text.encode("utf-8", "replace")
