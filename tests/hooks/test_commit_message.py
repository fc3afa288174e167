"""A drafted commit message: in time or not at all, only where there is none, and marked as what it is."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hooks.hooked import SHOP, Hooked
from support.endpoint import ScriptedEndpoint, Stall
from support.llama_cpp import LlamaServer, serve
from support.tiny_gguf import write_scripted_model
from workhorse_hooks.commit_message import draft_message, read_message, recent_messages

DRAFT = {"subject": "Tell even numbers by their remainder", "body": "Smaller than one says the same."}
KEEP = {"GIT_EDITOR": 'cp "$1" .git/seen; true'}


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real llama.cpp server, which drafts this message whatever it is asked."""
    model = tmp_path_factory.mktemp("models") / "message.gguf"
    write_scripted_model(model, {"": json.dumps(DRAFT)})
    with serve(LlamaServer(model)) as root:
        yield f"{root}/v1"


@pytest.fixture
def drafting(shop: Hooked, model_server: str) -> Hooked:
    configure(model_server, 30)
    shop.install("prepare-commit-msg")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    return shop


def configure(url: str, seconds: float) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "workhorse", "config.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'url = "{url}"\n[hooks]\nmessage-seconds = {seconds}\n')


def edit(shop: Hooked, *arguments: str) -> str:
    """Commit with an editor that keeps the message; return the message it was given."""
    editor = shop.write(".git/editor", '#!/bin/sh\ncp "$1" .git/seen\n')
    editor.chmod(0o755)
    shop.git("commit", "-q", *arguments, check=False, environment={"GIT_EDITOR": str(editor)})
    seen = shop.root / ".git" / "seen"
    return seen.read_text() if seen.exists() else ""


def test_the_real_server_drafts_the_message_that_the_user_edits(drafting: Hooked) -> None:
    shown = edit(drafting)
    assert shown.startswith("Tell even numbers by their remainder\n\nSmaller than one says the same.\n")
    assert "\n# Drafted by Workhorse with a local model: " in shown
    assert drafting.out("log", "-1", "--format=%B").strip().split("\n") == [DRAFT["subject"], "", DRAFT["body"]]


@pytest.mark.parametrize("character", [";", pytest.param("auto", marks=pytest.mark.slow)])
def test_the_mark_is_a_comment_whatever_comments_begin_with(drafting: Hooked, character: str) -> None:
    drafting.git("config", "core.commentChar", character)
    shown = edit(drafting)
    assert f"\n{'#' if character == 'auto' else character} Drafted by Workhorse" in shown
    assert "Drafted by" not in drafting.out("log", "-1", "--format=%B")


def test_the_mark_is_cut_off_where_scissors_cut(drafting: Hooked) -> None:
    drafting.git("config", "commit.cleanup", "scissors")
    assert "Drafted by Workhorse" in edit(drafting)
    message = drafting.out("log", "-1", "--format=%B")
    assert message.startswith("Tell even")
    assert "Drafted by" not in message


@pytest.mark.slow
def test_with_a_verbose_diff_below_it_is_still_a_message(drafting: Hooked) -> None:
    assert "diff --git" in edit(drafting, "-v")
    message = drafting.out("log", "-1", "--format=%B")
    assert message.startswith("Tell even")
    assert "Drafted by" not in message
    assert "diff --git" not in message


@pytest.mark.parametrize("cleanup", ["whitespace", "verbatim"])
def test_nothing_is_drafted_where_comments_stay_in_the_message(drafting: Hooked, cleanup: str) -> None:
    drafting.git("config", "commit.cleanup", cleanup)
    assert "Tell even" not in edit(drafting)


def test_a_message_that_is_given_stays_as_it_is(drafting: Hooked) -> None:
    drafting.commit()
    assert drafting.out("log", "-1", "--format=%B").strip() == "Change"
    assert "Tell even" not in edit(drafting, "--amend")
    drafting.stage("notes.txt", "More\n")
    assert "Tell even" not in edit(drafting, "-t", str(drafting.write(".git/template", "Ticket:\n")))


def test_merge_and_squash_keep_gits_own_words(drafting: Hooked) -> None:
    drafting.commit()
    drafting.git("checkout", "-q", "-b", "side", "HEAD^")
    drafting.stage("notes.txt", "Side\n")
    drafting.commit()
    drafting.git("merge", "-q", "--squash", "main")
    assert "Tell even" not in edit(drafting)
    drafting.git("checkout", "-q", "main")
    drafting.git("merge", "-q", "--no-commit", "--no-ff", "side~1", check=False)
    assert "Tell even" not in edit(drafting)


def test_off_drafts_nothing(drafting: Hooked) -> None:
    drafting.set(prepare_commit_msg="off")
    assert "Tell even" not in edit(drafting)


def test_when_the_time_is_up_the_editor_opens_without_a_draft(shop: Hooked, model_server: str) -> None:
    configure(model_server, 0.01)
    shop.install("prepare-commit-msg")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    assert "Tell even" not in edit(shop)


def test_without_a_model_server_the_message_stays_empty(shop: Hooked) -> None:
    configure("http://127.0.0.1:9/v1", 30)
    shop.install("prepare-commit-msg")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    assert "Please enter the commit message" in edit(shop)


# -- the draft itself


async def test_the_model_is_shown_the_diff_and_the_projects_own_messages(shop: Hooked) -> None:
    shop.commit("--allow-empty", "-m", "body of it\n\nSigned-off-by: Ada <a@b>")
    shop.git("commit", "-q", "--allow-empty", "-m", "fix(shop): count\n\nSigned-off-by: Ada <a@b>")
    shop.stage("shop.py", SHOP.replace("% 2 == 0", "% 2 < 1"))
    endpoint = ScriptedEndpoint(json.dumps(DRAFT))
    assert await draft_message(shop.repository, endpoint) == f"{DRAFT['subject']}\n\n{DRAFT['body']}\n"
    (conversation,) = endpoint.conversations
    assert "fix(shop): count" in conversation.text
    assert "Signed-off-by" not in conversation.text
    assert "+    return number % 2 < 1" in conversation.text


async def test_nothing_staged_asks_no_model(shop: Hooked) -> None:
    assert await draft_message(shop.repository, ScriptedEndpoint(Stall())) == ""


@pytest.mark.parametrize(
    "answer",
    ["", "no json", "[]", '"text"', '{"subject": 1, "body": ""}', '{"subject": " ", "body": ""}', '{"subject": "a"}'],
)
def test_an_answer_that_is_no_message_is_none(answer: str) -> None:
    assert read_message(answer) == ""


def test_a_subject_is_one_short_line_and_a_body_holds_no_trailers() -> None:
    assert read_message(json.dumps({"subject": "x" * 73, "body": ""})) == ""
    body = "Why.\nSigned-off-by: Nobody <a@b>\n# a comment\n"
    assert read_message(json.dumps({"subject": "One\n two", "body": body})) == "One two\n\nWhy.\n"


def test_a_repository_without_commits_has_no_style(tmp_path: Path) -> None:
    from support.repository import make_repository

    assert recent_messages(make_repository(tmp_path / "new", commit=False)) == ()
