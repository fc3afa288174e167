"""Definitions as spans of bytes, and how targets choose them."""

import ast
import random
import sysconfig
import tokenize
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.repository import write_files
from workhorse_core.change.edit import Edit, splice
from workhorse_core.errors import TargetError
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, parents_of
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.registry import read_source
from workhorse_core.languages.source import Source
from workhorse_core.pipeline.region import Refused, Region, Scope, Selection, definitions, lines_region, select
from workhorse_core.pipeline.task import Target, parse_target
from workhorse_core.workspace.file_tree import WorkTree

BOM = b"\xef\xbb\xbf"
LIBRARY = Path(sysconfig.get_paths()["stdlib"])
Written = tuple[bytes, list[tuple[str, int, int]]]
ODD = ("test/encoded_modules", "test/tokenizedata", "lib2to3/tests/data", "test/crashers", "idlelib/idle_test")


# -- sources that are made up, and where their definitions are


SPELLINGS = {
    "utf-8": "'é\u2028日\x85' ",
    "utf-8-sig": "'é\u2029\U0001f40e' ",
    "latin-1": "'é\xa0ÿ' ",
    "cp1251": "'Жё№' ",
    "shift_jis": "'日本ソ表' ",
}
CLASSES = ["class {}:", "class {}( object ) :", "class  {}(\n  a,\n):"]
FUNCTIONS = ["def {}():", "async def {}(a, *, b=1) -> 'x' :", "def {}(a,\n\n  b): ", "def\\\n {}(a):"]
DECORATORS = ["@ a({})", "@(  # @\n a\n )", "@a . b  # note", "@\\\n a.b"]
BLOCKS = [
    "if x:",
    "while x:",
    "with a:",
    "for a in b:",
    "if 0: pass\n{0}else:",
    "try: pass\n{0}finally:",
    "match x:\n{0} case 1:",
]


class Writer:
    """Random source code, with the offset of each definition in characters."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.encoding = draw(st.sampled_from(sorted(SPELLINGS)))
        self.word = SPELLINGS[self.encoding]
        self.ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]]))
        self.text = f"# coding: {self.encoding.removesuffix('-sig')}\n"
        self.spans: list[tuple[str, int, int]] = []

    def one_of(self, choices: Sequence[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def line(self, text: str) -> None:
        self.text += text + self.one_of(self.ends)

    def fill(self, indent: str) -> None:
        """Write code that looks like a definition and is none."""
        for kind in self.draw(st.lists(st.sampled_from("bnsqj"), max_size=2)):
            end = self.one_of(self.ends)
            self.line(
                {
                    "b": self.one_of(["", " ", "\t", "\f", "        "]),
                    "n": self.one_of(["", indent, "  "]) + f"# def {self.word}class",
                    "s": indent + self.one_of([f"x = {self.word}; y = 1", f"x = ({self.word},\n  1)", "pass;"]),
                    "q": f"{indent}x = '''def f():{end}  {self.word}'''",
                    "j": f"{indent}x = {self.word}+ \\{end}  'a'",
                }[kind]
            )

    def define(self, indent: str, prefix: str, depth: int) -> None:
        name = prefix + self.one_of(["f", "g", "Ж" if self.encoding in ("cp1251", "utf-8") else "h"])
        self.text += indent
        start = len(self.text)
        place = len(self.spans)
        self.spans.append((name, start, start))
        for _ in range(self.draw(st.integers(0, 2))):
            self.line(self.one_of(DECORATORS).format(self.word))
            self.text += indent
        self.text += self.one_of(self.draw(st.sampled_from([CLASSES, FUNCTIONS]))).format(name.rpartition(".")[2])
        if depth == 0 or self.draw(st.booleans()):
            self.text += self.one_of([" pass", f" x = {self.word.strip()}", "pass", " ..."])
            end = len(self.text)
        else:
            self.line(self.one_of(["", "  # note", " "]))
            end = self.suite(indent + self.one_of([" ", "  ", "    ", "\t"]), f"{name}.", depth - 1)
        self.spans[place] = (name, start, end)
        self.line(self.one_of(["", "  # after"]))

    def suite(self, indent: str, prefix: str, depth: int) -> int:
        """Write statements and definitions, and return the end of the last one."""
        self.fill(indent)
        for _ in range(self.draw(st.integers(0, 2))):
            if self.draw(st.booleans()):
                self.define(indent, prefix, depth)
            else:
                self.line(indent + self.one_of(BLOCKS).format(indent))
                self.define(indent + "  ", prefix, 0)
            self.fill(indent)
        self.text += indent + self.one_of(["pass", f"x = {self.word.strip()}", "x = 1 if y else [\n2]"])
        end = len(self.text)
        self.line("")
        return end


@st.composite
def written_sources(draw: st.DrawFn) -> Written:
    """Draw some code as bytes, with the name and the span of each definition."""
    writer = Writer(draw)
    end = writer.suite("", "", 3)
    text = writer.text[:end] if draw(st.booleans()) else writer.text

    def offset(at: int) -> int:
        return len(text[:at].encode(writer.encoding))

    return text.encode(writer.encoding), [(name, offset(first), offset(last)) for name, first, last in writer.spans]


@given(written_sources())
def test_every_definition_of_a_made_up_source_is_found_byte_for_byte(
    made: Written,
) -> None:
    data, spans = made
    module, *found = definitions(read_source("a.py", data))
    assert [(region.name, region.start, region.end) for region in found] == spans
    assert (module.start, module.end) == (3 if data.startswith(BOM) else 0, len(data))
    check_regions(found)


@given(written_sources(), st.data())
def test_a_digest_depends_on_the_regions_own_bytes_alone(made: Written, data: st.DataObject) -> None:
    source = PythonSource("a.py", made[0])
    found = definitions(source)[1:]
    if not found:
        return
    region = data.draw(st.sampled_from(found))
    above = splice(source.data, [Edit("a.py", source.offset(2, 0), source.offset(2, 0), b"# above\n")])
    moved = definitions(PythonSource("b.py", above))[1:][found.index(region)]
    assert (moved.digest, moved.name) == (region.digest, region.name)
    within = splice(source.data, [Edit("a.py", region.end, region.end, b";")])
    assert definitions(PythonSource("a.py", within))[1:][found.index(region)].digest != region.digest


def check_regions(found: Sequence[Region]) -> None:
    """Check invariants of the definitions of any source."""
    for region in found:
        assert reparsed(region) == ast.dump(node_of(region) or ast.Module([], []))
        source = region.source
        assert (source.line_of(region.start), source.line_of(region.end - 1)) == (region.first, region.last)
    around: list[Region] = []
    for region in found:
        while around and around[-1].end <= region.start:
            around.pop()
        if around:
            assert region.end <= around[-1].end
        assert tuple(node_of(one) for one in around) == parents_of(region)
        assert region.name.count(".") == len(around)
        around.append(region)
    for left, right in pairwise(found):
        assert left.start < right.start


def reparsed(region: Region) -> str:
    """Parse the region's own bytes again, below an ``if`` where they are indented."""
    source = region.source
    code = region.text.decode(source.encoding.removesuffix("-sig"))
    indent = source.indent_of(region.first)
    if not indent:
        [node] = ast.parse(code).body
        return ast.dump(node)
    [outer] = ast.parse(f"if 1:\n{indent}{code}").body
    assert isinstance(outer, ast.If)
    [node] = outer.body
    return ast.dump(node)


# -- real sources


def sampled_files() -> list[Path]:
    every = sorted(path for path in LIBRARY.rglob("*.py") if "site-packages" not in path.parts)
    odd = [path for path in every if path.relative_to(LIBRARY).as_posix().startswith(ODD)]
    return sorted({*random.Random(4).sample(every, min(150, len(every))), *odd})


def readable_sources() -> Iterator[PythonSource]:
    for path in sampled_files():
        source = PythonSource(path.relative_to(LIBRARY).as_posix(), path.read_bytes())
        try:
            _ = source.tree
        except TargetError:
            with pytest.raises((SyntaxError, ValueError)):
                compile(source.data, source.path, "exec", dont_inherit=True)
        else:
            yield source


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_definitions_of_real_sources_match_their_tokens_and_reparse() -> None:
    counted = 0
    for source in readable_sources():
        assert b"".join(source.lines) == source.data
        found = definitions(source)[1:]
        check_regions(found)
        by_tokens = sorted(spans_by_tokens(source))
        assert [(region.start, region.end, region.name.rpartition(".")[2]) for region in found] == by_tokens, source
        counted += len(found)
    assert counted > 1_000


def spans_by_tokens(source: PythonSource) -> Iterator[tuple[int, int, str]]:
    """Find the definitions without a syntax tree: a block ends at the dedent."""
    codec = source.encoding.removesuffix("-sig")
    skipped = 3 if source.data.startswith(BOM) else 0
    lines = [line.decode(codec) for line in source.data[skipped:].splitlines(keepends=True)]
    starts = [skipped, *accumulate((len(line.encode(codec)) for line in lines), initial=skipped)][1:]

    def offset(at: tuple[int, int]) -> int:
        return starts[at[0] - 1] + len(lines[at[0] - 1][: at[1]].encode(codec))

    # tokenize does not know that a carriage return alone ends a line
    unified = iter([line.rstrip("\r\n") + "\n" for line in lines])
    level = 0
    last = (1, 0)
    sign: tuple[int, int] | None = None
    opened: list[tuple[int, int, str]] = []
    statement: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(lambda: next(unified, "")):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            level += 1 if token.type == tokenize.INDENT else -1
            continue
        if token.type == tokenize.NEWLINE:
            statement = []
            continue
        while not statement and opened and opened[-1][0] >= level:
            _, start, name = opened.pop()
            yield start, offset(last), name
        statement.append(token)
        if statement[0].string == "@":
            sign = sign or token.start
        words = [one for one in statement[:3] if one.string != "async"]
        if len(words) == 2 and words[1] is token and words[0].string in ("def", "class"):
            opened.append((level, offset(sign or statement[0].start), token.string))
            sign = None
        last = token.end


# -- shapes of definitions

SHAPES = """\
import typing


class Outer(Base):
    limit = 1

    @typing.overload
    def get(self, key: int) -> int: ...
    @typing.overload
    def get(self, key: str) -> str: ...
    def get(self, key):
        return key

    @property
    def size(self): return 1

    @size.setter
    def size(self, value): self.value = value

    class Inner:
        async def run(self):
            async def step(): pass
            return step


if typing.TYPE_CHECKING:
    def choose(): return 1
else:
    try:
        def choose(): return 2
    except ImportError:
        class choose: pass
    else:
        with x:
            def choose(): return 3
    finally:
        for a in b:
            def last(): pass


def make():
    class Made:
        def method(self): pass

    match Made:
        case type():
            def matched(): pass
        case _:
            while 0:
                def never(): pass
    return Made  # the end


x = lambda: 0
"""


def test_definitions_are_named_by_what_is_around_them_in_the_order_of_the_file() -> None:
    module, *found = definitions(PythonSource("a.py", SHAPES.encode()))
    assert (module.kind, module.name, module.first, module.last) == (RegionKind.MODULE, "", 1, SHAPES.count("\n"))
    assert [(region.name, region.kind.value, region.first, region.last) for region in found] == [
        ("Outer", "class", 4, 23),
        ("Outer.get", "method", 7, 8),
        ("Outer.get", "method", 9, 10),
        ("Outer.get", "method", 11, 12),
        ("Outer.size", "method", 14, 15),
        ("Outer.size", "method", 17, 18),
        ("Outer.Inner", "class", 20, 23),
        ("Outer.Inner.run", "method", 21, 23),
        ("Outer.Inner.run.step", "function", 22, 22),
        ("choose", "function", 27, 27),
        ("choose", "function", 30, 30),
        ("choose", "class", 32, 32),
        ("choose", "function", 35, 35),
        ("last", "function", 38, 38),
        ("make", "function", 41, 51),
        ("make.Made", "class", 42, 43),
        ("make.Made.method", "method", 43, 43),
        ("make.matched", "function", 47, 47),
        ("make.never", "function", 50, 50),
    ]
    check_regions(found)


def test_a_region_ends_with_its_last_statement_and_not_with_the_comment_behind_it() -> None:
    source = PythonSource("a.py", b"@a  # first\ndef f():  # second\n    return 1  # third\n\n# fourth")
    [_, region] = definitions(source)
    assert region.text == b"@a  # first\ndef f():  # second\n    return 1"


@pytest.mark.parametrize("data", [b"", BOM, b"\n", b"# note", b"x = 1", b"\r\r"])
def test_a_file_without_definitions_is_one_module(data: bytes) -> None:
    [module] = definitions(PythonSource("a.py", data))
    assert module.text == data.removeprefix(BOM)
    assert (module.first, module.last) == (1, max(1, data.count(b"\n") + data.count(b"\r")))


def test_a_very_long_elif_chain_is_walked() -> None:
    data = b"if 1: pass\n" + b"elif 1: pass\n" * 1_200 + b"else:\n  def f(): pass\n"
    assert [region.name for region in definitions(PythonSource("a.py", data))] == ["", "f"]


# -- lines


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(1, 1, b"a"), (1, 2, b"a\n"), (2, 2, b""), (2, 3, b"\r\nb"), (3, 9, b"b\rc"), (4, 4, b"c")],
)
def test_lines_are_whole_but_for_the_end_of_the_last(first: int, last: int, text: bytes) -> None:
    region = lines_region(Source("notes.txt", BOM + b"a\n\r\nb\rc"), first, last)
    assert region.text == text
    assert (region.kind, region.first, region.last) == (RegionKind.LINES, first, min(last, 4))


def test_an_empty_file_has_one_line_and_other_lines_do_not_exist() -> None:
    assert lines_region(Source("a.txt", b""), 1, 1).text == b""
    assert lines_region(Source("a.txt", BOM), 1, 5).text == b""
    with pytest.raises(TargetError, match=r"a\.txt has no line 3: its last one is line 2"):
        lines_region(Source("a.txt", b"a\nb\n"), 3, 3)


# -- targets


@pytest.fixture
def tree(tmp_path: Path) -> WorkTree:
    write_files(
        tmp_path,
        {
            "src/shapes.py": SHAPES,
            "src/broken.py": "def f(:\n",
            "src/deep/blob.py": b"\0",
            "src/deep/two.py": "def one(): pass\n\n\ndef two():\n    def three(): pass\n",
            "src/deep/notes.txt": "n\n",
            "tests/test_a.py": "def test_a(): pass\n",
        },
    )
    return WorkTree(tmp_path)


def chosen(tree: WorkTree, *targets: str, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
    """Return the selection as text: a path and its names, or a path and the reason of a refusal."""
    found = select(tree, [parse_target(target) for target in targets], Scope(include, exclude))
    return [
        f"{one.path}! {one.reason}"
        if isinstance(one, Refused)
        else " ".join([one.source.path, *(region.name or "-" for region in one.regions)])
        for one in found
    ]


def test_a_file_means_all_its_definitions(tree: WorkTree) -> None:
    assert chosen(tree, "src/deep/two.py") == ["src/deep/two.py - one two two.three"]
    assert chosen(tree, "./src//deep/./two.py") == ["src/deep/two.py - one two two.three"]


def test_a_folder_means_its_python_files_and_reports_refused_ones(tree: WorkTree) -> None:
    assert chosen(tree, "src/", "tests") == [
        "src/broken.py! src/broken.py does not parse: line 1: invalid syntax.",
        "src/deep/blob.py! src/deep/blob.py is a binary file: it holds null bytes.",
        "src/deep/two.py - one two two.three",
        " ".join(
            ["src/shapes.py", *(region.name or "-" for region in definitions(PythonSource("a.py", SHAPES.encode())))]
        ),
        "tests/test_a.py - test_a",
    ]
    assert chosen(tree, ".", include=["tests"]) == ["tests/test_a.py - test_a"]
    assert chosen(tree, ".", include=["src/**"], exclude=["src/*.py", "blob.py"]) == [
        "src/deep/two.py - one two two.three"
    ]


def test_globs_are_for_folders_and_not_for_what_is_named(tree: WorkTree) -> None:
    assert chosen(tree, "tests/test_a.py", exclude=["tests"]) == ["tests/test_a.py - test_a"]


def test_a_symbol_means_every_definition_of_that_name_and_those_within(tree: WorkTree) -> None:
    path = "src/shapes.py"
    assert chosen(tree, f"{path}::Outer.get") == [f"{path} Outer.get Outer.get Outer.get"]
    assert chosen(tree, f"{path}::Outer.size") == [f"{path} Outer.size Outer.size"]
    assert chosen(tree, f"{path}::choose") == [f"{path} choose choose choose choose"]
    assert chosen(tree, f"{path}::Outer.Inner") == [f"{path} Outer.Inner Outer.Inner.run Outer.Inner.run.step"]
    assert chosen(tree, f"{path}::make.Made.method") == [f"{path} make.Made.method"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("1", "-"),
        ("2", "-"),
        ("4", "Outer"),
        ("6", "Outer"),
        ("7", "Outer.get"),
        ("22", "Outer.Inner.run.step"),
        ("23", "Outer.Inner.run"),
        ("24", "-"),
        ("7-10", "Outer.get Outer.get"),
        ("12-14", "Outer.get Outer.size"),
        ("18-24", "Outer.size Outer.Inner Outer.Inner.run Outer.Inner.run.step"),
        ("24-27", "choose"),
        ("24-25", "-"),
        ("24-26", "-"),
        ("52-999", "-"),
        ("51-55", "make"),
        ("1-4", "- Outer"),
        ("15-15", "Outer.size"),
    ],
)
def test_lines_mean_the_innermost_definitions_there(tree: WorkTree, lines: str, names: str) -> None:
    assert chosen(tree, f"src/shapes.py:{lines}") == [f"src/shapes.py {names}"]


def test_targets_in_one_file_are_put_together_in_the_order_of_the_file(tree: WorkTree) -> None:
    targets = ("src/deep/two.py::two.three", "tests/test_a.py::test_a", "src/deep/two.py:1", "src/deep/two.py:5")
    assert chosen(tree, *targets) == ["src/deep/two.py one two.three", "tests/test_a.py test_a"]
    assert chosen(tree, "src/deep/two.py:1", "src/deep", exclude=["blob.py"]) == ["src/deep/two.py - one two two.three"]


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("src/broken.py", "src/broken.py does not parse: line 1: invalid syntax.", "Correct the file"),
        ("src/deep/blob.py", "src/deep/blob.py is a binary file: it holds null bytes.", ""),
        ("src/shape.py", "There is no src/shape.py in this project.", "Did you mean src/shapes.py?"),
        ("shapes.py", "There is no shapes.py in this project.", "Did you mean src/shapes.py?"),
        ("src/zzzzzz.py", "There is no src/zzzzzz.py in this project.", ""),
        ("src/shapes.py::Outer.gett", "src/shapes.py has no Outer.gett.", "Did you mean Outer.get"),
        ("src/shapes.py::method", "src/shapes.py has no method.", "Did you mean make.Made.method"),
        (
            "src/shapes.py::Outer.Inner.step",
            "src/shapes.py has no Outer.Inner.step.",
            "Did you mean Outer.Inner.run.step",
        ),
        ("src/shapes.py::zzzzzz", "src/shapes.py has no zzzzzz.", ""),
        ("src/shapes.py:56", "src/shapes.py has no line 56: its last one is line 54.", ""),
        ("src::Outer", "src is a folder and has no definitions of its own.", "Name a file in it"),
        ("src:1", "src is a folder and has no definitions of its own.", "Name a file in it"),
        ("../src/shapes.py", "'../src/shapes.py' is not a path inside this project.", "Name a file of this project"),
        ("/etc/passwd", "'/etc/passwd' is not a path inside this project.", "Name a file of this project"),
        (".git/config", ".git/config belongs to git.", "Name a file of this project"),
    ],
)
def test_an_invalid_target_is_an_error_with_a_hint(tree: WorkTree, target: str, message: str, hint: str) -> None:
    with pytest.raises(TargetError) as caught:
        chosen(tree, target)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)
    assert bool(caught.value.hint) == bool(hint)


def test_a_named_file_that_cannot_be_worked_on_is_an_error_even_beside_its_folder(tree: WorkTree) -> None:
    with pytest.raises(TargetError, match="broken"):
        chosen(tree, "src", "src/broken.py")


def test_links_are_skipped_in_a_folder_and_refused_by_name(tree: WorkTree, tmp_path: Path) -> None:
    (tmp_path / "tests/link.py").symlink_to("test_a.py")
    (tmp_path / "tests/out.py").symlink_to("/etc/hostname")
    assert chosen(tree, "tests") == ["tests/test_a.py - test_a"]
    with pytest.raises(TargetError, match=r"tests/link\.py stands for tests/test_a\.py"):
        chosen(tree, "tests/link.py")
    with pytest.raises(TargetError, match="outside the project"):
        chosen(tree, "tests/out.py")


def test_unsaved_text_is_what_is_selected(tree: WorkTree) -> None:
    over = WorkTree(tree.root, None, {"tests/test_a.py": b"def unsaved(): pass\n"})
    assert chosen(over, "tests") == ["tests/test_a.py - unsaved"]


def test_the_same_targets_select_equal_regions(tree: WorkTree) -> None:
    def selected() -> list[Selection | Refused]:
        return list(select(tree, [Target("")]))

    assert selected() == selected()


def test_a_symbol_with_a_line_is_that_definition_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "class A:\n    def f(self): ...\n\n\nif A:\n    def g(): ...\nelse:\n    def g(): ...\n"
    )

    def names(target: Target) -> list[tuple[str, int]]:
        (found,) = select(WorkTree(tmp_path), [target])
        assert isinstance(found, Selection)
        return [(region.name, region.first) for region in found.regions]

    assert names(Target("a.py", "A", 1, 1)) == [("A", 1)]
    assert names(Target("a.py", "g", 8, 8)) == [("g", 8)]
    assert names(Target("a.py", "", 1, 1)) == [("", 1)]
    with pytest.raises(TargetError, match="no g at line 2"):
        names(Target("a.py", "g", 2, 2))
