import asyncio
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.pipeline.culprits import Culprits, find_culprits


class Candidates:
    """Candidates of numbers, which fail as long as they hold a wrong one; counts the trials."""

    def __init__(self, wrong: set[int]) -> None:
        self.wrong = wrong
        self.trials: list[list[int]] = []

    async def __call__(self, kept: Sequence[int]) -> str:
        self.trials.append(list(kept))
        wrong = sorted(self.wrong.intersection(kept))
        return f"wrong: {wrong[-1]}" if wrong else ""


@given(st.sets(st.integers(0, 63), min_size=1), st.integers(0, 3))
def test_search_finds_exactly_the_culprits_in_few_trials(wrong: set[int], first: int) -> None:
    trial = Candidates(wrong)
    search = asyncio.run(find_culprits(range(64), trial, "wrong", first=first * 16))
    assert sorted(item for item, _ in search.found) == sorted(wrong)
    assert sorted(search.kept) == sorted(set(range(64)) - wrong)
    assert search.undecided == ()
    assert len(trial.trials) <= (len(wrong) + 1) * (math.log2(64) + 2)


@pytest.mark.parametrize(("wrong", "most"), [({17}, 10), ({17, 230, 390}, 31), (set(range(400)), 820)])
def test_search_among_four_hundred_takes_few_trials(wrong: set[int], most: int) -> None:
    trial = Candidates(wrong)
    asyncio.run(find_culprits(range(400), trial, "wrong"))
    assert len(trial.trials) <= most


def test_search_names_the_failure_of_the_candidate_that_a_culprit_completes() -> None:
    search = asyncio.run(find_culprits(range(8), Candidates({2, 6}), "wrong"))
    assert search.found == ((2, "wrong: 2"), (6, "wrong: 6"))


def test_search_drops_the_last_of_items_that_fail_only_together() -> None:
    async def trial(kept: Sequence[int]) -> str:
        return "both" if {1, 5} <= set(kept) else ""

    assert asyncio.run(find_culprits(range(8), trial, "both")).found == ((5, "both"),)


def test_search_begins_with_the_given_probe() -> None:
    trial = Candidates({9})
    asyncio.run(find_culprits(range(10), trial, "wrong", first=8))
    assert trial.trials[0] == list(range(8))
    assert len(trial.trials) == 2


def test_search_that_may_not_try_on_keeps_what_passed_and_leaves_the_rest_undecided() -> None:
    trial = Candidates({2, 6})
    search = asyncio.run(find_culprits(range(8), trial, "wrong", may_try=lambda: len(trial.trials) < 4))
    assert search == Culprits((0, 1), ((2, "wrong: 2"),), (3, 4, 5, 6, 7))


@given(st.lists(st.booleans(), max_size=200), st.integers(0, 20))
def test_search_ends_when_trials_answer_at_random(answers: list[bool], count: int) -> None:
    trials = 0

    async def trial(kept: Sequence[int]) -> str:
        nonlocal trials
        trials += 1
        return "random" if answers and answers[trials % len(answers)] else ""

    search = asyncio.run(find_culprits(range(count), trial, "random"))
    assert sorted([*search.kept, *(item for item, _ in search.found)]) == list(range(count))
    assert trials <= count * (math.log2(count + 1) + 2)
