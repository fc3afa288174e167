import math
import random
from collections.abc import Sequence

import pytest

from workhorse_core.action import Part
from workhorse_core.check import Finding
from workhorse_core.checks.type_checking.isolation import Isolation, search
from workhorse_core.checks.type_checking.suspects import Suspects
from workhorse_core.edit import Edit


def run_search(order: Sequence[str], guilty: set[str]) -> tuple[set[str], int]:
    """Search where a finding goes once all the guilty are left out; letters are parts, of the definition they name."""
    parts = [Part(name, ()) for name in order]
    asked = search(parts, lambda part: part.name[0])
    out, runs = next(asked), 1
    while True:
        try:
            out, runs = asked.send(guilty <= {part.name for part in out}), runs + 1
        except StopIteration as end:
            return {part.name for part in end.value}, runs


@pytest.mark.parametrize("place", range(40))
def test_one_that_is_guilty_alone_is_found(place: int) -> None:
    order = [f"{chr(97 + n // 3)}{n}" for n in range(40)]
    found, runs = run_search(order, {order[place]})
    assert found == {order[place]}
    assert runs <= 2 * math.log2(place + 1) + 3


def test_those_of_one_definition_that_do_it_together_are_found_together() -> None:
    found, _ = run_search(["a1", "b1", "b2", "b3", "c1"], {"b1", "b2", "b3"})
    assert found == {"b1", "b2", "b3"}


def test_two_of_different_definitions_that_do_it_together_are_found() -> None:
    order = [f"{chr(97 + n)}{n}" for n in range(20)]
    assert run_search(order, {order[3], order[11]})[0] == {order[3], order[11]}


def test_nobody_is_convicted_of_what_stays_whoever_is_out() -> None:
    assert run_search(["a1", "b1"], {"z1"})[0] == set()


FUNCTIONS = 60


def world() -> tuple[list[Part], Suspects, bytes]:
    text = "".join(f"def f{n}(a):\n    return a\n" for n in range(FUNCTIONS))
    text += "".join(f"f{n}(1)\n" for n in range(FUNCTIONS))
    places = [text.index(f"def f{n}(a)") + len(f"def f{n}(a") for n in range(FUNCTIONS)]
    parts = [Part(f"f{n}(a)", (Edit("a.py", place, place, b": str"),)) for n, place in enumerate(places)]
    data = text.encode()
    return parts, Suspects(parts, lambda _: data), data


async def isolate(wrong: dict[int, list[int]]) -> tuple[set[str], int, bool]:
    """Isolate parts that each cause findings at some callers' lines, which name nobody."""
    parts, suspects, _ = world()
    runs = 0
    last: list[Finding] = []

    async def ask(kept: Sequence[Part], about: Sequence[Finding]) -> list[Finding]:
        nonlocal runs, last
        runs += 1
        names = {part.name for part in kept}
        found = [
            Finding("a.py", 2 * FUNCTIONS + line + 1, "is wrong", "call")
            for guilty, lines in wrong.items()
            if f"f{guilty}(a)" in names
            for line in lines
        ]
        last = found
        return [each for each in found if not about or each.path in {one.path for one in about}]

    guilty = await Isolation(parts, suspects, ask, lambda _: None).guilty()
    await ask([part for part in parts if part not in guilty], ())
    return {part.name for part in guilty}, runs, not last


async def test_a_wrong_type_that_shows_in_another_functions_call_is_found_and_the_innocent_come_back() -> None:
    found, _, is_clean = await isolate({7: [7, 9], 30: [30]})
    assert is_clean
    assert found == {"f7(a)", "f30(a)"}


async def test_many_wrong_ones_cost_few_runs() -> None:
    chosen = random.Random(5).sample(range(FUNCTIONS), 20)
    found, runs, is_clean = await isolate({n: [n] for n in chosen})
    assert is_clean
    assert found == {f"f{n}(a)" for n in chosen}
    assert runs <= 2 * math.log2(FUNCTIONS) + 20


def test_those_of_one_definition_are_tried_as_one_before_each_is_looked_for() -> None:
    order = ["a1", *(f"b{n}" for n in range(12))]
    found, runs = run_search(order, {f"b{n}" for n in range(12)})
    assert found == {f"b{n}" for n in range(12)}
    assert runs <= 16
