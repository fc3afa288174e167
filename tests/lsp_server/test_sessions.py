"""Whole sessions: what an editor's user does, from the menu to the text."""

import pytest

from lsp_server.conftest import EMPTY, WIDE
from support.lsp_editor import PROFILES, editing
from support.waiting import until
from workhorse_core.git.repository import Repository


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n")


SAMPLED = [PROFILES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in PROFILES[1:])]


@pytest.mark.parametrize("profile", SAMPLED)
async def test_a_docstring_is_asked_for_reviewed_applied_and_recorded(home: Repository, profile: str) -> None:
    async with editing(home.root, profile) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_empty"), "Add docstring")
        job = await editor.job_that_is("merged")
        assert buffer.text.count(EMPTY) == 1
        assert job["verdicts"][0]["by"] == "human"
        assert job["verdicts"][0]["verdict"] == "approve"
        assert editor.edits[0].document_changes is not None
    assert EMPTY not in (home.root / "box.py").read_text(), "the buffer is edited, not the file"
    assert home.read("status", "--porcelain") == b""
    assert home.write("branch", "--list", "workhorse/*") == b""


async def test_an_action_without_effect_is_not_offered(home: Repository) -> None:
    async with editing(home.root) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        assert await editor.titles(buffer, 0) == [
            "Add missing docstrings in file",
            "Add missing docstrings in folder",
        ]
        assert (await editor.titles(buffer, line_of(buffer.text, "is_wide")))[0] == "Add docstring"
        assert "Add docstring" not in await editor.titles(buffer, line_of(buffer.text, "__init__"))
        kinds = [action["kind"] for action in await editor.menu(buffer, line_of(buffer.text, "is_wide"))]
        assert kinds[0] == "refactor.rewrite.workhorse.docstrings"
        only = await editor.menu(buffer, line_of(buffer.text, "is_wide"), only=["source.workhorse"])
        assert {action["kind"] for action in only} == {
            "source.workhorse.docstrings",
            "source.workhorse.docstrings.folder",
        }
        assert await editor.menu(buffer, line_of(buffer.text, "is_wide"), only=["quickfix"]) == []


async def test_a_docstring_that_does_not_match_can_be_rewritten(home: Repository) -> None:
    text = 'def area(side):\n    """Compute it.\n\n    Args:\n        length: The length.\n    """\n    return side\n'
    async with editing(home.root) as editor:
        buffer = editor.open("box.py", text)
        await editor.ready(buffer, 1)
        assert "Rewrite docstring" in await editor.titles(buffer, 1)


async def test_a_whole_file_is_documented_by_the_model_and_unsaved_text_is_what_counts(
    home: Repository, model_url: str
) -> None:
    async with editing(home.root, settings={"engine": "auto", "url": model_url}) as editor:
        buffer = editor.open("box.py")
        await editor.ready(buffer)
        editor.type(buffer, buffer.text.index("def frobnicate"), "# not saved\n")
        await editor.do(buffer, 0, "Add missing docstrings in file")
        await until(lambda: "Give back the number that was given." in buffer.text)
        assert "# not saved\ndef frobnicate" in buffer.text
        job = await editor.job_that_is("merged")
        assert {region["engine"] for region in job["regions"]} >= {"local"}
        stages = [value.message for value in editor.progress if value.message]
        assert any("asking" in stage for stage in stages)
        assert any("checking" in stage for stage in stages)


async def test_a_draft_moves_with_its_region(home: Repository) -> None:
    async with editing(home.root, settings={"review": "later"}) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        job = await editor.job_that_is("verified")
        editor.type(buffer, 0, "# above\n# and more\n")
        editor.type(buffer, buffer.text.index("    return number"), "    # below\n")
        assert await editor.approve(job["job"]) == {"landed": True}
        assert f"def is_wide(self) -> bool:\n        {WIDE}\n        return" in buffer.text
        assert buffer.text.startswith("# above\n# and more\n")
        assert "    # below\n" in buffer.text


async def test_typing_inside_the_region_invalidates_and_retry_drafts_the_new_text(home: Repository) -> None:
    async with editing(home.root, settings={"review": "later"}) as editor:
        buffer = editor.open("box.py")
        await editor.do(buffer, line_of(buffer.text, "is_wide"), "Add docstring")
        job = await editor.job_that_is("verified")
        editor.type(buffer, buffer.text.index("> 10"), ">= 11", delete=4)
        editor.user.answers = ["Retry"]
        before = buffer.text
        assert await editor.approve(job["job"]) == {"landed": False}
        assert buffer.text == before
        assert "you have typed in Box.is_wide meanwhile" in await editor.said("typed in")
        again = await editor.job_that_is("verified")
        assert again["job"] != job["job"]
        assert await editor.approve(again["job"]) == {"landed": True}
        assert f"{WIDE}\n        return self.width >= 11" in buffer.text


async def test_several_tasks_and_documents_run_at_once(home: Repository) -> None:
    async with editing(home.root) as editor:
        first, second = editor.open("box.py"), editor.open("src/other.py")
        await editor.do(first, line_of(first.text, "is_wide"), "Add docstring")
        await editor.do(first, line_of(first.text, "is_empty"), "Add docstring")
        await editor.do(second, line_of(second.text, "is_wide"), "Add docstring")
        await until(lambda: WIDE in first.text and EMPTY in first.text and WIDE in second.text)


@pytest.mark.parametrize("profile", SAMPLED)
async def test_edits_stand_right_among_nasty_characters(home: Repository, profile: str) -> None:
    text = (
        '"""Nasty 😋."""\r\n\r\nX = "\u2028 \f 😋"\r\n\f\r\n\r\nclass Box:\r\n\t"""A box 𐍈."""\r\n\r\n'
        "\t# Return whether nothing is inside.\r\n"
        "\tdef is_empty(self) -> bool:  # 😋\r\n\t\treturn self.width == 0  # 😋\r\n"
    )
    async with editing(home.root, profile) as editor:
        buffer = editor.open("box.py", text)
        await editor.do(buffer, line_of(text, "def is_empty"), "Add docstring")
        await editor.job_that_is("merged")
    put = f"\t\t{EMPTY}\r\n"
    assert buffer.text.count(put) == 1
    assert buffer.text.replace(put, "") == text
