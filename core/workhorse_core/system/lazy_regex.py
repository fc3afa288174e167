"""Regular expressions that are compiled when they are first used.

Most rules do not come up in most jobs; compiling all their patterns at import cost each job about 10 ms.
"""

import re
from typing import Any, AnyStr, cast


class _LatePattern:
    """Stands for a pattern until it is asked for anything; keeps each answer, so that it is asked once."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._source), name)
        setattr(self, name, value)
        return value


def late_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Do as ``re.compile`` does, but later; only the pattern's own methods may be used, not ``re.sub`` and the like."""
    return cast("re.Pattern[AnyStr]", _LatePattern(pattern, flags))
