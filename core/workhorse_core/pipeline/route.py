"""The choice of the engine for a region: rules, the local model, or neither."""

from enum import StrEnum

from workhorse_core.pipeline.action import Proposal
from workhorse_core.pipeline.task import Engine
from workhorse_core.system.named_tuple import NamedTuple


class Way(StrEnum):
    """Engine of a draft."""

    RULES = "rules"
    LOCAL = "local"
    OVERSEER = "overseer"
    """Neither: the region is reported and left alone."""


class Route(NamedTuple):
    """The way chosen for one region, and the reason in one sentence."""

    way: Way
    reason: str = ""


def choose_route(engine: Engine, known: Proposal, *, has_model: bool, must_ask: bool = False) -> Route:
    """Choose the cheapest way to draft a region.

    Args:
        engine: The engines that the user allows.
        known: The proposal of the rules.
        has_model: Whether an endpoint answers.
        must_ask: Whether a reviewer's or a check's words are to be heeded, which no rule can.
    """
    needs_model = engine is Engine.LOCAL or must_ask or bool(known.missing)
    if engine is not Engine.RULES and has_model and needs_model:
        return Route(Way.LOCAL)
    if known.parts and engine is not Engine.LOCAL:
        return Route(Way.RULES)
    if known.reason:
        return Route(Way.OVERSEER, known.reason)
    unknown = ", ".join(known.missing) or "anything about it"
    return Route(Way.OVERSEER, f"The code does not show enough to write: {unknown}.")
