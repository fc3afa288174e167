"""Regular expressions that are compiled when they are first used.

Most rules do not come up in most jobs; compiling all their patterns at import cost each job about 10 ms.
"""

import re
from typing import Any, AnyStr, cast


class _LatePattern:
    """Stand-in for a pattern; compiles it on first use, and caches each attribute."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._source), name)
        setattr(self, name, value)
        return value


def late_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Compile a pattern on first use; only its own methods may be used, not ``re.sub`` and the like."""
    return cast("re.Pattern[AnyStr]", _LatePattern(pattern, flags))
