"""Scopes compared with those of Python's own compiler."""

import ast
import symtable
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from workhorse_core.languages.python.symbols.scopes import Scope, ScopeKind, Use, read_scopes

STDLIB = Path(sysconfig.get_paths()["stdlib"])
CASES = {
    "class scope": "x = 1\nclass A:\n    x = 2\n    def f(self): return x\n    y = [x for _ in range(x)]\n",
    "global": "def f():\n    global x\n    x = 1\ndef g(): return x\n",
    "nonlocal": "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    return x, g\n",
    "walrus": "def f(xs): return [y for x in xs if (y := x)], y\n",
    "except": "def f():\n    try: ...\n    except E as e: print(e)\n",
    "match": "def f(v):\n    match v:\n        case {'a': a, **rest}: ...\n        case [b, *c]: ...\n",
    "match of a class": "def f(v):\n    match v:\n        case D(e=g) as h: ...\n",
    "lambda": "f = lambda a, b=c, *d, **e: (a, b, d, e, g)\n",
    "imports": "import a.b\nimport c as d\nfrom e import f as g, h\nfrom i import *\n",
    "decorator, default, annotation": "@a\ndef f(b: c = d, *e: g, **h: i) -> j:\n    k = b\n    def b2(): return k\n",
    "comprehension": "def f(a):\n    return {x: y for x in a for y in x if y}, (a for b in a)\n",
    "delete": "def f(a):\n    del a\n    def g(): return a\n",
    "class keywords": "class A(B, metaclass=C, d=D): ...\n",
    "loops": "for a, (b, *c) in d:\n    with e as f, g as (h, i): ...\n",
}


def own(scope: Scope) -> dict[str, str]:
    """Return of each name whether it is local to the scope, of a function around it, or global."""
    found: dict[str, str] = {}
    for name in scope.occurrences:
        owner = scope.owner(name)
        is_module = owner is None or owner.kind is ScopeKind.MODULE
        found[name] = "local" if owner is scope and not is_module else "global" if is_module else "free"
    return found


def compiled(table: symtable.SymbolTable) -> dict[str, str]:
    found: dict[str, str] = {}
    for symbol in table.get_symbols():
        if symbol.get_name().startswith("."):
            continue
        is_local = symbol.is_local() and table.get_type() != "module"
        found[symbol.get_name()] = "free" if symbol.is_free() else "local" if is_local else "global"
    return found


def pairs(scope: Scope, table: symtable.SymbolTable) -> Iterator[tuple[Scope, symtable.SymbolTable]]:
    yield scope, table
    children = sorted(scope.children, key=line_and_name)
    tables = sorted(table.get_children(), key=lambda each: (each.get_lineno(), each.get_name()))
    assert len(children) == len(tables), (scope, [each.get_name() for each in tables])
    for one, other in zip(children, tables, strict=True):
        yield from pairs(one, other)


NAMES = {ast.Lambda: "lambda", ast.ListComp: "listcomp", ast.SetComp: "setcomp", ast.DictComp: "dictcomp"}


def line_and_name(scope: Scope) -> tuple[int, str]:
    node = scope.node
    return node.lineno, getattr(node, "name", None) or NAMES.get(type(node), "genexpr")  # type: ignore[attr-defined,arg-type]


def check(code: str) -> None:
    seen = 0
    for scope, table in pairs(read_scopes(ast.parse(code)), symtable.symtable(code, "x", "exec")):
        names = own(scope)
        for name, kind in compiled(table).items():
            if name in names:
                seen += 1
                assert names[name] == kind, (scope, name)
    assert seen


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_scopes_are_those_of_the_compiler(code: str) -> None:
    check(code)


@pytest.mark.parametrize("name", ["argparse", "dataclasses", "enum", "functools", "typing"])
def test_scopes_of_the_standard_library_are_those_of_the_compiler(name: str) -> None:
    check((STDLIB / f"{name}.py").read_text("utf-8"))


@pytest.mark.slow
def test_scopes_of_the_whole_standard_library_are_those_of_the_compiler() -> None:
    for path in sorted(STDLIB.glob("*.py")):
        check(path.read_text("utf-8"))


def test_occurrences_of_a_name_are_those_that_mean_it() -> None:
    code = dedent(
        """
        size = 1
        def f(size):
            return size
        def g():
            return size
        class A:
            size = 2
            def h(self): return size
        """
    )
    scope = read_scopes(ast.parse(code))
    lines = [(each.node.lineno, each.use) for each in scope.occurrences_of("size")]  # type: ignore[attr-defined]
    assert lines == [(2, Use.BINDING), (6, Use.REFERENCE), (9, Use.REFERENCE)]
    inner = next(each for each in scope.walk() if each.kind is ScopeKind.FUNCTION)
    assert [each.node.lineno for each in inner.occurrences_of("size")] == [3, 4]  # type: ignore[attr-defined]
