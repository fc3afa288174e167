"""A type as one module can write it: its names, the imports that they need, and when they are read."""

import ast
import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.actions.hints.imports import ImportPlaces, NewImport
from workhorse_core.actions.hints.runtime_readers import class_of
from workhorse_core.actions.hints.scopes import bound_in, hiding
from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.style import DEFERRED_SINCE, Style
from workhorse_core.actions.hints.type_names import TypeNames
from workhorse_core.change.edit import Edit
from workhorse_core.languages.python.effect_free_modules import EFFECT_FREE_MODULES
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.import_graph import ImportGraph
from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.statements import Binding
from workhorse_core.languages.python.type_expression import Refusal, TypeExpression, is_none, members
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


@dataclass(frozen=True, slots=True)
class Spelling:
    """A type as it is written in one place, and the shared edits that this needs."""

    text: str
    edits: tuple[Edit, ...] = ()


class _CannotError(Exception):
    """The type cannot be written in this module."""


class _TooEarlyError(Exception):
    """The type can be written where it is not evaluated at once."""


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
        self._module = module
        self._index = index
        self._graph = ImportGraph(index)
        self._order = order
        self._style = style
        self._type_names = TypeNames(module, index)
        self._places = ImportPlaces(module, style, own)
        self._scopes: dict[int, frozenset[str]] = {}
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
            except _TooEarlyError:
                late = self._written(slot, type_, When(late=True, quoted=not self._adds_future))
            if self._adds_future:
                return Spelling(late.text, (self._places.future(), *late.edits))
            return Spelling(_in_quotes(late.text), late.edits)
        except (_CannotError, _TooEarlyError) as cannot:
            return Refusal(str(cannot))

    def _written(self, slot: Slot, type_: TypeExpression, when: "When") -> Spelling:
        edits: dict[Edit, None] = {}
        text = self._text(type_.node, type_, slot, when, edits)
        return Spelling(text, tuple(edits))

    def _text(self, node: ast.expr, type_: TypeExpression, slot: Slot, when: "When", edits: dict[Edit, None]) -> str:
        def write(inner: ast.expr) -> str:
            return self._text(inner, type_, slot, when, edits)

        def name(home: str, *, filled: bool = False) -> str:
            return self._name(home, filled, slot, when, edits)

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
        self, parts: Sequence[ast.expr], write: Callable[[ast.expr], str], name: Callable[[str], str], when: "When"
    ) -> str:
        if not self._style.old_unions and (when.late or self._style.minor >= 10):
            return " | ".join(map(write, parts))
        if when.modern and not self._style.old_unions:
            raise _TooEarlyError("A union is written with | only from Python 3.10 on.")
        rest = [part for part in parts if not is_none(part)]
        inner = write(rest[0]) if len(rest) == 1 else f"{name('typing:Union')}[{', '.join(map(write, rest))}]"
        return f"{name('typing:Optional')}[{inner}]" if len(rest) < len(parts) else inner

    def _name(self, home: str, filled: bool, slot: Slot, when: "When", edits: dict[Edit, None]) -> str:
        """Write one name; ``filled`` where brackets follow it."""
        module, _, attribute = home.partition(":")
        generic = when.late or self._style.minor >= 9
        if module == "builtins":
            if filled and attribute in _OLD_BUILTINS and (self._style.old_generics or not generic):
                if when.modern and not self._style.old_generics:
                    raise _TooEarlyError(f"{attribute} takes brackets from Python 3.9 on.")
                return self._from_typing(_OLD_BUILTINS[attribute], slot, when, edits)
            if attribute in self._module.names or attribute in self._scope(slot):
                raise _CannotError(f"{attribute} means something else in this place.")
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

    def _from_typing(self, attribute: str, slot: Slot, when: "When", edits: dict[Edit, None]) -> str:
        home = f"typing:{attribute}"
        if found := self._bound(home, slot, when):
            return found
        if self._style.minor < _SINCE.get(home, 0):
            raise _CannotError(
                f"typing has {attribute} from Python 3.{_SINCE[home]} on; this project supports 3.{self._style.minor}."
            )
        alias = self._style.typing_alias
        new = (
            NewImport("typing", None, alias if alias != "typing" else None) if alias else NewImport("typing", attribute)
        )
        self._check_free(new.name, slot)
        edits[self._places.at_run_time(new)] = None
        return f"{alias}.{attribute}" if alias else attribute

    def _bound(self, home: str, slot: Slot, when: "When") -> str | None:
        """Find what the module calls it already."""
        module, _, attribute = home.partition(":")
        early: _TooEarlyError | None = None
        for name, rest, binding in self._ways(module, attribute):
            if name in self._scope(slot):
                continue
            word = f"{name}.{rest}" if rest else name
            if binding.checking and (when.run_time or not when.late):
                early = _TooEarlyError(f"{word} is imported for type checkers only.")
            elif not when.late and not self._order.is_always_bound(self._module, word, slot.first):
                early = _TooEarlyError(f"{word} may be unbound when line {slot.line} runs.")
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

    def _imported(self, home: str, slot: Slot, when: "When", edits: dict[Edit, None]) -> str:
        """Write a name that must be imported first."""
        home = self._index.origin(home) if not self._is_shared(home) else home
        module, _, attribute = home.partition(":")
        head = attribute.partition(".")[0]
        if not head.isidentifier() or not module.isascii():
            raise _CannotError(f"{home} cannot be imported.")
        if self._style.minor < _SINCE.get(home, 0):
            raise _CannotError(f"{attribute} is there from Python 3.{_SINCE[home]} on only.")
        own = self._index.named(module) is not None
        if not own and not self._graph.is_available(module, self._module):
            raise _CannotError(f"{module} is nothing that this project imports.")
        if module == self._module.name:
            raise _CannotError(f"{attribute} is not at the top of this module.")
        self._check_free(head, slot)
        new = NewImport(module, head)
        if when.run_time or not (when.late or own or self._runs_code(module, attribute)):
            if self._graph.makes_cycle(self._module, module):
                raise _CannotError(f"Importing {module} here would be a circular import.")
            edits[self._places.at_run_time(new)] = None
            return attribute
        if not when.late:
            raise _TooEarlyError(f"{attribute} is imported for type checkers only.")
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
            raise _CannotError(f"{name} means something else in this module.")

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


def _in_quotes(text: str) -> str:
    return f"'{text}'" if '"' in text and "'" not in text else '"' + text.replace('"', "'") + '"'


def _value(node: ast.expr) -> str:
    """Write a literal, texts in double quotes."""
    text = ast.unparse(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and '"' not in text and "\\" not in text:
        return f'"{text[1:-1]}"'
    return text
