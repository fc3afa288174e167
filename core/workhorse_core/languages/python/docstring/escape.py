"""How a line of text is written in a triple-quoted literal that is not raw."""

import re

_QUOTES = re.compile('"{3,}')


def escape(line: str) -> str:
    """Double the backslashes, and put one before each quotation mark where three stand together."""
    return _QUOTES.sub(lambda run: '\\"' * len(run[0]), line.replace("\\", "\\\\"))
