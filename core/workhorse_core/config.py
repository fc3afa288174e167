"""What the user and the repository have set, merged into one value, with the origin of every setting."""

import hashlib
import json
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from workhorse_core.errors import ConfigError

REPOSITORY_FILE = "pyproject.toml"
ENVIRONMENT = {"WORKHORSE_URL": "url", "WORKHORSE_MODEL": "model"}
DEFAULT = "default"
COMMAND_LINE = "command line"
LARGEST_FILE = 1_000_000
"""Bytes; nobody writes more than this by hand."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


# -- what a value may look like


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a setting holds: in words, and how it is read from TOML; None means that it is something else."""

    words: str
    read: Callable[[object], object | None]


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    words = cast("list[object]", value)
    return tuple(word for word in words if isinstance(word, str)) if all(isinstance(w, str) for w in words) else None


def _number(value: object) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6
    return float(value) if plain and isinstance(value, int | float) else None


def _width(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 20 <= value <= 1000 else None


def _command_table(value: object) -> Mapping[str, tuple[str, ...]] | None:
    if not isinstance(value, dict):
        return None
    table = {str(name): _texts(argv) for name, argv in cast("dict[str, object]", value).items()}
    read = {name: argv for name, argv in table.items() if argv and argv[0]}
    return MappingProxyType(read) if len(read) == len(table) else None


def _choice(*words: str) -> _Kind:
    return _Kind(f"one of {', '.join(words)}", lambda value: value if value in words else None)


_TEXT = _Kind("a text", lambda value: value if isinstance(value, str) and value else None)
_FLAG = _Kind("true or false", lambda value: value if isinstance(value, bool) else None)
_TEXTS = _Kind("a list of texts", _texts)
_SECONDS = _Kind("a number of seconds above 0", _number)
_COLUMNS = _Kind("a whole number from 20 to 1000", _width)
_COMMANDS = _Kind('lists of texts by tool, like ruff = ["uvx", "ruff"]', _command_table)


# -- how the user's value and the repository's become one (each may be None)

_Merge = Callable[[Any, Any], object]


def _nearer(user: Any, repository: Any) -> object:
    """The project's own habits are its own to say."""
    return user if repository is None else repository


def _users_first(user: Any, repository: Any) -> object:
    """The repository speaks only where the user does not, so that it never widens."""
    return repository if user is None else user


def _both(user: Any, repository: Any) -> object:
    return tuple(dict.fromkeys((*(user or ()), *(repository or ()))))


def _common(user: Any, repository: Any) -> object:
    if user is None or repository is None:
        return _users_first(user, repository)
    return tuple(word for word in user if word in repository)


def _by_name(user: Any, repository: Any) -> object:
    return MappingProxyType({**(repository or {}), **(user or {})})


def _set(kind: _Kind, merge: _Merge | None = None, key: str = "") -> dict[str, object]:
    """Describe a field: without ``merge`` the repository may not set it. ``key`` is its name in the file."""
    return {"kind": kind, "merge": merge, "key": key}


# -- merged


@dataclass(frozen=True, slots=True)
class DocstringsConfig:
    """How docstrings are written; ``style`` None means as the project does already."""

    style: str | None = field(default=None, metadata=_set(_choice("google", "numpy", "sphinx"), _nearer))
    private: bool = field(default=False, metadata=_set(_FLAG, _nearer))
    """Document private names as well."""
    tests: bool = field(default=False, metadata=_set(_FLAG, _nearer))
    """Document tests as well."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. A section of an action is one more field whose type is a dataclass like this."""

    url: str | None = field(default=None, metadata=_set(_TEXT))
    """The model server; None means whoever answers on this machine."""
    model: str | None = field(default=None, metadata=_set(_TEXT))
    api_key_env: str | None = field(default=None, metadata=_set(_TEXT))
    """The name of the environment variable that holds the server's key."""
    hosts: tuple[str, ...] = field(default=(), metadata=_set(_TEXTS))
    """Machines beside this one to which code may be sent."""
    timeout: float = field(default=120.0, metadata=_set(_SECONDS))
    """Seconds that a server may stay silent."""
    commands: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType(dict[str, tuple[str, ...]]()),
        metadata=_set(_COMMANDS, _by_name),
    )
    """What to start instead of a tool, by the tool's name; the repository's count only once it is trusted."""
    include: tuple[str, ...] = field(default=(), metadata=_set(_TEXTS, _users_first))
    """Globs of what to work on; none means everything."""
    exclude: tuple[str, ...] = field(default=(), metadata=_set(_TEXTS, _both))
    actions: tuple[str, ...] | None = field(default=None, metadata=_set(_TEXTS, _common))
    """What may be asked for; None means everything."""
    checks_require: tuple[str, ...] = field(default=(), metadata=_set(_TEXTS, _both, "checks.require"))
    checks_skip: tuple[str, ...] = field(default=(), metadata=_set(_TEXTS, _both, "checks.skip"))
    """Checks to leave out; a proof is made all the same."""
    line_length: int | None = field(default=None, metadata=_set(_COLUMNS, _nearer))
    """Columns; None means what the project's linter is set to."""
    docstrings: DocstringsConfig = field(default_factory=DocstringsConfig)


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The merged configuration.

    ``origins`` says for each key where its value comes from: "default", the user's file, "pyproject.toml", an
    environment variable, "command line", or two of them. ``trusted`` is whether the repository is trusted as it is
    now; ``waiting`` holds its commands when it is not.
    """

    config: Config
    origins: Mapping[str, str]
    trusted: bool = False
    waiting: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType(dict[str, tuple[str, ...]]())
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """One key as it is written in a file ("docstrings.style"), and the field that it fills."""

    key: str
    field: str
    section: str
    kind: _Kind
    merge: _Merge | None


@cache
def list_settings() -> Mapping[str, Setting]:
    """List every setting by its key, in the order of the fields."""
    return {setting.key: setting for setting in _settings(Config, "")}


def _settings(kind: type[Any], section: str) -> Iterator[Setting]:
    for item in fields(kind):
        if "kind" in item.metadata:
            key = item.metadata["key"] or (f"{section}.{item.name}" if section else item.name)
            yield Setting(key, item.name, section, item.metadata["kind"], item.metadata["merge"])
        elif is_dataclass(item.default_factory):
            yield from _settings(cast("type[Any]", item.default_factory), item.name)


def value_of(config: Config, setting: Setting) -> object:
    """Give the value that a setting has."""
    holder = getattr(config, setting.section) if setting.section else config
    return getattr(holder, setting.field)


# -- as read


@dataclass(frozen=True, slots=True)
class RawConfig:
    """What one file says, as TOML gives it; ``name`` is how the file is called in messages."""

    name: str
    table: Mapping[str, Any]


def user_file(environ: Mapping[str, str]) -> Path:
    """Say where the user's own file is."""
    return user_folder(environ, "XDG_CONFIG_HOME", ".config") / "config.toml"


def user_folder(environ: Mapping[str, str], variable: str, fallback: str) -> Path:
    """Find Workhorse's folder of a kind (https://specifications.freedesktop.org/basedir): relative ones are ignored.

    Raises:
        ConfigError: The user has no home.
    """
    if (named := environ.get(variable)) and Path(named).is_absolute():
        return Path(named) / "workhorse"
    try:
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    except RuntimeError as error:
        raise ConfigError("There is no home folder to read the configuration from.", "Set HOME") from error
    return home / fallback / "workhorse"


def read_user_file(environ: Mapping[str, str]) -> RawConfig:
    """Read the user's file; an absent one says nothing.

    Raises:
        ConfigError: It cannot be read or is not TOML.
    """
    path = user_file(environ)
    data = _read(path, str(path))
    return RawConfig(str(path), _parse(data, str(path)) if data else {})


def read_repository_file(root: Path) -> RawConfig:
    """Read ``[tool.workhorse]`` of the repository's pyproject.toml; an absent one says nothing.

    Raises:
        ConfigError: It cannot be read, is not TOML, or the section is no table.
    """
    data = _read(root / REPOSITORY_FILE, REPOSITORY_FILE)
    if b"workhorse" not in data:  # most say nothing to us: they are not even parsed
        return RawConfig(REPOSITORY_FILE, {})
    tools = _parse(data, REPOSITORY_FILE).get("tool", {})
    table = tools.get("workhorse", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{REPOSITORY_FILE}: tool.workhorse must be a table.", "Write it as [tool.workhorse]")
    return RawConfig(REPOSITORY_FILE, cast("dict[str, Any]", table))


def _read(path: Path, name: str) -> bytes:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return b""
        if about.st_size > LARGEST_FILE:
            raise ConfigError(f"{name} is larger than {LARGEST_FILE // 1000} kB, so it is not read.")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise ConfigError(f"{name} cannot be read: {error.strerror or error}.") from error


def _parse(data: bytes, name: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{name} is not valid TOML: {error}.", f"Correct {name}, then see: workhorse config"
        ) from error


# -- reading and merging


def load_config(
    root: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] = _NOTHING,
    trust: str | None = None,
) -> LoadedConfig:
    """Read and merge everything that is set.

    Command line over environment; environment over the user's file; the repository may only narrow, and say how the
    project is written.

    Args:
        root: The project's root; None where there is no project.
        environ: Where WORKHORSE_URL and WORKHORSE_MODEL are, and where the user's file is.
        overrides: From the command line, by key.
        trust: What the user trusts of this repository: :func:`commands_digest` of when it was given.

    Raises:
        ConfigError: A file has an unknown key, a value of the wrong type, or says what it may not.
    """
    raw = read_user_file(environ)
    user = _checked(raw, may_set_all=True)
    repository_raw = read_repository_file(root) if root else RawConfig(REPOSITORY_FILE, {})
    repository = _checked(repository_raw, may_set_all=False)
    trusted = trust is not None and trust == commands_digest(repository_raw)
    waiting = {} if trusted else repository.pop("commands", {})
    _settle_checks(user, repository)
    values, origins = _merge(user, raw.name, repository, repository_raw.name)
    for name, key in ENVIRONMENT.items():
        if text := environ.get(name):
            values[key], origins[key] = text, name
    for key, text in overrides.items():
        values[key], origins[key] = _read_value(COMMAND_LINE, key, text), COMMAND_LINE
    return LoadedConfig(_build(values), origins, trusted, cast("Mapping[str, tuple[str, ...]]", waiting))


def commands_digest(raw: RawConfig) -> str:
    """Give the SHA-256, in hex, of the part of a repository's configuration that names commands."""
    named = json.dumps(raw.table.get("commands", {}), sort_keys=True, default=str)
    return hashlib.sha256(named.encode()).hexdigest()


def _checked(raw: RawConfig, *, may_set_all: bool) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in _flat(raw.name, raw.table, ""):
        if key in values:
            raise ConfigError(f"{raw.name} sets {key} twice: with a dash and with an underscore.", "Keep one of them")
        values[key] = _read_value(raw.name, key, value)
        if not may_set_all and list_settings()[key].merge is None:
            raise ConfigError(
                f"{raw.name} may not set {key}: where code is sent is for each user to say.",
                f"Take it out of {raw.name}; your own choice belongs in your own file, see: workhorse config",
            )
    both = set(cast("tuple[str, ...]", values.get("checks.require", ())))
    if both := both & set(cast("tuple[str, ...]", values.get("checks.skip", ()))):
        raise ConfigError(f"{raw.name} both requires and skips the check {min(both)}.", "Keep one of them")
    return values


def _flat(name: str, table: Mapping[str, Any], section: str) -> Iterator[tuple[str, object]]:
    """Give each setting of a table with its full key; a dash is as good as an underscore."""
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
        raise ConfigError(f"{name}: {key} must be {kind.words}, not {_shown(value)}.", "See: workhorse config")
    return read


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _settle_checks(user: dict[str, object], repository: dict[str, object]) -> None:
    """What the user says of a check stands against the repository."""
    for ours, theirs in (("checks.require", "checks.skip"), ("checks.skip", "checks.require")):
        if theirs in repository:
            against = cast("tuple[str, ...]", user.get(ours, ()))
            said = cast("tuple[str, ...]", repository[theirs])
            repository[theirs] = tuple(name for name in said if name not in against)


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
    for item in fields(Config):
        if item.name in sections and is_dataclass(item.default_factory):
            own[item.name] = cast("type[Any]", item.default_factory)(**sections[item.name])
    return Config(**own)
