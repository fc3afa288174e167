import ast
import os
import random
import sys
import tokenize
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.actions.docstrings.render.placement import NoPlacement, docstring_node, find_placement
from workhorse_core.change.edit import Edit, Move, splice
from workhorse_core.change.patch import FileChange
from workhorse_core.checks.proofs.byte_code import check_byte_code
from workhorse_core.checks.proofs.code_file import read_code
from workhorse_core.checks.proofs.code_tokens import split_tokens
from workhorse_core.checks.proofs.code_tree import DiffersError
from workhorse_core.checks.same_code import SameCode, differences
from workhorse_core.errors import TargetError
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.languages.registry import read_source
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.region import definitions

CODE = """\
#!/usr/bin/python3
# A licence.
from __future__ import annotations

import os  # for paths


class Parser:
    limit: int = 3

    def parse(self, text: str) -> list[str]:
        # first
        words = text.split("# not a comment")
        return words


def empty():
    "old"


def one_line(): return 1
"""
LIBRARY = Path(os.__file__).parent


def insert(before: str, anchor: str, text: str) -> FileChange:
    """Insert before an anchor, with the edit that does."""
    place = before.index(anchor)
    return edited(before, (place, place, text))


def replace(before: str, old: str, new: str) -> FileChange:
    place = len(before[: before.index(old)].encode())
    return edited(before, (place, place + len(old.encode()), new))


def edited(before: str | bytes, *edits: tuple[int, int, str | bytes]) -> FileChange:
    data = before.encode() if isinstance(before, str) else before
    made = tuple(Edit("a.py", start, end, new.encode() if isinstance(new, str) else new) for start, end, new in edits)
    return FileChange("a.py", data, splice(data, made), made)


def claimed(before: str, after: str, *edits: tuple[int, int, str]) -> FileChange:
    """A candidate that does not follow from its edits."""
    made = tuple(Edit("a.py", start, end, new.encode()) for start, end, new in edits)
    return FileChange("a.py", before.encode(), after.encode(), made)


def rules(change: FileChange) -> list[str]:
    return [finding.rule for finding in differences(change)]


def documented(path: str, data: bytes) -> FileChange:
    """Add a docstring to every definition that has none, where the docstring action would put it."""
    source = read_source(path, data)
    edits: list[Edit] = []
    for region in definitions(source):
        if (node := docstring_node(node_of(region))) is not None:
            literal = f'"""New.{source.newline}    """'
            edits.append(Edit(path, *source.span(node), source.encode(literal)))
        elif not isinstance(place := find_placement(region), NoPlacement):
            lines = ('"""Do it.', "", f'{place.indent}More of "it".', f'{place.indent}"""')
            text = place.before + place.newline.join(lines) + place.after
            edits.append(Edit(path, place.offset, place.offset, source.encode(text)))
    ordered = tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))
    return FileChange(path, data, splice(data, ordered), ordered)


def test_docstrings_put_in_everywhere_are_the_same_code() -> None:
    change = documented("a.py", CODE.encode())

    assert len(change.edits) == 5
    assert differences(change) == []


async def test_the_check_passes_and_is_a_proof(compare) -> None:
    check = SameCode()
    docstring = '        """Parse it."""\n'

    result = await check.run(compare({"a.py": CODE}, {"a.py": [("<        # first", docstring)]}))

    assert check.proof
    assert result.status is CheckStatus.PASSED
    assert result.seconds > 0


async def test_a_finding_stands_on_the_line_that_differs(compare) -> None:
    result = await SameCode().run(compare({"a.py": CODE}, {"a.py": [("limit: int = 3", "limit: int = 4")]}))

    assert result.status is CheckStatus.FAILED
    assert [(f.path, f.line, f.rule) for f in result.findings] == [("a.py", 9, "tree")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_kind_of_line_end_and_a_byte_order_mark_are_understood(ends: str, mark: bytes) -> None:
    code = CODE.removeprefix("#!/usr/bin/python3\n").replace("\n", ends).replace("A licence", "Ä licence")

    assert differences(documented("a.py", mark + code.encode())) == []


def test_only_the_first_two_lines_declare_an_encoding_whatever_ends_them() -> None:
    code = "# ä\r# b\r# coding: latin-1\rdef f(x='ä'): 'old'; return x\r"

    assert rules(replace(code, "'old'", '"""New."""')) == []


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis"])
def test_places_are_found_in_other_encodings(encoding: str) -> None:
    text = {"latin-1": "äöü", "cp1251": "привет", "shift_jis": "日本ソ"}[encoding]
    code = f'# -*- coding: {encoding} -*-\ndef f(x="{text}"): """{text}"""; return x\n\n\ndef g(): # {text}\n    pass\n'

    change = documented("a.py", code.encode(encoding))

    assert len(change.edits) >= 2
    assert differences(change) == []


def test_a_docstring_of_several_literals_may_be_replaced() -> None:
    assert rules(replace('def f():\n    "a" "b"\n    return 1\n', '"a" "b"', '"""New."""')) == []


def test_a_docstring_alone_in_its_body_may_be_replaced() -> None:
    assert rules(replace(CODE, '"old"', '"""New."""')) == []


def test_the_rest_of_the_body_may_be_nothing_but_an_ellipsis() -> None:
    assert rules(insert("def f():\n    ...\n", "    ...", '    """Do."""\n')) == []


# -- what must be refused; each names what is there to find it


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param(insert(CODE, "        return words", '        """Late."""\n'), "tree", id="below a statement"),
        pytest.param(
            insert('def f():\n    """A."""\n    x = 1\n', "    x", '    """B."""\n'), "tree", id="a second string"
        ),
        pytest.param(insert(CODE, "import os", '"""Late."""\n'), "tree", id="a module docstring below an import"),
        pytest.param(insert(CODE, "    def parse", '    """Late."""\n'), "tree", id="a class docstring too low"),
        pytest.param(
            insert("def f():\n    return 1\n", "    return", '    """A.""" + ""\n'), "tree", id="a sum of strings"
        ),
        pytest.param(insert("def f():\n    return 1\n", "    return", '    f"""A."""\n'), "tree", id="an f-string"),
        pytest.param(insert("def f():\n    return 1\n", "    return", '    b"""A."""\n'), "tree", id="bytes"),
        pytest.param(
            insert("def f():\n    return 1\n", "    return", '    """A."""\n    import os\n    """B."""\n'),
            "tree",
            id="code between two strings",
        ),
        pytest.param(
            insert(CODE, "        # first", '        """A."""; import os; """B."""\n'), "tree", id="injected code"
        ),
        pytest.param(
            insert("def f():\n    'x'.y\n", "    'x'", '    """A.""" \\\n'), "tree", id="a continued line swallows"
        ),
        pytest.param(replace("@a\n@b\ndef f():\n    pass\n", "@a\n@b", "@b\n@a"), "tree", id="the order of decorators"),
        pytest.param(replace(CODE, '"# not a comment"', '"# a comment"'), "tree", id="another string"),
        pytest.param(replace("x = 1\n", "1", "1.0"), "tree", id="an equal number of another type"),
        pytest.param(replace("x = u'a'\n", "u'a'", "'a'"), "tree", id="a string with another prefix"),
        pytest.param(replace(CODE, '    "old"', "    pass"), "tree", id="a docstring that became pass"),
        pytest.param(
            replace('def f():\n    "old"\n    return 1\n', '    "old"\n', ""), "tree", id="a docstring removed"
        ),
        pytest.param(
            edited("def f():\n\n    return 1\n", (9, 10, '    """A."""\n')),
            "bytes",
            id="a blank line replaced",
        ),
        pytest.param(replace(CODE, "# first", "# second"), "bytes", id="another comment"),
        pytest.param(replace(CODE, "        # first\n", ""), "bytes", id="a comment removed"),
        pytest.param(insert(CODE, "        words", "\n\n"), "bytes", id="only blank lines"),
        pytest.param(
            insert("def f():\n    return 1\n", "    return", '    """A."""  # new\n'), "bytes", id="a new comment"
        ),
        pytest.param(
            insert("def f():\n    return 1\n", "    return", '    ("""A.""")\n'), "bytes", id="brackets around it"
        ),
        pytest.param(
            insert("def f(): return 1\n", "return", '"""A."""; '), "bytes", id="a semicolon, which is a token"
        ),
        pytest.param(replace("x = 0x10\n", "0x10", "16"), "bytes", id="a number written otherwise"),
        pytest.param(replace("x = (1)\n", "(1)", "1"), "bytes", id="brackets that mean nothing"),
        pytest.param(replace("x = 'a'\n", "'a'", '"a"'), "bytes", id="other quotes"),
        pytest.param(insert(CODE, "#!/usr", '"""A."""\n'), "bytes", id="above the line that starts the program"),
        pytest.param(insert("# a # b\nx = 1\n", "# b", '\n"""A."""\n'), "tokens", id="a comment torn in two"),
        pytest.param(insert("def f():\n    return 1\n", "    return", '    """A."""\r\n'), "bytes", id="mixed ends"),
        pytest.param(edited("x = 1", (0, 0, '"""A."""\r\n\n')), "bytes", id="two kinds of ends in a file without"),
        pytest.param(
            edited(b"# -*- coding: latin-1 -*-\nx = '\xe4'\n", (0, 0, '"""A."""\n\n')),
            "syntax",
            id="the encoding's declaration pushed down",
        ),
        pytest.param(
            edited(b"\n# -*- coding: latin-1 -*-\nx = 'a'\n", (0, 0, '"""A."""\n')),
            "encoding",
            id="the encoding's declaration pushed down, all ASCII",
        ),
        pytest.param(edited(b"\xef\xbb\xbfx = 1\n", (0, 3, b"")), "encoding", id="the byte order mark removed"),
        pytest.param(insert(CODE, "        # first", '        """A.\n'), "syntax", id="an open string"),
        pytest.param(insert(CODE, "        # first", '    """A."""\n'), "syntax", id="at another depth"),
        pytest.param(edited("x = 1\n", (0, 0, b'"""\x00"""\n')), "syntax", id="a null byte"),
        pytest.param(edited("x = 1\n", (0, 0, b'"""\xff"""\n')), "syntax", id="not in the file's encoding"),
    ],
)
def test_other_code_is_refused(change: FileChange, rule: str) -> None:
    assert rules(change) == [rule]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param(
            claimed("x = 1\ny = 2\n", '"""A."""\nx = 1\ny  = 2\n', (0, 0, '"""A."""\n')),
            "bytes",
            id="a blank elsewhere",
        ),
        pytest.param(claimed("x = 1\n", '"""A."""\nx = 1\n', (0, 0, '"""B."""\n')), "bytes", id="another edit said"),
        pytest.param(
            claimed("x = 1\n", '"""A."""\nx = 1\n', (3, 4, "="), (3, 5, "= ")), "bytes", id="edits that overlap"
        ),
        pytest.param(
            FileChange("a.py", b"x\n", b'"""A."""\nx\n', (Edit("b.py", 0, 0, b'"""A."""\n'),)),
            "bytes",
            id="an edit of another file",
        ),
        pytest.param(
            claimed("def f():\n    return 1\n", 'def f():\n    """A."""\n    return 1\n', (0, 21, "def")),
            "bytes",
            id="the whole file said to be replaced",
        ),
    ],
)
def test_a_candidate_that_does_not_follow_from_its_edits_is_refused(change: FileChange, rule: str) -> None:
    assert rules(change) == [rule]


def test_new_deleted_and_moved_files_are_refused() -> None:
    data = b"x = 1\n"

    assert rules(FileChange("a.py", None, data)) == ["files"]
    assert rules(FileChange("a.py", data, None)) == ["files"]
    assert rules(FileChange("b.py", data, data, moved_from="a.py")) == ["files"]


async def test_a_move_is_refused_by_the_check(compare) -> None:
    result = await SameCode().run(compare({"a.py": "x = 1\n"}, {}, moves=(Move("a.py", "b.py"),)))

    assert result.status is CheckStatus.FAILED


def test_a_future_import_must_stay_one() -> None:
    code = "from __future__ import annotations\nx: int = 1\n"

    assert rules(edited(code, (0, 0, '"""A."""\n'))) == []
    assert rules(edited(code, (0, 0, '"""A."""\n"""B."""\n'))) == ["tree"]


def test_code_nested_too_deeply_to_be_read_is_refused_and_not_a_crash() -> None:
    code = "x = " + "-" * 100_000 + "1\n"

    assert rules(edited(code, (0, 0, '"""A."""\n'))) == ["syntax"]


def test_warnings_of_the_code_are_neither_shown_nor_raised() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert rules(edited('x = "\\d"\ny = 1 is 1\n', (0, 0, '"""A \\d."""\n'))) == []


@given(st.binary(max_size=12), st.integers(min_value=0, max_value=len(CODE)))
def test_bytes_put_in_anywhere_pass_only_as_docstrings(junk: bytes, place: int) -> None:
    change = edited(CODE, (place, place, junk))

    if junk and rules(change) == []:
        assert b'"' in junk or b"'" in junk


@given(st.text(alphabet="\"'\\\n #x:", max_size=8), st.sampled_from(["#!", "from", "import", "        # f", '    "o']))
def test_text_that_looks_like_quotes_never_changes_the_code(junk: str, anchor: str) -> None:
    change = insert(CODE, anchor, junk)

    if junk and rules(change) == []:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            old, new = ast.parse(change.before or b""), ast.parse(change.after or b"")
        assert ast.dump(without_docstrings(old)) == ast.dump(without_docstrings(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 1\n", "x = 2\n"),
        ("x = 1\n", "x = True\n"),
        ("x = 0.0\n", "x = -0.0\n"),
        ("x = (1, 2.0)\n", "x = (1.0, 2.0)\n"),
        ("x = y in {1, 2}\n", "x = y in {1.0, 2}\n"),
        ("def f(): return 1\n", "def f(): return 2\n"),
        ("def f(): return 1\n", "def g(): return 1\n"),
        ("def f(a, b): pass\n", "def f(a, *, b): pass\n"),
        ("class A:\n    x = 1\n", "class A:\n    y = 1\n"),
        ("f()\n", "from __future__ import annotations\nf()\n"),
    ],
)
def test_byte_code_alone_shows_the_difference(old: str, new: str) -> None:
    with pytest.raises(DiffersError):
        check_byte_code(read_code(old.encode(), "base"), read_code(new.encode(), "candidate"))


def test_the_byte_code_is_the_same_whatever_the_lines() -> None:
    old = b"def f(x):\n    for y in x: print(y)\n    else: pass\n    if x: pass\n"
    new = (
        b'"""A."""\n\n\ndef f(x):\n    """B.\n\n    """\n'
        b"    for y in x:\n     print(y)\n    else:\n      pass\n    if x: pass\n"
    )

    check_byte_code(read_code(old, "base"), read_code(new, "candidate"))


def without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if docstring_node(node) is not None:
            node.body = node.body[1:]
    return tree


def library_files(count: int) -> list[Path]:
    found = (path for folder in (LIBRARY, LIBRARY / "test") for path in folder.glob("*.py"))
    files = sorted(path for path in found if path.stat().st_size < 60_000)
    return random.Random(7).sample(files, count)


def test_a_body_that_touches_its_colon_may_become_a_block() -> None:
    code = "class A(B):pass\n\n\ndef f(x):(yield)\n"

    assert differences(documented("a.py", code.encode())) == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings could not hold their own quotes")
def test_quotes_and_comments_within_f_strings_are_kept_apart_from_others() -> None:
    code = """x = f"{d["'"]} {d['#']:{'>'}10}" 'it' "s" # it's\n# a # b\n"""

    assert rules(edited(code, (0, 0, '"""A."""\n'))) == []
    assert rules(insert(code, "# b", '\n"""A."""\n')) != []


@pytest.mark.parametrize(("files", "docstrings"), [(8, 50), pytest.param(30, 200, marks=pytest.mark.slow)])
def test_docstrings_in_the_standard_library_are_the_same_code(files: int, docstrings: int) -> None:
    proved = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in library_files(files):
            try:
                change = documented(path.name, path.read_bytes())
                compile(path.read_bytes(), path.name, "exec")
            except (TargetError, SyntaxError, ValueError):
                continue
            assert differences(change) == [], path
            assert differences(FileChange(change.path, change.before, change.after)) == [], path
            proved += len(change.edits)

    assert proved > docstrings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\n", "x = 2\n"),
        ("def f():\n    return 1\n", 'def f():\n    """A."""\n    return 1 \n'),
        ("def f():\n    return 1\n", 'def f():\n    """A."""\n    # note\n    return 1\n'),
        ("def f():\n    # note\n    return 1\n", 'def f():\n    """A."""\n    return 1\n'),
        ('def f():\n    """A."""\n    return 1\n', "def f():\n    return 1\n"),
        ("def f(): return 1\n", 'def f(): """A."""; return 1\n'),
        ("x = 1\n\n\ny = 2\n", '"""A."""\n\nx = 1\n\ny = 2\n'),
        ("x = 1\n", '"""A."""\nx  = 1\n'),
    ],
)
def test_two_files_alone_that_differ_in_more_than_docstrings_are_refused(before: str, after: str) -> None:
    assert differences(FileChange("a.py", before.encode(), after.encode())) != []


def test_strings_and_comments_are_split_as_tokenize_splits_them() -> None:
    for path in library_files(20):
        data = path.read_bytes()
        try:
            expected = [t.string for t in tokenize.tokenize(BytesIO(data).readline) if t.type == tokenize.COMMENT]
            side = read_code(data, "base")
        except (SyntaxError, tokenize.TokenError, DiffersError):
            continue
        tokens = [token for token, _ in split_tokens(side)]
        if any("#" in token and "\n" in token for token in tokens if not token.startswith(("'", '"'))):
            continue  # an f-string with comments in it, which is one token here
        found = [token for token in tokens if token.startswith("#")]
        assert found == expected, path
