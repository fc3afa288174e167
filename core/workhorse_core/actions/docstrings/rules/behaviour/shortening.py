"""Sentences too long for one line, as a short first sentence and the rest."""

import re

from workhorse_core.system.lazy_regex import late_pattern

_CODE = late_pattern(r"``[^`]*``")
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight")
_FORMS = (
    (
        late_pattern(r"^(Return) (?P<a>whether .+) the same (?P<b>[^ ]+(?:, [^ ]+)* and [^ ]+)\.$"),
        "{1} {a} equal values.",
        "Compared are {b}.",
    ),
    (
        late_pattern(r"^(Return) (?P<a>whether .+) the same (?P<b>[^ ]+(?:, [^ ]+)* and [^ ]+), or (?P<c>.+)\.$"),
        "{1} {a} equal values.",
        "Compared are {b}. Return {c}.",
    ),
    (late_pattern(r"^(.+), made (?P<a>at the first \w+) and kept\.$"), "{1}.", "It is made {a} and kept."),
    (late_pattern(r"^(Return|Yield) (?P<a>.+?), or (?P<b>.+) if (?P<c>.+)\.$"), "{1} {a}.", "{1} {b} instead if {c}."),
    (late_pattern(r"^(The|A|An) (?P<a>.+?), or (?P<b>.+) if (?P<c>.+)\.$"), "{1} {a}.", "It is {b} if {c}."),
    (late_pattern(r"^(Return) (?P<a>.+? if .+?), (?:else )?(?P<b>.+)\.$"), "{1} {a}.", "Otherwise return {b}."),
    (late_pattern(r"^([A-Z]\w+) (?P<a>.+? if .+), else (?P<b>.+)\.$"), "{1} {a}.", "Otherwise {b}."),
    (
        late_pattern(r"^(Return a (?:list|set|tuple) of the .+? (?:in|of) .+?) (?P<a>(?:whose|that|for which) .+)\.$"),
        "{1}.",
        "Only those {a} are in it.",
    ),
    (
        late_pattern(r"^(Return a (?:list|set|tuple) of \S+) (?P<a>for each .+)\.$"),
        "{1}.",
        "It has one element {a}.",
    ),
    (late_pattern(r"^(Yield \S+) (?P<a>for each .+)\.$"), "{1}.", "There is one {a}."),
    (late_pattern(r"^(Return|Yield) (?P<a>an? \S+) made (?P<b>.+)\.$"), "{1} {a}.", "It is made {b}."),
    (late_pattern(r"^(Delegate) to (?P<a>\S+) with (?P<b>.+)\.$"), "{1} to {a}.", "It is given {b}."),
    (late_pattern(r"^(Set) (?P<a>\S+ to .+?) and (?P<b>\S+ to .+)\.$"), "{1} {a}.", "{1} {b} as well."),
)
_KEYS = late_pattern(r"^(Return )?(?P<a>[Aa]) dictionary with the keys (?P<keys>[^ ]+(?:, [^ ]+)* and [^ ]+)\.$")
_VALUES = late_pattern(r"^Return a tuple of (?P<values>[^ ]+(?:, [^ ]+){0,4} and [^ ]+)\.$")


def shortened(sentence: str) -> tuple[str, str] | None:
    """Return a first sentence and the rest, which together state the same; None where there is no such place."""
    codes: list[str] = []

    def hidden(match: re.Match[str]) -> str:
        codes.append(match[0])
        return f"\x00{len(codes) - 1}\x00"

    def shown(text: str) -> str:
        return re.sub("\x00(\\d+)\x00", lambda match: codes[int(match[1])], text)

    masked = _CODE.sub(hidden, sentence)
    if found := _KEYS.match(masked):
        count = found["keys"].count(",") + 2
        if count > len(_COUNTS) + 1:
            return None
        first = f"{found[1] or ''}{found['a']} dictionary with {_COUNTS[count - 2]} keys."
        return first, shown(f"The keys are {found['keys']}.")
    if found := _VALUES.match(masked):
        count = found["values"].count(",") + 2
        return f"Return a tuple of {_COUNTS[count - 2]} values.", shown(f"They are {found['values']}.")
    for pattern, first, rest in _FORMS:
        if match := pattern.match(masked):
            groups = {**match.groupdict(), "1": match[1]}
            parts = [re.sub(r"\{(\w)\}", lambda one: groups[one[1]], text) for text in (first, rest)]  # noqa: B023
            return shown(parts[0]), shown(parts[1])
    return None
