"""Homes of the types that a module names, checked to be types."""

import ast
import sys

from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.symbols.statements import Binding
from workhorse_core.languages.python.type_vocabulary import BUILTIN_TYPES, WELL_KNOWN


class TypeNames:
    """Finds the homes of names: "builtins:int", "collections.abc:Iterator", "pkg.module:Class".

    Args:
        module: The module in which the names stand.
        index: The project's symbols.
    """

    def __init__(self, module: Module, index: SymbolIndex) -> None:
        self._module = module
        self._index = index

    def home(self, name: str) -> str | None:
        """Return the home of a dotted name as this module uses it, None where it is no type."""
        head, _, rest = name.partition(".")
        if binding := self._module.bindings.get(head):
            return self._checked(f"{binding.home}{'.' if ':' in binding.home else ':'}{rest}" if rest else binding.home)
        if head in self._module.names:
            return None
        if head in BUILTIN_TYPES:
            return None if rest else f"builtins:{head}"
        if not rest:
            return WELL_KNOWN.get(head)
        well_known = {"typing", "t", "collections", "abc", "pathlib", "datetime", "decimal", "types", "re", "io", "os"}
        if head in well_known:
            last = rest.rpartition(".")[2]
            return WELL_KNOWN.get(last)
        return None

    def _checked(self, home: str) -> str | None:
        """Return a home followed to its origin, None where a module, a function or a plain value lives there."""
        home = self._index.origin(home)
        module, _, attribute = home.partition(":")
        if not attribute:
            return None
        found = self._index.named(module)
        if found is None:
            return home if _may_be_type(module, attribute) else None
        head, _, rest = attribute.partition(".")
        binding = found.bindings.get(head)
        if binding is None:
            return None
        if rest:
            return home if _has_class(binding.node, rest) else None
        return home if _is_type(binding) else None

    def known(self, home: str) -> bool:
        """Return whether a home holds a type, as far as the project's own modules show."""
        module, _, attribute = home.partition(":")
        if not attribute:
            return False
        return self._index.named(module) is None or self._checked(home) is not None


def _may_be_type(module: str, attribute: str) -> bool:
    """Return whether a name of a foreign module may be a type; of a loaded module of the standard library it is known.

    Nothing is imported for it. Elsewhere a capital letter marks a class.
    """
    loaded = sys.modules.get(module) if module.partition(".")[0] in sys.stdlib_module_names else None
    if module in ("typing", "typing_extensions", "collections.abc") or loaded is None:
        last = attribute.rpartition(".")[2]
        return last[:1].isupper() or last in _SMALL_TYPES
    found: object = loaded
    for part in attribute.split("."):
        found = getattr(found, part, None)
    return isinstance(found, type)


_SMALL_TYPES = frozenset(
    {"array", "date", "datetime", "defaultdict", "deque", "ndarray", "partial", "struct_time", "time"}
)


def _is_type(binding: Binding) -> bool:
    node = binding.node
    if isinstance(node, ast.ClassDef) or type(node).__name__ == "TypeAlias":
        return True
    if isinstance(node, ast.AnnAssign):
        return dotted(node.annotation) is not None and (dotted(node.annotation) or "").endswith("TypeAlias")
    if isinstance(node, ast.Assign):
        value = node.value
        if isinstance(value, ast.Call):
            maker = (dotted(value.func) or "").rpartition(".")[2]
            return maker in {"NewType", "namedtuple", "NamedTuple", "TypedDict", "Enum"}
        return isinstance(value, (ast.Subscript, ast.Name, ast.Attribute, ast.BinOp)) and len(node.targets) == 1
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _has_class(node: ast.stmt, rest: str) -> bool:
    for part in rest.split("."):
        if not isinstance(node, ast.ClassDef):
            return False
        inner = [each for each in node.body if isinstance(each, ast.ClassDef) and each.name == part]
        if not inner:
            return False
        node = inner[0]
    return True
