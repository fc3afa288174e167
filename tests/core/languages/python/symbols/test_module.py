"""The facts that one module's own text gives."""

from collections.abc import Callable

import pytest

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module

MakeIndex = Callable[..., SymbolIndex]


def module_of(make_index: MakeIndex, text: str, path: str = "a.py") -> Module:
    found = make_index({path: text}).at(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("__all__ = ['a', 'b']\n", ["a", "b"]),
        ("__all__ = ('a',)\n__all__ += ['b']\n", ["a", "b"]),
        ("__all__: list[str] = ['a'] + ['b']\n", ["a", "b"]),
        ("__all__ = [name for name in dir()]\n", None),
        ("a = 1\n", None),
    ],
)
def test_exports_are_read_from_all(make_index: MakeIndex, text: str, names: list[str] | None) -> None:
    assert module_of(make_index, text).exports == names


def test_a_name_bound_to_two_things_has_no_certain_meaning(make_index: MakeIndex) -> None:
    text = "try:\n    from fast import f\nexcept ImportError:\n    from slow import f\nimport json\n"
    module = module_of(make_index, text)
    assert set(module.bindings) == {"json"}
    assert module.home("f") == "slow:f"


def test_an_import_for_checkers_is_marked(make_index: MakeIndex) -> None:
    text = "import typing as t\nif t.TYPE_CHECKING:\n    from a import B\nelse:\n    C = 1\n"
    bindings = module_of(make_index, text).bindings
    assert [bindings[name].checking for name in ("t", "B", "C")] == [False, True, False]


def test_statements_in_every_kind_of_block_run_at_import(make_index: MakeIndex) -> None:
    text = (
        "with a: import b\nfor c in d:\n    import e\nelse:\n    import f\n"
        "match g:\n    case 1:\n        import h\ntry: ...\nexcept* E: import i\n"
    )
    assert {each.name for each in module_of(make_index, text).imports} == {"b", "e", "f", "h", "i"}


def test_uses_of_a_name_are_found_by_its_kind(make_index: MakeIndex) -> None:
    text = "f(size=1)\nx.size = 2\ngetattr(x, 'size')\nmatch x:\n    case P(size=3): ...\n"
    uses = module_of(make_index, text).uses
    assert [len(each["size"]) for each in (uses.attributes, uses.keywords, uses.texts)] == [1, 2, 1]


def test_overrides_are_found_up_and_down(make_index: MakeIndex) -> None:
    files = {
        "a.py": "class A:\n    def f(self): ...\n",
        "b.py": "from a import A\nclass B(A):\n    def f(self): ...\n",
        "c.py": "import b\nclass C(b.B):\n    def f(self): ...\n",
    }
    index = make_index(files)
    top, bottom = index.module("a.py").function("A.f"), index.module("c.py").function("C.f")
    assert top is not None
    assert bottom is not None
    assert [each.name for each in index.overridden(bottom)] == ["B.f", "A.f"]
    assert [each.name for each in index.overriding(top)] == ["B.f", "C.f"]
