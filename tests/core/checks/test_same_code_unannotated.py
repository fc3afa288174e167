"""The proof stands alone: it accepts annotations and their imports, and nothing else."""

import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange, make_patch
from workhorse_core.checks.same_code_unannotated import differences

BASE = b"""\
#!/usr/bin/env python
import os  # the system
from typing import cast


def f(a, b=1):
    # a remark
    return cast(int, a) + b  # another


class A:
    x = None
"""


def change_of(before: bytes, *edits: tuple[bytes, bytes]) -> FileChange:
    """Replace each first text by the second; an empty span stands before the bar in "before|after"."""
    made: list[Edit] = []
    for old, new in edits:
        head, bar, tail = old.partition(b"|")
        start = before.index(head + tail) + len(head) if bar else before.index(old)
        made.append(Edit("a.py", start, start if bar else start + len(old), new))
    return make_patch(lambda _: before, made).changes[0]


ACCEPTED = {
    "a parameter": [(b"f(a|", b": int")],
    "a default": [(b"=", b": int = ")],
    "a result": [(b"b=1)|", b" -> int")],
    "a variable": [(b"    x|", b": int | None")],
    "in quotes": [(b"f(a|", b': "int"')],
    "a new import": [(b"import cast\n|", b"from pathlib import Path\n")],
    "a name more": [(b"from typing import cast", b"from typing import Any, cast")],
    "imports for checkers": [
        (b"from typing import cast", b"from typing import TYPE_CHECKING, cast"),
        (b"import cast\n|", b"\nif TYPE_CHECKING:\n    from pathlib import Path\n"),
    ],
    "late evaluation": [(b"python\n|", b"from __future__ import annotations\n\n")],
}
ACCEPTED["a header broken up"] = [(b"def f(|a", b"\n    "), (b"b=1|)", b",\n")]

REFUSED = {
    "a call in a type": [(b"f(a|", b": print(1)")],
    "a lambda in a type": [(b"f(a|", b": (lambda: 1)")],
    "a walrus in a type": [(b"f(a|", b": (x := int)")],
    "another default": [(b"b=1", b"b: int = 2")],
    "a parameter more": [(b"b=1|", b", c: int = 2")],
    "a comment": [(b"f(a|", b": int  # kind\n")],
    "a comment gone": [(b"  # another", b"")],
    "a comment changed": [(b"# a remark", b"# A remark")],
    "a statement": [(b"import cast\n|", b"print(1)\n")],
    "a statement beside an import": [(b"import cast\n|", b"import re; print(1)\n")],
    "an import lost": [(b"from typing import cast", b"from typing import Any")],
    "an import of another name": [(b"from typing import cast", b"from typing import Any as cast")],
    "a name that means something": [(b"import cast\n|", b"from re import A\n")],
    "a builtin's name that is used": [(b"import cast\n|", b"from numpy import int\n")],
    "everything": [(b"import cast\n|", b"from os import *\n")],
    "another future": [(b"python\n|", b"from __future__ import barry_as_FLUFL\n\n")],
    "code for checkers": [
        (b"from typing import cast", b"from typing import TYPE_CHECKING, cast"),
        (b"import cast\n|", b"\nif TYPE_CHECKING:\n    x = 1\n"),
    ],
    "an import in a function": [(b"remark\n|", b"    import re\n")],
    "a decorator": [(b"\n|def f", b"@staticmethod\n")],
    "the first line": [(b"python\n", b"python3\n")],
    "a line end of another kind": [(b"def f(|a", b"\r\n    ")],
    "a type within a string": [(b"a rem|", b": int")],
    "a bare annotation": [(b"    x = None\n|", b"    y: int\n")],
    "a docstring": [(b"class A:\n|", b'    """Words."""\n')],
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_annotations_and_their_imports_are_the_same_code(name: str) -> None:
    assert differences(change_of(BASE, *ACCEPTED[name])) == []


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_another_code(name: str) -> None:
    assert differences(change_of(BASE, *REFUSED[name])) != []


def alone(change: FileChange) -> FileChange:
    """The two files without the edits, as they are found in a commit."""
    return FileChange(change.path, change.before, change.after)


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_two_files_alone_prove_it_too(name: str) -> None:
    assert differences(alone(change_of(BASE, *ACCEPTED[name]))) == []


@pytest.mark.parametrize("name", REFUSED)
def test_the_two_files_alone_show_other_code_too(name: str) -> None:
    assert differences(alone(change_of(BASE, *REFUSED[name]))) != []


@pytest.mark.parametrize("new", [b"a: str", b"a"])
def test_an_annotation_that_was_there_stays(new: bytes) -> None:
    before = b"def f(a: int, b):\n    return b\n"
    after = before.replace(b"a: int", new).replace(b"b)", b"b: int)")
    assert differences(FileChange("a.py", before, after)) != []


def test_a_file_that_comes_goes_or_moves_is_no_annotation() -> None:
    assert differences(FileChange("a.py", None, b"x = 1\n"))
    assert differences(FileChange("a.py", b"x = 1\n", None))
    assert differences(FileChange("b.py", b"x = 1\n", b"x = 1\n", moved_from="a.py"))


def test_a_default_that_becomes_a_tuple_is_another_code() -> None:
    before = b"def f(a=(1)):\n    return a\n"
    assert differences(change_of(before, (b"(1|)", b",")))
    assert not differences(change_of(before, (b"(1)|)", b",")))


def test_what_looks_like_a_type_comment_in_a_docstring_stays() -> None:
    before = b'def f(a):\n    """Words.\n\n    # type: (int) -> str\n    """\n    # type: (int) -> str\n    return a\n'
    line = b"    # type: (int) -> str\n"
    first = before.index(line)
    for start, same in ((first, False), (before.index(line, first + 1), True)):
        change = make_patch(lambda _: before, [Edit("a.py", start, start + len(line), b"")]).changes[0]
        assert (differences(change) == []) is same


@pytest.mark.parametrize(("old", "new"), [(b"import os  #", b"import os \t#"), (b"+ b  #", b"+ b \t#")])
def test_a_blank_elsewhere_is_a_change_too(old: bytes, new: bytes) -> None:
    change = change_of(BASE, *ACCEPTED["a parameter"])
    other = FileChange("a.py", change.before, (change.after or b"").replace(old, new), change.edits)
    assert differences(other) != []


def test_edits_that_do_not_lead_to_the_file_are_refused() -> None:
    change = change_of(BASE, *ACCEPTED["a parameter"])
    other = FileChange("a.py", change.before, (change.after or b"").replace(b"+ b", b"- b"), change.edits)
    assert differences(other) != []


LATIN = "# coding: latin-1\ndef größe(maß, *, höhe=1):\n    return 'ü'  # ü\n".encode("latin-1")


def test_other_encodings_are_proved_by_their_own_bytes() -> None:
    assert differences(change_of(LATIN, ("maß|".encode("latin-1"), b": int"), (b"=1", b": int = 1"))) != []
    assert differences(change_of(LATIN, ("(maß|".encode("latin-1"), b": int"), (b"=", b": int = "))) == []
