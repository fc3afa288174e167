"""Counting tokens where the server does not: never wrong on the dangerous side."""

import json
import urllib.request

import pytest

from workhorse_core.errors import AnswerTruncated, PromptTooLong
from workhorse_core.models.chat.size import (
    check_fits,
    check_kept,
    check_whole,
    fewest_tokens,
    likely_tokens,
    most_tokens,
)

CODE = '''
def area(side: int, *, unit: str = "m") -> str:
    """Give the area as words."""
    return f"{side * side} square {unit}"    # ü 漢字 🎉
'''


def test_a_real_tokenizer_stays_between_the_bounds(llama: str) -> None:
    for text in (CODE, CODE * 20, "word " * 300, "=" * 500, "漢字かな" * 100, ""):
        request = urllib.request.Request(f"{llama}/tokenize", json.dumps({"content": text}).encode())
        with urllib.request.urlopen(request) as response:
            real = len(json.load(response)["tokens"])
        assert fewest_tokens(text) <= real <= most_tokens(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("two words", 2), ("snake_case = Camel2Case", 4), ("", 0), ("x" * 100, 1), ("na\u00efve \u6f22\u5b57", 1)],
)
def test_only_what_no_tokenizer_joins_is_counted(text: str, words: int) -> None:
    assert fewest_tokens(text) == words


def test_the_estimate_lies_between_the_bounds() -> None:
    for text in (CODE, "word " * 300, "漢字かな" * 100, ""):
        assert fewest_tokens(text) <= likely_tokens(text) <= most_tokens(text)


def test_a_prompt_that_does_not_fit_is_refused_with_both_numbers() -> None:
    check_fits(3000, 1096, 4096)
    with pytest.raises(PromptTooLong, match=r"3000 tokens and up to 1097 .* holds 4096"):
        check_fits(3000, 1097, 4096)


def test_a_prompt_that_the_server_saw_only_in_part_is_an_error() -> None:
    check_whole(0, 500)  # it does not count
    check_whole(500, 500)
    with pytest.raises(AnswerTruncated, match="read 499 tokens of at least 500"):
        check_whole(499, 500)


def test_a_prompt_that_was_pushed_out_is_an_error() -> None:
    check_kept(4096, 4096)
    with pytest.raises(AnswerTruncated, match=r"4097 tokens.* holds 4096"):
        check_kept(4097, 4096)
