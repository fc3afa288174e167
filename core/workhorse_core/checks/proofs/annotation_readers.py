"""Readers of annotations: where a program reads them as it runs, an annotation is code.

A field of a dataclass is the plainest case. Nothing is taken for harmless that is not known to be: an unknown
decorator, base class or metaclass may read all that it is given, and so may a function of another package.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from workhorse_core.checks.proofs.mentions import Mentions
from workhorse_core.checks.proofs.project_names import Definition, Function, Look, ModuleNames, ProjectNames, dotted
from workhorse_core.checks.proofs.reading_code import HARMLESS, KEPT, Reading, words_of

Contents = Callable[[], Mapping[str, bytes]]
"""Reads every Python file of the project, by path."""

_ACCESSORS = frozenset({"setter", "getter", "deleter"})
_READING_MODULES = frozenset({"enum", "ctypes", "dataclasses"})
_READING_BASES = frozenset({"NamedTuple", "TypedDict", "Protocol"})
_HARMLESS_BASES = frozenset({"abc.ABC", "typing.Generic", "typing_extensions.Generic"})
_METACLASSES = frozenset({"abc.ABCMeta", "builtins.type"})
_READS_FIELDS_ONLY = re.compile(
    r"(?:pydantic\.)?dataclasses\.dataclass|attrs?\.(?:s|attrs|define|frozen|mutable|dataclass)|enum\.\w+"
)
"""Class decorators that read the annotations of variables, and none of methods."""
_MOST_STEPS = 12


class Surroundings:
    """The files around those that are proved; one for all of them.

    Args:
        look: Reads one.
        contents: Reads all.
    """

    def __init__(self, look: Look, contents: Contents) -> None:
        self.names = ProjectNames(look)
        self.reading = Reading(self.names)
        self._read_all = contents

    @cached_property
    def mentions(self) -> Mentions:
        """The places where files hand on what another defines."""
        return Mentions(self.names, self._read_all())


class Readers:
    """Judges the classes and functions of one file.

    Args:
        path: Of the file, from the project's root.
        tree: The file.
        around: The files around it.
    """

    def __init__(self, path: str, tree: ast.Module, around: Surroundings) -> None:
        self._around = around
        self._reading = around.reading
        self._names = ModuleNames(path, tree)
        around.names.add(self._names)
        self._handed = self._reading.handed_over(self._names)
        self._derived = _derived(tree)

    def of_variable(self, owner: ast.AST | None) -> str:
        """Return what may read the annotation of a variable of a class or module, "" where nothing does."""
        if isinstance(owner, ast.ClassDef):
            return self.of_class(owner)
        if owner is None and KEPT.search(words_of(self._names.tree)):
            return "the module may read its own annotations"
        return ""

    def of_class(self, node: ast.ClassDef) -> str:
        """Return what may read the annotations in a class body: of the class itself, or of one that derives from it."""
        if taker := self._taker_of(node):
            return f"{node.name} is handed to {taker}"
        for each in (node, *self._derived.get(node.name, ())):
            if reason := self._class_reason(each, self._names, 0):
                return reason
        for each, names in self._derived_elsewhere(node):
            if reason := self._class_reason(each, names, 0):
                return f"in {names.path}, {reason}"
        return ""

    def of_function(self, node: Function, owner: ast.AST | None = None) -> str:
        """Return what may read the annotations of a function, or of a method of ``owner``; "" where nothing does."""
        is_method = isinstance(owner, ast.ClassDef)
        if taker := self._taker_of(node, is_method=is_method):
            return f"{node.name} is handed to {taker}"
        if reason := next(
            filter(None, (self._decorator_reason(each, self._names) for each in node.decorator_list)), ""
        ):
            return reason
        return self._owner_reason(owner, self._names, 0) if isinstance(owner, ast.ClassDef) else ""

    # -- what is handed over

    def _taker_of(self, node: ast.ClassDef | Function, *, is_method: bool = False) -> str:
        if not (is_method and any(map(_is_property, node.decorator_list))):  # whose value is handed over
            for is_dotted in (True,) if is_method else (False, True):
                if taker := self._handed.get((is_dotted, node.name)):
                    return taker
        if is_method or node not in (self._names.classes.get(node.name), self._names.functions.get(node.name)):
            return ""
        for mention in self._around.mentions.of((node, self._names)):
            if isinstance(mention.node, ast.Call) and (taker := self._reading.taker(mention.node, mention.names)):
                return f"{taker} in {mention.names.path}"
        return ""

    # -- decorators

    def _decorator_reason(self, decorator: ast.expr, names: ModuleNames) -> str:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = dotted(called)
        if written is None:
            return "a computed decorator may read annotations"
        owner, _, last = written.rpartition(".")
        if owner and "." not in owner and last in _ACCESSORS and owner not in names.imported:
            return ""  # of a property above it
        if HARMLESS.fullmatch(self._around.names.home(written, names)):
            return ""
        found = self._around.names.defined(written, names)
        if found is None:
            return f"@{written} is not known to leave annotations alone"
        return f"@{written} may read annotations" if self._reading.reads(*found) else ""

    # -- classes

    def _class_reason(self, node: ast.ClassDef, names: ModuleNames, depth: int) -> str:
        if depth > _MOST_STEPS:
            return f"the base classes of {node.name} have no end"
        for decorator in node.decorator_list:
            if reason := self._decorator_reason(decorator, names):
                return reason
        for keyword in node.keywords:
            if keyword.arg != "metaclass" or names.home(dotted(keyword.value) or "") not in _METACLASSES:
                return f"{node.name} is made with {keyword.arg or '**'}, which may read annotations"
        if self._reading.reads_itself(node, names):
            return f"the code of {node.name} may read annotations"
        if maker := self._descriptor(node, names):
            return f"{node.name} has a value of {maker}, which may read annotations"
        return next(filter(None, (self._base_reason(base, names, depth) for base in node.bases)), "")

    def _descriptor(self, node: ast.ClassDef, names: ModuleNames) -> str:
        """Name a value's maker that may read the class around it, as a descriptor can; "" where there is none."""
        for statement in node.body:
            value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
            written = dotted(value.func) if isinstance(value, ast.Call) else None
            if written is None:
                continue
            found = self._around.names.defined(written, names)
            if found is None:
                home = self._around.names.home(written, names)
                top = home.partition(".")[0]
                if home and top != "builtins" and top not in sys.stdlib_module_names:
                    return written
            elif isinstance(found[0], ast.ClassDef) and self._reading.reads(*found):
                return written
        return ""

    def _base_reason(self, base: ast.expr, names: ModuleNames, depth: int) -> str:
        written = dotted(base.value if isinstance(base, ast.Subscript) else base)
        if written is None:
            return "a computed base class may read annotations"
        home = self._around.names.home(written, names)
        module, _, last = home.rpartition(".")
        if home in _HARMLESS_BASES:
            return ""
        top = home.partition(".")[0]
        if top == "builtins":
            return ""
        if last in _READING_BASES or top in _READING_MODULES:
            return f"it is a field of a class that is derived from {written}"
        if top in sys.stdlib_module_names and module:
            return ""
        found = self._around.names.defined(written, names)
        if found is None or not isinstance(found[0], ast.ClassDef):
            return f"{written} is not known to leave the annotations of its classes alone"
        return self._class_reason(found[0], found[1], depth + 1)

    def _derived_elsewhere(self, node: ast.ClassDef) -> Iterator[tuple[ast.ClassDef, ModuleNames]]:
        """Yield the classes of other files that derive from a class of this one, each with its module."""
        waiting = [(each, self._names) for each in (node, *self._derived.get(node.name, ()))]
        seen = {id(each) for each, _ in waiting}
        while waiting:
            for mention in self._around.mentions.of(waiting.pop()):
                if not isinstance(mention.node, ast.ClassDef):
                    continue
                for each in (mention.node, *_derived(mention.names.tree).get(mention.node.name, ())):
                    if id(each) not in seen:
                        seen.add(id(each))
                        waiting.append((each, mention.names))
                        yield each, mention.names

    # -- methods

    def _owner_reason(self, node: ast.ClassDef, names: ModuleNames, depth: int) -> str:
        """Return what may read the annotations of a class' methods: its decorators, metaclass, and its own code."""
        for decorator in node.decorator_list:
            written = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""
            reads_methods = not _READS_FIELDS_ONLY.fullmatch(self._around.names.home(written, names))
            if reads_methods and (reason := self._decorator_reason(decorator, names)):
                return reason
        for keyword in node.keywords:
            if keyword.arg == "metaclass" and (reason := self._metaclass_reason(keyword.value, names)):
                return reason
        if KEPT.search(words_of(node)):
            return f"the code of {node.name} may read annotations"
        for base in node.bases if depth < _MOST_STEPS else ():
            named = dotted(base.value if isinstance(base, ast.Subscript) else base)
            found = self._around.names.defined(named, names) if named else None
            owner = found[0] if found else None
            if found and isinstance(owner, ast.ClassDef) and (reason := self._owner_reason(owner, found[1], depth + 1)):
                return reason
        return ""

    def _metaclass_reason(self, metaclass: ast.expr, names: ModuleNames) -> str:
        written = dotted(metaclass)
        home = self._around.names.home(written or "", names)
        if home in _METACLASSES or home.partition(".")[0] == "enum":
            return ""
        found: Definition | None = self._around.names.defined(written, names) if written else None
        if found is not None and not KEPT.search(words_of(found[0])):
            return ""
        return f"the metaclass {written or ''} may read annotations"


def _is_property(decorator: ast.expr) -> bool:
    return (dotted(decorator) or "").rpartition(".")[2].endswith("property")


def _derived(tree: ast.Module) -> Mapping[str, Sequence[ast.ClassDef]]:
    """Map each class of a module to those of the same module that derive from it, however far."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    direct: dict[str, list[ast.ClassDef]] = {}
    for node in classes:
        for base in node.bases:
            written = dotted(base.value if isinstance(base, ast.Subscript) else base)
            if written is not None:
                direct.setdefault(written.rpartition(".")[2], []).append(node)
    found: dict[str, list[ast.ClassDef]] = {}
    for name in direct:
        waiting, seen = [name], set[int]()
        while waiting:
            for node in direct.get(waiting.pop(), ()):
                if id(node) not in seen:
                    seen.add(id(node))
                    found.setdefault(name, []).append(node)
                    waiting.append(node.name)
    return found
