"""Measure the check words on the graded docstrings, and write docs/words.md: make results-words."""

import sys
from pathlib import Path

from support.graded_words import measure, table
from workhorse_core.checks.words.kinds import KINDS

PAGE = Path(__file__).parents[1] / "docs/words.md"
HEAD = """\
# What the check of words finds

Measured on the 310 docstrings of `tests/cases/words`, which three readers graded: a true and useful, b no more than
the name, c odd or cut, d false, for the summary; true, vague or false for each entry. The counts are texts with a
finding. `make results-words` writes this page. The readers agreed on the class of 191 summaries and on 425 of 623
entries; 12 summaries had no majority, and have the first reader's class.

A finding on a or on a true entry is a false alarm. The check finds what a program can see: a sentence that is well
made and wrong about what the code means, which is most of what is false here, is not among it: of the texts held back
it finds {odd} odd ones, {false} false ones, and {good} good ones. The goal was 70 % of both, with 3 %. The kinds
that never occur here ({never}) are tested by cases of their own.
"""


def page() -> str:
    """Return the page."""
    totals, caught = measure("held")
    _, tuned = measure("tuned")

    def rate(*groups: str) -> str:
        return f"{sum(caught['any', each] for each in groups)} of {sum(totals[each] for each in groups)}"

    found = {kind for kind, _ in (*caught, *tuned)}
    never = ", ".join(kind for kind in KINDS if kind not in found)
    head = HEAD.format(odd=rate("c"), false=rate("d", "false"), good=rate("a", "true"), never=never)
    parts = [head]
    for half, title in (("held", "Held back from tuning"), ("tuned", "Tuned on")):
        parts.append(f"## {title}\n\n{table(half)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8")
