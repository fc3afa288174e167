"""Toy actions, each a package like those of the core, and a way to put them into the catalog."""

from functools import partial
from importlib import import_module

import pytest

from workhorse_core.actions import catalog, registry
from workhorse_core.pipeline.action import Action


def add_action(monkeypatch: pytest.MonkeyPatch, name: str, package: str) -> None:
    """Add an action to the catalog, as a line in it would."""
    monkeypatch.setitem(catalog.ACTIONS, name, package)
    monkeypatch.setattr(registry, "ACTIONS", {**registry.ACTIONS, name: partial(_load, package)})


def _load(package: str) -> Action:
    action: Action = import_module(f"{package}.action").ACTION
    return action
