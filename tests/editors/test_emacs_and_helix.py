"""Emacs with eglot and Helix, with the configurations of docs/editors.md."""

from pathlib import Path

import pytest

from editors.conftest import CODE, SCRIPTS, RealEditor, shown
from workhorse_core.git.repository import Repository

pytestmark = pytest.mark.editors


@pytest.mark.parametrize("real_editor", ["emacs"], indirect=True)
def test_eglot_asks_reviews_and_edits_its_buffer(real_editor: RealEditor, home: Repository) -> None:
    config = home.root.parent / "config.el"
    config.write_text(shown("Emacs, eglot", "elisp"))
    dump = next(real_editor.root.glob("usr/libexec/emacs/*/*/emacs-*.pdmp"))
    arguments = [f"--dump-file={dump}", "--batch", "-Q", "-l", str(SCRIPTS / "eglot_session.el")]
    said = real_editor.run(arguments, home.root, {"CONFIG": str(config), "FILE": "numbers.py"})
    assert "STATUS merged" in said, said
    assert "Return whether there is nothing in the box." in said.split("TEXT")[1]
    assert "BEFORE nil" in said
    assert "MODIFIED t" in said
    assert (home.root / "numbers.py").read_text() == CODE


@pytest.mark.parametrize("real_editor", ["helix"], indirect=True)
def test_helix_takes_the_configuration_and_finds_the_server(real_editor: RealEditor, tmp_path: Path) -> None:
    (tmp_path / "helix").mkdir()
    (tmp_path / "helix" / "languages.toml").write_text(shown("Helix", "toml"))
    said = real_editor.run(["--health", "python"], tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)})
    line = next(line for line in said.splitlines() if "workhorse" in line)
    assert "not found" not in line, said
