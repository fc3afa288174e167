import pytest

from workhorse_core.actions.hints.sources.evidence_kinds import every_kind
from workhorse_core.actions.hints.sources.weights import WEIGHTS, UnmeasuredError, check_weights, weight_of


def test_every_kind_of_evidence_has_a_weight_and_no_weight_is_left_over() -> None:
    assert set(every_kind()) == set(WEIGHTS)


def test_table_that_lacks_a_kind_is_refused_by_name() -> None:
    lacking = {kind: weight for kind, weight in WEIGHTS.items() if kind != "override annotated return"}
    with pytest.raises(UnmeasuredError, match="override annotated return"):
        check_weights(lacking)


def test_kind_that_is_not_listed_is_refused() -> None:
    with pytest.raises(UnmeasuredError, match="override invented"):
        weight_of("override", "invented")
