import os
from pathlib import Path

import pytest

from workhorse_core.git.repository import Repository
from workhorse_core.services.doctor import State, examine
from workhorse_core.tools.sandbox import sandbox_program


@pytest.mark.skipif(sandbox_program() is None, reason="needs bubblewrap that may make namespaces")
def test_doctor_names_a_tool_that_does_not_start_in_the_sandbox(repository: Repository, tmp_path: Path) -> None:
    program = tmp_path / "programs" / "flake8"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat {tmp_path}/kept-at-home\n")
    program.chmod(0o755)
    (tmp_path / "kept-at-home").write_text("1")
    config = tmp_path / "config" / "workhorse" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[commands]\nflake8 = ["{program}"]\n')
    environ = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    found = [each for each in examine(repository.root, environ, ports=()) if each.name == "sandbox"]
    assert [each.state for each in found] == [State.OK, State.NOTE]
    assert found[1].words == "flake8 cannot start in it: run outside, with settings of ours alone"
