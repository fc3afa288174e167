"""An action that is only in the catalog has a command, with its help, options, report and JSON."""

import json
from pathlib import Path

import click
import pytest

from cli.running import Workhorse
from support.toy_actions import add_action
from workhorse_cli.action_command import make_command
from workhorse_core.actions.action_info import ActionInfo


@pytest.fixture(autouse=True)
def shout(monkeypatch: pytest.MonkeyPatch) -> None:
    add_action(monkeypatch, "shout", "support.toy_actions.shout")


def test_help_lists_the_command_and_the_command_describes_itself(workhorse: Workhorse) -> None:
    assert "Add missing shouts." in workhorse("--help").out
    page = workhorse("shout", "--help").out
    for words in ("Each shout is kept.", "--twice", "--echo / --no-echo", "[glad|angry]", "Only count shouts."):
        assert words in page


def test_an_unknown_command_near_its_name_is_answered_with_it(workhorse: Workhorse) -> None:
    assert "Did you mean shout?" in workhorse("shuot").err


def test_a_task_goes_from_words_to_a_draft(shop: Path, workhorse: Workhorse) -> None:
    done = workhorse("shout", "src/shop.py::is_even", "--engine", "rules", "--twice", "--json")
    job = json.loads(done.out)
    assert (done.code, job["action"], job["status"]) == (0, "shout", "verified")
    assert "# HO HO!" in job["diff"]
    assert job["coverage"] == [{"path": "a.py", "before": 1, "annotated": 1, "slots": 2}]
    assert "shout" in workhorse("jobs").out


def test_check_names_the_command_that_would_write(shop: Path, workhorse: Workhorse) -> None:
    done = workhorse("shout", "src/shop.py", "--engine", "rules", "--check", "--mood", "glad", "--no-echo")
    assert done.code == 1
    assert "workhorse shout --echo=no --mood=glad src/shop.py" in done.err


def test_report_prints_its_own_word_for_what_is_covered(shop: Path, workhorse: Workhorse) -> None:
    assert "1 of 2 shouted at (50 %)" in workhorse("shout", "--report", "src/shop.py").out


def test_an_argument_is_asked_for_after_the_targets() -> None:
    info = ActionInfo(name="rename", title="Rename", summary="Rename it.", noun="names", argument="the new name")
    command = make_command(info)
    page = command.get_help(click.Context(command, info_name="rename"))
    assert page.startswith("Usage: rename [OPTIONS] TARGET… NEW_NAME")
    with pytest.raises(click.MissingParameter):
        command.make_context("rename", [])
