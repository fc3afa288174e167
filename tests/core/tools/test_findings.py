from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.change.edit import Edit, splice
from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.check import Finding
from workhorse_core.tools.findings import LineMap, Report, new_findings


def changed(before: str, *edits: tuple[int, int, str]) -> FileChange:
    made = tuple(Edit("a.py", start, end, new.encode()) for start, end, new in edits)
    return FileChange("a.py", before.encode(), splice(before.encode(), made), made)


def found(line: int, message: str = "bad", rule: str = "X1", path: str = "a.py") -> Finding:
    return Finding(path, line, message, rule)


BASE = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
DOCSTRING = '    """Do.\n    """\n'
SHIFTED = changed(BASE, (9, 9, DOCSTRING))


def test_a_finding_that_only_shifted_is_old() -> None:
    assert new_findings([found(6)], [found(8)], [SHIFTED]) == ()


def test_a_finding_on_an_inserted_line_is_new() -> None:
    assert new_findings([found(2)], [found(2), found(4)], [SHIFTED]) == (found(2),)


def test_the_same_words_on_another_line_are_new() -> None:
    assert new_findings([found(6)], [found(5)], [SHIFTED]) == (found(5),)


def test_the_same_words_twice_on_one_line_are_one_new() -> None:
    assert new_findings([found(6)], [found(8), found(8)], [SHIFTED]) == (found(8),)


def test_another_rule_on_the_same_line_is_new() -> None:
    assert new_findings([found(6)], [found(8, rule="X2")], [SHIFTED]) == (found(8, rule="X2"),)


def test_line_numbers_in_the_words_do_not_count() -> None:
    before = [found(6, "Redefinition of `f` from line 1"), found(5, "Lines 2 to 3")]
    after = [found(8, "Redefinition of `f` from line 3"), found(7, "Lines 4 to 3")]

    assert new_findings(before, after, [SHIFTED]) == ()


def test_a_measure_that_was_too_big_already_may_be_another() -> None:
    before = [found(6, "Line too long (120 > 110)"), found(5, "`g` is too complex (11 > 10)")]
    after = [found(8, "Line too long (125 > 110)"), found(7, "`g` is too complex (12 > 10)")]

    assert new_findings(before, after, [SHIFTED]) == ()
    assert new_findings([found(6, "Line too long (120 > 110)")], [found(8, "Line too long (120 > 88)")], [SHIFTED])


def test_findings_in_files_that_did_not_change_keep_their_lines() -> None:
    before, after = [found(4, path="b.py")], [found(4, path="b.py"), found(5, path="b.py")]

    assert new_findings(before, after, [SHIFTED]) == (found(5, path="b.py"),)


def test_a_replaced_line_is_what_it_replaces() -> None:
    change = changed('def f():\n    """Do\n    it"""\n', (13, 26, '"""Do.\n\n    It."""'))

    assert new_findings([found(3)], [found(2)], [change]) == ()


def test_an_insertion_within_a_line_leaves_it_the_same_line() -> None:
    change = changed("def f(a): return 1\n", (7, 7, ": int"))

    assert LineMap(change).origins(1) == [1]


def test_line_split_in_three_maps_from_the_first_and_the_last() -> None:
    change = changed("def f(): return 1\n", (8, 8, '\n    """Do."""\n   '))

    assert [LineMap(change).origins(line) for line in (1, 2, 3)] == [[1], [], [1]]


def test_in_a_new_file_every_finding_is_new() -> None:
    change = FileChange("a.py", None, b"x\n", (Edit("a.py", 0, 0, b"x\n"),))

    assert new_findings([], [found(1)], [change]) == (found(1),)


def test_in_a_file_that_moved_the_old_findings_are_known() -> None:
    change = FileChange("b.py", b"x\n", b"x\n", moved_from="a.py")

    assert new_findings([found(1)], [found(1, path="b.py")], [change]) == ()


def test_the_place_behind_the_last_byte_has_a_line() -> None:
    assert LineMap(SHIFTED).origins(9) == [7]


LINES = st.lists(st.sampled_from(["", "    ", "a", "  b", "a b", "\tc", "ä = 'x'", "ab # c"]), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def look(lines: Sequence[str]) -> list[Finding]:
    """A linter: each line with a word is found, in words that name where the word stood before."""
    seen: dict[str, int] = {}
    findings: list[Finding] = []
    for number, line in enumerate(lines, 1):
        for word in line.split():
            findings.append(Finding("a.py", number, f"{word}, as on line {seen.get(word, 0)}", "W"))
            seen[word] = number
    return findings


@given(LINES, ENDS, st.lists(st.tuples(st.integers(0, 12), LINES), max_size=4))
def test_whole_lines_put_in_anywhere_make_no_false_finding(
    lines: list[str], end: str, insertions: list[tuple[int, list[str]]]
) -> None:
    """Only the lines put in are found anew, and all of them."""
    before = "".join(line + end for line in lines).encode()
    edits: list[Edit] = []
    after: list[tuple[str, bool]] = [(line, False) for line in lines]
    places = sorted({min(place, len(lines)) for place, _ in insertions})
    inserted = dict(zip(places, (new for _, new in insertions), strict=False))
    for place, new in reversed(inserted.items()):
        offset = len("".join(line + end for line in lines[:place]).encode())
        text = "".join(line + end for line in new).encode()
        edits.insert(0, Edit("a.py", offset, offset, text))
        after[place:place] = [(line, True) for line in new]
    change = FileChange("a.py", before, splice(before, edits), tuple(edits))

    fresh = new_findings(look(lines), look([line for line, _ in after]), [change])

    expected = [number for number, (line, is_new) in enumerate(after, 1) for _ in line.split() if is_new]
    assert sorted(finding.line for finding in fresh) == expected


@given(st.text(alphabet="ab \n\r", max_size=30), st.data())
def test_insertion_anywhere_loses_no_line_with_text(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    new = data.draw(st.text(alphabet="x\n", max_size=8))
    change = changed(text, (place, place, new))
    origins = LineMap(change)
    count = (change.after or b"").count(b"\n") + (change.after or b"").count(b"\r") + 2

    reached = {origin for line in range(1, count + 1) for origin in origins.origins(line)}

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert {number for number, line in enumerate(lines, 1) if line.strip()} <= reached


def test_remarks_name_ignored_settings_and_a_tool_that_ran_without_the_sandbox() -> None:
    assert Report(tool="mypy").remarks == ""
    assert Report(tool="mypy", left_out=("plugins",)).remarks == "mypy: `plugins` ignored: not trusted"
    outside = "mypy ran outside of the sandbox: it does not start in it"
    assert Report(tool="mypy", outside=True).remarks == outside
    assert Report(tool="mypy", left_out=("plugins",), outside=True).remarks.endswith(f"not trusted; {outside}")
