from workhorse_core.actions.hints.sources.guards import from_guards

from .conftest import Said


def test_a_function_that_turns_text_into_bytes_takes_both(said: Said) -> None:
    code = "def f(s):\n    if isinstance(s, str):\n        s = s.encode()\n    return s\n"
    assert said(from_guards, code) == {"f:s": "str | bytes"}


def test_a_function_that_raises_type_error_otherwise_takes_only_that(said: Said) -> None:
    code = "class C: ...\ndef f(x):\n    if not isinstance(x, (C, int)):\n        raise TypeError(x)\n"
    assert said(from_guards, code) == {"f:x": "C | int"}


def test_a_guard_of_another_kind_is_no_evidence(said: Said) -> None:
    assert said(from_guards, "def f(x):\n    if isinstance(x, str):\n        return 1\n    return 2\n") == {}
