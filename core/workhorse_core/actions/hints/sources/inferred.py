"""Types that pyrefly infers, run on a private copy and read back; none is taken unread.

The copy holds the project's Python files alone: no configuration of the project, which could name a program to run.
"""

import ast
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.annotated import annotations, spots_of
from workhorse_core.actions.hints.sources.literals import class_kind, is_for_checkers, may_be_guard, one_self, own_kind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence, is_private
from workhorse_core.actions.hints.sources.project_types import class_type
from workhorse_core.actions.hints.sources.written import write_known
from workhorse_core.languages.python.nodes import dotted, is_none
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression, without_none
from workhorse_core.languages.python.type_reader import parse_type
from workhorse_core.tools.process import Output, Reach, run_tool_aside
from workhorse_core.tools.sandbox import program_places
from workhorse_core.tools.slices import put
from workhorse_core.tools.tool import Tool, environment_python, find_tool
from workhorse_core.workspace.project import Project

SOURCE = "pyrefly"
TIME_LIMIT = 120.0
_NOTHING_KNOWN = r"\b(Any|Unknown|Never|Incomplete|NotImplementedType)\b"


class InferenceFailedError(Exception):
    """The tool gave no result; the words are its own."""


def from_inference(project: Project, facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Run pyrefly on the project with the types that are known so far written in, and read what it adds.

    Raises:
        InferenceFailedError: It could not be run to its end.
    """
    tool = find_tool("pyrefly", project)
    every = spots_of(facts.index, facts.slots)
    spots = {spot: slot for spot, slot in every.items() if (slot.path, slot.key) not in facts.known}
    if tool is None or not spots:
        return
    with tempfile.TemporaryDirectory(prefix="workhorse-") as name:
        folder = Path(name).resolve()
        files = write_known(facts.index, facts.by_key, facts.known)
        for path, data in files.items():
            put(folder, path, data)
        output = run_pyrefly(tool, project, folder, facts.index, ["infer"], 'preset = "basic"\n')
        if output.failure or output.code not in (0, 1):
            raise InferenceFailedError(output.failure or f"pyrefly infer could not be used: {output.first_words}")
        written = SymbolIndex(FilesInMemory({path: (folder / path).read_bytes() for path in files}), inner_imports=True)
    for spot, type_ in annotations(written).items():
        slot = spots.get(spot)
        if slot is not None and (kept := _kept(facts, slot, type_)):
            yield from facts.found(slot, kept, SOURCE, f"{_what(facts, slot, kept)} {_read_from(slot)}")


def _what(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> str:
    owner = facts.class_of(facts.function(slot))
    if owner is not None and type_.text in {"Self", owner.name}:
        return own_kind(facts, facts.function(slot))
    return shape_of(facts, slot, type_)


def shape_of(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> str:
    """Return the kind of a type by its shape: optional, union, type, container, guard, class or plain."""
    if "|" in type_.text:
        inner = without_none(type_)
        is_optional = inner is not None and inner != type_ and "|" not in inner.text
        return "union" if not is_optional or inner is None else f"optional {shape_of(facts, slot, inner)}"
    if "[" in type_.text:
        return "type" if type_.text.startswith("type[") else "container"
    if slot.kind is SlotKind.RETURN:
        symbol = facts.function(slot)
        if type_.text == "bool" and may_be_guard(symbol):
            return "guard"
        if _is_made(symbol, type_):
            return class_kind(facts, type_)
    own = any(facts.index.named(home.partition(":")[0]) for home in type_.names.values())
    return "class" if own else "plain"


def _is_made(symbol: FunctionSymbol, type_: TypeExpression) -> bool:
    """Whether a return makes an object of a class there and then."""
    values = (node.value for node in symbol.nodes if isinstance(node, ast.Return))
    return any(isinstance(value, ast.Call) and dotted(value.func) == type_.text for value in values)


def _read_from(slot: Slot) -> str:
    """Return the code that pyrefly must have inferred from: the returns, the default, or else the calls."""
    if slot.kind is SlotKind.PARAMETER and slot.default is not None and not is_none(slot.default):
        return "default"
    return "private parameter" if slot.kind is SlotKind.PARAMETER and is_private(slot) else slot.kind


def differs_at_run_time(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> bool:
    """Whether a result is not the one at run time: it is for checkers only, or not set yet."""
    if slot.kind is not SlotKind.RETURN:
        return False
    symbol = facts.function(slot)
    marked = type_.text == "bool" and symbol.owner is not None and _gives_mark(symbol, symbol.owner)
    return marked or is_for_checkers(symbol)


def _gives_mark(symbol: FunctionSymbol, owner: ast.ClassDef) -> bool:
    """Whether a method returns an attribute that is False until it gets its value."""
    given = {dotted(node.value) for node in symbol.nodes if isinstance(node, ast.Return) and node.value is not None}
    values: defaultdict[str, set[str]] = defaultdict(set)
    for node in ast.walk(owner):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                shown = type(node.value.value).__name__ if isinstance(node.value, ast.Constant) else ""
                values[dotted(target) or ""].add(shown)
    return any(len(values[each or ""]) > 1 for each in given)


def _kept(facts: ProjectFacts, slot: Slot, type_: TypeExpression) -> TypeExpression | None:
    """Drop a type without information, and a ``Self`` that is not this function's own."""
    type_ = _plainly_iterated(type_)
    if differs_at_run_time(facts, slot, type_) or re.search(_NOTHING_KNOWN, type_.text):
        return None
    if type_.text.count("|") > 1 or any(_is_hidden(name, home) for name, home in type_.names.items()):
        return None
    if re.search(r"[\w.]+\.[a-z_]\w*\.\w", type_.text):
        return None  # a class within a function
    if "tuple[()]" in type_.text or type_.text == "None":
        return None  # whether nothing is returned shows in the code
    if "Self" in type_.names:
        if slot.kind is not SlotKind.RETURN:
            return None
        owner = facts.class_of(facts.function(slot))
        if owner is None:
            return None
        type_ = one_self(facts.function(slot), type_) or type_
        if facts.python < 11 and "Self" in type_.names:
            if owner.node in facts.derived:
                return None
            expression = re.sub(r"\bSelf\b", owner.name, type_.text)
            names = {name: home for name, home in type_.names.items() if name != "Self"}
            return TypeExpression(expression, {**names, **class_type(owner).names})
    return type_


def _is_hidden(name: str, home: str) -> bool:
    """Whether a name does not belong in an annotation: private ones, and ``dict_values``."""
    return name.startswith("_") or home.startswith("_")


def _plainly_iterated(type_: TypeExpression) -> TypeExpression:
    """Reduce a generator that takes and returns nothing to an iterator."""
    match = re.fullmatch(r"(Async)?Generator\[(.+)\]", type_.text)
    parsed = parse_type(type_.text)
    if match is None or not isinstance(parsed, ast.Subscript):
        return type_
    parts = parsed.slice.elts if isinstance(parsed.slice, ast.Tuple) else [parsed.slice]
    if any(ast.unparse(each) not in {"None", "Any"} for each in parts[1:]):
        return type_
    name = f"{match[1] or ''}Iterator"
    names = {each: home for each, home in type_.names.items() if not each.endswith("Generator")}
    return TypeExpression(f"{name}[{ast.unparse(parts[0])}]", {**names, name: f"collections.abc:{name}"})


def run_pyrefly(
    tool: Tool, project: Project, folder: Path, index: SymbolIndex, command: Sequence[str], settings: str
) -> Output:
    """Run a command of pyrefly on a private copy of the project, with settings of ours."""
    config = folder / "pyrefly.toml"
    config.write_text(settings, "ascii")  # named to it, so that it looks for none in the folders above
    arguments = [*command, f"--config={config}", "--color=never", "--use-ignore-files=false"]
    arguments.append("--disable-project-excludes-heuristics=true")
    for root in roots_of(index):
        arguments += ["--search-path", str(folder / root)]
    python = environment_python(project)
    arguments += ["--python-interpreter-path", str(python)] if python else ["--skip-interpreter-query"]
    reach = Reach(program_places(str(python))) if python else Reach()
    return run_tool_aside(tool, [*arguments, str(folder)], project, folder, TIME_LIMIT, reach)


def roots_of(index: SymbolIndex) -> list[str]:
    """Name the folders that packages are imported from, relative to the project's root."""
    roots: dict[str, None] = {}
    for module in index.modules:
        depth = module.name.count(".") + 1 + module.is_package if module.name else 1
        parts = module.path.split("/")
        roots["/".join(parts[: max(0, len(parts) - depth)])] = None
    return sorted(roots, key=lambda root: (root.count("/"), "test" in root, root))[:20]
