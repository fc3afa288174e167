from workhorse_core.change.edit import Delete, Edit, Move
from workhorse_core.change.patch import Patch, make_patch
from workhorse_core.pipeline.attribution import attribute, parts_near
from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part, patch_of_parts

BEFORE = b"def a():\n    pass\n\n\ndef b():\n    pass\n"
FIRST = Part("a", (Edit("m.py", 9, 9, b'    """A."""\n'),))
SECOND = Part("b", (Edit("m.py", 29, 29, b'    """B.\n\n    More.\n    """\n'),))


def a_patch() -> Patch:
    return patch_of_parts({"m.py": BEFORE}.get, [FIRST, SECOND])


def test_finding_is_attributed_to_the_part_that_wrote_its_line() -> None:
    found = attribute([Finding("m.py", 8, "too long", "E501")], a_patch(), [FIRST, SECOND])
    assert found.reasons == {SECOND: "E501: too long"}
    assert found.unplaced == ()


def test_findings_outside_the_lines_of_all_parts_are_unplaced() -> None:
    findings = (Finding("m.py", 1, "x"), Finding("m.py", 3, "x"), Finding("m.py", 0, "x"), Finding("other.py", 2, "x"))
    found = attribute(findings, a_patch(), [FIRST, SECOND])
    assert found.reasons == {}
    assert found.unplaced == findings


def test_finding_in_a_shared_edit_is_attributed_to_every_part_that_has_it() -> None:
    line = Edit("m.py", 0, 0, b"import x\n", shared=True)
    parts = [Part("a", (line,)), Part("b", (line,))]
    patch = make_patch({"m.py": BEFORE}.get, [line, line])
    assert set(attribute([Finding("m.py", 1, "unused")], patch, parts).reasons) == set(parts)


def test_finding_in_a_moved_file_is_attributed_by_its_new_path() -> None:
    move = Part("move", moves=(Move("m.py", "n.py"),))
    patch = patch_of_parts({"m.py": BEFORE}.get, [FIRST, move])
    assert attribute([Finding("n.py", 2, "x")], patch, [FIRST, move]).reasons == {FIRST: "x"}


def test_parts_near_a_finding_are_those_that_edit_move_or_delete_its_file() -> None:
    files = {"m.py": BEFORE, "gone.py": b"x\n", "far.py": b"x\n"}
    move = Part("move", moves=(Move("m.py", "n.py"),))
    delete = Part("delete", deletions=(Delete("gone.py"),))
    far = Part("far", (Edit("far.py", 0, 0, b"y\n"),))
    parts = [FIRST, move, delete, far]
    patch = patch_of_parts(files.get, parts)
    assert parts_near([Finding("n.py", 0, "x")], patch, parts) == [FIRST, move]
    assert parts_near([Finding("gone.py", 0, "x")], patch, parts) == [delete]
    assert parts_near([Finding("other.py", 0, "x")], patch, parts) == []
