"""Readers of annotations: where a program reads them as it runs, an annotation is code.

A field of a dataclass is the plainest case. Nothing is taken for harmless that is not known to be: an unknown
decorator, base class or metaclass may read all that it is given.
"""

import ast
import builtins
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef
Look = Callable[[str], bytes | None]
"""Reads a file of the project by its path from the root; None where there is none, or no project is at hand."""

READING = re.compile(
    r"__annotations__|__annotate__|get_type_hints|get_annotations|\binspect\b|\b[sS]ignature\b|\b\w*annotation\b"
)
"""Words without which code cannot read annotations by itself."""

_DECORATORS = re.compile(
    r"builtins\.(?:staticmethod|classmethod|property)"
    r"|functools\.(?:wraps|update_wrapper|lru_cache|cache|cached_property|total_ordering)"
    r"|contextlib\.\w+|abc\.\w+|atexit\.register|warnings\.deprecated|types\.coroutine|asyncio\.coroutine|enum\.\w*property"
    r"|typing(?:_extensions)?\.(?:overload|final|override|no_type_check|deprecated|type_check_only|runtime_checkable)"
    r"|pytest\.(?:fixture|mark\.[\w.]+|hookimpl)|pytest_asyncio\.fixture"
    r"|unittest\.(?:skip\w*|expectedFailure|mock\.patch(?:\.\w+)?)|mock\.patch(?:\.\w+)?"
    r"|click\.(?:command|group|option|argument|pass_\w+|password_option|confirmation_option|version_option|help_option)"
)
"""Decorators that are known not to read annotations, by where they come from."""
_ACCESSORS = frozenset({"setter", "getter", "deleter"})
_READING_MODULES = frozenset({"enum", "ctypes", "dataclasses"})
_READING_BASES = frozenset({"NamedTuple", "TypedDict", "Protocol"})
_HARMLESS_BASES = frozenset({"abc.ABC", "typing.Generic", "typing_extensions.Generic"})
_METACLASSES = frozenset({"abc.ABCMeta", "builtins.type"})
_MOST_STEPS = 12


class ModuleNames:
    """The top of one module: its classes and functions, and where its imported names come from."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path = path
        self.tree = tree
        self.classes: dict[str, ast.ClassDef] = {}
        self.functions: dict[str, Function] = {}
        self.imported: dict[str, tuple[str, int, str]] = {}
        """The module, its dots and the attribute, "" for the module itself."""
        self.bound: set[str] = set()
        for node in _top(tree.body):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[node.name] = node
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imported[name] = (alias.name if alias.asname else name, 0, "")
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = (node.module or "", node.level, alias.name)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.With)):
                self.bound |= set(_stored(node))

    def home(self, written: str) -> str:
        """Name where a dotted name comes from: "functools.wraps", "builtins.property"; "" where that is unknown."""
        head, _, rest = written.partition(".")
        if head in self.bound or head in self.classes or head in self.functions:
            return ""
        if head not in self.imported:
            return f"builtins.{written}" if hasattr(builtins, head) else ""
        module, level, attribute = self.imported[head]
        return "" if level else ".".join(filter(None, (module, attribute, rest)))


def _stored(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def _top(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        for name in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try, ast.With)):
                yield from _top(getattr(node, name, []))
        for handler in getattr(node, "handlers", []):
            yield from _top(handler.body)


Definition = tuple[ast.ClassDef | Function, ModuleNames]
"""A class or function of the project, and the module that it stands in."""


class Readers:
    """Judges the classes and functions of one file.

    Args:
        path: Of the file, from the project's root.
        tree: The file.
        text: The file.
        look: Reads the project's other files.
    """

    def __init__(self, path: str, tree: ast.Module, text: str, look: Look) -> None:
        self._look = look
        self._names = ModuleNames(path, tree)
        self._modules: dict[str, ModuleNames | None] = {path: self._names}
        self._codes: dict[str, str] = {}
        may_read = READING.search(text) and READING.search(self._code_of(self._names))
        self._handed = frozenset(_handed_over(tree)) if may_read else frozenset[str]()
        self._derived = _derived(tree)

    def of_variable(self, owner: ast.AST | None) -> str:
        """Return what may read the annotation of a variable of a class or module, "" where nothing does."""
        if isinstance(owner, ast.ClassDef):
            return self.of_class(owner)
        return ""

    def of_class(self, node: ast.ClassDef) -> str:
        """Return what may read the annotations in a class body: of the class itself, or of one that derives from it."""
        if node.name in self._handed:
            return f"{node.name} is handed to code in a module that reads annotations"
        for each in (node, *self._derived.get(node.name, ())):
            if reason := self._class_reason(each, self._names, 0):
                return reason
        return ""

    def of_function(self, node: Function) -> str:
        """Return what may read the annotations of a function, "" where nothing does."""
        if node.name in self._handed:
            return f"{node.name} is handed to code in a module that reads annotations"
        return next(filter(None, (self._decorator_reason(each, self._names) for each in node.decorator_list)), "")

    # -- decorators

    def _decorator_reason(self, decorator: ast.expr, names: ModuleNames) -> str:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = _dotted(called)
        if written is None:
            return "a computed decorator may read annotations"
        owner, _, last = written.rpartition(".")
        if owner and "." not in owner and last in _ACCESSORS and owner not in names.imported:
            return ""  # of a property above it
        if _DECORATORS.fullmatch(names.home(written)):
            return ""
        found = self._defined(written, names, 0)
        if found is None:
            return f"@{written} is not known to leave annotations alone"
        node, home = found
        return f"@{written} may read annotations" if self._reads(node, home) else ""

    def _reads(self, node: ast.ClassDef | Function, names: ModuleNames) -> bool:
        """Whether code of the project may read annotations: it names what would, or hands on what it was given."""
        if READING.search(_code(node)) or READING.search(self._code_of(names)):
            return True
        return any(self._may_read(call, names) for call in ast.walk(node) if isinstance(call, ast.Call))

    def _may_read(self, call: ast.Call, names: ModuleNames) -> bool:
        """Whether a call hands something by its name to a function that is neither this project's nor known."""
        written = _dotted(call.func)
        head = (written or "").partition(".")[0]
        if head not in names.imported or not any(isinstance(each, ast.Name) for each in call.args):
            return False
        home = names.home(written or "")
        if home.partition(".")[0] in sys.stdlib_module_names - _READING_MODULES:
            return False
        return not _DECORATORS.fullmatch(home) and self._defined(written or "", names, 0) is None

    def _code_of(self, names: ModuleNames) -> str:
        if names.path not in self._codes:
            self._codes[names.path] = _code(names.tree)
        return self._codes[names.path]

    # -- classes

    def _class_reason(self, node: ast.ClassDef, names: ModuleNames, depth: int) -> str:
        if depth > _MOST_STEPS:
            return f"the base classes of {node.name} have no end"
        for decorator in node.decorator_list:
            if reason := self._decorator_reason(decorator, names):
                return reason
        for keyword in node.keywords:
            if keyword.arg != "metaclass" or names.home(_dotted(keyword.value) or "") not in _METACLASSES:
                return f"{node.name} is made with {keyword.arg or '**'}, which may read annotations"
        if READING.search(_code(node)) or (names is not self._names and self._reads(node, names)):
            return f"the code of {node.name} may read annotations"
        return next(filter(None, (self._base_reason(base, names, depth) for base in node.bases)), "")

    def _base_reason(self, base: ast.expr, names: ModuleNames, depth: int) -> str:
        written = _dotted(base.value if isinstance(base, ast.Subscript) else base)
        if written is None:
            return "a computed base class may read annotations"
        home = names.home(written)
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
        found = self._defined(written, names, 0)
        if found is None or not isinstance(found[0], ast.ClassDef):
            return f"{written} is not known to leave the annotations of its classes alone"
        return self._class_reason(found[0], found[1], depth + 1)

    # -- other modules

    def _defined(self, written: str, names: ModuleNames, depth: int) -> Definition | None:
        """Find the definition of a name in the project, through the imports of its modules."""
        head, _, rest = written.partition(".")
        if depth > _MOST_STEPS or head in names.bound:
            return None
        if not rest and (found := names.classes.get(head) or names.functions.get(head)):
            return found, names
        if head not in names.imported:
            return None
        module, level, attribute = names.imported[head]
        steps = [*filter(None, (attribute, *rest.split(".")))]
        for count in range(len(steps)):  # the first of them may be modules
            home = self._module(names.path, ".".join(filter(None, (module, *steps[:count]))), level)
            if home is not None and (deeper := self._defined(".".join(steps[count:]), home, depth + 1)):
                return deeper
        return None

    def _module(self, importer: str, module: str, level: int) -> ModuleNames | None:
        for path in _candidates(importer, module, level):
            if path not in self._modules:
                self._modules[path] = self._read(path)
            if (found := self._modules[path]) is not None:
                return found
        return None

    def _read(self, path: str) -> ModuleNames | None:
        data = self._look(path)
        if data is None:
            return None
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return ModuleNames(path, tree)


def _candidates(importer: str, module: str, level: int) -> Iterator[str]:
    """Name the files that an import may mean: beside the importer for a relative one, else below each folder above."""
    folders = importer.split("/")[:-1]
    steps = module.split(".") if module else []
    if level:
        bases = [folders[: len(folders) - level + 1]] if level - 1 <= len(folders) else []
    else:
        bases = [folders[:count] for count in range(len(folders), -1, -1)] + [["src"]]
    for base in bases:
        place = "/".join([*base, *steps])
        if steps:
            yield f"{place}.py"
        yield f"{place}/__init__.py".removeprefix("/")


def _dotted(node: ast.expr) -> str | None:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


def _code(node: ast.AST) -> str:
    """Write the names and short texts of some code out, without its comments and docstrings."""
    words: list[str] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            words.append(each.id)
        elif isinstance(each, ast.Attribute):
            words.append(each.attr)
        elif isinstance(each, ast.alias):
            words.append(each.name)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isidentifier():
            words.append(each.value)
    return " ".join(words)


def _handed_over(tree: ast.Module) -> Iterator[str]:
    """Name what stands as an argument of a call anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for each in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(each, ast.Name):
                    yield each.id
                elif isinstance(each, ast.Attribute):
                    yield each.attr


def _derived(tree: ast.Module) -> Mapping[str, Sequence[ast.ClassDef]]:
    """Map each class of a module to those of the same module that derive from it, however far."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    direct: dict[str, list[ast.ClassDef]] = {}
    for node in classes:
        for base in node.bases:
            written = _dotted(base.value if isinstance(base, ast.Subscript) else base)
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
