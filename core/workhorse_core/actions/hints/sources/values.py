"""The type of an expression that shows it: literals, displays, comparisons, f-strings, constructors."""

import ast
from collections.abc import Mapping

from workhorse_core.actions.hints.sources.project_types import class_type
from workhorse_core.languages.python.nodes import dotted
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import TypeExpression, union

_STR_METHODS = {
    **dict.fromkeys(
        [
            "capitalize",
            "casefold",
            "center",
            "expandtabs",
            "format",
            "format_map",
            "join",
            "ljust",
            "lower",
            "lstrip",
            "removeprefix",
            "removesuffix",
            "replace",
            "rjust",
            "rstrip",
            "strip",
            "swapcase",
            "title",
            "translate",
            "upper",
            "zfill",
        ],
        "str",
    ),
    **dict.fromkeys(["count", "find", "index", "rfind", "rindex"], "int"),
    **dict.fromkeys(
        ["endswith", "isalnum", "isalpha", "isdigit", "isidentifier", "islower", "isspace", "isupper", "startswith"],
        "bool",
    ),
    **dict.fromkeys(["rsplit", "split", "splitlines"], "list[str]"),
    "encode": "bytes",
}
_CALLS = {
    **{name: name for name in ("bool", "bytes", "bytearray", "complex", "float", "int", "str")},
    **dict.fromkeys(["all", "any", "callable", "hasattr", "isinstance", "issubclass"], "bool"),
    **dict.fromkeys(["ascii", "bin", "chr", "format", "hex", "input", "oct", "repr"], "str"),
    **dict.fromkeys(["hash", "id", "len", "ord"], "int"),
}
_LIBRARY_CALLS = {
    **dict.fromkeys(
        [
            "os.getcwd",
            "os.path.abspath",
            "os.path.basename",
            "os.path.dirname",
            "os.path.join",
            "os.path.normpath",
            "os.path.realpath",
            "re.sub",
            "textwrap.dedent",
            "textwrap.indent",
            "json.dumps",
            "time.strftime",
            "inspect.cleandoc",
        ],
        "str",
    ),
    **dict.fromkeys(["os.path.exists", "os.path.isdir", "os.path.isfile", "os.path.isabs", "os.path.islink"], "bool"),
    **dict.fromkeys(["time.time", "time.monotonic", "time.perf_counter"], "float"),
    **dict.fromkeys(["os.getpid", "os.system"], "int"),
}


def type_of_value(node: ast.expr, index: SymbolIndex, module: Module) -> TypeExpression | None:
    """Return the type that an expression shows by itself; None where it needs the type of something else."""
    if (plain := _plain(node)) is not None:
        return TypeExpression(plain, {})
    if isinstance(node, ast.IfExp):
        return _both(node.body, node.orelse, index, module)
    if isinstance(node, ast.Call):
        return _call(node, index, module)
    if isinstance(node, (ast.List, ast.Set, ast.Tuple, ast.Dict)):
        return _display(node, index, module)
    return None


def _plain(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return "None" if node.value is None else type(node.value).__name__ if node.value is not ... else None
    if isinstance(node, ast.JoinedStr):
        return "str"
    if isinstance(node, ast.UnaryOp):
        return "bool" if isinstance(node.op, ast.Not) else _number(node.operand)
    if isinstance(node, ast.Compare):
        shows = all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in node.ops)
        return "bool" if shows and len(node.ops) == 1 else None
    if isinstance(node, ast.BoolOp):
        kinds = {_plain(each) for each in node.values}
        return kinds.pop() if len(kinds) == 1 else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod, ast.Mult)):
        left = _plain(node.left)
        return left if left in {"str", "bytes"} else None
    return None


def _number(node: ast.expr) -> str | None:
    kind = _plain(node)
    return kind if kind in {"int", "float", "complex"} else None


def _both(one: ast.expr, other: ast.expr, index: SymbolIndex, module: Module) -> TypeExpression | None:
    left, right = type_of_value(one, index, module), type_of_value(other, index, module)
    return None if left is None or right is None else union(left, right)


def _call(node: ast.Call, index: SymbolIndex, module: Module) -> TypeExpression | None:
    function = node.func
    if isinstance(function, ast.Attribute) and _plain(function.value) == "str":
        kind = _STR_METHODS.get(function.attr)
        return TypeExpression(kind, {}) if kind else None
    written = dotted(function)
    if written is None:
        return None
    if (symbol := index.find_class(module, written)) is not None:
        makes_itself = not symbol.node.keywords and "__new__" not in {getattr(n, "name", "") for n in symbol.node.body}
        return class_type(symbol) if makes_itself and not _is_generic(symbol.node) else None
    home = index.home(module, written.partition(".")[0])
    if home is None:
        kind = _CALLS.get(written)
    else:
        kind = _LIBRARY_CALLS.get(".".join([home.replace(":", "."), *written.split(".")[1:]]))
    return TypeExpression(kind, {}) if kind else None


def _is_generic(node: ast.ClassDef) -> bool:
    return bool(getattr(node, "type_params", ())) or any(isinstance(base, ast.Subscript) for base in node.bases)


_DISPLAYS: Mapping[type[ast.expr], str] = {ast.List: "list", ast.Set: "set"}


def _display(
    node: ast.List | ast.Set | ast.Tuple | ast.Dict, index: SymbolIndex, module: Module
) -> TypeExpression | None:
    """Read a display whose elements all show the same type; an empty one shows nothing."""
    if isinstance(node, ast.Dict):
        keys = _same_type([key for key in node.keys if key is not None], index, module)
        values = _same_type(node.values, index, module)
        if keys is None or values is None or None in node.keys:
            return None
        return TypeExpression(f"dict[{keys.text}, {values.text}]", {**keys.names, **values.names})
    if isinstance(node, ast.Tuple):
        parts = [type_of_value(each, index, module) for each in node.elts]
        known = [part for part in parts if part is not None]
        if not known or len(known) != len(parts):
            return None
        names = {name: home for part in known for name, home in part.names.items()}
        return TypeExpression(f"tuple[{', '.join(part.text for part in known)}]", names)
    inner = _same_type(node.elts, index, module)
    return None if inner is None else TypeExpression(f"{_DISPLAYS[type(node)]}[{inner.text}]", inner.names)


def _same_type(nodes: "list[ast.expr]", index: SymbolIndex, module: Module) -> TypeExpression | None:
    found = [type_of_value(each, index, module) for each in nodes]
    first = found[0] if found else None
    same = first is not None and all(each is not None and each.text == first.text for each in found)
    return first if same and first is not None and first.text != "None" else None
