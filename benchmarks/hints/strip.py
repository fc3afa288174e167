"""Real annotations taken out of a project, and kept beside it to measure the hints by.

Run: .venv/bin/python -I benchmarks/hints/strip.py PROJECT COPY [--truth FILE]

Lines stay where they are, so that ``truth`` names a place as `Slot.key` does in the stripped file. Left as they are:
fields (of dataclasses, attrs, NamedTuple, TypedDict, enumerations, protocols) and annotations of stubs. Overloads go:
they are nothing but annotations; so do the names under ``if TYPE_CHECKING:`` when nothing needs them any more.
"""

import argparse
import ast
import json
import re
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.languages.python.definitions import node_of, parents_of
from workhorse_core.languages.python.nodes import Function, dotted, last_name, own_nodes
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.region import Region, definitions

_FIELD_MAKERS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "s"})
_FIELD_BASES = frozenset(
    {"NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "Protocol", "Structure", "BaseModel"}
)


@dataclass(frozen=True, slots=True)
class Truth:
    """One real annotation. ``key`` is that of the slot that it leaves, ``expression`` as `ast.unparse` writes it."""

    path: str
    key: str
    kind: SlotKind
    expression: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """A file without its annotations, and what they were."""

    data: bytes
    truths: tuple[Truth, ...]


def strip(source: PythonSource) -> Stripped:
    """Take the annotations out of one file."""
    stripper = _Stripper(source)
    for region in definitions(source):
        stripper.strip(region)
    return Stripped(_without_unused(PythonSource(source.path, stripper.data())), tuple(stripper.truths))


def strip_project(project: Path, copy: Path) -> list[Truth]:
    """Copy a project's folder and strip every Python file of the copy; those that do not parse stay as they are."""
    shutil.copytree(project, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "__pycache__", "*.egg-info"))
    truths: list[Truth] = []
    for file in sorted(copy.rglob("*.py")):
        path = file.relative_to(copy).as_posix()
        stripped = strip(PythonSource(path, file.read_bytes()))
        file.write_bytes(stripped.data)
        truths += stripped.truths
    return truths


class _Stripper:
    def __init__(self, source: PythonSource) -> None:
        self._source = source
        self.truths: list[Truth] = []
        self._edits: list[tuple[int, int, bytes]] = []

    def data(self) -> bytes:
        pieces: list[bytes] = []
        position = 0
        for start, end, new in sorted(self._edits):
            if start < position:
                continue  # within an overload that goes as a whole
            pieces += [self._source.data[position:start], new]
            position = end
        return b"".join([*pieces, self._source.data[position:]])

    def strip(self, region: Region) -> None:
        node = node_of(region)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if any(_is_overload(each) for each in (node, *parents_of(region))):
                self._blank(node)
            else:
                self._function(region, node)
        elif isinstance(node, (ast.ClassDef, ast.Module)) and not _has_fields(node):
            for each in own_nodes(node.body):
                if isinstance(each, ast.AnnAssign):
                    self._variable(region, each)

    def _blank(self, node: Function) -> None:
        start, end = self._source.span(node)
        ends = b"".join(re.findall(rb"\r\n|\n|\r", self._source.data[start:end]))
        self._edits.append((start, end, b"pass" + ends))

    def _function(self, region: Region, node: Function) -> None:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(positional) - len(arguments.defaults))
        pairs = [*zip(positional, [*defaults, *arguments.defaults], strict=True)]
        pairs += [*zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        pairs += [(each, None) for each in (arguments.vararg, arguments.kwarg) if each]
        for argument, default in pairs:
            if argument.annotation is not None:
                start = self._source.span(argument)[0] + len(argument.arg.encode())
                self._take(region, argument, start)
                self._tighten(self._source.span(argument)[1], default)
        if node.returns is not None:
            self._return(region, node.returns)
        for each in own_nodes(node.body):
            if not isinstance(each, ast.AnnAssign) or each.value is None:
                continue
            is_own = isinstance(each.target, ast.Attribute) and dotted(each.target.value) == "self"
            if is_own and node.name == "__init__" and parents_of(region):
                owner = region.name.rpartition(".")[0]
                self._assigned(each, SlotKind.ATTRIBUTE, owner, each.target)
            else:
                self._assigned(each, None, "", each.target)

    def _variable(self, region: Region, node: ast.AnnAssign) -> None:
        if node.value is None:
            start, end = self._source.span(node)
            self._edits.append((start, end, b"pass" + _ends(self._source.data[start:end])))
        elif _is_plain(node):
            self._assigned(node, SlotKind.VARIABLE, region.name, node.target)

    def _assigned(self, node: ast.AnnAssign, kind: SlotKind | None, owner: str, target: ast.expr) -> None:
        start, end = self._source.span(target)[1], self._source.span(node.annotation)[1]
        end += len(re.match(rb"[\s)]*(?=\s=)", self._source.data[end:])[0])  # type: ignore[index]
        last = self._source.span(node)[1]
        self._edits += [(start, end, b""), (last, last, _ends(self._source.data[start:end]))]
        name = target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)
        if kind:
            key = f"{owner}:{name}@{node.lineno}"
            self.truths.append(Truth(self._source.path, key, kind, ast.unparse(node.annotation)))

    def _take(self, region: Region, argument: ast.arg, start: int) -> None:
        assert argument.annotation is not None
        end = self._source.span(argument)[1]
        self._edits.append((start, end, _ends(self._source.data[start:end])))
        key, expression = f"{region.name}:{argument.arg}@{region.first}", ast.unparse(argument.annotation)
        self.truths.append(Truth(self._source.path, key, SlotKind.PARAMETER, expression))

    def _tighten(self, end: int, default: ast.expr | None) -> None:
        """Write ``x=1`` again for ``x: int = 1``."""
        if default is not None and (match := re.compile(rb" = ").match(self._source.data, end)):
            self._edits.append((match.start(), match.end(), b"="))

    def _return(self, region: Region, returns: ast.expr) -> None:
        """Take out what stands before the colon; its line ends go behind it, where they may stand."""
        data = self._source.data
        begin, end = self._source.span(returns)
        start = len(data[: data.rindex(b"->", 0, begin)].rstrip(b" \t"))
        colon = data.index(b":", end)
        self._edits.append((start, colon + 1, b":" + _ends(data[start:colon])))
        self.truths.append(
            Truth(region.path, f"{region.name}:return@{region.first}", SlotKind.RETURN, ast.unparse(returns))
        )


def _ends(data: bytes) -> bytes:
    return b"".join(re.findall(rb"\r\n|\n|\r", data))


def _is_overload(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        last_name(dotted(each) or "") == "overload" for each in node.decorator_list
    )


def _is_plain(node: ast.AnnAssign) -> bool:
    """Whether the annotation is a type and not a word to the checker, like ``ClassVar`` or ``TypeAlias``."""
    return not re.search(r"\b(ClassVar|Final|TypeAlias|InitVar)\b", ast.unparse(node.annotation))


def _has_fields(node: ast.ClassDef | ast.Module) -> bool:
    if isinstance(node, ast.Module):
        return False
    makers = {
        last_name(dotted(each.func if isinstance(each, ast.Call) else each) or "") for each in node.decorator_list
    }
    bases = {last_name(dotted(each.value if isinstance(each, ast.Subscript) else each) or "") for each in node.bases}
    return bool(makers & _FIELD_MAKERS or bases & _FIELD_BASES)


# -- imports for annotations only


def _without_unused(source: PythonSource) -> bytes:
    """Take out each import under ``if TYPE_CHECKING:`` whose name stands nowhere else."""
    edits: list[tuple[int, int]] = []
    for node in source.tree.body:
        if not isinstance(node, ast.If) or last_name(dotted(node.test) or "") != "TYPE_CHECKING" or node.orelse:
            continue
        start, end = source.span(node)
        rest = source.data[:start] + source.data[end:]
        if all(_is_unused(each, rest) for each in node.body):
            edits.append((start, end))
    data = source.data
    for start, end in reversed(edits):
        data = data[:start] + b"pass" + _ends(data[start:end]) + data[end:]
    return data


def _is_unused(node: ast.stmt, rest: bytes) -> bool:
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    names = ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    return not any(re.search(rb"\b%s\b" % re.escape(name.encode()), rest) for name in names)


def main() -> None:
    """Strip one project by the options of the command line."""
    parser = argparse.ArgumentParser(description="Copy a project without its type annotations.")
    parser.add_argument("project", type=Path)
    parser.add_argument("copy", type=Path)
    parser.add_argument("--truth", type=Path, help="where to write the annotations, as JSON lines")
    asked = parser.parse_args()
    truths = strip_project(asked.project, asked.copy)
    if asked.truth:
        asked.truth.write_text("".join(json.dumps(asdict(truth)) + "\n" for truth in truths))
    sys.stdout.write(f"{len(truths)} annotations were taken out.\n")


if __name__ == "__main__":
    main()
