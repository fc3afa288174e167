import pytest

from support.symbols import facts_of
from workhorse_core.actions.hints.evidence import Choice, Evidence
from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.choice import choose_type


def settled(*evidence: tuple[str, str, float], kind: SlotKind = SlotKind.PARAMETER, code: str = "") -> Choice:
    facts = facts_of({"a.py": (code or "def f(x): ...\n").encode()})
    slot = next(slot for slot in facts.slots if slot.kind is kind)
    return choose_type(slot, [Evidence(slot.key, text, source, {}, weight) for source, text, weight in evidence], facts)


def test_the_better_evidence_wins_whatever_its_place() -> None:
    for order in (1, -1):
        found = settled(*[("default", "int", 0.6), ("docstring", "float", 0.95)][::order])
        assert found.expression == "float"
        assert [each.expression for each in found.conflicts] == ["int"]


def test_two_that_agree_outweigh_one() -> None:
    found = settled(("a", "int", 0.8), ("b", "str", 0.7), ("c", "int", 0.8))
    assert found.expression == "int"
    assert set(found.sources) == {"a", "c"}


def test_evidence_repeated_by_one_source_counts_once() -> None:
    assert settled(("a", "int", 0.6), ("a", "int", 0.6)).expression is None


def test_sources_that_look_at_the_same_thing_count_once() -> None:
    assert settled(("name", "int", 0.7), ("same-name", "int", 0.7)).expression is None
    assert settled(("name", "int", 0.7), ("docstring", "int", 0.7)).expression == "int"


def test_two_that_are_believed_alike_settle_nothing() -> None:
    assert settled(("a", "int", 0.9), ("b", "str", 0.9)).expression is None


def test_of_a_parameter_some_sources_know_of_none_and_others_cannot() -> None:
    found = settled(("name", "C", 0.7), ("call-sites", "C | None", 0.7))
    assert found.expression == "C | None"
    assert set(found.sources) == {"name", "call-sites"}


def test_weak_evidence_alone_is_not_enough() -> None:
    assert settled(("passed-on", "int", 0.45)).expression is None
    assert settled().expression is None


def kind_of(source: str, kind: str, code: str = "def f(x): ...\n") -> str | None:
    facts = facts_of({"a.py": code.encode()})
    slot = next(slot for slot in facts.slots if slot.kind is SlotKind.PARAMETER)
    return choose_type(slot, [Evidence(slot.key, "int", source, {}, 0.95, kind)], facts).expression


CALLS = (
    ("call-sites", "public plain"),
    ("pyrefly", "plain parameter"),
    ("default", "int"),
    ("pyrefly", "plain default"),
)
NAMES = (("same-name", "here"), ("name", "end class here"), ("passed-on", "named"), ("override", "guessed parameter"))


@pytest.mark.parametrize(("source", "kind"), [*CALLS, *NAMES])
def test_single_weak_source_carries_no_type_of_a_public_parameter(source: str, kind: str) -> None:
    assert kind_of(source, kind) is None


@pytest.mark.parametrize(
    ("source", "kind", "found"), [*((*each, "int") for each in CALLS), *((*e, None) for e in NAMES)]
)
def test_calls_are_enough_for_a_private_parameter_and_names_are_not(source: str, kind: str, found: str | None) -> None:
    assert kind_of(source, kind, "def _f(x): ...\n") == found


@pytest.mark.parametrize(
    ("source", "kind"),
    [("docstring", "parameter"), ("default", "bool"), ("name", "whole class here"), ("same-name", "here many")],
)
def test_single_strong_source_is_enough_for_a_public_parameter(source: str, kind: str) -> None:
    assert kind_of(source, kind) == "int"


def test_likenesses_of_names_are_not_enough_together_even_if_one_was_inherited() -> None:
    facts = facts_of({"a.py": b"def f(x): ...\n"})
    slot = next(slot for slot in facts.slots if slot.kind is SlotKind.PARAMETER)
    evidence = [Evidence(slot.key, "int", source, {}, 0.95, kind) for source, kind in NAMES]
    assert choose_type(slot, evidence, facts).expression is None


def test_weak_sources_that_look_at_different_things_are_enough_together() -> None:
    assert settled(("call-sites", "int", 0.8), ("same-name", "int", 0.8)).expression == "int"
    assert settled(("name", "int", 0.6), ("same-name", "int", 0.9)).expression == "int"


def test_a_trace_widens_by_none_and_refutes() -> None:
    assert settled(("default", "int", 0.9), ("trace", "int | None", 0.55)).expression == "int | None"
    assert settled(("default", "int", 0.9), ("trace", "str", 0.55)).expression is None


def test_none_is_not_what_a_method_to_be_overridden_gives() -> None:
    code = "class C:\n    def f(self): raise NotImplementedError\n"
    assert settled(("pyrefly", "None", 0.8), kind=SlotKind.RETURN, code=code).expression is None
