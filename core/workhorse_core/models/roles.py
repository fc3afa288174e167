"""The parts that models play, each with its server, model and prices in the user's own settings.

The repository's settings may not name any of them: its code would then choose where it is sent.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from workhorse_core.models.endpoint import Price
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.settings.config import Config, RoleConfig


class Role(StrEnum):
    """A part that a model plays."""

    WORKER = "worker"
    """Drafts; every other role falls back on it."""
    REVIEWER = "reviewer"
    """Gives verdicts."""
    DESCRIBER = "describer"
    """Describes images."""


class RoleChoice(NamedTuple):
    """The settings with which a role's model is found, and the reason in one sentence."""

    config: "Config"
    reason: str


def choose_role(config: "Config", role: Role = Role.WORKER) -> RoleChoice:
    """Return the settings with the server, the model and the prices of a role in their usual places."""
    section: RoleConfig = getattr(config, role.value)
    if not section.url and not section.model:
        if role is Role.WORKER:
            where = "the configured server" if config.url or config.urls else "whatever server answers on this machine"
            return RoleChoice(config, f"The worker is {where}.")
        return choose_role(config)._replace(reason=f"No {role} is set, so the worker is asked.")
    chosen = config._replace(model=section.model or config.model, worker=section)
    if section.url:
        chosen = chosen._replace(url=section.url, urls=(), model=section.model)
    if section.api_key_env:
        chosen = chosen._replace(api_key_env=section.api_key_env)
    named = " at ".join(word for word in (section.model, section.url) if word)
    return RoleChoice(chosen, f"Your configuration names {named} as {role}.")


def price_of(config: "Config") -> Price | None:
    """Return the prices of the worker; None where the user has set none."""
    section = config.worker
    if section.price_in is None and section.price_out is None:
        return None
    return Price(section.price_in or 0.0, section.price_out or 0.0)
