"""A proposed type turned into edits: read, judged, spelled as the module can, and laid out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.actions.hints.layout import crowding_the_end, lay_out
from workhorse_core.actions.hints.runtime_readers import RuntimeReaders
from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.spelling import Speller
from workhorse_core.actions.hints.style import Style, read_style
from workhorse_core.actions.hints.target_python import target_python
from workhorse_core.actions.hints.type_comments import read_comments
from workhorse_core.actions.hints.usefulness import refuse
from workhorse_core.change.edit import Edit
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import Refusal, TypeExpression
from workhorse_core.languages.python.type_reader import read_proposed
from workhorse_core.pipeline.part import Part
from workhorse_core.tools.linter_settings import read_linter_settings
from workhorse_core.tools.oldest_python import OldestPython
from workhorse_core.workspace.project import Project

_EQUALS = re.compile(rb"[ \t]*=[ \t]*(?!=)")
_MAX_STYLE_FILES = 60


@dataclass(frozen=True, slots=True)
class Proposed:
    """A type as proposed, with the homes of its names and its sources."""

    expression: str
    names: Mapping[str, str]
    sources: tuple[str, ...]


class Writer:
    """Writes types into the files of one project.

    Args:
        project: The project.
        index: Its symbols.
    """

    def __init__(self, project: Project, index: SymbolIndex) -> None:
        self._project = project
        self._index = index
        self._order = ImportOrder(index)
        self.runtime_readers = RuntimeReaders(self._index)
        self._styles: dict[str, Style] = {}
        self._spellers: dict[str, Speller] = {}
        self._own = frozenset(self._index.resolver.name_of(path).partition(".")[0] for path in self._index.paths)

    @cached_property
    def python(self) -> OldestPython:
        """The oldest version of Python that the project is for."""
        return target_python(self._project, self._index)

    def module(self, source: PythonSource) -> Module:
        """Return the module of a file that is worked on."""
        module = self._index.at(source.path)
        assert module is not None, "it parses, or there were no slots"
        return module

    def read(self, slot: Slot, proposed: Proposed) -> TypeExpression | Refusal:
        """Read and judge a proposal; see `hinting.expression` and `hinting.worth`."""
        speller = self._speller(slot.path)
        names = _Names(speller, proposed.names)
        found = read_proposed(proposed.expression, names.home)
        if isinstance(found, Refusal):
            return found
        return refuse(slot, found, self._index.resolver.name_of(slot.path)) or found

    def converted(self, source: PythonSource, slots: Sequence[Slot]) -> tuple[Part, frozenset[str]] | None:
        """Turn the type comments of one definition into annotations, all of them or none.

        Returns:
            One part, and the keys of the slots that it fills; None where there is no comment, or one that cannot stand
            as an annotation.
        """
        commented = read_comments(source, slots)
        if commented is None:
            return None
        edits: list[Edit] = []
        for slot in slots:
            if slot.key in commented.types:
                found = read_proposed(commented.types[slot.key], _Names(self._speller(slot.path), {}).home)
                spelled = found if isinstance(found, Refusal) else self._speller(slot.path).spell(slot, found)
                if isinstance(spelled, Refusal):
                    return None
                edits += [insertion(source, slot, spelled.text), *spelled.edits]
        name = f"{slots[0].owner or source.path}: type comments"
        return Part(name, (*edits, *commented.removals), ("comment",)), frozenset(commented.types)

    def part(self, source: PythonSource, slot: Slot, proposed: Proposed, *, at_run_time: bool) -> Part | Refusal:
        """Make the edits of one slot, or return the reason why there are none.

        Args:
            source: The file.
            slot: Where.
            proposed: The type.
            at_run_time: Whether the user asked for annotations that are read while the program runs.
        """
        found = self.read(slot, proposed)
        if isinstance(found, Refusal):
            return found
        is_read = at_run_time and bool(self.runtime_readers.of(slot, self.module(source)))
        spelled = self._speller(slot.path).spell(slot, found, read=is_read)
        if isinstance(spelled, Refusal):
            return spelled
        if not spelled.text.isascii() and source.encoding not in ("utf-8", "utf-8-sig"):
            return Refusal(f"The file is written in {source.encoding}.")
        edit = insertion(source, slot, spelled.text)
        width = self._style(source.path).width
        if slot.kind not in (SlotKind.PARAMETER, SlotKind.RETURN) and _is_too_long(source, edit, width):
            return Refusal(f"Its line would be longer than {width} columns.")
        return Part(slot.title, (edit, *spelled.edits), proposed.sources)

    def laid_out(self, source: PythonSource, slots: Sequence[Slot], parts: Sequence[Part]) -> list[Part]:
        """Return the parts of one function, with the edits that break its header up where it gets too long."""
        function = next((slot.node for slot in slots if slot.kind in (SlotKind.PARAMETER, SlotKind.RETURN)), None)
        if function is None or not parts:
            return list(parts)
        width = self._style(source.path).width
        crowding = crowding_the_end(source, function, [part.edits[0] for part in parts], width)  # type: ignore[arg-type]
        parts = [part for part in parts if part.edits[0] not in crowding]
        edits = [part.edits[0] for part in parts]
        extra = lay_out(source, function, edits, width)  # type: ignore[arg-type]
        return [part._replace(edits=(*part.edits, *extra)) for part in parts]

    # -- what is known of a module

    def _speller(self, path: str) -> Speller:
        if path not in self._spellers:
            module = self._index.at(path)
            assert module is not None
            free = self.runtime_readers.is_free(module)
            self._spellers[path] = Speller(module, self._index, self._order, self._style(path), self._own, free=free)
        return self._spellers[path]

    def _style(self, path: str) -> Style:
        """Read the style off the files beside and below the module's outermost package."""
        root = self._index.resolver.root_of(path)
        top = self._index.resolver.name_of(path).partition(".")[0]
        place = f"{root}/{top}".strip("/")
        if place not in self._styles:
            near = [each for each in self._index.paths if each.startswith((f"{place}/", f"{place}.py"))]
            files = [self._index.data(each) or b"" for each in near[:_MAX_STYLE_FILES]]
            width = self._project.config.line_length or read_linter_settings(self._project.tree, root).width or 88
            self._styles[place] = read_style(files, self.python.minor, width)
        return self._styles[place]


class _Names:
    """Resolver of names: by the homes that a source gave, else by the module."""

    def __init__(self, speller: Speller, names: Mapping[str, str]) -> None:
        self._speller = speller
        self._names = names

    def home(self, name: str) -> str | None:
        """Return the home of a dotted name, None where it is no type."""
        head, _, rest = name.partition(".")
        said = self._names.get(name) or self._names.get(head)
        if said is None:
            return self._speller.home(name)
        home = said
        if rest and name not in self._names:
            home = f"{said}.{rest}" if ":" in said else f"{said}:{rest}"
        home = _split(home)
        return home if self._speller.known(home) else self._speller.home(name)


def _split(home: str) -> str:
    """Put the colon of "collections:abc.Iterator" behind the module: "collections.abc:Iterator"."""
    module, _, attribute = home.partition(":")
    if module == "collections" and attribute.startswith("abc."):
        return f"collections.abc:{attribute.removeprefix('abc.')}"
    return home


def _is_too_long(source: PythonSource, edit: Edit, width: int) -> bool:
    """Return whether an edit makes a line too long; a statement is not broken up for its type."""
    line = source.lines[source.line_of(edit.start) - 1].decode(source.codec, "replace")
    return len(line.rstrip()) <= width < len(line.rstrip()) + len(edit.new) - (edit.end - edit.start)


def insertion(source: PythonSource, slot: Slot, text: str) -> Edit:
    """Return the edit that writes an annotation at its slot; with a default, the blanks around its = belong to it."""
    if slot.kind is SlotKind.RETURN:
        return Edit(source.path, slot.offset, slot.offset, source.encode(f" -> {text}"))
    equals = _EQUALS.match(source.data, slot.offset) if slot.default is not None else None
    if equals and slot.kind is SlotKind.PARAMETER and equals[0] != b" = ":
        return Edit(source.path, slot.offset, equals.end(), source.encode(f": {text} = "))
    return Edit(source.path, slot.offset, slot.offset, source.encode(f": {text}"))
