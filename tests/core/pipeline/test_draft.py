"""The cost of a draft."""

from workhorse_core.pipeline.draft import Cost


def test_costs_are_added_field_by_field() -> None:
    assert Cost(1, 2, 3, 0.5, 0.25).plus(Cost(10, 20, 30, 1.0, 0.5)) == Cost(11, 22, 33, 1.5, 0.75)


def test_price_of_a_model_without_prices_stays_unknown_and_adds_nothing() -> None:
    assert Cost(1).plus(Cost(2)).price is None
    assert Cost(1, price=0.5).plus(Cost(2)).price == Cost(2).plus(Cost(1, price=0.5)).price == 0.5
