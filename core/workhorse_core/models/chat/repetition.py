"""Loops in a model's output: a unit of text repeated again and again until the context is full."""

UNIT = 240
"""The longest unit that is looked for, in characters; a loop of small models is a line or two."""

TIMES = 8
SHORTEST = 600
"""The least characters that a loop covers: a table of zeros or a ruled line is shorter."""

TAIL = UNIT * TIMES
"""The characters from the end that :func:`ends_in_loop` looks at."""

_MARK = 24


def ends_in_loop(text: str) -> bool:
    """Return whether the text ends in a unit repeated ``TIMES`` times or more, over ``SHORTEST`` characters or more."""
    tail = text[-TAIL:]
    if len(tail) < SHORTEST:
        return False
    before = tail.rfind(tail[-_MARK:], 0, len(tail) - 1)
    if before < 0:
        return False
    unit = len(tail) - _MARK - before
    covered = max(unit * TIMES, SHORTEST)
    return covered <= len(tail) and tail[-covered:-unit] == tail[-covered + unit :]
