"""docs/hooks.md agrees with the program."""

import re
import shlex
import subprocess
import tempfile
import tomllib
from pathlib import Path

import pytest
import yaml

from cli.running import PROGRAM
from documents.pages import ROOT, blocks, commands
from hooks.hooked import Hooked
from workhorse_core.settings.config import HooksConfig, list_settings
from workhorse_hooks.managers import Manager, find_manager
from workhorse_hooks.shim import HOOKS

PAGE = "docs/hooks.md"


def test_every_hook_is_there_with_its_modes_the_default_first() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", (ROOT / PAGE).read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(HOOKS)
    for name, modes in rows:
        field = name.replace("-", "_")
        shown = re.findall(r"`(\w+)`", modes)
        assert shown[0] == getattr(HooksConfig(), field)
        kind = list_settings()[f"hooks.{field}"].kind
        assert all(kind.read(mode) == mode for mode in shown)
        assert sorted(shown) == sorted(kind.words.removeprefix("one of ").split(", "))


def test_every_setting_is_shown() -> None:
    settings = tomllib.loads(blocks(PAGE, "toml")[0])["hooks"]
    shown = {f"hooks.{name.replace('-', '_')}" for name in settings}
    assert shown == {key for key in list_settings() if key.startswith("hooks.")}


def test_the_lines_for_lefthook_are_those_that_install_prints() -> None:
    shown = yaml.safe_load(blocks(PAGE, "yaml")[1])
    manager = find_manager_of("lefthook.yml")
    printed = yaml.safe_load("\n".join(line for hook in shown for line in manager.lines(hook)))
    assert shown == printed


@pytest.mark.parametrize("text", [blocks(PAGE, "yaml")[0]])
def test_the_ids_for_the_frameworks_are_those_of_our_file(text: str) -> None:
    ids = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    shown = {hook["id"] for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"]}
    assert shown < ids
    assert all(name in (ROOT / PAGE).read_text("utf-8") for name in ids)


def test_every_hook_of_our_file_names_its_stages_and_is_run_alone() -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")):
        assert hook["stages"]
        assert hook["require_serial"] is True


def test_the_line_for_husky_is_the_one_that_install_prints() -> None:
    assert find_manager_of(".husky/_").lines("pre-commit")[1] in "".join(blocks(PAGE, "sh"))


def test_the_commands_that_are_shown_work(shop: Hooked) -> None:
    shown = [line for block in blocks(PAGE, "sh") for line in commands(block) if line.startswith("workhorse")]
    assert len(shown) >= 4
    for line in shown:
        words = shlex.split(line.replace('"$@"', ""))[1:]
        done = subprocess.run([*PROGRAM, *words], cwd=shop.root, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stderr)


def find_manager_of(name: str) -> Manager:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if name.startswith(".husky"):
            found = find_manager(root, root / name)
        else:
            (root / name).write_text("")
            found = find_manager(root, root / ".git" / "hooks")
    assert found is not None
    return found
