"""Token counts of a text, and checks that they fit: a cut prompt must never pass for a whole one."""

import re

from workhorse_core.errors import AnswerTruncated, PromptTooLong

TEMPLATE_TOKENS = 64
"""The tokens of a chat template around two messages, with room to spare."""

IMAGE_TOKENS = 1600
"""The most that usual models of vision spend on one image."""

_WORD = re.compile(r"(?<![^\x00-\x7f])[A-Za-z]++(?![^\x00-\x7f])")
"""Letters between blanks, digits, signs or underscores; words with other letters are left out, not cut."""


def most_tokens(text: str) -> int:
    """Return a number that no tokenizer exceeds: each token covers a byte at least."""
    return len(text.encode("utf-8", "replace")) + TEMPLATE_TOKENS


def likely_tokens(text: str) -> int:
    """Estimate on the high side: three bytes a token, where code has three to five."""
    return len(text.encode("utf-8", "replace")) // 3 + TEMPLATE_TOKENS


def fewest_tokens(text: str) -> int:
    """Return a number that no usual tokenizer undercuts: none of their tokens spans two words."""
    return sum(1 for _ in _WORD.finditer(text))


def check_fits(prompt_tokens: int, answer_tokens: int, context_tokens: int) -> None:
    """Check that a prompt and its answer fit together.

    Raises:
        PromptTooLong: They do not; the message has both numbers.
    """
    if prompt_tokens + answer_tokens > context_tokens:
        answer = f" and up to {answer_tokens} for its answer" if answer_tokens else ""
        raise PromptTooLong(
            f"The question needs {prompt_tokens} tokens{answer}, and the model's context holds {context_tokens}.",
            "Name a smaller region, or start the model server with a larger context.",
        )


def check_whole(counted: int, fewest: int) -> None:
    """Check the server's own count of the prompt (0: it gave none) against the least that was sent.

    Raises:
        AnswerTruncated: The server saw less than it was sent.
    """
    if 0 < counted < fewest:
        raise AnswerTruncated(
            f"The server cut the question off: it read {counted} tokens of at least {fewest}.",
            "Start the model server with a larger context; for Ollama set OLLAMA_CONTEXT_LENGTH=16384.",
        )


def check_kept(tokens: int, context_tokens: int) -> None:
    """Check that the question was still in the context when the answer ended: some servers push it out.

    Raises:
        AnswerTruncated: Question and answer together are more than the context holds.
    """
    if tokens > context_tokens:
        raise AnswerTruncated(
            f"Question and answer took {tokens} tokens, and the model's context holds {context_tokens}.",
            "Name a smaller region, or start the model server with a larger context.",
        )
