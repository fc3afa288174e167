"""Code that reads annotations, or hands what it is given to code that may."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping

from workhorse_core.checks.proofs.project_names import Function, ModuleNames, ProjectNames, dotted, stored

READING = re.compile(
    r"__annotations__|__annotate__|get_type_hints|get_annotations|getfullargspec"
    r"|\b[sS]ignature\b|\bannotationlib\b|\b(?:return_)?annotation\b"
)
"""Words without which code cannot read annotations by itself."""
KEPT = re.compile(r"__annotations__|__annotate__|get_type_hints|get_annotations|\b(?:return_)?annotation\b")
"""The words of code that asks for annotations; a signature is read for other reasons too."""
_READING_HOMES = re.compile(
    r"dataclasses\.(?:dataclass|make_dataclass)|functools\.singledispatch\w*|enum\.(?!unique|auto|member|nonmember)\w+"
)
HARMLESS = re.compile(
    r"builtins\.(?:staticmethod|classmethod|property)"
    r"|functools\.(?:wraps|update_wrapper|lru_cache|cache|cached_property|total_ordering)"
    r"|contextlib\.\w+|abc\.\w+|atexit\.register|warnings\.deprecated|types\.coroutine|asyncio\.coroutine|enum\.\w*property"
    r"|typing(?:_extensions)?\.(?:overload|final|override|no_type_check|deprecated|type_check_only|runtime_checkable)"
    r"|pytest\.(?:fixture|mark\.[\w.]+|hookimpl|hookspec|raises|param)|pytest_asyncio\.fixture"
    r"|pluggy\.Hook(?:impl|spec)Marker\(\)"
    r"|unittest\.(?:skip\w*|expectedFailure|mock\.patch(?:\.\w+)?)|mock\.patch(?:\.\w+)?"
    r"|click\.(?:command|group|option|argument|pass_\w+|password_option|confirmation_option|version_option|help_option)"
)
"""Decorators and functions that are known not to read annotations, by where they come from."""

Definition = ast.ClassDef | Function
Handed = tuple[bool, str]
"""The last name of what is handed over, and whether names and dots stand before it."""


class Reading:
    """Judges code of a project: whether it reads the annotations of what it is given."""

    def __init__(self, project: ProjectNames) -> None:
        self._project = project
        self._known: dict[tuple[str, int, int], bool] = {}
        self._words: dict[str, str] = {}

    def reads(self, node: Definition, names: ModuleNames) -> bool:
        """Whether a function or class reads annotations: it names what would, or hands on what it was given."""
        key = names.path, node.lineno, node.col_offset
        if key not in self._known:
            self._known[key] = False  # until something is found: code may call itself
            self._known[key] = bool(READING.search(words_of(node))) or any(
                self.taker(call, names)
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and any(_is_handed(each) for each in call.args)
            )
        return self._known[key]

    def reads_itself(self, node: ast.ClassDef, names: ModuleNames) -> bool:
        """Whether the code of a class reads annotations, or hands the class or its objects to code that may."""
        if READING.search(words_of(node)):
            return True
        calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
        return any(any(map(_is_itself, _given(call))) and self.taker(call, names) for call in calls)

    def module_reads(self, names: ModuleNames) -> bool:
        """Whether anything in a module may read annotations by itself."""
        if names.path not in self._words:
            self._words[names.path] = words_of(names.tree)
        return READING.search(self._words[names.path]) is not None

    def taker(self, call: ast.Call, names: ModuleNames) -> str:
        """Return what may read the annotations of something that a call is given; "" where nothing does."""
        function: ast.expr = call.func
        while isinstance(function, ast.Call):  # app.command()(main)
            function = function.func
        written = dotted(function)
        if written is None:
            return ""
        home = self._project.home(written, names)
        if READING.search(home) or _READING_HOMES.fullmatch(home):
            return written
        if _is_of_python(home) or HARMLESS.fullmatch(home):
            return ""
        found = self._project.defined(written, names)
        if found is not None:
            return written if self.reads(*found) else ""
        return written if home or self._is_foreign(written, names) else self._unresolved(written, names)

    def _is_foreign(self, written: str, names: ModuleNames) -> bool:
        """Whether it is a method of something that a function or class from elsewhere made: ``app.add_route``."""
        maker = names.makers.get(written.partition(".")[0], "")
        home = self._project.home(maker, names)
        return bool(home) and not _is_of_python(home) and self._project.defined(maker, names) is None

    def _unresolved(self, written: str, names: ModuleNames) -> str:
        """Judge a method by those of its name in this module, and a variable of the module by the whole module."""
        head, _, rest = written.partition(".")
        last = written.rpartition(".")[2]
        if any(self.reads(each, names) for each in names.definitions.get(last, ())):
            return written
        return written if rest and head in names.bound and self.module_reads(names) else ""

    def handed_over(self, names: ModuleNames) -> Mapping[Handed, str]:
        """Map what stands as an argument in a module, or in a collection where that reads, to what may read it."""
        found: dict[Handed, str] = {}
        reads = self.module_reads(names)
        for node, hidden in _with_scopes(names.tree):
            for asked in _asked(node) if reads else ():
                if handed := _handed(asked, hidden):
                    found[handed] = "code that asks for its annotations"
            if isinstance(node, ast.Call):
                given = [handed for each in _given(node) if (handed := _handed(each, hidden))]
                taker = self.taker(node, names) if given else ""
                found |= dict.fromkeys(given, taker) if taker else {}
            elif reads and isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
                values = node.values if isinstance(node, ast.Dict) else node.elts
                given = [handed for each in values if (handed := _handed(each, hidden))]
                found |= dict.fromkeys(given, "a collection in a module that reads annotations")
        return found


def _is_of_python(home: str) -> bool:
    top = home.partition(".")[0]
    return top == "builtins" or top in sys.stdlib_module_names


def _is_handed(node: ast.expr) -> bool:
    return isinstance(node.value if isinstance(node, ast.Starred) else node, ast.Name)


def _is_itself(node: ast.expr) -> bool:
    """Whether it is an object or its class as a method names them."""
    if isinstance(node, ast.Call):
        return dotted(node.func) == "type"
    return (dotted(node) or "").rpartition(".")[2] in ("self", "cls", "mcs", "klass", "owner", "__class__")


def _given(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _asked(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what an expression asks for its annotations by their name: ``f.__annotations__``, ``vars(f)[...]``."""
    match node:
        case ast.Attribute(value=value, attr=name) if KEPT.fullmatch(name):
            yield value
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))) if KEPT.fullmatch(name):
            yield from _given(value) if isinstance(value, ast.Call) else ()
            yield from (value.value,) if isinstance(value, ast.Attribute) else ()
        case ast.Call():
            given = list(_given(node))
            if any(isinstance(each, ast.Constant) and KEPT.fullmatch(str(each.value)) for each in given):
                yield from given
        case _:
            pass


def _handed(node: ast.expr | None, hidden: frozenset[str]) -> Handed | None:
    """Name what is handed over; None for a value of its own and for a variable of a function."""
    written = dotted(node) if node is not None and isinstance(getattr(node, "ctx", None), ast.Load) else None
    if written is None or written in hidden:
        return None
    return "." in written, written.rpartition(".")[2]


def _with_scopes(tree: ast.Module) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Yield every node with the variables of the functions around it."""
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, hidden = waiting.pop()
        yield node, hidden
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            variables = () if isinstance(node, ast.Lambda) else stored(node)
            arguments = [each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)]
            hidden |= {*variables, *arguments}
        waiting += [(child, hidden) for child in ast.iter_child_nodes(node)]


def words_of(node: ast.AST) -> str:
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
