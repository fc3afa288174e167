"""Graded questions about short functions of our own, for the probe."""

import re
from collections.abc import Sequence

from workhorse_core.actions.docstrings.prompt.answer import Asked, read_answer
from workhorse_core.actions.docstrings.prompt.examples import OWN
from workhorse_core.actions.docstrings.prompt.labels import SUMMARY
from workhorse_core.actions.docstrings.prompt.question import make_question
from workhorse_core.actions.docstrings.shape import Shape, shape_of
from workhorse_core.errors import AnswerMalformed
from workhorse_core.languages.python.signature import read_signature
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.models.probe.exam import Graded
from workhorse_core.pipeline.region import Region, find_definitions
from workhorse_core.system.named_tuple import NamedTuple

_WIDEST = 200
"""Columns; the length of the summary is not graded."""


class Case(NamedTuple):
    """One body, whose names give nothing away; the words of which a true summary has one, and those of a false one."""

    code: str
    true: str
    false: str = r"(?!)"


CASES = (
    Case("    return a[-b:]", r"last|end\b|final|tail", r"first|begin"),
    Case("    return max(a, key=len)", r"longest", r"short|alphabet"),
    Case("    return min(a, key=len)", r"shortest", r"longest"),
    Case("    return list(dict.fromkeys(a))", r"duplicat|unique|distinct|once"),
    Case("    return [c for d in a for c in d]", r"flat|single list|one list"),
    Case("    return a % b == 0", r"divisib|multiple|divide|remainder"),
    Case("    for c in range(0, len(a), b):\n        yield a[c : c + b]", r"chunk|group|batch|part|slice|piece"),
    Case("    return '*' * (len(a) - 4) + a[-4:]", r"last (?:four|4)|all but|mask|hid", r"first (?:four|4)"),
    Case("    return sorted(a) == sorted(b)", r"same|equal|anagram|regardless"),
    Case("    return {d: c for c, d in a.items()}", r"swap|revers|invert|exchang|values? (?:to|as) keys?"),
    Case("    with open(a) as c:\n        return c.readline()", r"first line", r"all|last"),
    Case("    with open(a, 'a') as c:\n        c.write(b + '\\n')", r"append|add|end of", r"read"),
    Case("    return sum(a) / len(a)", r"average|mean\b", r"median|maximum"),
    Case(
        "    for _ in range(b):\n        try:\n            return a()\n        except OSError:\n            continue",
        r"retr|again|up to|until|repeat|times|attempt",
    ),
    Case("    while not a.exists():\n        time.sleep(b)", r"wait|until", r"delet|remov"),
    Case("    return [c for c in a if c not in b]", r"not in|missing|absent|differ|exclud|without|remov"),
    Case(
        "    return [c.strip().lower() for c in a if c.strip()]", r"lower|strip|whitespace|empty|blank", r"upper|sort"
    ),
    Case("    return sum(c.price * c.count for c in a)", r"total|sum", r"average|maximum"),
    Case("    return sorted(a, key=lambda c: c.changed)[-1]", r"newest|latest|recent|last", r"oldest"),
    Case(
        "    return len([c for c in a.split('\\n') if c.strip()])", r"non-?empty|not empty|lines", r"words|characters"
    ),
)


def make_exam() -> Sequence[Graded]:
    """Make the questions, each as a draft would ask it."""
    return [_graded(case) for case in CASES]


def _graded(case: Case) -> Graded:
    source = PythonSource("example.py", f"def run(a, b=1):\n{case.code}\n".encode())
    region = find_definitions(source)[1]
    shape = shape_of(read_signature(region))._replace(returns=False, yields=False)

    def is_right(answer: str) -> bool:
        return _is_right(answer, case, region, shape)

    return Graded(make_question(region, shape, {}, [each.without_results() for each in OWN], None), is_right)


def _is_right(answer: str, case: Case, region: Region, shape: Shape) -> bool:
    shown = [text for example in OWN for text in example.texts.values()]
    try:
        read = read_answer(answer, Asked(shape, _WIDEST, region.name, case.code, shown))
    except AnswerMalformed:
        return False
    summary = read.texts.get(SUMMARY, "")
    is_true = re.search(case.true, summary, re.IGNORECASE) and not re.search(case.false, summary, re.IGNORECASE)
    return bool(is_true)
