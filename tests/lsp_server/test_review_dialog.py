"""The review in the editor: previews, messages, retries, undoing what an editor got wrong, jobs of others."""

import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.conftest import BOX, EMPTY, WIDE
from lsp_server.test_sessions import line_of
from support.lsp_editor import Editor, editing
from support.prepared_jobs import open_ledger
from support.waiting import until
from workhorse_core.git.repository import Repository
from workhorse_core.jobs.job import JobStatus, read_jobs
from workhorse_lsp_server.review_dialog import quote

SPOILT = '"""Return something else."""'
HASTY = (sys.executable, "-I", str(Path(__file__).with_name("hasty_server.py")))


async def ask(editor: Editor, words: str = "is_wide", title: str = "Add docstring") -> None:
    buffer = next(iter(editor.buffers.values()))
    await editor.do(buffer, line_of(buffer.text, words), title)


PREVIEW = {"review": "preview"}


@pytest.mark.slow
async def test_an_editor_without_a_preview_setting_gets_no_edit_to_confirm(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code") as editor:
        editor.open("box.py")
        await ask(editor)
        await editor.job_that_is("merged")
        assert [edit.change_annotations for edit in editor.edits] == [None]


async def test_a_preview_is_kept_only_after_a_question_that_quotes_the_text(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code", PREVIEW) as editor:
        buffer = editor.open("box.py")
        editor.user.answers = ["Keep"]
        await ask(editor)
        await editor.job_that_is("merged")
        annotations = editor.edits[0].change_annotations or {}
        assert {name: each.needs_confirmation for name, each in annotations.items()} == {"Box.is_wide": True}
        assert editor.edits[0].document_changes[0].text_document.version == 1
        assert WIDE in buffer.text
        ((words, options),) = editor.user.asked
        assert f"+        {WIDE}" in words
        assert options == ("Later", "Keep", "Undo")


@pytest.mark.parametrize(
    ("answer", "stays"),
    [("Undo", False), *(pytest.param(answer, True, marks=pytest.mark.slow) for answer in ("Later", None))],
)
async def test_an_edit_that_the_editor_reports_as_applied_is_no_verdict(
    home: Repository, answer: str | None, stays: bool
) -> None:
    async with editing(home.root, "visual-studio-code", PREVIEW) as editor:
        buffer = editor.open("box.py")
        editor.user.answers = [answer]
        await ask(editor)
        await until(lambda: editor.user.asked)
        await until(lambda: (WIDE in buffer.text) is stays)
    with open_ledger(home) as ledger:  # the server ends what it has begun before it goes
        (job,) = read_jobs(ledger)
    assert (job.status, job.verdict) == (JobStatus.VERIFIED, None)


async def test_a_preview_with_nothing_confirmed_lands_nothing(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code", PREVIEW, command=HASTY) as editor:
        buffer = editor.open("box.py")
        editor.user.confirms = lambda _: False
        await ask(editor)
        await editor.said("Not applied: Docstrings for")
        assert buffer.text == BOX
        assert [job["status"] for job in await editor.jobs()] == ["verified"]


@pytest.mark.slow
async def test_half_of_a_preview_is_a_mismatch_that_can_be_undone(home: Repository) -> None:
    async with editing(home.root, "visual-studio-code", PREVIEW, command=HASTY) as editor:
        buffer = editor.open("box.py")
        editor.user.confirms = lambda name: name == "Box.is_wide"
        editor.user.answers = ["Undo"]
        await ask(editor, '"""Boxes', "Add missing docstrings in file")
        await editor.said("Undo it?")
        await until(lambda: buffer.text == BOX)
        assert [job["status"] for job in await editor.jobs()] == ["verified"]


# -- no text is approved that was not shown


def test_a_quoted_diff_leaves_out_headers_and_no_line_that_looks_like_one() -> None:
    header = "diff --git a/q.py b/q.py\nindex 1..2 100644\n--- a/q.py\n+++ b/q.py\n"
    body = "@@ -1,2 +1,2 @@\n--- removed\n+added \u2028index \x0c--- more\n \r\n"
    assert quote(header + body, is_open=False) == "+++ b/q.py\n" + body.replace("\r", "").removesuffix("\n")


async def test_a_draft_that_arrives_opens_nothing_and_asks_nothing(home: Repository) -> None:
    async with editing(home.root) as editor:
        editor.user.reviews = False
        buffer = editor.open("box.py")
        await ask(editor)
        assert await editor.said("Draft ready") == "Draft ready (code actions): Box.is_wide"
        assert (editor.user.asked, editor.edits, editor.client.shown_documents) == ([], [], [])
        titles = await editor.titles(buffer, line_of(buffer.text, "is_wide"))
        assert titles[0] == "Review the draft: Docstrings for Box.is_wide in box.py"


@pytest.mark.slow
async def test_the_question_shows_the_text_and_its_first_answer_changes_nothing(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        editor.user.answers = ["Later"]
        await ask(editor)
        await until(lambda: editor.user.asked)
        words, options = editor.user.asked[0]
        assert words.startswith("Docstrings for Box.is_wide in box.py: apply it?")
        assert f"+        {WIDE}" in words
        assert options == ("Later", "Apply", "Retry…", "Discard")
        assert buffer.text == BOX
        assert [job["status"] for job in await editor.jobs()] == ["verified"]


@pytest.mark.parametrize("version", ["another", pytest.param(None, marks=pytest.mark.slow)])
async def test_an_approval_of_a_version_that_was_not_shown_opens_the_review(
    from_the_terminal: Repository, version: str | None
) -> None:
    async with editing(from_the_terminal.root) as editor:
        editor.user.answers = ["Later"]
        buffer = editor.open("box.py")
        (job,) = await until(editor.jobs)
        given = {"job": job["job"], **({"version": version} if version else {})}
        assert await editor.command("workhorse.approve", given) == {"landed": False}
        assert len(editor.user.asked) == 1
        assert (buffer.text, (await editor.jobs())[0]["verdicts"]) == (BOX, [])


# -- region by region


async def test_of_two_regions_one_is_accepted_and_one_rejected(home: Repository) -> None:
    async with editing(home.root, workhorse={"showDiff": True}) as editor:
        buffer = editor.open("box.py")
        await ask(editor, '"""Boxes', "Add missing docstrings in file")
        job = await editor.job_that_is("verified")
        read = await editor.read(job["job"])
        first, second = (await editor.request("workhorse/diff", {"job": job["job"]}))["files"][0]["regions"]
        assert (first["name"], first["text"], first["mark"]) == ("Box.is_empty", EMPTY, None)
        line = line_of(BOX, "def is_empty") + 1
        assert (first["before"], first["after"]) == ({"first": line, "last": line - 1}, {"first": line, "last": line})
        where = {key: first[key] for key in ("path", "name", "first")}
        assert await editor.command("workhorse.decide", {**read, **where, "verdict": "accept"}) == {
            "landed": False,
            "left": 1,
        }
        marks = (await editor.request("workhorse/diff", {"job": job["job"]}))["files"][0]["regions"]
        assert [each["mark"] for each in marks] == ["accepted", None]
        assert buffer.text == BOX
        where = {key: second[key] for key in ("path", "name", "first")}
        given = {**read, **where, "verdict": "reject", "reason": "Says too little."}
        assert await editor.command("workhorse.decide", given) == {"landed": True, "left": 0}
        assert EMPTY in buffer.text
        assert WIDE not in buffer.text
        merged = await editor.job_that_is("merged")
        assert [each["verdict"] for each in merged["verdicts"]] == ["approve"]
        assert [(each["region"], each["reason"]) for each in merged["verdicts"][0]["rejected"]] == [
            ("Box.is_wide", "Says too little.")
        ]


async def test_where_every_region_is_rejected_the_job_is_and_leaves_the_list(home: Repository) -> None:
    async with editing(home.root, workhorse={"showDiff": True}) as editor:
        buffer = editor.open("box.py")
        await ask(editor)
        job = await editor.job_that_is("verified")
        (region,) = (await editor.request("workhorse/diff", {"job": job["job"]}))["files"][0]["regions"]
        where = {key: region[key] for key in ("path", "name", "first")}
        read = await editor.read(job["job"])
        assert await editor.command("workhorse.decide", {**read, **where, "verdict": "reject"}) == {
            "landed": False,
            "left": 0,
        }
        assert (await editor.job_that_is("rejected"))["verdicts"][0]["reason"] == "Left out by the reviewer."
        assert buffer.text == BOX
        assert await editor.jobs() == []


# -- undo


async def test_an_undo_in_the_editor_is_recorded_and_so_is_its_redo(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        await ask(editor)
        await editor.job_that_is("merged")
        after = buffer.text
        editor.type(buffer, 0, "# mine\n")
        editor.type(buffer, 0, "", delete=len("# mine\n"))
        at = after.index(WIDE) - 8
        editor.type(buffer, at, "", delete=len(WIDE) + 9)
        assert buffer.text == BOX
        assert (await editor.job_that_is("discarded"))["reason"] == "Taken back in the editor."
        editor.type(buffer, at, after[at : at + len(WIDE) + 9])
        await editor.job_that_is("merged")


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
        await editor.said("You typed since")
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


async def test_an_editor_without_buttons_can_apply_from_its_menu_once_the_text_was_shown(home: Repository) -> None:
    async with editing(home.root) as editor:
        editor.shows_buttons = editor.user.reviews = False
        buffer = editor.open("box.py")
        await ask(editor)
        await editor.job_that_is("verified")
        line = line_of(buffer.text, "is_wide")
        subject = "the draft: Docstrings for Box.is_wide in box.py"
        assert await until(lambda: _about(editor, line, subject)) == [f"Review {subject}"]
        await editor.do(buffer, line, f"Review {subject}")
        wanted = [f"Apply {subject}", f"Review {subject}", f"Discard {subject}"]
        await until(lambda: _is(editor, line, subject, wanted))
        assert editor.client.shown_documents or any(f"+        {WIDE}" in words for words in editor.messages)
        assert await _about(editor, line_of(buffer.text, "is_empty"), subject) == []
        await editor.do(buffer, line, f"Apply {subject}")
        await editor.job_that_is("merged")
        assert WIDE in buffer.text


async def _about(editor: Editor, line: int, subject: str) -> list[str]:
    titles = await editor.titles(next(iter(editor.buffers.values())), line)
    return [title for title in titles if title.endswith(subject)]


async def _is(editor: Editor, line: int, subject: str, wanted: list[str]) -> bool:
    return await _about(editor, line, subject) == wanted


async def test_a_client_that_shows_diffs_itself_gets_a_notification_and_no_question(home: Repository) -> None:
    async with editing(home.root, workhorse={"showDiff": True, "drafted": True}) as editor:
        editor.open("box.py")
        await ask(editor)
        job = await editor.job_that_is("verified")
        where = {"job": job["job"], "folder": home.root.as_uri()}
        await until(lambda: ("workhorse/showDiff", where) in editor.notes)
        (news,) = [given for name, given in editor.notes if name == "workhorse/drafted"]
        assert news["title"] == "Docstrings for Box.is_wide in box.py"
        assert [(each["name"], each["text"]) for each in news["regions"]] == [("Box.is_wide", WIDE)]
        assert editor.user.asked == []


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
        await editor.command("workhorse.approve", {"job": job["job"], "version": diff["version"], "reason": "Good."})
        assert buffer.text.startswith("# new\n")
        assert WIDE in buffer.text
        merged = await editor.job_that_is("merged")
        assert merged["verdicts"][0]["reason"] == "Good."
    assert (home.root / "box.py").read_text() == BOX


@pytest.mark.slow
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
