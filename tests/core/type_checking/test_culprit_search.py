import math
import random
from collections.abc import Callable, Sequence

import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.type_checking.bisection import search
from workhorse_core.type_checking.culprit_search import CulpritSearch
from workhorse_core.type_checking.fault_localization import FaultLocalization


def questions(order: Sequence[str], culprits: set[str]) -> tuple[set[str], list[set[str]]]:
    """Bisect where a finding goes once all culprits are left out; a part's letter names its definition.

    Return the culprits found, and the parts left out each time.
    """
    parts = [Part(name, ()) for name in order]
    asked = search(parts, lambda part: part.name[0])
    outs = [{part.name for part in next(asked)}]
    while True:
        try:
            outs.append({part.name for part in asked.send(culprits <= outs[-1])})
        except StopIteration as end:
            return {part.name for part in end.value}, outs


def run_search(order: Sequence[str], culprits: set[str]) -> tuple[set[str], int]:
    found, outs = questions(order, culprits)
    return found, len(outs)


@pytest.mark.parametrize("place", range(40))
def test_bisect_finds_a_single_culprit_at_any_place(place: int) -> None:
    order = [f"{chr(97 + n // 3)}{n}" for n in range(40)]
    found, runs = run_search(order, {order[place]})
    assert found == {order[place]}
    assert runs <= 2 * math.log2(place + 1) + 4


def test_bisect_finds_culprits_of_one_definition_that_cause_a_finding_together() -> None:
    found, _ = run_search(["a1", "b1", "b2", "b3", "c1"], {"b1", "b2", "b3"})
    assert found == {"b1", "b2", "b3"}


def test_bisect_finds_two_culprits_of_different_definitions_that_fail_only_together() -> None:
    order = [f"{chr(97 + n)}{n}" for n in range(20)]
    assert run_search(order, {order[3], order[11]})[0] == {order[3], order[11]}


def test_bisect_finds_no_culprit_of_a_finding_that_never_goes() -> None:
    assert run_search(["a1", "b1"], {"z1"})[0] == set()


@pytest.mark.parametrize("culprits", [{"a1"}, {"c7", "k31"}, {"d9", "d10", "d11"}])
def test_bisect_asks_no_question_whose_answer_follows_from_another(culprits: set[str]) -> None:
    found, outs = questions([f"{chr(97 + n // 3)}{n}" for n in range(40)], culprits)
    assert found >= culprits
    for index, out in enumerate(outs):
        for earlier in outs[:index]:
            assert not (earlier >= out if not culprits <= earlier else earlier <= out)


FUNCTIONS = 60


def world() -> tuple[list[Part], FaultLocalization, bytes]:
    text = "".join(f"def f{n}(a):\n    return a\n" for n in range(FUNCTIONS))
    text += "".join(f"f{n}(1)\n" for n in range(FUNCTIONS))
    places = [text.index(f"def f{n}(a)") + len(f"def f{n}(a") for n in range(FUNCTIONS)]
    parts = [Part(f"f{n}(a)", (Edit("a.py", place, place, b": str"),)) for n, place in enumerate(places)]
    data = text.encode()
    return parts, FaultLocalization(parts, lambda _: data), data


async def isolate(wrong: dict[int, list[int]], shuffle: random.Random | None = None) -> tuple[set[str], int, bool]:
    """Search among parts that each cause findings at callers' lines, whose messages name no part, in any order."""
    parts, places, _ = world()
    runs = 0
    last: list[Finding] = []

    async def ask(kept: Sequence[Part], about: Sequence[Finding]) -> list[Finding]:
        nonlocal runs, last
        runs += 1
        names = {part.name for part in kept}
        found = [
            Finding("a.py", 2 * FUNCTIONS + line + 1, "is wrong", "call")
            for culprits, lines in wrong.items()
            if f"f{culprits}(a)" in names
            for line in lines
        ]
        last = found
        if shuffle:
            shuffle.shuffle(found)
        return [each for each in found if not about or each.path in {one.path for one in about}]

    culprits = await CulpritSearch(parts, places, ask, lambda _: None).culprits()
    await ask([part for part in parts if part not in culprits], ())
    return {part.name for part in culprits}, runs, not last


async def test_wrong_type_that_shows_at_a_caller_is_found_alone() -> None:
    found, _, is_clean = await isolate({7: [7, 9], 30: [30]})
    assert is_clean
    assert found == {"f7(a)", "f30(a)"}


async def test_twenty_culprits_are_found_in_few_runs() -> None:
    chosen = random.Random(5).sample(range(FUNCTIONS), 20)
    found, runs, is_clean = await isolate({n: [n] for n in chosen})
    assert is_clean
    assert found == {f"f{n}(a)" for n in chosen}
    assert runs <= 2 * math.log2(FUNCTIONS) + 20


def test_bisect_tries_the_parts_of_one_definition_as_one_first() -> None:
    order = ["a1", *(f"b{n}" for n in range(12))]
    found, runs = run_search(order, {f"b{n}" for n in range(12)})
    assert found == {f"b{n}" for n in range(12)}
    assert runs <= 16


def test_bisect_that_takes_long_ends_with_a_group_that_is_known_to_be_enough() -> None:
    order = [f"{chr(97 + n)}{n}" for n in range(100)]
    culprits = {order[n] for n in (30, 45, 60, 75, 90)}
    found, runs = run_search(order, culprits)
    assert culprits <= found
    assert runs <= 24


async def test_the_order_in_which_findings_come_changes_nothing() -> None:
    wrong = {n: [n, (n * 7) % FUNCTIONS] for n in (3, 8, 21, 22, 40)}
    outcomes = [await isolate(wrong, random.Random(seed)) for seed in range(8)]
    assert outcomes == [await isolate(wrong)] * 8


def test_order_of_candidates_is_the_same_in_every_process() -> None:
    names = [f"f{n}" for n in (5, 2, 9, 1, 7, 3, 8, 6)]
    text = "".join(f"def {name}(a):\n    return a\n" for name in names) + f"{'(0), '.join(names)}(0)\n"
    parts = [Part(name, (Edit("a.py", text.index(f"def {name}(a") + 8, 0, b": str"),)) for name in names]
    order = FaultLocalization(parts, lambda _: text.encode()).order(Finding("a.py", 17, "is wrong", "call"))
    assert [part.name for part in order] == sorted(names)


async def isolate_joint(causes: Sequence[tuple[int, str, set[int]]]) -> tuple[set[int], int]:
    """Search by a caller's line, message, and the functions of which any one causes the finding."""
    parts, places, _ = world()
    runs = 0

    async def ask(kept: Sequence[Part], about: Sequence[Finding]) -> list[Finding]:
        nonlocal runs
        runs += 1
        here = {parts.index(part) for part in kept}
        return [
            Finding("a.py", 2 * FUNCTIONS + line + 1, words, "call")
            for line, words, culprits in causes
            if culprits & here
        ]

    culprits = await CulpritSearch(parts, places, ask, lambda _: None).culprits()
    assert not await ask([part for part in parts if part not in culprits], ())
    return {parts.index(part) for part in culprits}, runs


async def test_parts_left_out_together_come_back_if_they_are_no_culprits() -> None:
    found, runs = await isolate_joint([(5, "is wrong", {50, 20})])
    assert found == {20, 50}
    assert runs <= 30


@pytest.mark.parametrize("culprits", [{7, 20, 33, 50, 59}, {41, 42, 55}, {12, 22, 32, 43, 44, 45}])
async def test_only_the_culprits_among_many_found_together_stay_out(culprits: set[int]) -> None:
    assert (await isolate_joint([(5, "is wrong", culprits)]))[0] == culprits


async def test_wide_searches_wait_for_narrow_ones_whose_culprits_stay_exact() -> None:
    found, _ = await isolate_joint([(5, "is wrong", {50}), (30, "is bad", {12}), (22, "is bad", {22})])
    assert found == {12, 22, 50}


async def test_a_search_that_waited_goes_on_where_it_stopped() -> None:
    found, runs = await isolate_joint([(5, "is wrong", {50, 20}), (41, "is wrong", {50, 20})])
    assert found == {20, 50}
    assert runs <= 30


async def test_wide_searches_for_the_same_message_go_on_one_at_a_time() -> None:
    causes = [(5, "is wrong", {50, 20}), (41, "is wrong", {55, 12}), (33, "is wrong", {44})]
    found, _ = await isolate_joint(causes)
    assert found >= {12, 20, 44, 50, 55}
    assert len(found) <= 6


async def isolate_said(
    causes: Sequence[tuple[int, str, Callable[[set[int]], bool]]],
) -> tuple[set[int], list[set[int]]]:
    """Search by a caller's line, message, and when it is found; return the culprits, and what each run left out."""
    parts, places, _ = world()
    asked: list[set[int]] = []

    async def ask(kept: Sequence[Part], about: Sequence[Finding]) -> list[Finding]:
        here = {parts.index(part) for part in kept}
        asked.append({*range(FUNCTIONS)} - here)
        return [
            Finding("a.py", 2 * FUNCTIONS + line + 1, words, "call")
            for line, words, is_found in causes
            if is_found(here)
        ]

    culprits = await CulpritSearch(parts, places, ask, lambda _: None).culprits()
    assert not await ask([part for part in parts if part not in culprits], ())
    return {parts.index(part) for part in culprits}, asked


async def test_culprit_found_by_elimination_is_left_out_before_the_next_search() -> None:
    found, asked = await isolate_said([(5, 'about "f9" and "f5"', lambda here: bool({5, 9} & here))])
    assert found == {5, 9}
    assert len(asked) <= 10


async def test_part_left_out_for_another_finding_does_not_explain_findings_with_likelier_candidates() -> None:
    causes = [
        (line, f'about "f{line}" as "f41"', lambda here, line=line: line in here and 30 not in here)
        for line in (11, 12, 13)
    ]
    causes.append((30, 'about "f30"', lambda here: 30 in here))
    causes.append((50, 'about "f40", "f41", "f42", "f43" and "f44"', lambda here: 44 in here))
    found, asked = await isolate_said(causes)
    assert found == {11, 12, 13, 30, 44}
    assert all(out >= {11, 12, 13} for out in asked[2:6])


async def test_part_that_a_finding_mentions_comes_back_if_it_is_no_culprit() -> None:
    causes = [
        (5, 'parameter "a" of "f5" is wrong', lambda here: {5, 9} <= here),
        (20, 'about "f9"', lambda here: 9 in here),
    ]
    assert (await isolate_said(causes))[0] == {9}


async def test_culprit_of_a_finding_that_another_part_brought_is_tried_again() -> None:
    causes = [
        (5, "about nothing", lambda here: {5, 9} <= here),
        (9, 'about "f9"', lambda here: 9 in here),
        (20, 'about "f20"', lambda here: 20 in here and 5 not in here),
    ]
    assert (await isolate_said(causes))[0] == {9}


async def test_search_that_reaches_its_last_round_leaves_the_likely_parts_out() -> None:
    parts, places, _ = world()

    async def ask(kept: Sequence[Part], about: Sequence[Finding]) -> list[Finding]:
        return [Finding("a.py", 1000, "about nothing", "call")] if parts[59] in kept else []

    assert await CulpritSearch(parts, places, ask, lambda _: None, max_rounds=2).culprits()
