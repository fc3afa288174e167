"""Run-time readers of annotations: fields, and functions whose annotations the program reads while it runs."""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.languages.python.nodes import Function, dotted, last_name, own_nodes
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module

_FIELD_DECORATORS = {
    **dict.fromkeys(("dataclass", "dataclass_transform"), "a dataclass"),
    **dict.fromkeys(("define", "frozen", "mutable", "attrs", "attr.s", "attr.attrs"), "an attrs class"),
}
_FIELD_BASES = {
    "NamedTuple": "a NamedTuple",
    "TypedDict": "a TypedDict",
    **dict.fromkeys(("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"), "an enumeration"),
    **dict.fromkeys(("BaseModel", "BaseSettings", "RootModel", "GenericModel", "SQLModel"), "a pydantic model"),
    **dict.fromkeys(("Struct",), "a msgspec structure"),
    **dict.fromkeys(("Model", "DeclarativeBase", "MappedAsDataclass", "Document", "EmbeddedDocument"), "an ORM model"),
    **dict.fromkeys(("Structure", "BigEndianStructure", "LittleEndianStructure"), "a ctypes structure"),
    "Protocol": "a protocol",
}
_ORM_MAKERS = frozenset({"declarative_base", "automap_base", "mapped_column", "Column"})
_WEB = frozenset(
    {
        *("get", "post", "put", "delete", "patch", "head", "options", "trace", "route", "api_route", "websocket"),
        *("websocket_route", "middleware", "exception_handler", "on_event"),
    }
)
_WEB_OWNER = re.compile(r"(?i)app|rout|blueprint|\bbp|api|\bns\b|namespace|server")
_HANDLERS = {
    **dict.fromkeys(("command", "group", "callback", "result_callback"), "click and typer may read them"),
    **dict.fromkeys(("singledispatch", "singledispatchmethod", "register"), "singledispatch reads them"),
    **dict.fromkeys(
        ("validate_call", "validate_arguments", "validator", "field_validator", "model_validator", "root_validator",
         "computed_field", "field_serializer", "model_serializer", "beartype", "typechecked", "typecheck",
         "enforce", "strictly_typed", "runtime_validation"),
        "a validator reads them",
    ),
    **dict.fromkeys(
        ("inject", "provider", "provides", "autowired", "injectable", "component", "singleton", "wire"),
        "dependency injection reads them",
    ),
    **dict.fromkeys(("tool", "function_tool", "kernel_function", "resource", "prompt"), "they become a tool's schema"),
    **dict.fromkeys(("task", "flow", "op", "asset", "job"), "a framework may read them"),
}  # fmt: skip
_MARKERS = frozenset({"Depends", "Security", "Query", "Body", "Header", "Cookie", "Form", "File", "Option", "Argument"})
"""Calls that stand as defaults where a framework reads the annotation beside them."""

_READING = re.compile(rb"get_type_hints|__annotations__|get_annotations|\.annotation\b|\.return_annotation\b")
_READERS = frozenset({"get_type_hints", "get_annotations"})
_READ = frozenset({"__annotations__", "annotation", "return_annotation"})
_MAX_STEPS = 12


class RuntimeReaders:
    """Knows where annotations are read while the program runs, in one project."""

    def __init__(self, index: SymbolIndex) -> None:
        self._index = index
        self._fields: dict[tuple[str, int], str] = {}
        self._reading: dict[tuple[str, int], bool] = {}

    def of(self, slot: Slot, module: Module) -> str:
        """Return the reason why an annotation would change the program, "" where it would not."""
        owner = slot.parents[-1] if slot.parents else None
        if slot.kind is SlotKind.ATTRIBUTE:
            return ""  # in a function, and not a name: it is neither evaluated nor kept
        if slot.kind is SlotKind.VARIABLE:
            owner = class_of(module, slot)
            return self.of_class(owner, module) if owner is not None else ""
        assert isinstance(slot.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if isinstance(owner, ast.ClassDef) and (reader := self._reading_base(owner, module)):
            return f"{reader} reads the annotations of its classes."
        return self._of_function(slot.node, slot.owner)

    def is_free(self, module: Module) -> bool:
        """Return whether this module's annotations are never read at run time, so that all may be deferred."""
        if _READING.search(module.source.data):
            return False
        for node in ast.walk(module.source.tree):
            if isinstance(node, ast.ClassDef) and (self.of_class(node, module) or self._reading_base(node, module)):
                return False
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and self._of_function(node, node.name):
                return False
        return True

    # -- classes

    def of_class(self, node: ast.ClassDef, module: Module) -> str:
        """Return the reason why the variables of a class may not be annotated, "" where they may."""
        key = (module.path, node.lineno)
        if key not in self._fields:
            self._fields[key] = self._field_reason(node, module, 0)
        return self._fields[key]

    def _field_reason(self, node: ast.ClassDef, module: Module, depth: int) -> str:
        for decorator in node.decorator_list:
            name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""
            if kind := _FIELD_DECORATORS.get(name) or _FIELD_DECORATORS.get(last_name(name)):
                return f"It is a field of {kind}."
            if last_name(name) in self._reader_names:
                return f"{name} reads the annotations of its classes."
        for keyword in node.keywords:
            if keyword.arg == "metaclass" and last_name(dotted(keyword.value) or "") != "ABCMeta":
                return "Its metaclass may read annotations."
        if any(last_name(dotted(call.func) or "") in _ORM_MAKERS for call in _calls_of(node)):
            return "It is a field of an ORM model."
        for base in node.bases:
            if reason := self._base_reason(base, module, depth):
                return reason
        return ""

    def _base_reason(self, base: ast.expr, module: Module, depth: int) -> str:
        written = dotted(base.value if isinstance(base, ast.Subscript) else base)
        if written is None:
            return "Its base class is computed and may read annotations."
        if kind := _FIELD_BASES.get(last_name(written)):
            return f"It is a field of {kind}."
        found = self._class(written, module)
        if found is None:
            top = self._home(written, module).partition(":")[0].partition(".")[0]
            if top in sys.stdlib_module_names or top == "builtins":
                return ""
            return f"{written} is not of this project and may read annotations."
        node, home = found
        if self._reads(node, home):
            return f"{node.name} reads the annotations of its classes."
        return self._field_reason(node, home, depth + 1) if depth < _MAX_STEPS else "Its base classes have no end."

    def _class(self, written: str, module: Module) -> tuple[ast.ClassDef, Module] | None:
        home = self._home(written, module)
        owner, _, attribute = home.partition(":")
        found = self._index.named(owner)
        binding = found.bindings.get(attribute) if found else None
        if found is None or binding is None:
            return None
        if isinstance(binding.node, ast.ClassDef):
            return binding.node, found
        return None

    def _home(self, written: str, module: Module) -> str:
        head, _, rest = written.partition(".")
        binding = module.bindings.get(head)
        if binding is None:
            return f"builtins:{written}" if head not in module.names else written
        home = f"{binding.home}{'.' if ':' in binding.home else ':'}{rest}" if rest else binding.home
        return self._index.origin(home)

    def _reading_base(self, node: ast.ClassDef, module: Module, depth: int = 0) -> str:
        """Name the class among a class and its bases that reads annotations, "" where none does."""
        if self._reads(node, module):
            return node.name
        for base in node.bases:
            found = self._class(dotted(base) or "", module)
            if found and depth < _MAX_STEPS and (name := self._reading_base(*found, depth + 1)):
                return name
        return ""

    def _reads(self, node: ast.ClassDef, module: Module) -> bool:
        """Return whether the code of a class reads annotations; most files do not even mention such a reader."""
        key = (module.path, node.lineno)
        if key not in self._reading:
            self._reading[key] = bool(_READING.search(module.source.data)) and _reads_annotations(node)
        return self._reading[key]

    # -- functions

    def _of_function(self, node: Function, owner: str) -> str:
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = dotted(called) or ""
            last = last_name(name) or (called.attr if isinstance(called, ast.Attribute) else "")
            if last in _WEB and _WEB_OWNER.search(name.rpartition(".")[0]):
                return "Its annotations are read: it answers requests."
            if reason := _HANDLERS.get(last):
                return f"Its annotations are read: {reason}."
            if last in self._reader_names:
                return f"Its annotations are read by {name}."
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        if any(isinstance(each, ast.Call) and last_name(dotted(each.func) or "") in _MARKERS for each in defaults):
            return "Its annotations are read: a default of it is for a framework."
        if node.name in self._handed_over or last_name(owner) in self._handed_over:
            return "Its annotations are read by what it is handed to."
        return ""

    @cached_property
    def _reading_modules(self) -> Sequence[Module]:
        paths = [path for path in self._index.paths if _READING.search(self._index.data(path) or b"")]
        return [module for path in paths if (module := self._index.at(path))]

    @cached_property
    def _reader_names(self) -> frozenset[str]:
        """Name the project's functions that read the annotations of what they are given, and those that call them."""
        functions = [
            node
            for module in self._reading_modules
            for node in ast.walk(module.source.tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        found = {node.name for node in functions if _reads_annotations(node)}
        for _ in range(_MAX_STEPS):
            more = {node.name for node in functions if node.name not in found and _hands_on(node, found)}
            if not more:
                break
            found |= more
        return frozenset(name for name in found if not name.startswith("__")) | _READERS

    @cached_property
    def _handed_over(self) -> frozenset[str]:
        """Name the functions that are handed to something that reads annotations."""
        found: set[str] = set()
        wanted = self._reader_names | _MARKERS
        pattern = re.compile(rb"\b(?:%s)\(" % b"|".join(re.escape(name.encode()) for name in sorted(wanted)))
        for path in self._index.paths:
            if pattern.search(self._index.data(path) or b"") and (module := self._index.at(path)):
                for node in ast.walk(module.source.tree):
                    if isinstance(node, ast.Call) and last_name(dotted(node.func) or "") in wanted:
                        given = [*node.args, *(keyword.value for keyword in node.keywords)]
                        found |= {last_name(name) for each in given if (name := dotted(each))}
        return frozenset(found)


def class_of(module: Module, slot: Slot) -> ast.ClassDef | None:
    """Find the class that a variable belongs to, None for the module's own.

    By its place: the slot may come from another reading of the same file.
    """
    if not slot.owner:
        return None
    for node in ast.walk(module.source.tree):
        if isinstance(node, ast.ClassDef) and any(
            isinstance(each, ast.Assign) and each.lineno == slot.first for each in node.body
        ):
            return node
    return None


def _calls_of(node: ast.ClassDef) -> Iterator[ast.Call]:
    """Yield the calls whose results the variables of a class hold."""
    for each in node.body:
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call):
            yield each.value


def _reads_annotations(node: ast.AST) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and each.attr in _READ and isinstance(each.ctx, ast.Load):
            return True
        if isinstance(each, ast.Constant) and each.value == "__annotations__":
            return True
        if isinstance(each, ast.Call) and last_name(dotted(each.func) or "") in _READERS:
            return True
    return False


def _hands_on(node: Function, readers: set[str]) -> bool:
    """Return whether a function passes one of its parameters to a reader, or defines a decorator that is one."""
    mine = {each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    for each in own_nodes(node.body):
        if isinstance(each, ast.Call) and last_name(dotted(each.func) or "") in readers:
            given = {dotted(argument) for argument in each.args}
            if given & mine:
                return True
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and _reads_annotations(each):
            return True
    return False
