"""The import statements that a module must get so that its annotations can be read, as edits that drafts share."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.actions.hints.import_sorting import FUTURE, ImportSorting, name_as
from workhorse_core.actions.hints.style import Style
from workhorse_core.change.edit import Edit
from workhorse_core.change.line_block import LineBlock, LineItem, write_block
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.statements import is_type_checking

_CODE = "5"
"""A section beside those of imports: the docstring before, the code behind."""


@dataclass(frozen=True, slots=True)
class NewImport:
    """One thing to import: a module under a name of its own, or an attribute of a module."""

    module: str
    attribute: str | None = None
    alias: str | None = None

    @property
    def name(self) -> str:
        """The name that it gets in the module that imports it."""
        return self.alias or self.attribute or self.module


class ImportPlaces:
    """The places of imports in one module, existing and new.

    Args:
        module: The module.
        style: How the project writes.
        own: The top packages and modules of the project.
    """

    def __init__(self, module: Module, style: Style, own: frozenset[str]) -> None:
        self._module = module
        self._source = module.source
        self._style = style
        self._own = own

    def future(self) -> Edit:
        """Import ``annotations`` from ``__future__``."""
        name = LineItem(FUTURE, "", "from __future__ import", "annotations")
        existing = [node for node in self._top if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        if existing and self._is_plain(existing[0]):
            return self._extended(existing[0], name)
        if self._top:
            first = self._top[0]
            return self._lines(name, self._line_start(first), before="", after=self._sorting.section_of(first))
        offset = self._first_offset
        after = _CODE if self._source.data[offset:].strip() and not self._blank_follows else ""
        return self._lines(name, offset, before=_CODE if self._has_docstring else "", after=after)

    def at_run_time(self, new: NewImport) -> Edit:
        """Import something whenever the module is imported."""
        return self._placed(new, self._top, "")

    def for_checkers(self, new: NewImport, test: str) -> Edit:
        """Import something under ``if TYPE_CHECKING:``.

        Args:
            new: What.
            test: The condition as the module can write it; used where there is no such block yet.
        """
        if self._block is not None:
            imports = [node for node in self._block.body if isinstance(node, (ast.Import, ast.ImportFrom))]
            return self._placed(new, imports, self._source.indent_of(self._block.body[0].lineno))
        newline = self._source.newline
        lead = newline if self._source.data[: self._end].strip() else ""
        indent = self._source.indent_unit
        name = self._sorting.item(new.module, new.attribute, new.alias)
        tail = "" if self._blank_follows else _CODE
        block = self._form(name, f"{lead}if {test}:{newline}", indent, "", tail)
        return Edit(self._module.path, self._end, self._end, write_block([block]).encode(), shared=True, block=block)

    @property
    def has_block(self) -> bool:
        """Whether there is an ``if TYPE_CHECKING:`` to add to."""
        return self._block is not None

    # -- what there is

    @cached_property
    def _sorting(self) -> ImportSorting:
        return ImportSorting(self._module, self._style, self._own, self._top)

    @cached_property
    def _top(self) -> Sequence[ast.Import | ast.ImportFrom]:
        """The imports that the module begins with."""
        found: list[ast.Import | ast.ImportFrom] = []
        for node in self._source.tree.body[self._has_docstring :]:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                found.append(node)
            elif not isinstance(node, (ast.If, ast.Try)):
                break
        return found

    @cached_property
    def _block(self) -> ast.If | None:
        """The ``if TYPE_CHECKING:`` that holds nothing but imports."""
        for node in self._source.tree.body:
            if isinstance(node, ast.If) and is_type_checking(node.test) and not node.orelse:
                on_own_line = node.body[0].lineno > node.lineno
                if on_own_line and all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body):
                    return node
        return None

    @cached_property
    def _has_docstring(self) -> bool:
        body = self._source.tree.body
        first = body[0].value if body and isinstance(body[0], ast.Expr) else None
        return isinstance(first, ast.Constant) and isinstance(first.value, str)

    @cached_property
    def _first_offset(self) -> int:
        """Offset of the first import in a module that has none."""
        body = self._source.tree.body
        if self._has_docstring:
            return self._line_end(body[0])
        if body:
            return self._line_start(body[0])
        return len(self._source.data)

    @cached_property
    def _end(self) -> int:
        """The byte behind the line of the last import."""
        return self._line_end(self._top[-1]) if self._top else self._first_offset

    @property
    def _definition_follows(self) -> bool:
        rest = self._source.tree.body[self._has_docstring + len(self._top) :]
        return bool(rest) and isinstance(rest[0], DefinitionNode)

    @property
    def _blank_follows(self) -> bool:
        rest = self._source.data[self._end : self._end + 2]
        return not rest or rest[:1] in b"\r\n"

    def _line_start(self, node: ast.stmt) -> int:
        line = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        return self._source.offset(line, 0)

    def _line_end(self, node: ast.stmt) -> int:
        return self._source.offset((node.end_lineno or node.lineno) + 1, 0)

    # -- writing

    def _placed(self, new: NewImport, around: Sequence[ast.Import | ast.ImportFrom], indent: str) -> Edit:
        name = self._sorting.item(new.module, new.attribute, new.alias)
        for node in around:
            if self._style.joined and name.word and self._names_same(node, new) and self._is_plain(node):
                return self._extended(node, name)
        before = [node for node in around if self._sorting.key(node) < (name.section, name.order)]
        alone = [node for node in around if self._stands_alone(node)]
        if before and before[-1] in alone:
            return self._lines(name, self._line_end(before[-1]), self._sorting.section_of(before[-1]), "", indent)
        if not before and around and around[0] in alone:
            section = self._sorting.section_of(around[0])
            return self._lines(name, self._line_start(around[0]), "", section, indent)
        if around:
            return self._lines(name, self._line_end(around[-1]), self._sorting.section_of(around[-1]), "", indent)
        after = _CODE if self._source.data[self._first_offset :].strip() and not self._blank_follows else ""
        return self._lines(name, self._first_offset, _CODE if self._has_docstring else "", after, indent)

    def _lines(self, name: LineItem, offset: int, before: str, after: str, indent: str = "") -> Edit:
        block = self._form(name, "", indent, before, after)
        return Edit(self._module.path, offset, offset, write_block([block]).encode(), shared=True, block=block)

    def _extended(self, node: ast.ImportFrom | ast.Import, name: LineItem) -> Edit:
        """Write a ``from`` statement again with one more name."""
        assert isinstance(node, ast.ImportFrom)
        start, end = self._source.span(node)
        indent = self._source.indent_of(node.lineno)
        head = f"from {'.' * node.level}{node.module or ''} import"
        words = [name.word, *map(name_as, node.names)]
        block = LineBlock(
            tuple(sorted({self._sorting.entry(name.section, head, word) for word in words})),
            indent=indent,
            newline=self._source.newline,
            width=self._style.width,
            whole_lines=False,
        )
        return Edit(self._module.path, start, end, write_block([block]).encode(), shared=True, block=block)

    def _form(self, name: LineItem, header: str, indent: str, before: str, after: str) -> LineBlock:
        newline = self._source.newline
        form = LineBlock((name,), header, indent, newline, before, after, self._style.joined, self._style.width)
        return form._replace(gap=2 if after == _CODE and self._definition_follows else 1)

    def _names_same(self, node: ast.Import | ast.ImportFrom, new: NewImport) -> bool:
        if not isinstance(node, ast.ImportFrom) or any(alias.name == "*" for alias in node.names):
            return False
        return self._module.absolute(node) == new.module

    def _is_plain(self, node: ast.Import | ast.ImportFrom) -> bool:
        """Whether a statement can be written again without losing a comment or its layout."""
        start, end = self._source.span(node)
        text = self._source.data[start:end]
        rest = self._source.data[end : self._line_end(node)]
        return b"#" not in text and b"\\" not in text and not rest.strip()

    def _stands_alone(self, node: ast.Import | ast.ImportFrom) -> bool:
        """Whether the lines of a statement hold nothing else."""
        start, end = self._source.span(node)
        before = self._source.data[self._line_start(node) : start]
        after = self._source.data[end : self._line_end(node)].strip()
        return not before.strip() and (not after or after.startswith(b"#")) and self._ends_line(node)

    def _ends_line(self, node: ast.stmt) -> bool:
        return self._source.data[self._line_end(node) - 1 : self._line_end(node)] in (b"\n", b"\r")
