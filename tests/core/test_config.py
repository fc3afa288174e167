from pathlib import Path

import pytest

from workhorse_core.config import KEYS, Config, load_config, user_file, value_of
from workhorse_core.errors import ConfigError
from workhorse_core.trust import trust

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


def test_nothing_configured_is_all_defaults(root: Path, environ: Environment) -> None:
    loaded = load_config(root, environ, {})
    assert loaded.config == Config()
    assert loaded.origins == {}


def test_later_sources_win_and_say_so(root: Path, environ: Environment) -> None:
    write_user(environ, 'url = "http://localhost:1/v1"\nmodel = "mine"\n[docstrings]\nstyle = "numpy"\n')
    write_repository(root, '[tool.workhorse.docstrings]\nstyle = "sphinx"\n')
    loaded = load_config(root, environ | {"WORKHORSE_MODEL": "env"}, {"url": "http://localhost:2/v1"})
    assert (loaded.config.url, loaded.config.model) == ("http://localhost:2/v1", "env")
    assert loaded.config.docstrings.style == "sphinx"
    assert loaded.origins == {
        "url": "the command line",
        "model": "WORKHORSE_MODEL",
        "docstrings.style": "pyproject.toml",
    }


def test_a_relative_config_folder_is_ignored_as_its_specification_says(environ: Environment) -> None:
    assert user_file(environ | {"XDG_CONFIG_HOME": "here"}) == Path(environ["HOME"], ".config/workhorse/config.toml")


@pytest.mark.parametrize("key", [key for key, about in KEYS.items() if not about.narrowing])
def test_a_repository_never_says_where_code_is_sent(root: Path, environ: Environment, key: str) -> None:
    value = {"list": '["evil.example"]', "number": "1"}.get(KEYS[key].kind, '"http://evil.example"')
    write_repository(root, f"[tool.workhorse]\n{key} = {value}\n")
    trust(root, environ)  # not even a trusted one
    with pytest.raises(ConfigError, match=f"may not set {key}"):
        load_config(root, environ, {})


def test_a_repositorys_commands_count_only_after_trust_and_only_as_they_were_then(
    root: Path, environ: Environment
) -> None:
    write_repository(root, '[tool.workhorse.commands]\nruff = ["tools/ruff"]\n')
    untrusted = load_config(root, environ, {})
    assert untrusted.config.commands == {}
    assert "workhorse trust" in untrusted.notes[0]
    trust(root, environ)
    assert load_config(root, environ, {}).config.commands == {"ruff": ("tools/ruff",)}
    write_repository(root, '[tool.workhorse.commands]\nruff = ["tools/other"]\n')
    assert load_config(root, environ, {}).config.commands == {}


def test_both_may_narrow_and_neither_widens_the_other(root: Path, environ: Environment) -> None:
    write_user(environ, 'exclude = ["a/**"]\nactions = ["docstrings", "hints"]\n')
    write_repository(root, '[tool.workhorse]\nexclude = ["b/**"]\nactions = ["docstrings", "rename"]\n')
    config = load_config(root, environ, {}).config
    assert config.exclude == ("a/**", "b/**")
    assert config.actions == ("docstrings",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modle = 'x'", "Did you mean model"),
        ("[docstrings]\nstile = 'google'", "Did you mean docstrings.style"),
        ("style = 'google'", "Did you mean docstrings.style"),
        ("xyzzy = 1", "The keys are"),
    ],
)
def test_an_unknown_key_names_the_nearest(environ: Environment, text: str, says: str) -> None:
    write_user(environ, text)
    with pytest.raises(ConfigError, match="unknown key") as caught:
        load_config(None, environ, {})
    assert says in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "url = 1",
        "url = ''",
        "hosts = 'x'",
        "hosts = [1]",
        "timeout = true",
        "timeout = -1",
        "line_length = 1.5",
        "docstrings.style = 'fancy'",
        "docstrings.private = 'yes'",
        "commands.ruff = 'ruff'",
        "commands.ruff = []",
        "docstrings = 3",
        "checks = ['x']",
        "url = ",
    ],
)
def test_a_wrong_value_is_named_with_its_file(environ: Environment, text: str) -> None:
    write_user(environ, text)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load_config(None, environ, {})


def test_every_key_has_a_field(environ: Environment) -> None:
    config = load_config(None, environ, {}).config
    for key in KEYS:
        value_of(config, key)  # raises for a key without one
