"""Our named tuples behave as those of `typing`."""

import copy
import pickle
import typing
from typing import Generic, TypeVar

import pytest

from workhorse_core.system import named_tuple

T = TypeVar("T")


class Ours(named_tuple.NamedTuple):
    """A point."""

    x: int
    y: "int" = 2
    words: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.x + self.y


class Theirs(typing.NamedTuple):
    """A point."""

    x: int
    y: "int" = 2
    words: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.x + self.y


class Derived(Ours):
    note = "a class variable"
    other: int = 5


class Empty(named_tuple.NamedTuple):
    pass


class Boxed(named_tuple.NamedTuple, Generic[T]):
    value: T


BOTH = pytest.mark.parametrize("kind", [Ours, Theirs])


@BOTH
@pytest.mark.parametrize(
    "point",
    [lambda kind: kind(1), lambda kind: kind(1, 2, ()), lambda kind: kind(y=2, x=1)],
    ids=["one", "all", "named"],
)
def test_fields_are_given_in_order_by_name_or_by_default(kind, point) -> None:
    made = point(kind)
    assert (made.x, made.y, made.words, made.total) == (1, 2, (), 3)
    assert made == (1, 2, ())
    assert hash(made) == hash((1, 2, ()))
    assert repr(made) == f"{kind.__name__}(x=1, y=2, words=())"


@BOTH
@pytest.mark.parametrize("arguments", [((), {}), ((1, 2, 3, 4), {}), ((1,), {"z": 1}), ((1,), {"x": 1})])
def test_wrong_arguments_are_type_errors_that_name_the_constructor(kind, arguments) -> None:
    with pytest.raises(TypeError, match=r"__new__\(\) (missing|takes|got)"):
        kind(*arguments[0], **arguments[1])


@BOTH
def test_a_field_or_a_new_attribute_cannot_be_set(kind) -> None:
    for name in ("x", "z"):
        with pytest.raises(AttributeError):
            setattr(kind(1), name, 3)


@BOTH
def test_replace_changes_the_named_fields_only(kind) -> None:
    assert kind(1, words=("a",))._replace(y=5) == kind(1, 5, ("a",))
    with pytest.raises((TypeError, ValueError), match="z"):
        kind(1)._replace(z=5)


@BOTH
def test_copies_and_pickles_are_equal_and_of_the_same_class(kind) -> None:
    point = kind(1, words=("a",))
    for again in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point)), kind._make(point)):
        assert again == point
        assert type(again) is kind


@BOTH
def test_a_class_has_the_fields_defaults_and_types_of_its_body(kind) -> None:
    assert kind._fields == kind.__match_args__ == ("x", "y", "words")
    assert kind._field_defaults == {"y": 2, "words": ()}
    assert typing.get_type_hints(kind) == {"x": int, "y": int, "words": tuple[str, ...]}
    assert kind(1)._asdict() == {"x": 1, "y": 2, "words": ()}
    assert kind.__doc__ == "A point."


def test_a_derived_class_has_the_fields_of_its_base_alone() -> None:
    derived = Derived(1)
    assert derived._fields == ("x", "y", "words")
    assert (derived.total, derived.note, derived.other) == (3, "a class variable", 5)
    assert type(derived._replace(x=4)) is Derived


def test_a_class_without_fields_is_the_empty_tuple() -> None:
    assert Empty() == ()


def test_a_generic_class_may_name_its_type() -> None:
    assert Boxed[int](3).value == 3


def test_fields_are_found_by_a_match_statement() -> None:
    match Ours(1, 7):
        case Ours(x, y, _):
            assert (x, y) == (1, 7)
