import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import PROGRAM, Workhorse, git

COUNTER = '''\
"""Counting."""

SEEN = {}


class Counter:
    def __init__(self, start=False):
        self.value = start

    def name(self):
        return f"counter {self.value}"

    def is_empty(self):
        return self.value == 0
'''


def write(shop: Path) -> None:
    (shop / "src/counter.py").write_text(COUNTER)
    git("add", ".")
    git("commit", "-qm", "Count")


def test_hints_go_from_a_file_to_a_commit(shop: Path, program: Workhorse) -> None:
    write(shop)
    drafted = program("hints", "src/counter.py", "--engine", "rules")
    assert drafted.code == 0, drafted.err
    assert "✓ same-code-unannotated" in drafted.out
    assert "+    def name(self) -> str:" in drafted.out
    assert "+    def __init__(self, start: bool = False) -> None:" in drafted.out
    assert "kept by source:" in drafted.out
    assert "0 → 4 of 5 annotated" in drafted.out
    assert (git("status", "--porcelain"), git("log", "-1", "--format=%s")) == ("", "Count\n")
    assert program("approve", "@").code == 0
    assert program("merge", "@").code == 0
    assert "def is_empty(self) -> bool:" in (shop / "src/counter.py").read_text()
    assert program("audit", "HEAD^..HEAD").code == 0
    again = program("hints", "src/counter.py", "--engine", "rules")
    assert "nothing to do" in again.out


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
def test_progress_on_a_terminal_begins_before_the_project_is_read(shop: Path) -> None:
    write(shop)
    theirs, ours = os.openpty()
    command = [*PROGRAM, "hints", "src/counter.py", "--engine", "rules", "--dry-run"]
    with subprocess.Popen(command, cwd=shop, stdout=subprocess.DEVNULL, stderr=ours) as running:
        os.close(ours)
        first = os.read(theirs, 1_000)
        assert running.wait(60) == 0
    os.close(theirs)
    assert first.startswith(b"\r\x1b[Kreading the project"), first


def test_the_report_writes_nothing(shop: Path, program: Workhorse) -> None:
    write(shop)
    told = program("hints", "--report", "src/counter.py")
    assert (told.code, told.out) == (0, "  src/counter.py  0 of 5 annotated (0 %)\n")
    found = json.loads(program("hints", "--report", "src/counter.py", "--json").out)
    assert found["coverage"] == [{"path": "src/counter.py", "before": 0, "annotated": 0, "slots": 5}]
    assert git("branch", "--list", "workhorse/*") == ""


@pytest.mark.slow
def test_json_names_sources_and_coverage(shop: Path, program: Workhorse) -> None:
    write(shop)
    found = json.loads(program("hints", "src/counter.py", "--engine", "rules", "--json").out)
    parts = {part["name"]: part["sources"] for region in found["regions"] for part in region["parts"]}
    assert "default" in parts["Counter.__init__(start)"]
    assert found["coverage"][0]["annotated"] == len(parts) == 4


def test_a_source_that_failed_is_named_later_too(shop: Path, tmp_path: Path, program: Workhorse) -> None:
    write(shop)
    tool = tmp_path / "pyrefly"
    tool.write_text("#!/bin/sh\necho 'it broke' >&2\nexit 9\n")
    tool.chmod(0o755)
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "workhorse" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f'[commands]\npyrefly = ["{tool}"]\n')
    told = program("hints", "src/counter.py", "--engine", "rules", "--json")
    (note,) = json.loads(told.out)["notes"]
    assert "it broke" in note
    assert note in program("show", "@").out
    assert json.loads(program("show", "@", "--json").out)["notes"] == [note]


@pytest.mark.slow
def test_a_stub_beside_the_file_wins(shop: Path, program: Workhorse) -> None:
    write(shop)
    (shop / "src/counter.pyi").write_text("SEEN: dict[str, int]\n")
    told = program("hints", "src/counter.py", "--engine", "rules")
    assert told.code == 0
    assert "stubs win" in told.out


def test_a_project_that_runs_on_python_2_gets_no_annotation(shop: Path, program: Workhorse) -> None:
    write(shop)
    (shop / "setup.py").write_text("from setuptools import setup\nsetup(python_requires='>=2.7')\n")
    (shop / "pyproject.toml").unlink(missing_ok=True)
    told = program("hints", "src/counter.py", "--engine", "rules")
    assert told.code == 0
    assert "The project runs on Python 2 too, which has no annotations: it requires Python >=2.7." in told.out


def test_an_option_without_a_target_is_wrong_usage(shop: Path, program: Workhorse) -> None:
    assert program("hints", "--report").code == 2
    assert program("hints").code == 2
