"""Names in a text that the file does not have."""

import builtins
import keyword
import sys
from collections.abc import Iterator, Sequence

from workhorse_core.checks.words.subject import Subject
from workhorse_core.checks.words.text import Fault, Text
from workhorse_core.system.lazy_regex import late_pattern

_QUOTED = late_pattern(r"(?<!:)(`{1,2})([^`\n]+)\1(?!_)")
_NAME = late_pattern(r"\*{0,2}([^\W\d]\w*(?:\.[^\W\d]\w*)*)(?:\(\))?")
_BARE = late_pattern(r"(?<![\w`'\"./\\%$@#~<{:*-])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w`'\"/=(*-]|\.\w)")
_KNOWN = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist, *sys.stdlib_module_names, "self", "cls"})


_SHORT = 3


def find(texts: Sequence[Text], subject: Subject) -> Iterator[Fault]:
    """Find names in backticks, and words in snake_case, that stand nowhere in the file's code."""
    for text in texts:
        for sentence in text.sentences:
            quoted = [match[1] for each in _QUOTED.findall(sentence) if (match := _NAME.fullmatch(each[1].strip()))]
            rest = _QUOTED.sub(" ", sentence)
            for name in [*quoted, *(_BARE.findall(rest) if "_" in rest else ())]:
                if any(_is_foreign(part, subject) for part in name.split(".")):
                    yield Fault(text, f"{text.label} names {name}, which the code does not have.", sentence)
                    break


def _is_foreign(name: str, subject: Subject) -> bool:
    """Whether neither the file nor Python has a name; a shorter one may be a symbol of mathematics."""
    if len(name) < _SHORT or (name.startswith("__") and name.endswith("__")):
        return False
    known = name in _KNOWN or name.capitalize() in _KNOWN or name in subject.place.split() or name in subject.words
    return not known and name not in subject.file.words
