from pathlib import Path

import pytest

from workhorse_core.errors import ConfigError
from workhorse_core.settings.config_file import commands_digest, read_repository_file
from workhorse_core.settings.trust import give_trust, is_trusted, revoke_trust, trust_file

Environment = dict[str, str]


@pytest.fixture
def environ(tmp_path: Path) -> Environment:
    return {"XDG_STATE_HOME": str(tmp_path / "state")}


def trust_now(root: Path, environ: Environment) -> None:
    give_trust(root, environ, commands_digest(read_repository_file(root)))


def test_nobody_is_trusted_at_first(tmp_path: Path, environ: Environment) -> None:
    assert not is_trusted(tmp_path, environ)


def test_trust_holds_until_it_is_revoked(tmp_path: Path, environ: Environment) -> None:
    trust_now(tmp_path, environ)
    assert is_trusted(tmp_path, environ)
    assert revoke_trust(tmp_path, environ)
    assert not is_trusted(tmp_path, environ)
    assert not revoke_trust(tmp_path, environ)


def test_trust_is_for_one_folder_by_its_real_path(tmp_path: Path, environ: Environment) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    trust_now(tmp_path / "link", environ)
    assert is_trusted(real, environ)
    assert not is_trusted(tmp_path, environ)


def test_new_commands_need_new_trust_and_other_settings_do_not(tmp_path: Path, environ: Environment) -> None:
    settings = tmp_path / "pyproject.toml"
    trust_now(tmp_path, environ)
    settings.write_text('[tool.workhorse]\nexclude = ["x"]\n')
    assert is_trusted(tmp_path, environ)
    settings.write_text('[tool.workhorse.commands]\nruff = ["./evil"]\n')
    assert not is_trusted(tmp_path, environ)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"/x": 1}', "\x00"])
def test_a_broken_record_trusts_nobody(tmp_path: Path, environ: Environment, content: str) -> None:
    trust_now(tmp_path, environ)
    trust_file(environ).write_text(content)
    assert not is_trusted(tmp_path, environ)


def test_a_record_that_cannot_be_written_is_an_error(tmp_path: Path, environ: Environment) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="cannot be written"):
        trust_now(tmp_path, environ)
