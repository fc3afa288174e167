"""The configuration: one value with all settings, each with its kind and the way in which two files merge."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from workhorse_core.settings.setting import (
    COLUMNS,
    COMMANDS,
    FLAG,
    PRICE,
    SECONDS,
    TEXT,
    TEXTS,
    About,
    Kind,
    Merge,
    both,
    by_name,
    choice,
    common,
    nearer,
    no_more_than,
    users_first,
)
from workhorse_core.system.named_tuple import NamedTuple


class DocstringsConfig(NamedTuple):
    """Settings of docstrings; ``style`` None means the style that the project uses already."""

    style: Annotated[str | None, About(choice("google", "numpy", "sphinx"), nearer)] = None
    private: Annotated[bool, About(FLAG, nearer)] = False
    """Document private names as well."""
    tests: Annotated[bool, About(FLAG, nearer)] = False
    """Document tests as well."""
    fill: Annotated[bool, About(FLAG, nearer)] = False
    """Also write docstrings that only repeat the name or the base class."""
    results: Annotated[bool, About(FLAG, nearer)] = False
    """Ask a model for results even where neither the project's docstrings nor its linter have any."""


def _mode(default: str, *modes: str) -> About:
    return About(choice(*modes), no_more_than(default))


class HooksConfig(NamedTuple):
    """Modes of the git hooks once they are installed: off, report, draft, fix, or block."""

    pre_commit: Annotated[str, _mode("report", "off", "report", "draft", "fix", "block")] = "report"
    prepare_commit_msg: Annotated[str, _mode("draft", "off", "draft")] = "draft"
    commit_msg: Annotated[str, _mode("report", "off", "report", "block")] = "report"
    post_commit: Annotated[str, _mode("draft", "off", "draft")] = "draft"
    pre_push: Annotated[str, _mode("block", "off", "report", "block")] = "block"
    actions: Annotated[tuple[str, ...], About(TEXTS, common)] = ("docstrings",)
    """Actions that the hooks look for and the worker drafts."""
    message_seconds: Annotated[float, About(SECONDS)] = 3.0
    """Seconds that a commit waits for its drafted message."""


class HintsConfig(NamedTuple):
    """Settings of type hints."""

    exclude: Annotated[tuple[str, ...], About(TEXTS, both)] = ()
    """Globs of names to leave alone: of functions, classes, parameters, or "Class.method"."""
    tests: Annotated[bool, About(FLAG, nearer)] = False
    """Annotate tests as well."""


class RoleConfig(NamedTuple):
    """The model that plays one role; only the user's own file may name it."""

    url: Annotated[str | None, About(TEXT)] = None
    model: Annotated[str | None, About(TEXT)] = None
    api_key_env: Annotated[str | None, About(TEXT)] = None
    price_in: Annotated[float | None, About(PRICE)] = None
    """The price of a million tokens that it reads, in any currency."""
    price_out: Annotated[float | None, About(PRICE)] = None
    """The price of a million tokens that it writes."""


class Config(NamedTuple):
    """All settings. The section of an action is a field of its name, whose type is a tuple like this."""

    url: Annotated[str | None, About(TEXT)] = None
    """The model server; None means the one that answers on this machine."""
    urls: Annotated[tuple[str, ...], About(TEXTS)] = ()
    """Several servers that share the work; ``url`` goes before them."""
    model: Annotated[str | None, About(TEXT)] = None
    prefer: Annotated[tuple[str, ...], About(TEXTS)] = ()
    """Models to take, the first best, where none is named and the server has several."""
    api_key_env: Annotated[str | None, About(TEXT)] = None
    """The name of the environment variable that holds the server's key."""
    hosts: Annotated[tuple[str, ...], About(TEXTS)] = ()
    """Machines beside this one to which code may be sent."""
    timeout: Annotated[float, About(SECONDS)] = 120.0
    """Seconds that an answer may pause between two tokens."""
    commands: Annotated[Mapping[str, tuple[str, ...]], About(COMMANDS, by_name)] = MappingProxyType({})
    """Command to start instead of a tool, by the tool's name; the repository's count only once it is trusted."""
    include: Annotated[tuple[str, ...], About(TEXTS, users_first)] = ()
    """Globs of files to work on; none means all."""
    exclude: Annotated[tuple[str, ...], About(TEXTS, both)] = ()
    actions: Annotated[tuple[str, ...] | None, About(TEXTS, common)] = None
    """Actions that are allowed; None means all."""
    checks_require: Annotated[tuple[str, ...], About(TEXTS, both, "checks.require")] = ()
    checks_skip: Annotated[tuple[str, ...], About(TEXTS, both, "checks.skip")] = ()
    """Checks to leave out; a proof is made all the same."""
    checks_budget_seconds: Annotated[float, About(SECONDS, users_first, "checks.budget_seconds")] = 900.0
    """How long checks may run to find out which drafts they fail for; what is undecided then is dropped."""
    line_length: Annotated[int | None, About(COLUMNS, nearer)] = None
    """Columns; None means the setting of the project's linter."""
    docstrings: DocstringsConfig = DocstringsConfig()
    hints: HintsConfig = HintsConfig()
    hooks: HooksConfig = HooksConfig()
    worker: RoleConfig = RoleConfig()
    """Drafts; ``url`` and ``model`` above are the same, in fewer words."""
    reviewer: RoleConfig = RoleConfig()
    describer: RoleConfig = RoleConfig()


class Setting(NamedTuple):
    """One key as it is written in a file ("docstrings.style"), and the field that it fills."""

    key: str
    field: str
    section: str
    kind: Kind
    merge: Merge | None


@cache
def list_settings() -> Mapping[str, Setting]:
    """List every setting by its key, in the order of the fields."""
    return {setting.key: setting for setting in _settings(Config, "")}


def _settings(kind: type[Any], section: str) -> Iterator[Setting]:
    for name, hint in kind.__annotations__.items():
        if is_section(hint):
            yield from _settings(hint, name)
        else:
            (about,) = hint.__metadata__
            yield Setting(
                about.key or (f"{section}.{name}" if section else name), name, section, about.kind, about.merge
            )


def is_section(hint: Any) -> bool:
    """Return whether a field's type is a section: a tuple of settings."""
    return hasattr(hint, "_fields")


def value_of(config: Config, setting: Setting) -> object:
    """Return the value of a setting."""
    holder = getattr(config, setting.section) if setting.section else config
    return getattr(holder, setting.field)
