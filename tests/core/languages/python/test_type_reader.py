"""Type expressions, read from anywhere, in one spelling or refused."""

import pytest

from workhorse_core.languages.python.type_expression import (
    Refusal,
    TypeExpression,
    is_same,
    join_text,
    union,
    without_none,
)
from workhorse_core.languages.python.type_reader import read_proposed, read_written
from workhorse_core.languages.python.type_vocabulary import BUILTIN_TYPES, WELL_KNOWN

OWN = {"C": "app.core:C", "C.Inner": "app.core:C.Inner", "core.C": "app.core:C", "core": "app.core:", "np.C": "np:C"}


def resolve(name: str) -> str | None:
    return OWN.get(name) or (f"builtins:{name}" if name in BUILTIN_TYPES else WELL_KNOWN.get(name))


@pytest.mark.parametrize(
    ("text", "modern"),
    [
        ("Optional[List[int]]", "list[int] | None"),
        ("Union[None, str, None, 'C']", "str | C | None"),
        ("None | int | (str | int)", "int | str | None"),
        ("Callable[[Optional[int]], Any]", "Callable[[int | None], Any]"),
        ("Callable[..., str]", "Callable[..., str]"),
        ("Tuple[int, ...]", "tuple[int, ...]"),
        ("Literal['a', -1, None]", "Literal['a', -1, None]"),
        ("core.C", "C"),
        ("C.Inner", "C.Inner"),
        ("Dict[str, Pattern]", "dict[str, Pattern]"),
        ("NoneType", "None"),
        ("Text", "str"),
    ],
)
def test_old_and_modern_spellings_are_read_alike(text: str, modern: str) -> None:
    proposed = read_proposed(text, resolve)
    assert isinstance(proposed, TypeExpression)
    assert proposed.text == modern
    assert read_written(text, resolve) == proposed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("f(1)", "is not a type expression"),
        ("Missing", "no type that this module can name"),
        ("1", "is a value"),
        ("str |", "is not a type expression"),
        ("core", "is a module"),
        ("int\n", "not one line"),
        ("a" * 301, "301 characters"),
        ("list[list[list[list[list[list[list[int]]]]]]]", "too deeply"),
        ("int[str]", "takes nothing in brackets"),
        ("dict[str]", "takes 2 in brackets, not 1"),
        ("Callable[int, str]", "a list of parameters"),
        ("Callable[[int]]", "its parameters and its result"),
        ("Optional", "takes brackets"),
        ("Annotated[int, 1]", "no type that this module can name"),
        ("Literal[C]", "may not stand in Literal"),
        ("list[...]", "is a value"),
        (" | ".join(["int", "str", "bytes", "float", "bool", "list", "dict", "set", "tuple"]), "a union of 9"),
        ("C | np.C", "would mean two things"),
    ],
)
def test_a_proposed_text_that_is_no_type_is_refused_with_its_reason(text: str, reason: str) -> None:
    refused = read_proposed(text, resolve)
    assert isinstance(refused, Refusal)
    assert reason in refused.reason


def test_names_are_given_with_their_homes_builtins_aside() -> None:
    found = read_proposed("Mapping[C.Inner, list[int]]", resolve)
    assert isinstance(found, TypeExpression)
    assert found.names == {"Mapping": "collections.abc:Mapping", "C": "app.core:C"}
    assert found.homes == {
        "Mapping": "collections.abc:Mapping",
        "C.Inner": "app.core:C.Inner",
        "list": "builtins:list",
        "int": "builtins:int",
    }


def test_the_order_of_a_union_makes_no_difference() -> None:
    assert is_same("dict[str, int | None] | str", "str | dict[str, None | int]")
    assert not is_same("list[str]", "list[int]")


def test_unions_are_flat_with_none_last() -> None:
    assert join_text(["int | None", "str", "int"]) == "int | str | None"
    assert union(TypeExpression("C", {"C": "a:C"}), TypeExpression("C", {"C": "b:C"})) is None
    assert without_none(TypeExpression("None | int", {})) == TypeExpression("int", {})
    assert without_none(TypeExpression("None", {})) is None
