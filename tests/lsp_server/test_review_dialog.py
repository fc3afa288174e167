"""The review in the editor: previews, messages, retries, undoing what an editor got wrong, jobs of others."""

import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.conftest import BOX, WIDE
from lsp_server.test_sessions import line_of
from support.lsp_editor import Editor, editing, until
from workhorse_core.git.repository import Repository

SPOILT = '"""Return something else."""'
HASTY = (sys.executable, "-I", str(Path(__file__).with_name("hasty_server.py")))


async def ask(editor: Editor, words: str = "is_wide", title: str = "Add docstring") -> None:
    buffer = next(iter(editor.buffers.values()))
    await editor.do(buffer, line_of(buffer.text, words), title)


async def test_an_editor_that_previews_gets_edits_to_confirm(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code") as editor:
        buffer = editor.open("box.py")
        await ask(editor)
        await editor.job_that_is("merged")
        annotations = editor.edits[0].change_annotations or {}
        assert {name: each.needs_confirmation for name, each in annotations.items()} == {"Box.is_wide": True}
        assert editor.edits[0].document_changes[0].text_document.version == 1
        assert WIDE in buffer.text
        assert editor.user.asked == []


async def test_a_preview_with_nothing_confirmed_lands_nothing(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code", command=HASTY) as editor:
        buffer = editor.open("box.py")
        editor.user.confirms = lambda _: False
        editor.user.answers = ["Later"]
        await ask(editor)
        await editor.said("not applied")
        assert buffer.text == BOX
        assert [job["status"] for job in await editor.jobs()] == ["verified"]


async def test_half_of_a_preview_is_a_mismatch_that_can_be_undone(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code", command=HASTY) as editor:
        buffer = editor.open("box.py")
        editor.user.confirms = lambda name: name == "Box.is_wide"
        editor.user.answers = ["Undo"]
        await ask(editor, '"""Boxes', "Add missing docstrings in file")
        await editor.said("Undo it?")
        await until(lambda: buffer.text == BOX)
        assert [job["status"] for job in await editor.jobs()] == ["verified"]


async def test_a_buffer_that_differs_from_the_applied_edit_is_reported(home: Repository) -> None:
    async with editing(home.root, command=HASTY) as editor:
        buffer = editor.open("box.py")
        editor.spoil = lambda text: text.replace(WIDE, SPOILT)
        editor.user.answers = ["Apply", "Keep"]
        await ask(editor)
        await editor.said("Undo it?")
        assert SPOILT in buffer.text
        assert [job["status"] for job in await editor.jobs()] == ["verified"]


@pytest.mark.parametrize("profile", ["visual-studio-code", pytest.param("neovim", marks=pytest.mark.slow)])
async def test_an_edit_that_crosses_a_keystroke_is_placed_anew(home: Repository, profile: str) -> None:
    async with editing(home.root, profile) as editor:
        buffer = editor.open("box.py")
        editor.typing = [lambda: editor.type(buffer, 0, "# one\n"), lambda: editor.type(buffer, 0, "# two\n")]
        await ask(editor)
        await editor.job_that_is("merged")
        assert editor.refused == 2
        assert buffer.text.startswith("# two\n# one\n")
        assert buffer.text.count(WIDE) == 1
        assert not [words for words, _ in editor.user.asked if "Undo" in words]


@pytest.mark.slow
async def test_an_edit_that_crosses_typing_in_its_region_is_stale(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        editor.user.answers = ["Apply", "Discard"]
        editor.typing = [lambda: editor.type(buffer, buffer.text.index("> 10"), ">= 11", delete=4)]
        await ask(editor)
        await editor.said("you have typed in Box.is_wide meanwhile")
        await editor.job_that_is("discarded")
        assert buffer.text == BOX.replace("> 10", ">= 11")


@pytest.mark.slow
async def test_an_undo_takes_nothing_back_that_was_typed_since(home: Repository) -> None:
    async with editing(home.root, command=HASTY) as editor:
        buffer = editor.open("box.py")
        editor.spoil = lambda text: text.replace(WIDE, SPOILT)
        editor.user.answers = ["Apply", "Undo"]
        editor.user.before = lambda words: editor.type(buffer, 0, "# mine\n") if "Undo" in words else None
        await ask(editor)
        await editor.said("You have typed since")
        assert buffer.text.startswith("# mine\n")


async def test_a_retry_goes_to_the_model_with_the_words(home: Repository, model_url: str) -> None:
    async with editing(home.root, settings={"engine": "auto", "url": model_url}) as editor:
        buffer = editor.open("box.py")
        editor.user.answers = ["Retry…", "Shorter", "Apply"]
        await ask(editor, "def frobnicate")
        job = await editor.job_that_is("merged")
        assert "Return the number unchanged." in buffer.text
        assert job["note"] == "Shorter"
        assert editor.user.asked[1][1] == ("Shorter", "More detail", "Say why, not how", "It is wrong")


async def test_an_editor_without_buttons_has_the_review_in_its_menu(home: Repository) -> None:
    async with editing(home.root) as editor:
        editor.shows_buttons = False
        buffer = editor.open("box.py")
        await ask(editor)
        assert "menu of code actions" in await editor.said("done")
        await editor.job_that_is("verified")
        line = line_of(buffer.text, "is_wide")
        title = "Apply the draft: Docstrings for Box.is_wide in box.py"
        titles = await until(lambda: _with(editor, line, title))
        assert titles[:3] == [title, title.replace("Apply", "Show"), title.replace("Apply", "Discard")]
        assert title not in await editor.titles(buffer, line_of(buffer.text, "is_empty"))
        await editor.do(buffer, line, title)
        await editor.job_that_is("merged")
        assert WIDE in buffer.text


async def _with(editor: Editor, line: int, title: str) -> list[str]:
    titles = await editor.titles(next(iter(editor.buffers.values())), line)
    return titles if title in titles else []


@pytest.mark.slow
async def test_the_diff_is_opened_and_the_question_asked_again(home: Repository) -> None:
    async with editing(home.root) as editor:
        editor.open("box.py")
        editor.user.answers = ["Show diff", "Discard"]
        await ask(editor)
        await editor.job_that_is("discarded")
        assert len(editor.user.asked) == 2
        if shown := editor.client.shown_documents:
            assert shown[0].uri.endswith(".diff")
        else:
            assert any("+        " in message for message in editor.messages)


async def test_a_client_that_shows_diffs_itself_gets_a_notification(home: Repository) -> None:
    async with editing(home.root, workhorse={"showDiff": True}) as editor:
        editor.open("box.py")
        editor.user.answers = ["Show diff", "Discard"]
        await ask(editor)
        job = await editor.job_that_is("discarded")
        assert ("workhorse/showDiff", {"job": job["job"], "folder": home.root.as_uri()}) in editor.notes


@pytest.fixture
def from_the_terminal(home: Repository) -> Repository:
    """A job that the command line made."""
    script = Path(sys.executable).with_name("workhorse")
    subprocess.run(
        [script, "docstrings", "box.py::Box.is_wide", "--engine", "rules"],
        cwd=home.root,
        check=True,
        capture_output=True,
    )
    return home


async def test_jobs_of_others_are_seen_shown_in_the_text_and_approved(from_the_terminal: Repository) -> None:
    home = from_the_terminal
    async with editing(home.root, "visual-studio-code") as editor:
        buffer = editor.open("box.py")
        await until(lambda: any(name == "workhorse/jobsChanged" for name, _ in editor.notes))
        (job,) = await editor.jobs()
        assert (job["status"], job["action"], job["regions"][0]["path"]) == ("verified", "docstrings", "box.py")
        lenses = await until(lambda: editor.lenses(buffer))
        assert lenses[0].range.start.line == line_of(buffer.text, "def is_wide")
        diff = await editor.request("workhorse/diff", {"job": job["job"]})
        assert diff["files"][0]["before"] == BOX
        assert WIDE in diff["files"][0]["after"]
        assert diff["diff"].startswith("diff --git")
        editor.type(buffer, 0, "# new\n")
        await editor.command("workhorse.approve", {"job": job["job"], "reason": "Good."})
        assert buffer.text.startswith("# new\n")
        assert WIDE in buffer.text
        merged = await editor.job_that_is("merged")
        assert merged["verdicts"][0]["reason"] == "Good."
    assert (home.root / "box.py").read_text() == BOX


async def test_a_job_can_be_rejected_and_discarded(from_the_terminal: Repository) -> None:
    async with editing(from_the_terminal.root) as editor:
        editor.open("box.py")
        (job,) = await until(editor.jobs)
        with pytest.raises(Exception, match="reason"):
            await editor.command("workhorse.reject", {"job": job["job"]})
        await editor.command("workhorse.reject", {"job": job["job"], "reason": "Says nothing."})
        assert (await editor.job_that_is("rejected"))["verdicts"][0]["reason"] == "Says nothing."
        await editor.command("workhorse.discard", {"job": job["job"]})
        await editor.job_that_is("discarded")


@pytest.mark.slow
async def test_jobs_can_be_chosen_by_messages_alone(from_the_terminal: Repository) -> None:
    async with editing(from_the_terminal.root) as editor:
        buffer = editor.open("box.py")
        (job,) = await until(editor.jobs)
        editor.user.answers = [f"{job['job']}: {job['title']}", "Apply"]
        await editor.command("workhorse.jobs", {})
        await editor.job_that_is("merged")
        assert WIDE in buffer.text
