import pytest

from workhorse_core.actions.hints.sources.overrides import from_overrides

from .conftest import Said


def test_special_methods_have_the_types_of_the_data_model(said: Said) -> None:
    code = (
        "class C:\n    def __exit__(self, a, b, c): ...\n    def __eq__(self, other): ...\n    def __len__(self): ...\n"
    )
    found = said(from_overrides, code)
    assert found["C.__exit__:a"] == "type[BaseException] | None"
    assert found["C.__exit__:c"] == "TracebackType | None"
    assert found["C.__eq__:other"] == "object"
    assert found["C.__eq__:return"] == "bool"
    assert found["C.__len__:return"] == "int"


def test_a_function_of_the_same_name_is_no_special_method(said: Said) -> None:
    assert said(from_overrides, "def __len__(x): ...\n") == {}


def test_a_type_of_the_base_class_holds_for_the_method_that_overrides_it(said: Said) -> None:
    base = "class Base:\n    def run(self, x: 'list[Base]', y) -> int: ...\n"
    found = said(from_overrides, "from b import Base\nclass C(Base):\n    def run(self, x, y): ...\n", b=base)
    assert found == {"C.run:x": "list[Base]", "C.run:return": "int"}


def test_a_type_variable_of_the_base_class_stays_there(said: Said) -> None:
    base = "from typing import TypeVar\nT = TypeVar('T')\nclass Base:\n    def run(self, x: T) -> T: ...\n"
    assert said(from_overrides, "from b import Base\nclass C(Base):\n    def run(self, x): ...\n", b=base) == {}


def test_constructors_override_nothing(said: Said) -> None:
    base = "class Base:\n    def __init__(self, x: int): ...\n"
    found = said(from_overrides, "from b import Base\nclass C(Base):\n    def __init__(self, x): ...\n", b=base)
    assert "C.__init__:x" not in found


def test_a_method_that_is_there_to_be_overridden_gives_what_all_give_that_override_it(said: Said) -> None:
    base = "class Base:\n    def send(self): raise NotImplementedError\n    def get(self): ...\n"
    base += "    def run(self): return g()\n"
    heirs = "".join(
        f"class {name}(Base):\n    def send(self) -> int: return 1\n    def get(self) -> {kind}: return g()\n"
        "    def run(self) -> int: return g()\n"
        for name, kind in (("One", "int"), ("Two", "str"))
    )
    assert said(from_overrides, base + heirs) == {"Base.send:return": "int"}


@pytest.mark.parametrize(
    ("body", "text"), [("pass", "int | None"), ("'Send.'", "int | None"), ("...", "int"), ("'Send.'; ...", "int")]
)
def test_a_method_that_need_not_be_overridden_adds_none(said: Said, body: str, text: str) -> None:
    heir = "class One(Base):\n    def send(self) -> int: return 1\n"
    assert said(from_overrides, f"class Base:\n    def send(self): {body}\n{heir}") == {"Base.send:return": text}


def test_a_parameter_has_the_type_on_which_all_overriding_methods_agree(said: Said) -> None:
    base = "class Base:\n    def send(self, x, y): raise NotImplementedError\n"
    heirs = "".join(
        f"class {name}(Base):\n    def send(self, x: int, y: {kind}): return 1\n"
        for name, kind in (("One", "int"), ("Two", "str"))
    )
    assert said(from_overrides, base + heirs) == {"Base.send:x": "int"}
