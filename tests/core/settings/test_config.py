from pathlib import Path

import pytest

from workhorse_core.errors import ConfigError
from workhorse_core.settings.command_settings import read_command_settings
from workhorse_core.settings.config import Config, list_settings, value_of
from workhorse_core.settings.config_file import read_repository_file, user_file
from workhorse_core.settings.loaded_config import LoadedConfig, load_config
from workhorse_core.settings.trust import give_trust, trusted_settings

Environment = dict[str, str]


@pytest.fixture
def environ(tmp_path: Path) -> Environment:
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def write_user(environ: Environment, text: str) -> None:
    path = user_file(environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_repository(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(text)


def load(root: Path, environ: Environment) -> LoadedConfig:
    """As a project is opened."""
    return load_config(root, environ, {}, trusted_settings(root, environ))


def trust_now(root: Path, environ: Environment) -> None:
    give_trust(root, environ, read_command_settings(root, read_repository_file(root)))


def test_nothing_configured_is_all_defaults(root: Path, environ: Environment) -> None:
    loaded = load(root, environ)
    assert loaded.config == Config()
    assert set(loaded.origins.values()) == {"default"}


def test_later_sources_win_and_are_named_as_the_origin(root: Path, environ: Environment) -> None:
    write_user(environ, 'url = "http://localhost:1/v1"\nmodel = "mine"\ntimeout = 5\n[docstrings]\nstyle = "numpy"\n')
    write_repository(root, '[tool.workhorse.docstrings]\nstyle = "sphinx"\n')
    loaded = load_config(root, environ | {"WORKHORSE_MODEL": "env"}, {"url": "http://localhost:2/v1"})
    assert (loaded.config.url, loaded.config.model) == ("http://localhost:2/v1", "env")
    assert (loaded.config.timeout, loaded.config.docstrings.style) == (5.0, "sphinx")
    assert loaded.origins["url"] == "command line"
    assert loaded.origins["model"] == "WORKHORSE_MODEL"
    assert loaded.origins["timeout"] == str(user_file(environ))
    assert loaded.origins["docstrings.style"] == "pyproject.toml"


def test_a_relative_config_folder_is_ignored(environ: Environment) -> None:
    assert user_file(environ | {"XDG_CONFIG_HOME": "here"}) == Path(environ["HOME"], ".config/workhorse/config.toml")


@pytest.mark.parametrize(
    "line", ["url = 'http://e'", "model = 'm'", "api_key_env = 'K'", "hosts = ['e']", "timeout = 1"]
)
def test_a_repository_that_names_a_server_is_refused(root: Path, environ: Environment, line: str) -> None:
    write_repository(root, f"[tool.workhorse]\n{line}\n")
    trust_now(root, environ)  # not even a trusted one
    with pytest.raises(ConfigError, match=f"may not set {line.split()[0]}"):
        load(root, environ)


def test_a_repositorys_commands_count_only_after_trust_and_only_as_they_were_then(
    root: Path, environ: Environment
) -> None:
    write_repository(root, '[tool.workhorse.commands]\nruff = ["tools/ruff"]\n')
    untrusted = load(root, environ)
    assert (untrusted.config.commands, untrusted.trusted) == ({}, False)
    assert untrusted.waiting == {"ruff": ("tools/ruff",)}
    trust_now(root, environ)
    assert load(root, environ).config.commands == {"ruff": ("tools/ruff",)}
    write_repository(root, '[tool.workhorse.commands]\nruff = ["tools/other"]\n')
    changed = load(root, environ)
    assert (changed.config.commands, changed.trusted) == ({}, False)


def test_a_users_own_command_stands_against_a_trusted_repositorys(root: Path, environ: Environment) -> None:
    write_user(environ, 'commands.ruff = ["mine"]\n')
    write_repository(root, '[tool.workhorse.commands]\nruff = ["theirs"]\nmypy = ["theirs"]\n')
    trust_now(root, environ)
    assert load(root, environ).config.commands == {"ruff": ("mine",), "mypy": ("theirs",)}


def test_both_may_narrow_and_neither_widens_the_other(root: Path, environ: Environment) -> None:
    write_user(environ, 'include = ["src/**"]\nexclude = ["a/**"]\nactions = ["docstrings", "hints"]\n')
    write_repository(
        root, '[tool.workhorse]\ninclude = ["**"]\nexclude = ["b/**"]\nactions = ["docstrings", "rename"]\n'
    )
    loaded = load(root, environ)
    assert loaded.config.include == ("src/**",)
    assert loaded.config.exclude == ("a/**", "b/**")
    assert loaded.config.actions == ("docstrings",)
    assert loaded.origins["exclude"] == f"{user_file(environ)} and pyproject.toml"


def test_a_repository_cannot_skip_a_check_that_its_user_requires(root: Path, environ: Environment) -> None:
    write_user(environ, 'checks.require = ["types"]\n')
    write_repository(root, '[tool.workhorse.checks]\nskip = ["types", "lint"]\n')
    config = load(root, environ).config
    assert (config.checks_require, config.checks_skip) == (("types",), ("lint",))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modle = 'x'", "Did you mean model"),
        ("[docstrings]\nstile = 'google'", "Did you mean docstrings.style"),
        ("style = 'google'", "Did you mean docstrings.style"),
        ("xyzzy = 1", "The known keys are"),
    ],
)
def test_an_unknown_key_names_the_nearest(environ: Environment, text: str, says: str) -> None:
    write_user(environ, text)
    with pytest.raises(ConfigError, match="unknown key") as caught:
        load_config(None, environ)
    assert says in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        *("url = 1", "url = ''", "hosts = 'x'", "hosts = [1]", "timeout = true", "timeout = -1"),
        *("line_length = 1.5", "line_length = true", "docstrings.style = 'fancy'", "docstrings.private = 'yes'"),
        *("commands.ruff = 'ruff'", "commands.ruff = []", "docstrings = 3", "checks = ['x']", "url = "),
        *("checks = {require = ['a'], skip = ['a']}", "line-length = 88\nline_length = 88"),
    ],
)
def test_a_wrong_value_is_named_with_its_file(environ: Environment, text: str) -> None:
    write_user(environ, text)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load_config(None, environ)


def test_every_key_has_a_field_and_its_default_is_of_its_kind(environ: Environment) -> None:
    config = load_config(None, environ).config
    for setting in list_settings().values():
        value_of(config, setting)  # raises for a key without one


def test_a_pyproject_without_our_section_is_not_parsed(root: Path, environ: Environment) -> None:
    write_repository(root, "this is no TOML")
    assert load(root, environ).config == Config()
