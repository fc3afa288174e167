"""Uses that only one everyday type allows: methods of texts, arithmetic, what must be a number."""

import ast
from collections.abc import Iterator

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.symbol import FunctionSymbol
from workhorse_core.languages.python.type_expression import TypeExpression

SOURCE = "used-as"
_OF_TEXT = frozenset({"casefold", "encode", "format", "format_map", "isidentifier", "isnumeric", "isdecimal"})
_OF_BYTES = frozenset({"decode", "hex"})
_OF_BOTH = frozenset(
    """capitalize center endswith expandtabs isalnum isalpha isdigit islower isspace istitle isupper join ljust lower
    lstrip partition rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper
    zfill""".split()  # noqa: SIM905
)
_NUMBERS = {"range": "int", "chr": "int", "time.sleep": "float", "asyncio.sleep": "float", "math.sqrt": "float"}
_TEXTS = frozenset({"os.getenv", "os.environ.get", "importlib.import_module", "json.loads", "re.escape"})
_BITS = (ast.LShift, ast.RShift, ast.BitAnd, ast.BitXor)


def from_uses(facts: ProjectFacts) -> Iterator[SlotEvidence]:
    """Take the one type that all telling uses of a parameter allow, before it is assigned anew."""
    for slot in facts.of_kind(SlotKind.PARAMETER):
        symbol = facts.function(slot)
        uses = facts.uses_in(slot)
        if slot.star or uses is None or uses.assigned or uses.guards or "asked" in uses.operations:
            continue
        found = list(_claims(symbol, slot.name))
        types = {type_ for type_, _ in found}
        if len(types) == 1:
            kinds = sorted({kind for _, kind in found})
            yield from facts.found(slot, TypeExpression(types.pop(), {}), SOURCE, kinds[0])


def _claims(symbol: FunctionSymbol, name: str) -> Iterator[tuple[str, str]]:
    """Yield a type, and the kind of use that allows no other, the surest kind first by its name."""
    for node in symbol.nodes:
        if isinstance(node, ast.Call):
            yield from _of_call(node, name)
        elif isinstance(node, ast.BinOp):
            yield from _of_operation(node, name)
        elif isinstance(node, ast.Compare) and dotted(node.left) == name:
            kind = _constant(node.comparators[0])
            if isinstance(node.ops[0], ast.Eq | ast.NotEq) and kind in {"str", "bytes"}:
                yield kind, "equal"


def _of_call(node: ast.Call, name: str) -> Iterator[tuple[str, str]]:
    function = node.func
    if isinstance(function, ast.Attribute) and dotted(function.value) == name:
        given = {_constant(each) for each in node.args} - {"int", ""}
        if function.attr in _OF_TEXT:
            yield "str", "method"
        elif function.attr in _OF_BYTES:
            yield "bytes", "method"
        elif function.attr in _OF_BOTH:
            yield (given.pop(), "argument") if len(given) == 1 else ("str", "shared method")
    written = dotted(function) or ""
    if node.args and dotted(node.args[0]) == name:
        if written in _NUMBERS:
            yield _NUMBERS[written], "number"
        elif written in _TEXTS:
            yield "str", "library"
    if written in {"getattr", "setattr", "hasattr"} and len(node.args) > 1 and dotted(node.args[1]) == name:
        yield "str", "library"


def _of_operation(node: ast.BinOp, name: str) -> Iterator[tuple[str, str]]:
    sides = {dotted(node.left): node.right, dotted(node.right): node.left}
    other = _constant(sides[name]) if name in sides else ""
    if isinstance(node.op, ast.Add) and other in {"str", "bytes"}:
        yield other, "joined"
    elif other == "float":
        yield "float", "number"
    elif other == "int" and isinstance(node.op, _BITS):
        yield "int", "number"
    elif other == "int" and isinstance(node.op, ast.Add | ast.Sub | ast.FloorDiv):
        yield "int", "shifted"


def _constant(node: ast.expr) -> str:
    """Name the type of a constant or of a tuple of constants of one type; "" for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "str"
    if isinstance(node, ast.Tuple):
        kinds = {_constant(each) for each in node.elts}
        return kinds.pop() if len(kinds) == 1 else ""
    return type(node.value).__name__ if isinstance(node, ast.Constant) else ""
