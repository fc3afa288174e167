"""Reading of an answer in plain lines: those that were asked for, whatever is around them."""

import re
from collections.abc import Mapping, Sequence

from workhorse_core.actions.docstrings.prompt.labels import Kind, Label

_LINE = re.compile(
    r"[ \t]*(?:[-*•][ \t]+|\d+[.)][ \t]+)?[*_`]{0,3}"
    r"(?P<label>(?:parameter|raises?|arg|param)?[ \t]*\*{0,2}[\w.]+)[*_`]{0,3}[ \t]*(?:\([^()\n]*\))?[ \t]*"
    r"[*_`]{0,3}:[*_`]{0,3}[ \t]+(?P<text>\S.*)",
    re.IGNORECASE,
)


def read_lines(answer: str, wanted: Sequence[Label]) -> Mapping[Label, str]:
    """Read the lines of an answer; of several with one label the first counts, and others are dropped.

    A text that goes on below, without a label, is taken up to a blank line or the end of its sentence.
    """
    names = {_bare(spelling): label for label in wanted for spelling in _spellings(label)}
    found: dict[Label, str] = {}
    last: Label | None = None
    for line in answer.replace("\r\n", "\n").split("\n"):
        match = _LINE.match(line)
        label = names.get(_bare(match["label"])) if match else None
        if match and label and label not in found:
            found[label] = match["text"].strip()
            last = label
        elif match or not line.strip() or line.lstrip().startswith("```"):
            last = None
        elif last and found[last][-1] not in ".!?":
            found[last] += f" {line.strip()}"
    return found


def _spellings(label: Label) -> Sequence[str]:
    if label.kind is Kind.PARAMETER:
        return (str(label), f"parameter {label.name}", f"param {label.name}", f"arg {label.name}")
    if label.kind is Kind.RAISES:
        short = label.name.rpartition(".")[2]
        return (str(label), f"raise {label.name}", f"raises {short}", label.name, short)
    return (label.kind.value, label.kind.value.removesuffix("s"))


def _bare(text: str) -> str:
    return " ".join(text.replace("*", "").split()).lower()
