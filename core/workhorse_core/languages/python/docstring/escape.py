"""Escapes for a triple-quoted literal that is not raw."""

from workhorse_core.system.lazy_regex import late_pattern

_QUOTES = late_pattern('"{3,}')


def escape(line: str) -> str:
    """Double backslashes, and escape each quotation mark where three are adjacent."""
    return _QUOTES.sub(lambda run: '\\"' * len(run[0]), line.replace("\\", "\\\\"))
