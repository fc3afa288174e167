"""Long sentences in two."""

import pytest

from workhorse_core.actions.docstrings.rules.behaviour.shortening import shortened


@pytest.mark.parametrize(
    ("sentence", "first", "rest"),
    [
        ("Return ``a``, or None if ``b`` is None.", "Return ``a``.", "Return None instead if ``b`` is None."),
        ("The size, or 0 if there is none.", "The size.", "It is 0 if there is none."),
        ("Return ``a`` if ``b``, else ``c``.", "Return ``a`` if ``b``.", "Otherwise return ``c``."),
        (
            "Return ``a`` if ``b``, ``c`` if ``d``, else ``e``.",
            "Return ``a`` if ``b``.",
            "Otherwise return ``c`` if ``d``, else ``e``.",
        ),
        ("Set ``a`` to 1 if ``b``, else set it to 2.", "Set ``a`` to 1 if ``b``.", "Otherwise set it to 2."),
        ("Set ``a`` to ``b, c`` and ``d`` to 2.", "Set ``a`` to ``b, c``.", "Set ``d`` to 2 as well."),
        (
            "Return a dictionary with the keys ``a``, ``b`` and ``c``.",
            "Return a dictionary with three keys.",
            "The keys are ``a``, ``b`` and ``c``.",
        ),
        (
            "Return whether ``x`` is a ``Y`` with the same ``a`` and ``b``.",
            "Return whether ``x`` is a ``Y`` with equal values.",
            "Compared are ``a`` and ``b``.",
        ),
        (
            "Return whether ``x`` has the same ``a`` and ``b``, or ``NotImplemented`` if it is no ``Y``.",
            "Return whether ``x`` has equal values.",
            "Compared are ``a`` and ``b``. Return ``NotImplemented`` if it is no ``Y``.",
        ),
        ("Return a ``Job`` made from ``a`` with ``b``.", "Return a ``Job``.", "It is made from ``a`` with ``b``."),
        (
            "Return a list of the jobs in ``a`` whose ``b`` is None.",
            "Return a list of the jobs in ``a``.",
            "Only those whose ``b`` is None are in it.",
        ),
        (
            "Return a list of ``f(x)`` for each ``x`` in ``a``.",
            "Return a list of ``f(x)``.",
            "It has one element for each ``x`` in ``a``.",
        ),
        ("Yield ``f(x)`` for each ``x`` in ``a``.", "Yield ``f(x)``.", "There is one for each ``x`` in ``a``."),
        ("Return a tuple of ``a`` and ``b``.", "Return a tuple of two values.", "They are ``a`` and ``b``."),
        (
            "The table, made at the first access and kept.",
            "The table.",
            "It is made at the first access and kept.",
        ),
        ("Delegate to ``f`` with ``a`` and ``b``.", "Delegate to ``f``.", "It is given ``a`` and ``b``."),
    ],
)
def test_a_long_sentence_is_a_short_one_and_the_rest(sentence: str, first: str, rest: str) -> None:
    assert shortened(sentence) == (first, rest)


@pytest.mark.parametrize(
    "sentence",
    [
        "Return ``a, or b if c``.",
        "Append ``a`` to ``b``.",
        "Return a list of ``a``.",
        "Return text of the form ``a: {b}``.",
    ],
)
def test_a_sentence_without_a_place_to_part_it_stays_whole(sentence: str) -> None:
    assert shortened(sentence) is None
