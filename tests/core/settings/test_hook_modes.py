"""Modes of git hooks: the repository may lower one, and block where the user has set none."""

import pytest

from workhorse_core.settings.config import HooksConfig, list_settings
from workhorse_core.settings.setting import no_more_than


@pytest.mark.parametrize(
    ("user", "repository", "merged"),
    [
        (None, "off", "off"),
        (None, "block", "block"),
        (None, "draft", "report"),
        (None, "fix", "report"),
        ("fix", None, "fix"),
        ("fix", "report", "report"),
        ("fix", "draft", "draft"),
        ("fix", "block", "block"),
        ("draft", "fix", "draft"),
        ("report", "block", "report"),
        ("block", "report", "block"),
        ("off", "block", "off"),
        ("block", "off", "off"),
        (None, None, None),
    ],
)
def test_the_repository_never_widens(user: str | None, repository: str | None, merged: str | None) -> None:
    assert no_more_than("report")(user, repository) == merged


@pytest.mark.parametrize(
    "name", [name for name, value in HooksConfig._field_defaults.items() if isinstance(value, str)]
)
def test_without_a_users_mode_the_default_is_the_limit(name: str) -> None:
    setting = list_settings()[f"hooks.{name}"]
    assert setting.merge is not None
    assert setting.merge(None, "fix") == HooksConfig._field_defaults[name]
