"""The order of a module's imports, as isort has it."""

import ast
import sys
from collections.abc import Sequence
from functools import cached_property

from workhorse_core.actions.hints.style import Style
from workhorse_core.change.line_block import LineItem
from workhorse_core.languages.python.symbols.module import Module

FUTURE, _LIBRARY, _FOREIGN, _OWN, _RELATIVE = "0", "1", "2", "3", "4"
"""The sections, in order."""


class ImportSorting:
    """Sections of imports, and the sort keys within them.

    Args:
        module: The module.
        style: The import style of the project.
        own: The top packages and modules of the project.
        top: The imports that the module begins with.
    """

    def __init__(
        self, module: Module, style: Style, own: frozenset[str], top: Sequence[ast.Import | ast.ImportFrom]
    ) -> None:
        self._module = module
        self._style = style
        self._own = own
        self._top = top

    def item(self, module: str, attribute: str | None, alias: str | None) -> LineItem:
        """Return the line of one thing to import, with its sort key."""
        if attribute is None:
            head = f"import {module}" + (f" as {alias}" if alias else "")
            return LineItem(self._section(module), self._order(0, module, ""), head)
        written = self._written(module)
        word = attribute + (f" as {alias}" if alias else "")
        return self.entry(self._section(written), f"from {written} import", word)

    def section_of(self, node: ast.Import | ast.ImportFrom) -> str:
        """Return the section of an import statement."""
        return self.key(node)[0]

    def key(self, node: ast.Import | ast.ImportFrom) -> tuple[str, str]:
        """Return the section and the sort key of an import statement."""
        if isinstance(node, ast.Import):
            return self._section(node.names[0].name), self._order(0, node.names[0].name, "")
        module = "." * node.level + (node.module or "")
        word = name_as(node.names[0])
        return self._section(module), self._order(1, module, _member_key(word, self._style.joined))

    def entry(self, section: str, head: str, word: str) -> LineItem:
        """Return the line of one name of a ``from`` statement, whose head is "from a import"."""
        module = head.split()[1]
        return LineItem(section, self._order(1, module, _member_key(word, self._style.joined)), head, word)

    def _order(self, kind: int, module: str, member: str) -> str:
        """Return the sort key of a statement: whole modules before members, or by the module alone."""
        return f"{_dots(module)}\0{kind}{member}" if self._is_mixed else f"{kind}{_dots(module)}\0{member}"

    @cached_property
    def _is_mixed(self) -> bool:
        """Whether this module sorts ``import`` and ``from`` as one, isort's force-sort-within-sections."""
        sections = [self._section(_module_of(node)) for node in self._top]
        pairs = zip(self._top, sections, self._top[1:], sections[1:], strict=False)
        return any(
            isinstance(one, ast.ImportFrom) and isinstance(other, ast.Import) and here == there
            for one, here, other, there in pairs
        )

    def _written(self, module: str) -> str:
        """Write the module's name as this one would: relative within the package, where that is the style."""
        package = self._module.package
        if not package or not self._is_relative or module.partition(".")[0] != package.partition(".")[0]:
            return module
        mine, theirs = package.split("."), module.split(".")
        shared = 0
        while shared < min(len(mine), len(theirs)) and mine[shared] == theirs[shared]:
            shared += 1
        return "." * (len(mine) - shared + 1) + ".".join(theirs[shared:])

    @cached_property
    def _is_relative(self) -> bool:
        own = [node for node in self._top if isinstance(node, ast.ImportFrom)]
        if any(node.level for node in own):
            return True
        top = self._module.name.partition(".")[0]
        if any((node.module or "").partition(".")[0] == top for node in own):
            return False
        return self._style.relative

    def _section(self, module: str) -> str:
        if module.startswith("."):
            return _RELATIVE
        top = module.partition(".")[0]
        if top == "__future__":
            return FUTURE
        if top in sys.stdlib_module_names:
            return _LIBRARY
        return _OWN if top in self._own else _FOREIGN


def name_as(alias: ast.alias) -> str:
    """Return a name as an import statement has it: "a", or "a as b"."""
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _module_of(node: ast.Import | ast.ImportFrom) -> str:
    return node.names[0].name if isinstance(node, ast.Import) else "." * node.level + (node.module or "")


def _dots(module: str) -> str:
    """Sort modules as isort does: of relative ones the farthest first."""
    level = len(module) - len(module.lstrip("."))
    return f"{9 - level}{module.lstrip('.').lower()}"


def _member_key(word: str, by_type: bool) -> str:
    """Sort the names of one module: constants, classes, and what else there is."""
    name = word.partition(" ")[0]
    if not by_type:
        return name.lower()
    kind = "0" if name.isupper() and len(name) > 1 else "1" if name[:1].isupper() else "2"
    return f"{kind}{name.lower()}"
