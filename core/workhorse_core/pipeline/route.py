"""Who does a region: a rule, the local model, or nobody but the overseer."""

from enum import StrEnum
from typing import NamedTuple

from workhorse_core.pipeline.action import Proposal
from workhorse_core.pipeline.task import Engine


class Way(StrEnum):
    """Who writes the draft."""

    RULES = "rules"
    LOCAL = "local"
    OVERSEER = "overseer"
    """Neither can: the region is reported and left alone."""


class Route(NamedTuple):
    """The way chosen for one region, and why in one sentence."""

    way: Way
    reason: str = ""


def choose_route(engine: Engine, known: Proposal, *, has_model: bool, must_ask: bool = False) -> Route:
    """Choose the cheapest way that can do the region.

    Args:
        engine: What the user allows.
        known: What the rules propose.
        has_model: Whether an endpoint answers.
        must_ask: A reviewer's or a check's words are to be taken into account, which no rule can.
    """
    wants_model = engine is Engine.LOCAL or must_ask or bool(known.missing)
    if engine is not Engine.RULES and has_model and wants_model:
        return Route(Way.LOCAL)
    if known.parts and engine is not Engine.LOCAL:
        return Route(Way.RULES)
    unknown = ", ".join(known.missing) or "anything about it"
    return Route(Way.OVERSEER, f"The code does not say enough: {unknown}.")
