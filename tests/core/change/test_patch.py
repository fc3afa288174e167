import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from support.odd_paths import ODD_PATHS, odd_paths
from workhorse_core.change.edit import Delete, Edit, Move, splice
from workhorse_core.change.patch import FileChange, Patch, make_patch, patch_of
from workhorse_core.errors import PatchError

LINES = [
    b"a\n",
    b"b\n",
    b"\n",
    b"c\r\n",
    b"x\x0cy\n",
    b"\xff\n",
    b"\xe2\x80\xa8z\n",
    b"lone\rcr\n",
    b"-- \n",
    b"+++ b\n",
]
texts = st.builds(
    lambda lines, end: b"".join(lines) + end,
    st.lists(st.sampled_from(LINES), max_size=25),
    st.sampled_from([b"", b"q"]),
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    before = draw(texts)
    points = sorted(draw(st.lists(st.integers(0, len(before)), max_size=8)))
    points = points[: len(points) // 2 * 2]
    pairs = zip(points[::2], points[1::2], strict=True)
    insert_only = draw(st.booleans())
    return before, [Edit("f.py", s, s if insert_only else e, draw(texts)) for s, e in pairs]


def test_a_docstring_becomes_one_hunk_with_three_lines_of_context() -> None:
    before = b"".join(b"line%d\n" % n for n in range(1, 11))
    patch = make_patch({"src/a.py": before}.get, [Edit("src/a.py", 30, 30, b"new\n")])
    assert patch.text == (
        b"diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -3,6 +3,7 @@\n"
        b" line3\n line4\n line5\n+new\n line6\n line7\n line8\n"
    )


def test_the_missing_newline_at_the_end_is_marked() -> None:
    patch = make_patch({"a": b"one\ntwo"}.get, [Edit("a", 7, 7, b"!")])
    assert patch.text.endswith(b"-two\n\\ No newline at end of file\n+two!\n\\ No newline at end of file\n")


def test_a_hunk_never_slides_to_a_neighbour_that_looks_alike() -> None:
    before = b"def a():\n    pass\n\n\ndef b():\n    pass\n"
    patch = make_patch({"a": before}.get, [Edit("a", 29, 29, b"    pass\n")])
    assert b"@@ -3,4 +3,5 @@\n \n \n def b():\n+    pass\n     pass\n" in patch.text


@given(changes())
def test_the_diff_read_back_gives_the_edited_bytes(change: tuple[bytes, list[Edit]]) -> None:
    before, edits = change
    patch = make_patch(lambda _: before, edits)  # reads itself back
    assert [c.after for c in patch.changes] == ([splice(before, edits)] if splice(before, edits) != before else [])


@given(change=changes())
def test_git_applies_the_diff_to_the_edited_bytes(
    tmp_path_factory: pytest.TempPathFactory, change: tuple[bytes, list[Edit]]
) -> None:
    before, edits = change
    patch = make_patch(lambda _: before, edits)
    if patch.changes:
        assert _git_apply(tmp_path_factory.mktemp("apply"), {"f.py": before}, patch)["f.py"] == splice(before, edits)


def test_git_applies_new_moved_and_deleted_files_with_odd_names(tmp_path: Path) -> None:
    before = {"old name.py": b"x\n", "\u00fc.py": b"y", "gone.py": b"z\n"}
    made = make_patch(
        before.get,
        [Edit("new\t.py", 0, 0, b"n\n"), Edit("old name.py", 0, 1, b"X"), Edit("\u00fc.py", 1, 1, b"!")],
        [Move("old name.py", "sub/new name.py")],
    )
    patch = patch_of([*made.changes, FileChange("gone.py", b"z\n", None)])
    after = _git_apply(tmp_path, before, patch)
    assert after == {"new\t.py": b"n\n", "sub/new name.py": b"X\n", "\u00fc.py": b"y!"}


@given(old=odd_paths(), new=odd_paths(), kind=st.sampled_from(["edit", "new", "delete", "move", "edit and move"]))
@example(old="part b/x.py", new="part b/y.py", kind="edit")
@example(old="part b/x.py", new="x b/x", kind="edit and move")
@example(old="x b/x b/x", new="b/x", kind="move")
@example(old="\udcff b/ ", new="tab\t b/\n", kind="new")
@example(old="\udcff b/ ", new="tab\t b/\n", kind="delete")
def test_git_applies_the_diff_of_any_path(
    tmp_path_factory: pytest.TempPathFactory, old: str, new: str, kind: str
) -> None:
    assume(not f"{old}/".startswith(f"{new}/") and not f"{new}/".startswith(f"{old}/"))
    before = {} if kind == "new" else {old: b"x\n"}
    edits = [Edit(old, 0, 0, b"n\n")] if "edit" in kind or kind == "new" else []
    moves = [Move(old, new)] if "move" in kind else []
    patch = make_patch(before.get, edits, moves, [Delete(old)] if kind == "delete" else [])
    after = _git_apply(tmp_path_factory.mktemp("apply"), before, patch)
    assert after == {change.path: change.after for change in patch.changes if change.after is not None}


@pytest.mark.parametrize("path", ODD_PATHS)
def test_git_applies_empty_files_that_come_and_go_at_odd_paths(tmp_path: Path, path: str) -> None:
    assert _git_apply(tmp_path, {}, patch_of([FileChange(path, None, b"")])) == {path: b""}
    assert _git_apply(tmp_path, {path: b""}, patch_of([FileChange(path, b"", None)])) == {}


def _git_apply(folder: Path, files: dict[str, bytes], patch: Patch) -> dict[str, bytes]:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    subprocess.run(["git", "apply", "-"], cwd=folder, input=patch.text, check=True)
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x.py",
        "a/../../x",
        ".git/config",
        "sub/.GIT/hooks/x",
        "",
        "a//b",
        "sub/.git./x",
        ".g\u200cit/config",
        "GIT~1/x",
    ],
)
def test_a_patch_may_not_leave_the_project_or_enter_git(path: str) -> None:
    with pytest.raises(PatchError, match="may not touch"):
        make_patch(lambda _: b"", [Edit(path, 0, 0, b"x\n")])


def test_an_edit_that_changes_nothing_is_no_patch() -> None:
    assert make_patch({"a": b"x\n"}.get, [Edit("a", 0, 1, b"x")]) == Patch(())


def test_a_diff_that_lies_about_its_file_is_refused() -> None:
    lying = FileChange("a", b"x\n", b"something else\n", (Edit("a", 0, 1, b"y"),))
    with pytest.raises(PatchError, match="does not give the bytes"):
        _ = patch_of([lying]).text


FILES = {"a.py": b"a = 1\n", "b.py": b"b = 1\n"}


def test_deletion_is_a_deleted_file_in_the_diff() -> None:
    patch = make_patch(FILES.get, [], [], [Delete("a.py"), Delete("a.py")])
    assert patch.changes == (FileChange("a.py", b"a = 1\n", None),)
    assert patch.text == (
        b"diff --git a/a.py b/a.py\ndeleted file mode 100644\n--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a = 1\n"
    )


EDIT = Edit("a.py", 0, 0, b"x\n")


@pytest.mark.parametrize(
    ("edits", "moves", "deletions"),
    [
        ([], [], [Delete("c.py")]),
        ([], [], [Delete("../c.py")]),
        ([EDIT], [], [Delete("a.py")]),
        ([], [Move("a.py", "c.py")], [Delete("a.py")]),
        ([], [Move("a.py", "b.py")], [Delete("b.py")]),
        ([], [Move("a.py", "b.py")], []),
        ([], [Move("c.py", "d.py")], []),
        ([], [Move("a.py", "a.py")], []),
        ([], [Move("a.py", "c.py"), Move("a.py", "d.py")], []),
        ([], [Move("a.py", "c.py"), Move("b.py", "c.py")], []),
        ([Edit("c.py", 0, 0, b"x\n")], [Move("a.py", "c.py")], []),
    ],
)
def test_contradictory_moves_and_deletions_are_refused(
    edits: list[Edit], moves: list[Move], deletions: list[Delete]
) -> None:
    with pytest.raises(PatchError):
        make_patch(FILES.get, edits, moves, deletions)


def test_same_move_given_twice_is_one_move() -> None:
    move = Move("a.py", "c.py")
    assert make_patch(FILES.get, [EDIT], [move, move]) == make_patch(FILES.get, [EDIT], [move])
