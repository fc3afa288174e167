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
    """One function, the words of which a true summary has one, and those that make it false."""

    code: str
    true: str
    false: str = r"(?!)"


CASES = (
    Case("def trim(items, limit):\n    return items[-limit:]\n", r"last|end|final|tail", r"first|begin|start"),
    Case("def pick(words):\n    return max(words, key=len)\n", r"longest", r"short|alphabet"),
    Case("def pick(words):\n    return min(words, key=len)\n", r"shortest", r"longest"),
    Case("def unique(items):\n    return list(dict.fromkeys(items))\n", r"duplicat|unique|distinct|once"),
    Case("def flat(rows):\n    return [cell for row in rows for cell in row]\n", r"flat|single|one list|cells"),
    Case("def label(number):\n    return 'even' if number % 2 == 0 else 'odd'\n", r"even|odd"),
    Case(
        "def chunks(items, size):\n    for start in range(0, len(items), size):\n"
        "        yield items[start : start + size]\n",
        r"chunk|group|batch|part|slice|piece",
    ),
    Case("def mask(card):\n    return '*' * (len(card) - 4) + card[-4:]\n", r"last|four|4|mask|hid|aster", r"first"),
    Case("def same(one, other):\n    return sorted(one) == sorted(other)\n", r"same|equal|match|anagram|regardless"),
    Case(
        "def invert(table):\n    return {value: key for key, value in table.items()}\n", r"swap|revers|invert|exchang"
    ),
    Case(
        "def first_line(path):\n    with open(path) as file:\n        return file.readline()\n", r"first", r"all|last"
    ),
    Case(
        "def note(message):\n    with open('notes.txt', 'a') as file:\n        file.write(message + '\\n')\n",
        r"append|add|writ|sav|log|record",
        r"read|return",
    ),
    Case("def average(values):\n    return sum(values) / len(values)\n", r"average|mean", r"median|maximum"),
    Case(
        "def retry(call, times):\n    for _ in range(times):\n        try:\n            return call()\n"
        "        except OSError:\n            continue\n    return None\n",
        r"retr|again|until|times|repeat|attempt|call",
    ),
    Case(
        "def wait_for(path):\n    while not path.exists():\n        time.sleep(1)\n",
        r"wait|until|exist|appear",
        r"delet|remov|disappear",
    ),
    Case(
        "def absent(names, known):\n    return [name for name in names if name not in known]\n",
        r"not|miss|absen|unknown",
    ),
    Case(
        "def tidy(names):\n    return [name.strip().lower() for name in names if name.strip()]\n",
        r"lower|strip|space|empty|blank|normal|clean",
        r"upper|sort",
    ),
    Case(
        "def total(lines):\n    return sum(line.price * line.count for line in lines)\n",
        r"total|sum|add|price|cost",
        r"average|maximum",
    ),
    Case(
        "def newest(files):\n    return sorted(files, key=lambda file: file.changed)[-1]\n",
        r"newest|latest|recent|last",
        r"old",
    ),
    Case(
        "def count(text):\n    return len([line for line in text.split('\\n') if line.strip()])\n",
        r"lines",
        r"words|character",
    ),
)


def make_exam() -> Sequence[Graded]:
    """Make the questions, each as a draft would ask it."""
    return [_graded(case) for case in CASES]


def _graded(case: Case) -> Graded:
    source = PythonSource("example.py", case.code.encode())
    region = find_definitions(source)[1]
    shape = shape_of(read_signature(region))

    def is_right(answer: str) -> bool:
        return _is_right(answer, case, region, shape)

    return Graded(make_question(region, shape, {}, OWN, None), is_right)


def _is_right(answer: str, case: Case, region: Region, shape: Shape) -> bool:
    told = [text for example in OWN for text in example.texts.values()]
    try:
        read = read_answer(answer, Asked(shape, _WIDEST, region.name, case.code, told))
    except AnswerMalformed:
        return False
    summary = read.texts.get(SUMMARY, "")
    is_true = re.search(case.true, summary, re.IGNORECASE) and not re.search(case.false, summary, re.IGNORECASE)
    return bool(is_true) and not read.faults
