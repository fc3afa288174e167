"""Every kind of fault: texts that have it, and neighbours that do not."""

import ast

import pytest

from workhorse_core.checks.words.kinds import KINDS, find_faults
from workhorse_core.checks.words.subject import File, Subject
from workhorse_core.checks.words.text import Fault, read_texts

MOVE = """
def move(path, target, overwrite=False, *, limit=10):
    if target.exists() and not overwrite:
        raise FileExistsError(target)
    for name in path.list()[:limit]:
        # TODO: handle symlinks and quotas
        target.write(name)
    return sorted(target)
"""
PARSE = """
def parse(text: str, strict: bool = False, unit: str = "s") -> int | None:
    number = text.removesuffix(unit)
    if strict and not number.isdigit():
        raise ValueError(f"no number: {text}")
    return int(number) if number else None
"""
WALK = """
def walk(tree, depth):
    yield tree
    for child in tree.children:
        yield from walk(child, depth)
"""
UNREAD = "def f(a, b):\n    return a"
NESTED = """
def span(lower, upper):
    if lower < 0:
        if upper is None:
            raise ValueError(lower)
    return upper - lower
"""
BUILDER = """
class Builder:
    def colour(self, name):
        self._colour = name
        return self
"""
TWINS = """
def move(path):
    path.rename(path.parent)

def copy(path):
    \"\"\"Copy each file of the folder, but no links.\"\"\"

class Later:
    def move(self, path):
        \"\"\"Move each file of the folder when it is closed.\"\"\"
"""
TOLD = ("Read the rows of a CSV file that have the expected width.", "Each remaining row, as a list of strings.")


def faults(code: str, docstring: str, *kinds: str) -> list[Fault]:
    module = ast.parse(code)
    parents: list[ast.ClassDef] = []
    node = module.body[0]
    if isinstance(node, ast.ClassDef):
        parents.append(node)
        node = node.body[0]
    assert isinstance(node, ast.FunctionDef)
    subject = Subject(File("pack/move.py", module, code.split("\n"), code), node, parents, TOLD)
    return find_faults(read_texts(docstring), subject, kinds)


def args(**entries: str) -> str:
    lines = [f"    {name}: {text}" for name, text in entries.items()]
    return "\n".join(["Move everything.", "", "Args:", *lines, ""])


def returns(text: str) -> str:
    return f"Move everything.\n\nReturns:\n    {text}\n"


def raises(name: str, text: str) -> str:
    return f"Move everything.\n\nRaises:\n    {name}: {text}\n"


FOUND = [
    ("cut", MOVE, "Move all files of the path to the."),
    ("cut", MOVE, "Move all files, and"),
    ("cut", MOVE, args(path="The folder whose")),
    ("cut", MOVE, "Move what is listed based on."),
    ("cut", MOVE, "Move it.\n\ninto account links."),
    ("unbalanced", MOVE, "Move all files (of the path."),
    ("unbalanced", MOVE, args(path="The `folder to list.")),
    ("unbalanced", MOVE, 'Move to the "target.'),
    ("repetition", MOVE, "Move the the files."),
    ("repetition", MOVE, "Move names of files, names of files, names of files, names of files."),
    ("repetition", MOVE, "Move every file there is.\n\nMove every file there is."),
    ("repetition", MOVE, args(path="The place to look into.", limit="The place to look into.")),
    ("script", MOVE, "Move the 文件."),
    ("script", MOVE, args(path="Откуда to read.")),
    ("script", MOVE, returns("The ملف names.")),
    ("frame", MOVE, "Here is the docstring for this function."),
    ("frame", PARSE, "TODO: write the summary."),
    ("frame", MOVE, "Move it. <|im_end|>"),
    ("frame", MOVE, "The function `move` moves files."),
    ("frame", MOVE, '{"summary": "Move it."}'),
    ("echo", MOVE, "Read the rows of a CSV file."),
    ("echo", MOVE, returns("Each remaining row, as a list of strings.")),
    ("echo", MOVE, "Move a CSV file that have the expected width."),
    ("unknown-name", MOVE, "Move the files of ``source_dir``."),
    ("unknown-name", MOVE, args(path="See `Mover.copy_all` for more.")),
    ("unknown-name", MOVE, "Move the files that file_mask matches."),
    ("ungrounded", MOVE, "Move the columns of a spreadsheet."),
    ("ungrounded", MOVE, args(path="The URL of the server.")),
    ("ungrounded", MOVE, "Move what the pelican sees."),
    ("unrelated", MOVE, "Fetch an invoice of some customer."),
    ("unrelated", WALK, "Compress a video."),
    ("unrelated", PARSE, "Open the window."),
    ("parameter", PARSE, args(text="A list of words.")),
    ("parameter", PARSE, args(unit="Whether to use units.")),
    ("parameter", UNREAD, args(b="The maximum number of steps.")),
    ("parameter", MOVE, args(limit="Passed to `sorted`.")),
    ("default", MOVE, args(limit="How many. Defaults to 20.")),
    ("default", MOVE, args(path="The folder, default is None.")),
    ("default", PARSE, args(unit='The unit (default: "ms").')),
    ("result", WALK, returns("A list of all nodes.")),
    ("result", MOVE, returns("True if everything was moved.")),
    ("result", MOVE, "Move it.\n\nReturns None if there is no target."),
    ("result", BUILDER, returns("The new paint of the wall.")),
    ("result", BUILDER, "Get the colour of the wall."),
    ("exception", MOVE, "Move it.\n\nRaises KeyError if it is missing."),
    ("exception", MOVE, args(path="A LookupError is raised if it is missing.")),
    ("exception", PARSE, "Parse it, or throw OverflowError."),
    ("flag", UNREAD, args(b="If None, everything is given.")),
    ("flag", "def f(a, b):\n    b\n    return a", args(b="If True, go on.")),
    ("flag", UNREAD, args(b="If False, stop.")),
    ("guard", MOVE, raises("FileExistsError", "If overwrite is not set.")),
    ("guard", NESTED, raises("ValueError", "If the lower end is negative.")),
    ("guard", MOVE, raises("FileExistsError", "If the target is there.")),
    ("todo", MOVE, "Move the files, quotas too."),
    ("todo", MOVE, args(target="The place, within its quota.")),
    ("todo", "def f(a):\n    # saved = inflate(a)\n    return a", "Return it, inflated."),
    ("value", MOVE, "Move at most 25 files."),
    ("value", MOVE, args(limit="Between 4 and 7 names.")),
    ("value", PARSE, returns("A number up to 255.")),
    ("name-only", MOVE, "Move the given path."),
    ("name-only", MOVE, args(path="The path to use.")),
    ("name-only", PARSE, args(strict="bool")),
    ("copied", TWINS, "Copy each file of the folder, but no links."),
    ("copied", TWINS, "copy each file of the folder but no links"),
    ("copied", TWINS, "Move it.\n\nCopy each file of the folder, but no links."),
]
CLEAN = [
    ("copied", TWINS, "Move each file of the folder when it is closed."),
    ("copied", TWINS, "Copy each file of the folder to its parent, but no links."),
    ("copied", TWINS, args(path="Copy each file of the folder, but no links.")),
    ("cut", MOVE, "Move all files of vitamin A."),
    ("cut", MOVE, args(path="The folder to look in.")),
    ("cut", MOVE, "Move all files:\n\n    >>> move(a, b)"),
    ("unbalanced", MOVE, "Move the files [0, limit) of it."),
    ("unbalanced", MOVE, "Move 1) files 2) folders."),
    ("unbalanced", MOVE, "Move it :) and the rest's."),
    ("repetition", MOVE, "Know that that is moved."),
    ("repetition", MOVE, args(node1="The node to compare with.", node2="The node to compare with.")),
    ("repetition", MOVE, args(path="A folder.", target="A folder.")),
    ("script", MOVE, "Move it by the angle \u03b1, na\u00efvely."),
    ("script", MOVE + "# 文件\n", "Move the 文件."),
    ("script", MOVE, "Move it \u2013 5 \u00b0C."),
    ("frame", "def docstring_of(node):\n    return node.doc", "Return the docstring of a node."),
    ("frame", MOVE, "Here are all files moved."),
    ("frame", MOVE, "Move x < y and y > z."),
    ("echo", MOVE, "Move each file, as a list."),
    ("echo", MOVE, "Read the rows of it."),
    ("echo", "# Read the rows of a CSV file\n" + MOVE, "Move each."),
    ("unknown-name", MOVE, "Move the files of ``path`` to `target`, as :class:`Mover` does."),
    ("unknown-name", MOVE, "Move what ``sorted`` and ``os.path`` know, unlike ``__iter__``."),
    ("unknown-name", MOVE, "Move to the well-known, read-only place."),
    ("ungrounded", MOVE, "Move the files of a path and overwrite those of the target."),
    ("ungrounded", "def f(rows):\n    return rows", "Return the rows of a spreadsheet.".replace("spreadsheet", "row")),
    ("ungrounded", PARSE, "Parse a number of seconds; ``pelican`` is a name."),
    ("unrelated", MOVE, "Move it."),
    ("unrelated", MOVE, "Sort the files."),
    ("unrelated", WALK, "Yield every child."),
    ("parameter", PARSE, args(text="The string to parse.", strict="Whether to refuse words.")),
    ("parameter", MOVE, args(overwrite="Whether to replace.", path="A list of names.")),
    ("parameter", MOVE, args(target="Passed to `sorted`.")),
    ("default", MOVE, args(limit="Defaults to 10.", overwrite="Defaults to ``None``.")),
    ("default", MOVE, args(limit="Nothing else defaults the usual way.")),
    ("default", "def f(a=None):\n    a = a or 5\n    return a", args(a="Defaults to 5.")),
    ("result", MOVE, returns("A list of names.")),
    ("result", PARSE, returns("The number, or None if there is none.")),
    ("result", BUILDER, returns("The builder itself.")),
    ("result", WALK, "Return a list name for each."),
    ("exception", MOVE, "Move it.\n\nRaises FileExistsError if it is there."),
    ("exception", MOVE, "A KeyError is nothing to fear."),
    ("exception", MOVE, raises("KeyError", "If there is none.")),
    ("flag", MOVE, args(overwrite="If False, the target must be new.")),
    ("flag", PARSE, args(unit="If given, it is taken off.")),
    ("flag", "def f(a, b):\n    raise NotImplementedError", args(b="If False, stop.")),
    ("guard", MOVE, raises("FileExistsError", "If the target exists and overwrite is not set.")),
    ("guard", MOVE, raises("FileExistsError", "If it is there.")),
    ("guard", PARSE, raises("ValueError", "If strict, and text has no number.")),
    ("todo", MOVE, "Move the names, and handle the target."),
    ("todo", "def f(a):\n    # a plain remark (about fallbacks)\n    return a", "Return it after a fallback."),
    ("todo", MOVE.replace("name in", "symlinks in"), "Move the symlinks."),
    ("value", MOVE, "Move at most 10 files, or 2."),
    ("value", MOVE, "Move by RFC 2068, e.g. 30 files."),
    ("value", MOVE, "Move it.\n\nTakes 40 bytes each."),
    ("name-only", MOVE, "Move the files that are listed."),
    ("name-only", MOVE, args(path="The folder.")),
    ("name-only", MOVE, "Move the path.\n\nRaises:\n    FileExistsError: If the target is there."),
]


@pytest.mark.parametrize(("kind", "code", "docstring"), FOUND)
def test_text_with_the_fault_is_found(kind: str, code: str, docstring: str) -> None:
    found = faults(code, docstring, kind)

    assert found
    assert all(fault.kind == kind and fault.message.endswith((".", ")")) for fault in found)


@pytest.mark.parametrize(("kind", "code", "docstring"), CLEAN)
def test_neighbour_without_the_fault_is_not_found(kind: str, code: str, docstring: str) -> None:
    assert not [fault.message for fault in faults(code, docstring, kind)]


def test_every_kind_has_three_cases_on_both_sides() -> None:
    for kind in KINDS:
        assert sum(case[0] == kind for case in FOUND) >= 3
        assert sum(case[0] == kind for case in CLEAN) >= 3
