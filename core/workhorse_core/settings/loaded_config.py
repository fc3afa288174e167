"""The configuration as loaded: the user's file and the repository's, merged, with the origin of each setting."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from workhorse_core.errors import ConfigError
from workhorse_core.settings.command_settings import CommandSettings, read_command_settings
from workhorse_core.settings.config import Config, is_section, list_settings
from workhorse_core.settings.config_file import REPOSITORY_FILE, RawConfig, read_repository_file, read_user_file
from workhorse_core.system.named_tuple import NamedTuple

ENVIRONMENT = {"WORKHORSE_URL": "url", "WORKHORSE_MODEL": "model"}
DEFAULT = "default"
COMMAND_LINE = "command line"

_NOTHING: Mapping[str, str] = MappingProxyType({})


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
                f"{raw.name} may not set {key}: only each user may decide where code is sent.",
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
        if name in sections and is_section(kind):
            own[name] = kind(**sections[name])
    return Config(**own)
