"""Reasoning is taken out, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workhorse_core.models.chat.reasoning import separate_reasoning

JSON = '{"summary": "Add."}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        (f"<think>hm</think>{JSON}", JSON),
        (f"\n <think>\nhm\n\n</think>\n\n{JSON}", f"\n\n{JSON}"),
        (f"<think>a</think><think>b</think>{JSON}", JSON),
        (f"<THINK>a</Think>{JSON}", JSON),
        (f"<thinking>a</thinking>{JSON}", JSON),
        (f"<reasoning>a</reasoning>\n{JSON}", f"\n{JSON}"),
        (f"[THINK]a[/THINK]{JSON}", JSON),
        ("<think>never ends", ""),
        ("<think>", ""),
        ("<think></think>", ""),
        (f"<think>a</thinking> b </think>{JSON}", JSON),
        (f"hm, so be it\n</think>\n\n{JSON}", f"\n\n{JSON}"),
        (f"hm, so be it</think>{JSON}", JSON),
        (f"hm [/THINK]\n{JSON}", f"\n{JSON}"),
        ("hm\n</think>", ""),
        (f"hm</think><think>more</think>{JSON}", JSON),
        ("hm </think>\n```python\nx = '</think>'\n```", "\n```python\nx = '</think>'\n```"),
    ],
)
def test_thinking_is_taken_out(text: str, expected: str) -> None:
    assert separate_reasoning(text).answer == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"summary": "Take <think> blocks out, and </think>\\n too."}',
        '["</think>"]',
        'text.partition("</think>")[2]\n',
        'x = "<think>"\ny = 1\n',
        "Say <think> to think.",
    ],
)
def test_an_answer_about_thinking_stays_whole(text: str) -> None:
    assert separate_reasoning(text).answer == text


@given(thought=st.text(), answer=st.sampled_from([JSON, "plain words", "```\ncode\n```"]))
def test_whatever_was_thought_the_answer_is_what_follows(thought: str, answer: str) -> None:
    block = f"<think>{thought.replace('</think>', '')}</think>"
    assert separate_reasoning(block + answer).answer == answer


def test_many_blocks_are_no_trouble() -> None:
    assert separate_reasoning("<think>a</think>" * 20_000 + "x").answer == "x"
    assert separate_reasoning("a</think>\n" * 20_000) is not None
