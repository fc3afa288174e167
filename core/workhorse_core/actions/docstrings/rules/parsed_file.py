"""One parsed file: what is defined in it, what is said there, and what its imported names mean."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from workhorse_core.languages.python.docstring.read import Reading, read_docstring
from workhorse_core.languages.python.signature import Definition, class_statements

LIBRARY = "<library>/"
"""Begins the paths of the standard library's files."""


class Place(NamedTuple):
    """One definition of some file; ``parents`` go from the outermost to the innermost."""

    file: "File"
    node: Definition
    parents: tuple[Definition, ...] = ()

    @property
    def name(self) -> str:
        """The dotted name within the file."""
        return ".".join([*(parent.name for parent in self.parents), self.node.name])

    @property
    def label(self) -> str:
        """How a source names it: with its path, or its module in the standard library."""
        if not self.file.path.startswith(LIBRARY):
            return f"{self.name} ({self.file.path}:{self.node.lineno})"
        module = self.file.path.removeprefix(LIBRARY).removesuffix(".py").removesuffix("/__init__")
        return f"{module.replace('/', '.')}.{self.name}"


class _Parsed(NamedTuple):
    path: str
    text: str
    tree: ast.Module


class File(_Parsed):
    """One parsed file and what is defined in it."""

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, split as Python does."""
        return re.split(r"\r\n|\n|\r", self.text)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every definition by its dotted name; the last one where there are several."""
        return dict(_places(self, self.tree.body, ()))

    @cached_property
    def docstrings(self) -> list[tuple[Place, str]]:
        """The documented definitions, with the text as evaluated."""
        found = [(place, ast.get_docstring(place.node, clean=False)) for place in self.places.values()]
        return [(place, text) for place, text in found if text]

    @cached_property
    def readings(self) -> dict[ast.AST, Reading | None]:
        """The docstrings that were read so far."""
        return {}

    def reading(self, node: Definition | ast.Module) -> Reading | None:
        """Read the docstring of one of its definitions, or its own; None where there is none."""
        if node not in self.readings:
            text = ast.get_docstring(node, clean=False)
            self.readings[node] = read_docstring(text) if text and text.strip() else None
        return self.readings[node]

    @cached_property
    def imports(self) -> dict[str, tuple[int, str, str | None]]:
        """What each imported name means: dots, module, and the name in it (None for the module itself)."""
        return dict(_imports(self.tree))

    @cached_property
    def star_imports(self) -> list[tuple[int, str]]:
        """Modules all of whose names are imported."""
        return [
            (node.level, node.module or "")
            for node in class_statements(self.tree.body)
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        ]


def _places(file: File, body: Sequence[ast.stmt], parents: tuple[Definition, ...]) -> Iterator[tuple[str, Place]]:
    for node in class_statements(body):
        if isinstance(node, Definition):
            place = Place(file, node, parents)
            yield place.name, place
            if isinstance(node, ast.ClassDef):
                yield from _places(file, node.body, (*parents, node))


def _imports(tree: ast.Module) -> Iterator[tuple[str, tuple[int, str, str | None]]]:
    for node in class_statements(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head = alias.name.partition(".")[0]
                yield alias.asname or head, (0, alias.name if alias.asname else head, None)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, (node.level, node.module or "", alias.name)
