"""The catalog: complete for every action, cheap for hooks, and the only place outside of an action that names it."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from documents.pages import ROOT
from workhorse_core.actions.action_info import CHOICE, FLAG, SWITCH, TEXT
from workhorse_core.actions.catalog import ACTIONS, describe, describe_all, measures, quick_look, takes_option
from workhorse_core.actions.coverage import Measuring
from workhorse_core.actions.registry import all_actions, find_action

DOORS = [ROOT / "cli", ROOT / "hooks", ROOT / "lsp_server", ROOT / "core/workhorse_core/services"]


@pytest.mark.parametrize("name", ACTIONS)
def test_description_and_action_agree(name: str) -> None:
    info, action = describe(name), find_action(name)
    assert (info.name, info.title, info.argument) == (name, action.title, action.argument)
    assert action.name == name
    assert isinstance(action, Measuring) == bool(info.report) == measures(name)


@pytest.mark.parametrize("name", ACTIONS)
def test_words_of_a_description_read_as_a_help_page_needs_them(name: str) -> None:
    info = describe(name)
    assert info.summary.endswith(".")
    assert info.noun
    for option in info.options:
        assert option.words.endswith((".", '".'))
        assert option.kind in {FLAG, SWITCH, CHOICE, TEXT}
        assert bool(option.choices) == (option.kind == CHOICE)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_that_hooks_look_for_has_a_quick_look(name: str) -> None:
    if describe(name).lack:
        assert callable(quick_look(name))
    else:
        assert find_spec(f"{ACTIONS[name]}.quick") is None


def test_registry_and_catalog_list_the_same_actions_in_the_same_order() -> None:
    assert [action.name for action in all_actions()] == [info.name for info in describe_all()] == list(ACTIONS)


def test_an_unknown_action_takes_no_option_and_measures_nothing() -> None:
    assert not takes_option("no-such-action", "style")
    assert not measures("no-such-action")


def test_reading_every_description_and_quick_look_imports_nothing_that_is_not_built_in() -> None:
    script = (
        "import sys; sys.path += sys.argv[1:]; before = set(sys.modules)\n"
        "from workhorse_core.actions.catalog import ACTIONS, describe, quick_look\n"
        "for name in ACTIONS: describe(name).lack and quick_look(name)\n"
        "print(*(name for name in set(sys.modules) - before if not name.startswith('workhorse_core')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(ROOT / "core")], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert set(done.stdout.split()) <= {"_ast"}


def named_actions(path: Path) -> list[str]:
    """Return the places of a file where a string is the name of an action."""
    nodes = ast.walk(ast.parse(path.read_bytes()))
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value!r}"
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ACTIONS
    ]


def test_no_door_names_an_action() -> None:
    files = [path for door in DOORS for path in sorted(door.rglob("*.py"))]
    assert len(files) > 50
    assert [place for path in files for place in named_actions(path)] == []


def test_the_pre_commit_framework_is_offered_each_action_that_hooks_look_for() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    for info in describe_all():
        assert (f"entry: workhorse hooks check {info.name}\n" in text) == bool(info.lack)
