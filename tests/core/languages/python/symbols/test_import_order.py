"""Names that are bound in every order of imports; each case is also run by Python, with each module first."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from workhorse_core.languages.python.symbols.import_order import ImportOrder
from workhorse_core.languages.python.symbols.index import SymbolIndex

MakeIndex = Callable[..., SymbolIndex]
READ = "READ"
"""Stands for the name in the module ``shop/order.py`` where it is read."""

CASES: Mapping[str, tuple[Mapping[str, str], str, bool]] = {
    "circle of two": (
        {
            "order": "from shop import item\nREAD\nclass Order: ...\n",
            "item": "from shop import order\nclass Item: ...\n",
        },
        "item.Item",
        False,
    ),
    "no circle": ({"order": "from shop import item\nREAD\n", "item": "class Item: ...\n"}, "item.Item", True),
    "defined before the import": (
        {"order": "from shop import item\nREAD\n", "item": "class Item: ...\nfrom shop import order\n"},
        "item.Item",
        True,
    ),
    "circle of three": (
        {
            "order": "from shop import item\nREAD\n",
            "item": "from shop import price\nclass Item: ...\n",
            "price": "import shop.order\n",
        },
        "item.Item",
        False,
    ),
    "through the package": (
        {"__init__": "from shop.order import Order\nfrom shop.item import Item\n", "item": "class Item: ...\n"}
        | {"order": "import shop\nREAD\nclass Order: ...\n"},
        "shop.Item",
        False,
    ),
    "package that has it already": (
        {"__init__": "from shop.item import Item\nfrom shop.order import Order\n", "item": "class Item: ...\n"}
        | {"order": "import shop\nREAD\nclass Order: ...\n"},
        "shop.Item",
        True,
    ),
    "submodule that is not an attribute yet": (
        {"order": "import shop.item\nREAD\n", "item": "class Item: ...\nimport shop.order\n"},
        "shop.item.Item",
        False,
    ),
    "circle for checkers only": (
        {
            "order": "from shop import item\nREAD\n",
            "item": "import typing\nif typing.TYPE_CHECKING:\n    from shop import order\nclass Item: ...\n",
        },
        "item.Item",
        True,
    ),
    "circle within a function": (
        {"order": "from shop import item\nREAD\n", "item": "def f():\n    from shop import order\nclass Item: ...\n"},
        "item.Item",
        True,
    ),
    "name taken from the module": (
        {"order": "from shop.item import Item\nREAD\n", "item": "class Item: ...\nfrom shop import order\n"},
        "Item",
        True,
    ),
    "import under a condition": (
        {"order": "import sys\nif sys.platform == 'none':\n    import shop.item\nREAD\n", "item": "class Item: ...\n"},
        "shop.item.Item",
        False,
    ),
    "import that may fail": (
        {"order": "try:\n    from shop import missing\nexcept ImportError:\n    pass\nREAD\n"},
        "missing.Item",
        False,
    ),
    "import that must not fail": (
        {
            "order": "try:\n    from shop import item\nexcept ImportError:\n    raise\nREAD\n",
            "item": "class Item: ...\n",
        },
        "item.Item",
        True,
    ),
    "class under a condition": (
        {"order": "from shop import item\nREAD\n", "item": "if 0:\n    class Item: ...\n"},
        "item.Item",
        False,
    ),
    "within the same condition": (
        {"order": "if 1:\n    from shop import item\n    READ\n", "item": "class Item: ...\n"},
        "item.Item",
        True,
    ),
    "deleted": ({"order": "from shop import item\ndel item\nREAD\n", "item": "class Item: ...\n"}, "item.Item", False),
    "defined later": ({"order": "READ\nclass Item: ...\n"}, "Item", False),
    "of the standard library": ({"order": "import collections.abc\nREAD\n"}, "collections.abc.Mapping", True),
    "alias of the module": (
        {"order": "import shop.item as i\nREAD\n", "item": "from shop import order\nclass Item: ...\n"},
        "i.Item",
        False,
    ),
}


def files_of(modules: Mapping[str, str]) -> dict[str, str]:
    return {f"shop/{name}.py": text for name, text in ({"__init__": ""} | dict(modules)).items()}


@pytest.mark.parametrize(("modules", "name", "bound"), CASES.values(), ids=CASES)
def test_a_name_is_bound_in_every_order_or_not(
    make_index: MakeIndex, modules: Mapping[str, str], name: str, bound: bool
) -> None:
    files = files_of(modules)
    index = make_index(files)
    module = index.module("shop/order.py")
    line = files["shop/order.py"].partition(READ)[0].count("\n") + 1
    assert ImportOrder(index).is_always_bound(module, name, line) == bound


@pytest.mark.parametrize(("modules", "name", "bound"), CASES.values(), ids=CASES)
def test_python_agrees_with_the_simulation(tmp_path: Path, modules: Mapping[str, str], name: str, bound: bool) -> None:
    for path, text in files_of(modules).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text.replace(READ, f"def f() -> {name}: ..."))
    script = (
        "import importlib, sys\nsys.path.insert(0, sys.argv[1])\n"
        "for first in sys.argv[2:]:\n"
        "    for known in [name for name in sys.modules if name.partition('.')[0] == 'shop']: del sys.modules[known]\n"
        "    importlib.import_module(first)\n    importlib.import_module('shop.order')\n"
    )
    names = ["shop" if each == "__init__" else f"shop.{each}" for each in modules]
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", script, str(tmp_path), *names], capture_output=True, check=False, text=True
    )
    assert (done.returncode == 0) == bound, done.stderr
