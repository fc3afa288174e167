"""Types that pyrefly reveals: of results, of what attributes are set to, of what functions of libraries take.

One run reads all of it, with the types that are known so far written in. Typeshed and installed packages count.
"""

import ast
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.annotated import spots_of
from workhorse_core.actions.hints.sources.ending import Endings
from workhorse_core.actions.hints.sources.evidence_kinds import BESIDE_SHAPES
from workhorse_core.actions.hints.sources.inferred import (
    InferenceFailedError,
    differs_at_run_time,
    run_pyrefly,
    shape_of,
)
from workhorse_core.actions.hints.sources.literals import is_for_checkers
from workhorse_core.actions.hints.sources.marks import OPEN, Mark, Marked, marks_of, write_marks
from workhorse_core.actions.hints.sources.project_facts import ABSTRACT, ProjectFacts, SlotEvidence, decorators_of
from workhorse_core.actions.hints.sources.project_types import class_type, type_home
from workhorse_core.actions.hints.sources.written import write_known
from workhorse_core.languages.python.nodes import defaults_of, dotted, is_none, is_stub, last_name
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.languages.python.type_expression import TypeExpression, members, union, without_none
from workhorse_core.languages.python.type_reader import parse_type, read_written
from workhorse_core.tools.slices import put
from workhorse_core.tools.tool import find_tool
from workhorse_core.workspace.project import Project

SOURCE = "revealed"
_CONFIG = """preset = "basic"
untyped-def-behavior = "check-and-infer-return-type"
[errors]
reveal-type = "error"
unimported-directive = "ignore"
"""
_UNKNOWN = re.compile(r"@|\b(?:Any|Unknown|Never|NoReturn|Incomplete|NotImplementedType|object|Module)\b")
_TELLS_NOTHING = frozenset({"", "object", "Sized", "Hashable", "Any"})
"""Types of parameters that take nearly everything; "" where a call shows none, as of classes."""
_SUPPORTED = {
    **dict.fromkeys(("_SupportsFloatOrIndex", "SupportsFloat"), "float"),
    **dict.fromkeys(("ReadableBuffer", "Buffer"), "bytes"),
    "SupportsIndex": "int",
}
_NONE = TypeExpression("None", {})
_MOST_MEMBERS = 2
_BESIDE: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys(("compared", "member", "key", "added"), "compared"), "fallback": "fallback", "stored": "stored"}
)
"""The source that what stands beside a parameter belongs to."""
_LESS_SURE = frozenset({"based class", "guard", "type", "union"})


def from_revealed(project: Project, facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Run pyrefly to reveal types, and make evidence of those that are known whole.

    Raises:
        InferenceFailedError: It could not be run to its end.
    """
    tool = find_tool("pyrefly", project)
    spots = {spot: slot for spot, slot in spots_of(facts.index, facts.slots).items() if _is_open(facts, slot)}
    if tool is None or not spots:
        return
    written = ProjectFacts(
        SymbolIndex(FilesInMemory(write_known(facts.index, facts.by_key, facts.known)), inner_imports=True), ()
    )
    modules = written.index.modules
    marked = {module.path: write_marks(module.source, list(marks_of(written, module, spots))) for module in modules}
    if not any(each.places for each in marked.values()):
        return
    with tempfile.TemporaryDirectory(prefix="workhorse-") as name:
        folder = Path(name).resolve()
        for path in written.index.paths:
            put(folder, path, marked[path].data if path in marked else written.index.data(path) or b"")
        arguments = ["check", "--output-format=json", "--summary=none"]
        output = run_pyrefly(tool, project, folder, facts.index, arguments, _CONFIG)
        if output.failure or output.code not in (0, 1) or not output.stdout:
            raise InferenceFailedError(output.failure or f"pyrefly check could not be used: {output.first_words}")
        shown = _read(output.stdout, folder, marked)
    endings = Endings(facts)
    for slot in spots.values():
        yield from _evidence(facts, slot, shown.get(slot, ()), endings)


def _is_open(facts: ProjectFacts, slot: Slot) -> bool:
    return (slot.path, slot.key) not in facts.known or slot.kind in (SlotKind.ATTRIBUTE, SlotKind.VARIABLE)


def _shape(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> str:
    """Return the shape of a type that is less sure than others, else ""."""
    shape = shape_of(facts, slot, type_).removeprefix("optional ")
    return shape if shape in _LESS_SURE else ""


Shown = Sequence[tuple[Mark, str]]


def _read(stdout: bytes, folder: Path, marked: Mapping[str, Marked]) -> Mapping[Slot, Shown]:
    texts: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)
    for item in json.loads(stdout)["errors"]:
        if item["name"] == "reveal-type":
            path = Path(item["path"])
            path = path.relative_to(folder) if path.is_absolute() else path
            text = item["description"].removeprefix("revealed type: ")
            texts[path.as_posix(), item["line"], item["column"]].add(text)
    found: defaultdict[Slot, list[tuple[Mark, str]]] = defaultdict(list)
    for name, each in marked.items():
        for (line, column), marks in each.places.items():
            here = texts.get((name, line, column), set())
            for mark in marks:
                text = min(here) if len(here) == 1 else "Unknown" if here else ""
                if mark.what == "callee" and text.startswith("type["):
                    lines = each.constructors.get(dotted(mark.node) or "", ())
                    made = (_constructor(min(texts[name, at, len(OPEN) - 1], default="")) for at in lines)
                    text = next(filter(None, made), "")
                found[mark.slot].append((mark, text))
    return found


def _constructor(text: str) -> str:
    """Return the signature of a constructor without the object or class it is bound to; "" where it takes nothing."""
    lines = text.removeprefix("Overload[").strip().split("\n")
    bound = re.match(r"(?:\[[^\]]*\])?\((?:self|cls): [\w.@]+(?:\[[^(),]*\])?, ", lines[0].strip())
    return "" if bound is None else "\n".join(["(" + lines[0].strip()[bound.end() :], *lines[1:]])


def _evidence(facts: ProjectFacts, slot: Slot, shown: Shown, endings: Endings) -> Iterator[SlotEvidence]:
    if slot.kind is SlotKind.PARAMETER:
        type_, how = _passed(facts, slot, shown)
        kind = f"{how} {shape_of(facts, slot, type_)}" if type_ else ""
        for source in ("fallback", "stored", "compared"):
            beside = _beside(facts, slot, [each for each in shown if _BESIDE.get(each[0].what) == source])
            shape = shape_of(facts, slot, beside) if beside else ""
            if beside and shape in BESIDE_SHAPES and beside.text != "bytes":
                yield from facts.found(slot, beside, source, shape)
    elif slot.kind is SlotKind.RETURN:
        type_, how = _result(facts, slot, shown, endings)
        kind = f"{how or _shape(facts, slot, type_)} return".strip() if type_ else ""
    else:
        type_ = _value(facts, slot, shown)
        kind = "value" if type_ and _shape(facts, slot, type_) != "union" else "union value"
    yield from facts.found(slot, type_, SOURCE, kind)


# -- results


def _result(facts: ProjectFacts, slot: Slot, shown: Shown, endings: Endings) -> tuple[TypeExpression | None, str]:
    """Return what a function results in, and how: "iterator", or "" for a plain result."""
    symbol = facts.function(slot)
    decorators = decorators_of(symbol.node)
    if is_stub(symbol.node.body) or decorators & ABSTRACT or is_for_checkers(symbol) or "overload" in decorators:
        return None, ""
    if (slot.path, slot.owner) in facts.twice:
        return None, ""
    yields = [node for node in symbol.nodes if isinstance(node, ast.Yield | ast.YieldFrom)]
    returns = [node.value for node in symbol.nodes if isinstance(node, ast.Return)]
    if yields:
        bare = {id(node.value) for node in symbol.nodes if isinstance(node, ast.Expr)}
        if any(id(node) not in bare for node in yields) or any(value is not None for value in returns):
            return None, ""
        found = [_type(facts, slot, text, iterated=mark.what == "yield from") for mark, text in shown if text]
        gives_none = any(isinstance(node, ast.Yield) and (node.value is None or is_none(node.value)) for node in yields)
        inner = _united([*found, *([_NONE] if gives_none else [])])
        if inner is None:
            return None, ""
        name = "AsyncIterator" if isinstance(symbol.node, ast.AsyncFunctionDef) else "Iterator"
        names = {**inner.names, name: f"collections.abc:{name}"}
        return TypeExpression(f"{name}[{inner.text}]", names), "iterator"
    found = [_type(facts, slot, text) for _, text in shown if text]
    if not found:
        return None, ""
    nothing = any(value is None or is_none(value) for value in returns) or endings.falls_off(symbol)
    type_ = _united([*found, *([_NONE] if nothing else [])])
    if type_ is None or type_ == _NONE or differs_at_run_time(facts, slot, type_):
        return None, ""  # None: an attribute that gets its value elsewhere
    return type_, ""


def _united(types: Sequence[TypeExpression | None]) -> TypeExpression | None:
    known = [each for each in types if each is not None]
    if not known or len(known) < len(types):
        return None
    whole = union(*known)
    if whole is None or len([each for each in members(whole.node) if not is_none(each)]) > _MOST_MEMBERS:
        return None
    return whole


# -- attributes and variables


def _value(facts: ProjectFacts, slot: Slot, shown: Shown) -> TypeExpression | None:
    """Return the type of an attribute or variable that begins as None or as an empty container."""
    by_what: defaultdict[str, list[str]] = defaultdict(list)
    for mark, text in shown:
        if mark.what == "assign" and _is_first(slot, mark):
            continue
        by_what[mark.what].append(text)
    if slot.default is not None and is_none(slot.default):
        found = [_type(facts, slot, text) for text in by_what["assign"]]
        return _united([*found, _NONE]) if found else None
    if by_what["assign"] or not (head := _container(slot)):
        return None
    values = [_type(facts, slot, text) for text in by_what["element" if head != "dict" else "value"]]
    values += [_type(facts, slot, text, iterated=True) for text in by_what["elements"] if head != "dict"]
    keys = [_type(facts, slot, text) for text in by_what["key"]]
    value, key = _united(values), _united(keys)
    if value is None or (head == "dict" and (key is None or by_what["elements"])):
        return None
    if head == "dict" and key is not None:
        return TypeExpression(f"dict[{key.text}, {value.text}]", {**key.names, **value.names})
    return TypeExpression(f"{head}[{value.text}]", value.names)


def _is_first(slot: Slot, mark: Mark) -> bool:
    """Whether a value is the one that stands at the slot itself."""
    return slot.default is not None and ast.dump(mark.node) == ast.dump(slot.default)


def _container(slot: Slot) -> str:
    value = slot.default
    if isinstance(value, ast.Call):
        name = last_name(dotted(value.func) or "")
        return name if name in {"list", "set", "dict"} else ""
    return "list" if isinstance(value, ast.List) else "dict" if isinstance(value, ast.Dict) else ""


# -- parameters


def _passed(facts: ProjectFacts, slot: Slot, shown: Shown) -> tuple[TypeExpression | None, str]:
    """Return the type that the functions of libraries take which a parameter is passed to; all must agree.

    Of overloads the first counts, and it is less sure.
    """
    found: dict[str, TypeExpression] = {}
    how = "library"
    uses = facts.uses_in(slot)
    if uses is None or uses.guards or "asked" in uses.operations:
        return None, ""
    for mark, text in shown:
        lines = text.removeprefix("Overload[").strip().split("\n")
        how = "library overload" if len(lines) > 1 else how
        taken = _taken(lines[0].strip(), mark.label)
        if taken in _TELLS_NOTHING:
            continue
        type_ = _type(facts, slot, _SUPPORTED.get(taken, taken))
        if type_ is None:
            return None, ""
        found[type_.text] = type_
    return (next(iter(found.values())), how) if len(found) == 1 else (None, "")


def _beside(facts: ProjectFacts, slot: Slot, shown: Shown) -> TypeExpression | None:
    """Return the one type of the expressions beside a parameter, None aside."""
    found: dict[str, TypeExpression] = {}
    for mark, text in shown:
        type_ = _type(facts, slot, _key(text) if mark.what == "key" else text, iterated=mark.what == "member")
        type_ = without_none(type_) if type_ else None
        if type_ is None:
            return None
        found[type_.text] = type_
    return next(iter(found.values())) if len(found) == 1 else None


def _key(text: str) -> str:
    """Return the type of what picks an item out of something of a type."""
    node = parse_type(text)
    if isinstance(node, ast.Subscript):
        head = last_name(dotted(node.value) or "")
        if head in {"dict", "defaultdict", "OrderedDict", "Mapping"} and isinstance(node.slice, ast.Tuple):
            return ast.unparse(node.slice.elts[0])
        return "int" if head in {"list", "tuple", "Sequence"} else "Unknown"
    return "int" if text == "str" else "Unknown"


def _taken(signature: str, label: int | str) -> str:
    """Return the type of one parameter of a signature as pyrefly writes it; "" where it is not found.

    None is left out where it is the default: what may be left out there must not be None here.
    """
    try:
        tree = ast.parse(f"def f{signature}: ...")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return ""
    positional = [*function.args.posonlyargs, *function.args.args]
    if isinstance(label, int):
        taken = positional[label] if label < len(positional) else None
    else:
        taken = next((each for each in (*positional, *function.args.kwonlyargs) if each.arg == label), None)
    if taken is None or taken.annotation is None:
        return ""
    has_default = any(each is taken for each, _ in defaults_of(function))
    parts = [each for each in members(taken.annotation) if not (has_default and is_none(each))]
    return " | ".join(map(ast.unparse, parts))


# -- types as pyrefly writes them


def _type(facts: ProjectFacts, slot: Slot, text: str, *, iterated: bool = False) -> TypeExpression | None:
    symbol = facts.function(slot) if slot.kind in (SlotKind.PARAMETER, SlotKind.RETURN) else None
    owner = facts.class_of(symbol) if symbol else None
    if owner is not None and text == f"Self@{owner.name.rpartition('.')[2]}":
        return None if owner.node in facts.derived else class_type(owner)
    node = None if _UNKNOWN.search(text) else parse_type(text)
    if node is None:
        return None
    node = ast.fix_missing_locations(_Widened().visit(node))
    if iterated:
        node = _element(node)
    module = facts.index.module(slot.path)
    written = ast.unparse(node) if node is not None else ""
    return read_written(written, lambda name: type_home(facts.index, module, name)) if written else None


def _element(node: ast.expr) -> ast.expr | None:
    """Return what iterating over something of a type yields, where its brackets hold just that."""
    if isinstance(node, ast.Name) and node.id == "str":
        return node
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Tuple):
        return None
    heads = {"list", "set", "frozenset", "Iterator", "Iterable", "Sequence", "Collection", "deque"}
    return node.slice if last_name(dotted(node.value) or "") in heads else None


class _Widened(ast.NodeTransformer):
    """Replaces literal values by their types."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if dotted(node.value) != "Literal":
            self.generic_visit(node)
            return node
        values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        kinds = {type(each.value).__name__ if isinstance(each, ast.Constant) else "" for each in values}
        return ast.Name(kinds.pop() if len(kinds) == 1 else "Unknown", ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name("str", ast.Load()) if node.id == "LiteralString" else node
