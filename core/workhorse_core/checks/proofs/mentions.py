"""Places in other files where a class or function is handed to a call, or derived from."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from workhorse_core.checks.proofs.project_names import Definition, ModuleNames, ProjectNames, dotted
from workhorse_core.system.named_tuple import NamedTuple

_IMPORTED = re.compile(rb"^[ \t]*(?:from[ \t]+\S+[ \t]+)?import[ \t]*(\([^)]*\)|(?:\\\r?\n|[^\r\n#;])*)", re.MULTILINE)
_RENAMED = re.compile(rb"(\w+)\s+as\s+(\w+)")
_WORD = re.compile(rb"\w+|\*")
_GIVEN = re.compile(rb"[(,=*](?:\s++|#[^\r\n]*+)*+((?:\w++\.)*+\w++)(?=(?:\s++|#[^\r\n]*+)*+[,)\[])")
"""A dotted name as an argument or a base class, with comments and line ends around it."""


class Mention(NamedTuple):
    """One place: what is written there, the module, and the call that takes it or the class that derives from it."""

    written: str
    names: ModuleNames
    node: ast.Call | ast.ClassDef


class Mentions:
    """Finds them in a project; a file is parsed once, and only when its text may hold one.

    Args:
        names: The project's modules.
        contents: Its files.
    """

    def __init__(self, names: ProjectNames, contents: Mapping[str, bytes]) -> None:
        self._names = names
        self._contents = contents
        self._parsed: dict[str, Mapping[str, Sequence[Mention]]] = {}

    def of(self, definition: Definition) -> Iterator[Mention]:
        """Yield the places where other files hand a class or function over, or derive from it."""
        node, home = definition
        for path in self._paths.get(node.name.encode(), ()):
            for mention in self._in(path).get(node.name, ()) if path != home.path else ():
                found = self._names.defined(mention.written, mention.names)
                if found is not None and found[0] is node:
                    yield mention

    @cached_property
    def _paths(self) -> Mapping[bytes, Sequence[str]]:
        """The files that may mention an imported name, by that name."""
        found: dict[bytes, list[str]] = {}
        for path, data in self._contents.items():
            for name in _mentioned(data):
                found.setdefault(name, []).append(path)
        return found

    def _in(self, path: str) -> Mapping[str, Sequence[Mention]]:
        if path not in self._parsed:
            names = self._names.at(path)
            found: dict[str, list[Mention]] = {}
            for name, mention in _mentions(names) if names else ():
                found.setdefault(name, []).append(mention)
            self._parsed[path] = found
        return self._parsed[path]


def _mentioned(data: bytes) -> set[bytes]:
    """Name what a file imports and hands over or derives from, by its text alone."""
    imports = b" ".join(_IMPORTED.findall(data))
    imported = set(_WORD.findall(imports))
    if not imported:
        return set()
    renamed = {new: old for old, new in _RENAMED.findall(imports)}
    found: set[bytes] = set()
    for written in _GIVEN.findall(data):
        head, _, rest = written.partition(b".")
        if head in imported or (b"*" in imported and not rest):
            found.add(rest.rpartition(b".")[2] or renamed.get(head, head))
    return found


def _mentions(names: ModuleNames) -> Iterator[tuple[str, Mention]]:
    for node in ast.walk(names.tree):
        given: Sequence[ast.expr] = ()
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.ClassDef):
            given = [each.value if isinstance(each, ast.Subscript) else each for each in node.bases]
        if isinstance(node, (ast.Call, ast.ClassDef)):
            for each in given:
                written = dotted(each)
                head = (written or "").partition(".")[0]
                if written and (head in names.imported or names.stars):
                    attribute = names.imported.get(head, ("", 0, ""))[2] if head == written else ""
                    yield attribute or written.rpartition(".")[2], Mention(written, names, node)
