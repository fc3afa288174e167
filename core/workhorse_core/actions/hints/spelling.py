"""A type as one module can write it: its names, the imports that they need, and when they are read."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workhorse_core.actions.hints.imports import ImportPlaces
from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.spelled_names import CannotError, SpelledNames, TooEarlyError, When
from workhorse_core.actions.hints.style import DEFERRED_SINCE, Style
from workhorse_core.actions.hints.type_names import TypeNames
from workhorse_core.change.edit import Edit
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import Refusal, TypeExpression, is_none, members


@dataclass(frozen=True, slots=True)
class Spelling:
    """A type as it is written in one place, and the shared edits that this needs."""

    text: str
    edits: tuple[Edit, ...] = ()


class Speller:
    """Writes types in one module.

    Args:
        module: The module.
        index: The project's symbols.
        order: The orders in which its modules may be imported.
        style: How the project writes.
        own: The first parts of the names of the project's modules.
        free: Whether nothing reads the annotations of this module while the program runs, so that they may all be
            evaluated late.
    """

    def __init__(
        self,
        module: Module,
        index: SymbolIndex,
        order: ImportOrder,
        style: Style,
        own: frozenset[str],
        *,
        free: bool,
    ) -> None:
        self._style = style
        self._type_names = TypeNames(module, index)
        self._places = ImportPlaces(module, style, own)
        self._names = SpelledNames(module, index, order, style, self._places)
        has_future = any(each.module == "__future__" and each.attribute == "annotations" for each in module.imports)
        self._is_late = has_future or style.minor >= DEFERRED_SINCE
        self._adds_future = (
            free
            and not self._is_late
            and (style.future or (style.minor < 10 and not style.old_unions and not style.old_generics))
        )

    def home(self, name: str) -> str | None:
        """Return the home of a dotted name as this module uses it, None where it is no type."""
        return self._type_names.home(name)

    def known(self, home: str) -> bool:
        """Return whether a home holds a type, as far as the project's own modules show."""
        return self._type_names.known(home)

    # -- writing

    def spell(self, slot: Slot, type_: TypeExpression, *, read: bool = False) -> Spelling | Refusal:
        """Write a type for a slot, with the edits that its names need.

        Args:
            slot: Where it will stand.
            type_: The type.
            read: Whether this annotation is read while the program runs: then every name must be there.
        """
        try:
            if read:
                return self._written(slot, type_, When(late=self._is_late, run_time=True))
            if self._is_late or slot.kind is SlotKind.ATTRIBUTE:
                return self._written(slot, type_, When(late=True))
            try:
                return self._written(slot, type_, When(late=False, modern=self._adds_future))
            except TooEarlyError:
                late = self._written(slot, type_, When(late=True, quoted=not self._adds_future))
            if self._adds_future:
                return Spelling(late.text, (self._places.future(), *late.edits))
            return Spelling(_in_quotes(late.text), late.edits)
        except (CannotError, TooEarlyError) as cannot:
            return Refusal(str(cannot))

    def _written(self, slot: Slot, type_: TypeExpression, when: When) -> Spelling:
        edits: dict[Edit, None] = {}
        text = self._text(type_.node, type_, slot, when, edits)
        return Spelling(text, tuple(edits))

    def _text(self, node: ast.expr, type_: TypeExpression, slot: Slot, when: When, edits: dict[Edit, None]) -> str:
        def write(inner: ast.expr) -> str:
            return self._text(inner, type_, slot, when, edits)

        def name(home: str, *, filled: bool = False) -> str:
            return self._names.write(home, filled, slot, when, edits)

        if isinstance(node, (ast.Name, ast.Attribute)):
            return name(type_.home(dotted(node) or ""))
        if isinstance(node, ast.BinOp):
            return self._union(list(members(node)), write, name, when)
        if isinstance(node, ast.Subscript):
            home = type_.home(dotted(node.value) or "")
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if home == "typing:Literal":
                return f"{name(home)}[{', '.join(map(_value, items))}]"
            return f"{name(home, filled=True)}[{', '.join(map(write, items)) or '()'}]"
        if isinstance(node, ast.List):
            return f"[{', '.join(map(write, node.elts))}]"
        return ast.unparse(node)

    def _union(
        self, parts: Sequence[ast.expr], write: Callable[[ast.expr], str], name: Callable[[str], str], when: When
    ) -> str:
        if not self._style.old_unions and (when.late or self._style.minor >= 10):
            return " | ".join(map(write, parts))
        if when.modern and not self._style.old_unions:
            raise TooEarlyError("A union is written with | only from Python 3.10 on.")
        rest = [part for part in parts if not is_none(part)]
        inner = write(rest[0]) if len(rest) == 1 else f"{name('typing:Union')}[{', '.join(map(write, rest))}]"
        return f"{name('typing:Optional')}[{inner}]" if len(rest) < len(parts) else inner


def _in_quotes(text: str) -> str:
    return f"'{text}'" if '"' in text and "'" not in text else '"' + text.replace('"', "'") + '"'


def _value(node: ast.expr) -> str:
    """Write a literal, texts in double quotes."""
    text = ast.unparse(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and '"' not in text and "\\" not in text:
        return f'"{text[1:-1]}"'
    return text
