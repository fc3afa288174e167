from pathlib import Path

import pytest

from workhorse_core.errors import ConfigError
from workhorse_core.settings.command_settings import FILES, TABLES, read_command_settings
from workhorse_core.settings.config_file import read_repository_file
from workhorse_core.settings.loaded_config import LoadedConfig, load_config
from workhorse_core.settings.trust import difference, give_trust, revoke_trust, trust_file, trusted_settings

Environment = dict[str, str]


@pytest.fixture
def environ(tmp_path: Path) -> Environment:
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def trust_now(root: Path, environ: Environment) -> None:
    give_trust(root, environ, read_command_settings(root, read_repository_file(root)))


def load(root: Path, environ: Environment) -> LoadedConfig:
    return load_config(root, environ, trust=trusted_settings(root, environ))


def is_trusted(root: Path, environ: Environment) -> bool:
    return load(root, environ).trusted


def test_no_repository_is_trusted_at_first(root: Path, environ: Environment) -> None:
    assert not is_trusted(root, environ)
    assert not load(root, environ).outdated


def test_trust_holds_until_it_is_revoked(root: Path, environ: Environment) -> None:
    trust_now(root, environ)
    assert is_trusted(root, environ)
    assert revoke_trust(root, environ)
    assert not is_trusted(root, environ)
    assert not revoke_trust(root, environ)


def test_trust_is_for_one_folder_by_its_real_path(root: Path, tmp_path: Path, environ: Environment) -> None:
    (tmp_path / "link").symlink_to(root)
    trust_now(tmp_path / "link", environ)
    assert is_trusted(root, environ)
    assert not is_trusted(tmp_path, environ)


def test_settings_that_name_no_command_need_no_new_trust(root: Path, environ: Environment) -> None:
    trust_now(root, environ)
    (root / "pyproject.toml").write_text('[tool.workhorse]\nexclude = ["x"]\n[tool.ruff]\nline-length = 100\n')
    assert is_trusted(root, environ)


@pytest.mark.parametrize("before", ["", '[tool.workhorse.commands]\nruff = ["uvx", "ruff"]\n'])
def test_a_command_named_later_needs_new_trust(root: Path, environ: Environment, before: str) -> None:
    settings = root / "pyproject.toml"
    settings.write_text(before)
    trust_now(root, environ)
    assert is_trusted(root, environ)
    settings.write_text('[tool.workhorse.commands]\nruff = ["./evil"]\n')
    loaded = load(root, environ)
    assert (loaded.trusted, loaded.outdated) == (False, True)
    assert loaded.config.commands == {}
    assert loaded.waiting == {"ruff": ("./evil",)}


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_table_of_a_tool_needs_new_trust(root: Path, environ: Environment, table: str) -> None:
    settings = root / "pyproject.toml"
    settings.write_text(f"[tool.{table}]\nstrict = true\n")
    trust_now(root, environ)
    settings.write_text(f'[tool.{table}]\nstrict = true\nplugins = ["evil"]\n')
    assert not is_trusted(root, environ)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_of_a_tool_needs_new_trust(root: Path, environ: Environment, name: str) -> None:
    trust_now(root, environ)
    (root / name).write_text("[mypy]\n# harmless\n")
    assert not is_trusted(root, environ)
    trust_now(root, environ)
    assert is_trusted(root, environ)
    (root / name).write_bytes(b"[mypy]\n# harmless\rplugins = ./evil.py\n")  # one line to us, two to mypy
    assert not is_trusted(root, environ)
    (root / name).unlink()
    assert not is_trusted(root, environ)


NESTED = {
    "a table": ("pkg/pyproject.toml", '[tool.mypy]\nplugins = ["evil"]\n'),
    "mypy's file": ("tests/mypy.ini", "[mypy]\nplugins = ./evil.py\n"),
    "pytest's file, deep below": ("tests/unit/deep/pytest.ini", "[pytest]\naddopts = -p evil\n"),
    "a hidden folder": (".hidden/setup.cfg", "[flake8:local-plugins]\npaths = .\n"),
    "a folder marked as an environment": ("env/pytest.ini", "[pytest]\naddopts = -p evil\n"),
    "below a folder marked as an environment": ("env/pkg/tests/mypy.ini", "[mypy]\nplugins = ./evil.py\n"),
    "a folder of builds": ("build/tox.ini", "[pytest]\naddopts = -p evil\n"),
    "what is no TOML": ("pkg/pyproject.toml", "[tool.mypy\n"),
    "what is too large to be shown": ("pkg/pyrefly.toml", "# " + "x" * 1_000_001),
}


@pytest.mark.parametrize("name", NESTED)
def test_a_nested_file_of_a_tool_that_comes_or_changes_needs_new_trust(
    root: Path, environ: Environment, name: str
) -> None:
    path, text = root / NESTED[name][0], NESTED[name][1]
    trust_now(root, environ)
    path.parent.mkdir(parents=True)
    (root / path.relative_to(root).parts[0] / "pyvenv.cfg").touch()  # any commit can bring it
    path.write_text(text)
    assert not is_trusted(root, environ)
    trust_now(root, environ)
    assert is_trusted(root, environ)
    path.write_text(f"{text}\n[tool.pytest.ini_options]\naddopts = '-p more'\n")
    assert not is_trusted(root, environ)
    path.unlink()
    assert not is_trusted(root, environ)


def test_nested_files_of_programs_and_links_need_no_new_trust(root: Path, tmp_path: Path, environ: Environment) -> None:
    trust_now(root, environ)
    site = ".venv/lib/python3.11/site-packages/x"
    for folder in ("node_modules/x", site, ".git/x", "pkg"):
        (root / folder).mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    for folder in ("node_modules/x", site, ".git/x"):
        (root / folder / "mypy.ini").write_text("[mypy]\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mypy.ini").write_text("[mypy]\n")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "pkg" / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")
    assert is_trusted(root, environ)


def test_bytes_that_are_not_utf_8_are_distinguished(root: Path, environ: Environment) -> None:
    (root / "setup.cfg").write_bytes(b"[flake8]\npaths = \xff\n")
    trust_now(root, environ)
    assert is_trusted(root, environ)
    (root / "setup.cfg").write_bytes(b"[flake8]\npaths = \xfe\n")
    assert not is_trusted(root, environ)


def test_the_difference_shows_what_was_trusted_and_what_is_there_now() -> None:
    lines = difference({"mypy.ini": "[mypy]\n"}, {"mypy.ini": "[mypy]\nplugins = evil\n", ".flake8": "[flake8]\n"})
    assert "--- mypy.ini (trusted)" in lines
    assert "+plugins = evil" in lines
    assert "+[flake8]" in lines
    assert difference({"mypy.ini": "x"}, {"mypy.ini": "x"}) == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"ROOT": 1}', '{"ROOT": "a digest of the first version"}', "\x00"])
def test_a_broken_record_trusts_no_repository(root: Path, environ: Environment, content: str) -> None:
    trust_now(root, environ)
    trust_file(environ).write_text(content.replace("ROOT", str(root)))
    assert not is_trusted(root, environ)


def test_a_record_that_cannot_be_written_is_an_error(root: Path, environ: Environment) -> None:
    Path(environ["XDG_STATE_HOME"]).write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="cannot be written"):
        trust_now(root, environ)


def test_the_record_is_closed_to_others(root: Path, environ: Environment) -> None:
    trust_now(root, environ)
    assert trust_file(environ).stat().st_mode & 0o077 == 0
    assert trust_file(environ).parent.stat().st_mode & 0o077 == 0
