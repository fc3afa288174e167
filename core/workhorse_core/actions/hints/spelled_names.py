"""Names of types as one module can write them: bound already, from ``typing``, or imported first."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.actions.hints.imports import ImportPlaces, NewImport
from workhorse_core.actions.hints.runtime_readers import class_of
from workhorse_core.actions.hints.scopes import bound_in, hiding
from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.style import Style
from workhorse_core.change.edit import Edit
from workhorse_core.languages.python.effect_free_modules import EFFECT_FREE_MODULES
from workhorse_core.languages.python.symbols.import_graph import ImportGraph
from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.statements import Binding
from workhorse_core.languages.python.type_vocabulary import MODERN, MOVED

_OLD_NAMES = {home: name for name, home in MOVED.items()}
_OLD_BUILTINS = {name: old for old, name in MODERN.items()}
_SINCE = {
    "typing:Self": 11,
    "typing:LiteralString": 11,
    "typing:Never": 11,
    "typing:Unpack": 11,
    "typing:TypeGuard": 10,
    "typing:ParamSpec": 10,
    "typing:Concatenate": 10,
    "typing:TypeAlias": 10,
    "typing:TypeIs": 13,
    "types:NoneType": 10,
    "types:EllipsisType": 10,
}
"""The minor version of Python 3 that brought a name."""


class CannotError(Exception):
    """The type cannot be written in this module."""


class TooEarlyError(Exception):
    """The type can be written where it is not evaluated at once."""


@dataclass(frozen=True, slots=True)
class When:
    """The time at which an annotation is evaluated.

    ``late``: not when it is reached. ``run_time``: every name must be there while the program runs. ``quoted``: it
    will stand in quotes. ``modern``: rather late than in an old spelling.
    """

    late: bool
    run_time: bool = False
    quoted: bool = False
    modern: bool = False


class SpelledNames:
    """Writes names in one module.

    Args:
        module: The module.
        index: The project's symbols.
        order: The orders in which its modules may be imported.
        style: How the project writes.
        places: The module's imports.
    """

    def __init__(
        self, module: Module, index: SymbolIndex, order: ImportOrder, style: Style, places: ImportPlaces
    ) -> None:
        self._module = module
        self._index = index
        self._graph = ImportGraph(index)
        self._order = order
        self._style = style
        self._places = places
        self._scopes: dict[int, frozenset[str]] = {}

    def write(self, home: str, filled: bool, slot: Slot, when: When, edits: dict[Edit, None]) -> str:
        """Write one name, with the edits that it needs; ``filled`` where brackets follow it.

        Raises:
            CannotError: It cannot be written in this module.
            TooEarlyError: It can be written where it is not evaluated at once.
        """
        module, _, attribute = home.partition(":")
        generic = when.late or self._style.minor >= 9
        if module == "builtins":
            if filled and attribute in _OLD_BUILTINS and (self._style.old_generics or not generic):
                if when.modern and not self._style.old_generics:
                    raise TooEarlyError(f"{attribute} takes brackets from Python 3.9 on.")
                return self._from_typing(_OLD_BUILTINS[attribute], slot, when, edits)
            if attribute in self._module.names or attribute in self._scope(slot):
                raise CannotError(f"{attribute} means something else in this place.")
            return attribute
        if found := self._bound(home, slot, when):
            return found
        if home in _OLD_NAMES:
            foreign = module == "collections.abc" and not self._style.abc
            if foreign or (filled and not generic):
                return self._from_typing(_OLD_NAMES[home], slot, when, edits)
        if module == "typing":
            return self._from_typing(attribute, slot, when, edits)
        return self._imported(home, slot, when, edits)

    def _from_typing(self, attribute: str, slot: Slot, when: When, edits: dict[Edit, None]) -> str:
        home = f"typing:{attribute}"
        if found := self._bound(home, slot, when):
            return found
        if self._style.minor < _SINCE.get(home, 0):
            raise CannotError(
                f"typing has {attribute} from Python 3.{_SINCE[home]} on; this project supports 3.{self._style.minor}."
            )
        alias = self._style.typing_alias
        new = (
            NewImport("typing", None, alias if alias != "typing" else None) if alias else NewImport("typing", attribute)
        )
        self._check_free(new.name, slot)
        edits[self._places.at_run_time(new)] = None
        return f"{alias}.{attribute}" if alias else attribute

    def _bound(self, home: str, slot: Slot, when: When) -> str | None:
        """Find what the module calls it already."""
        module, _, attribute = home.partition(":")
        early: TooEarlyError | None = None
        for name, rest, binding in self._ways(module, attribute):
            if name in self._scope(slot):
                continue
            word = f"{name}.{rest}" if rest else name
            if binding.checking and (when.run_time or not when.late):
                early = TooEarlyError(f"{word} is imported for type checkers only.")
            elif not when.late and not self._order.is_always_bound(self._module, word, slot.first):
                early = TooEarlyError(f"{word} may be unbound when line {slot.line} runs.")
            else:
                return word
        if early:
            raise early
        return None

    def _ways(self, module: str, attribute: str) -> Iterator[tuple[str, str, Binding]]:
        """Yield each name of the module that leads to a home, with the attributes that must follow it."""
        wanted = self._index.origin(f"{module}:{attribute}")
        head, _, rest = attribute.partition(".")
        owner = self._index.origin(f"{module}:{head}") if rest else ""
        later: list[tuple[str, str, Binding]] = []
        for name, binding in self._module.bindings.items():
            found = self._index.origin(binding.home)
            if found == wanted:
                yield name, "", binding
            elif rest and found == owner:
                yield name, rest, binding
            elif found == module:
                later.append((name, attribute, binding))
        yield from later
        for each in self._module.imports:
            if each.module == module and each.name == module.partition(".")[0] and "." in module:
                head_binding = self._module.bindings.get(each.name)
                if head_binding and isinstance(each.node, ast.Import):
                    yield each.name, f"{module.partition('.')[2]}.{attribute}", head_binding

    def _imported(self, home: str, slot: Slot, when: When, edits: dict[Edit, None]) -> str:
        """Write a name that must be imported first."""
        home = self._index.origin(home) if not self._is_shared(home) else home
        module, _, attribute = home.partition(":")
        head = attribute.partition(".")[0]
        if not head.isidentifier() or not module.isascii():
            raise CannotError(f"{home} cannot be imported.")
        if self._style.minor < _SINCE.get(home, 0):
            raise CannotError(f"{attribute} is there from Python 3.{_SINCE[home]} on only.")
        own = self._index.named(module) is not None
        if not own and not self._graph.is_available(module, self._module):
            raise CannotError(f"{module} is nothing that this project imports.")
        if module == self._module.name:
            raise CannotError(f"{attribute} is not at the top of this module.")
        self._check_free(head, slot)
        new = NewImport(module, head)
        if when.run_time or not (when.late or own or self._runs_code(module, attribute)):
            if self._graph.makes_cycle(self._module, module):
                raise CannotError(f"Importing {module} here would be a circular import.")
            edits[self._places.at_run_time(new)] = None
            return attribute
        if not when.late:
            raise TooEarlyError(f"{attribute} is imported for type checkers only.")
        edits |= dict.fromkeys(self._checking(new, slot))
        return attribute

    def _runs_code(self, module: str, attribute: str) -> bool:
        """Whether importing from a foreign module may have an effect: it is neither loaded nor known to have none."""
        if module in EFFECT_FREE_MODULES:
            return False
        is_loaded = any(each.module == module and not each.checking for each in self._module.imports)
        return "." in attribute or not is_loaded

    def _is_shared(self, home: str) -> bool:
        """Whether a package offers the name as its own, which is where others then take it from."""
        module, _, attribute = home.partition(":")
        top = self._module.name.partition(".")[0]
        found = self._index.named(module)
        return found is not None and module.partition(".")[0] != top and attribute in found.names

    def _checking(self, new: NewImport, slot: Slot) -> Iterator[Edit]:
        """Import for type checkers only; where the module cannot ask for that yet, with what asks."""
        bound = {
            self._index.origin(each.home): name for name, each in self._module.bindings.items() if not each.checking
        }
        if "typing:TYPE_CHECKING" in bound:
            test = bound["typing:TYPE_CHECKING"]
        elif "typing" in bound:
            test = f"{bound['typing']}.TYPE_CHECKING"
        else:
            alias = self._style.typing_alias
            asked = (
                NewImport("typing", None, alias if alias != "typing" else None)
                if alias
                else NewImport("typing", "TYPE_CHECKING")
            )
            if not self._places.has_block:
                self._check_free(asked.name, slot)
                yield self._places.at_run_time(asked)
            test = f"{alias}.TYPE_CHECKING" if alias else "TYPE_CHECKING"
        yield self._places.for_checkers(new, test)

    def _check_free(self, name: str, slot: Slot) -> None:
        if name in self._module.names or name in self._used or name in self._scope(slot) or hasattr(builtins, name):
            raise CannotError(f"{name} means something else in this module.")

    @cached_property
    def _used(self) -> frozenset[str]:
        """Every name that stands in the module, wherever: to import it would give it another meaning."""
        tree = self._module.source.tree
        return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))

    def _scope(self, slot: Slot) -> frozenset[str]:
        """Name what hides the module's own names where the annotation is read."""
        key = id(slot.parents[-1]) if slot.parents else 0
        scope = self._scopes.get(key)
        if scope is None:
            self._scopes[key] = scope = frozenset(hiding(slot.parents))
        if isinstance(slot.node, ast.Assign) and slot.kind is SlotKind.VARIABLE:
            owner = class_of(self._module, slot)
            return scope | frozenset(bound_in(owner.body)) if owner else scope
        if slot.kind is SlotKind.ATTRIBUTE:
            return scope | {slot.name}
        return scope
