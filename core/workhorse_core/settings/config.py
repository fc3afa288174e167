"""Settings of the user and the repository, merged into one value, with the origin of each."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.command_settings import CommandSettings, read_command_settings
from workhorse_core.settings.config_file import (
    REPOSITORY_FILE,
    RawConfig,
    read_repository_file,
    read_user_file,
)
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

ENVIRONMENT = {"WORKHORSE_URL": "url", "WORKHORSE_MODEL": "model"}
DEFAULT = "default"
COMMAND_LINE = "command line"

_NOTHING: Mapping[str, str] = MappingProxyType({})


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


class LoadedConfig(NamedTuple):
    """Merged configuration.

    ``origins`` names the origin of each key: "default", the user's file, "pyproject.toml", an environment variable,
    "command line", or two of them. ``trusted`` is whether the repository is trusted with its settings as they are
    now; when it is not, ``waiting`` holds its commands, and ``outdated`` is whether it was trusted with others.
    """

    config: Config
    origins: Mapping[str, str]
    trusted: bool = False
    waiting: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    outdated: bool = False


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
        if _is_section(hint):
            yield from _settings(hint, name)
        else:
            (about,) = hint.__metadata__
            yield Setting(
                about.key or (f"{section}.{name}" if section else name), name, section, about.kind, about.merge
            )


def _is_section(hint: Any) -> bool:
    return hasattr(hint, "_fields")


def value_of(config: Config, setting: Setting) -> object:
    """Return the value of a setting."""
    holder = getattr(config, setting.section) if setting.section else config
    return getattr(holder, setting.field)


# -- reading and merging


def load_config(
    root: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] = _NOTHING,
    trust: CommandSettings | None = None,
) -> LoadedConfig:
    """Read and merge all settings.

    Command line over environment; environment over the user's file; the repository may only narrow, and choose the
    style of its own code.

    Args:
        root: The project's root; None where there is no project.
        environ: Holds WORKHORSE_URL and WORKHORSE_MODEL, and names the folder of the user's file.
        overrides: From the command line, by key.
        trust: What the user trusts the repository with: :func:`workhorse_core.settings.trust.trusted_settings`.

    Raises:
        ConfigError: A file has an unknown key, a value of the wrong type, or one that it may not set.
    """
    raw = read_user_file(environ)
    user = _checked(raw, may_set_all=True)
    repository_raw = read_repository_file(root) if root else RawConfig(REPOSITORY_FILE, {})
    repository = _checked(repository_raw, may_set_all=False)
    trusted = root is not None and trust is not None and trust == read_command_settings(root, repository_raw)
    waiting: object = {} if trusted else repository.pop("commands", {})
    outdated = trust is not None and not trusted
    _settle_checks(user, repository)
    values, origins = _merge(user, raw.name, repository, repository_raw.name)
    for name, key in ENVIRONMENT.items():
        if text := environ.get(name):
            values[key], origins[key] = text, name
    for key, text in overrides.items():
        values[key], origins[key] = _read_value(COMMAND_LINE, key, text), COMMAND_LINE
    return LoadedConfig(_build(values), origins, trusted, cast("Mapping[str, tuple[str, ...]]", waiting), outdated)


def _checked(raw: RawConfig, *, may_set_all: bool) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in _flat(raw.name, raw.table, ""):
        if key in values:
            raise ConfigError(f"{raw.name} sets {key} twice: with a dash and with an underscore.", "Keep one of them")
        values[key] = _read_value(raw.name, key, value)
        if not may_set_all and list_settings()[key].merge is None:
            raise ConfigError(
                f"{raw.name} may not set {key}: where code is sent is for each user to say.",
                f"Take it out of {raw.name}; it belongs in the user's own file.",
            )
    skipped = _words(values, "checks.skip")
    for check in _words(values, "checks.require"):
        if check in skipped:
            raise ConfigError(f"{raw.name} both requires and skips the check {check}.", "Keep one of them")
    return values


def _words(values: Mapping[str, object], key: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values.get(key, ()))


def _flat(name: str, table: Mapping[str, Any], section: str) -> Iterator[tuple[str, object]]:
    """Yield each setting of a table with its full key; dashes and underscores are equal."""
    for written, value in table.items():
        key = section + str(written).replace("-", "_")
        if key in list_settings():
            yield key, value
        elif any(known.startswith(f"{key}.") for known in list_settings()):
            if not isinstance(value, dict):
                raise ConfigError(f"{name}: {key} must be a table.", f"Its keys are: {_keys_of(key)}")
            yield from _flat(name, cast("dict[str, Any]", value), f"{key}.")
        else:
            raise _unknown(name, key)


def _keys_of(section: str) -> str:
    return ", ".join(key for key in list_settings() if key.startswith(f"{section}."))


def _unknown(name: str, key: str) -> ConfigError:
    from difflib import get_close_matches

    nearest = get_close_matches(key, list_settings(), 1, 0.5) or [
        known for known in list_settings() if known.rpartition(".")[2] == key
    ]
    hint = f"Did you mean {nearest[0]}?" if nearest else f"The known keys are: {', '.join(list_settings())}"
    return ConfigError(f"{name} has the unknown key {key}.", hint)


def _read_value(name: str, key: str, value: object) -> object:
    if key not in list_settings():
        raise _unknown(name, key)
    kind = list_settings()[key].kind
    read = kind.read(value)
    if read is None:
        raise ConfigError(f"{name}: {key} must be {kind.words}, not {_shown(value)}.", f"Correct {name}")
    return read


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _settle_checks(user: dict[str, object], repository: dict[str, object]) -> None:
    """Drop what the repository sets of a check against the user's own setting."""
    for ours, theirs in (("checks.require", "checks.skip"), ("checks.skip", "checks.require")):
        if theirs in repository:
            against = _words(user, ours)
            repository[theirs] = tuple(name for name in _words(repository, theirs) if name not in against)


def _merge(
    user: Mapping[str, object], user_name: str, repository: Mapping[str, object], repository_name: str
) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    origins = dict.fromkeys(list_settings(), DEFAULT)
    for key, setting in list_settings().items():
        mine, theirs = user.get(key), repository.get(key)
        if mine is None and theirs is None:
            continue
        values[key] = setting.merge(mine, theirs) if setting.merge else mine
        origins[key] = _origin(values[key], (mine, user_name), (theirs, repository_name))
    return values, origins


def _origin(value: object, *sides: tuple[object, str]) -> str:
    """Name the file whose value this is; both where it is made of the two."""
    said = [(given, name) for given, name in sides if given is not None]
    exact = [name for given, name in said if given == value]
    return exact[0] if exact else " and ".join(name for _, name in said)


def _build(values: Mapping[str, object]) -> Config:
    own: dict[str, Any] = {}
    sections: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        setting = list_settings()[key]
        holder = sections.setdefault(setting.section, {}) if setting.section else own
        holder[setting.field] = value
    for name, kind in Config.__annotations__.items():
        if name in sections and _is_section(kind):
            own[name] = kind(**sections[name])
    return Config(**own)
