"""Cuts in a docstring's literal: a sentence, an entry, or a section without entries goes, every other line stays."""

import ast
import re
import textwrap
from collections.abc import Sequence

from workhorse_core.checks.words.text import Fault, Place
from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.languages.python.docstring.read import Reading, Section, SectionKind, read_docstring
from workhorse_core.system.lazy_regex import late_pattern

_LITERAL = late_pattern(r"(?P<head>\s*)(?P<open>[rRuU]?\"\"\")(?P<body>.*)(?P<close>\"\"\"\s*)", re.DOTALL)
_KINDS = {
    Place.PARAMETER: (SectionKind.PARAMETERS, SectionKind.ATTRIBUTES, SectionKind.TYPES),
    Place.RETURNS: (SectionKind.RETURNS,),
    Place.YIELDS: (SectionKind.YIELDS,),
    Place.RAISES: (SectionKind.RAISES,),
}


def trim_docstring(new: bytes, faults: Sequence[Fault]) -> bytes | None:
    """Cut faulty texts out of a docstring.

    Args:
        new: The literal with the blanks around it, as an edit puts it in.
        faults: Those of its texts.

    Returns:
        The shorter literal; None where the summary is faulty, or a fault cannot be located.
    """
    match = _LITERAL.fullmatch(new.decode("utf-8", "replace"))
    if match is None or "\ufffd" in match[0] or any(fault.text.place is Place.SUMMARY for fault in faults):
        return None
    end = "\r\n" if "\r\n" in match["body"] else "\n"
    lines = match["body"].replace("\r\n", "\n").split("\n")
    value = ast.literal_eval(match["open"] + match["body"] + '"""')
    if not isinstance(value, str) or len(value.split("\n")) != len(lines):
        return None
    cutting = _Cutting(lines, read_docstring(value))
    once = {(fault.text, fault.sentence): fault for fault in faults}
    if not all(cutting.cut(fault) for fault in once.values()):
        return None
    return (match["head"] + match["open"] + end.join(cutting.result()) + match["close"]).encode()


class _Cutting:
    """The lines of a docstring as its literal has them, and those that go."""

    def __init__(self, lines: list[str], reading: Reading) -> None:
        self._lines = list(lines)
        self._reading = reading
        self._gone = set[int]()

    def cut(self, fault: Fault) -> bool:
        """Cut the faulty sentence, or the entry where the sentence is all of it; return whether it was found."""
        text = fault.text
        alone = not fault.sentence or text.sentences == [fault.sentence]
        if text.place is Place.DESCRIPTION:
            sentences = [fault.sentence] if fault.sentence else text.sentences
            end = min((section.first for section in self._reading.sections), default=len(self._lines))
            found = [self._cut_sentence(sentence, range(1, end)) for sentence in sentences]
            return all(found)
        spans = self._spans(fault)
        if spans and all(self._gone.issuperset(span) for span in spans):
            return True
        if alone or text.sentences[0] == fault.sentence:
            for span in spans:
                self._gone.update(span)
            return bool(spans)
        found = [self._cut_sentence(fault.sentence, span) for span in spans]
        return any(found)

    def result(self) -> list[str]:
        """Return the lines that stay, without empty sections and without more blank lines than there were."""
        for section in self._reading.sections:
            if section.entries and all(set(range(e.first, e.last)) <= self._gone for e in section.entries):
                self._gone.update(range(section.first, section.last))
                self._gone.update(self._blanks_before(section))
        kept = [line for number, line in enumerate(self._lines) if number not in self._gone]
        while len(kept) > 2 and not kept[-2].strip():
            del kept[-2]
        return [kept[0].rstrip()] if len(kept) == 2 and not kept[1].strip() and not kept[0].endswith('"') else kept

    def _blanks_before(self, section: Section) -> range:
        first = section.first
        while section.style is not Style.SPHINX and first > 1 and not self._lines[first - 1].strip():
            first -= 1
        return range(first, section.first)

    def _spans(self, fault: Fault) -> list[range]:
        return [
            range(entry.first, entry.last)
            for section in self._reading.sections
            if section.kind in _KINDS.get(fault.text.place, ())
            for entry in section.entries
            if not fault.text.name or fault.text.name in [name.lstrip("*") for name in entry.names]
        ]

    def _cut_sentence(self, sentence: str, span: range) -> bool:
        """Cut a sentence out of the one paragraph that has it, and fill that paragraph anew."""
        pattern = re.compile(r"\s*" + r"\s+".join(map(re.escape, sentence.split())))
        for block in self._blocks(span):
            text = "\n".join(self._lines[number] for number in block)
            match = pattern.search(text)
            if match is None:
                continue
            left = text[: match.start()] + (" " if match.start() else "") + text[match.end() :]
            width = max(len(self._lines[number]) for number in block)
            filled = self._fill(left, block, width)
            for number in block:
                self._lines[number] = filled.pop(0) if filled else ""
                if not self._lines[number]:
                    self._gone.add(number)
            if block[0] in self._gone and block[0] and not self._lines[block[0] - 1].strip():
                self._gone.add(block[0] - 1)
            return True
        return False

    def _fill(self, text: str, block: Sequence[int], width: int) -> list[str]:
        first = self._lines[block[0]]
        rest = self._lines[block[1]] if len(block) > 1 else first
        indents = [line[: len(line) - len(line.lstrip())] for line in (first, rest)]
        return textwrap.wrap(
            " ".join(text.split()),
            width,
            initial_indent=indents[0],
            subsequent_indent=indents[1],
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _blocks(self, span: range) -> list[list[int]]:
        """Split lines into paragraphs."""
        blocks: list[list[int]] = [[]]
        for number in span:
            if self._lines[number].strip() and number not in self._gone:
                blocks[-1].append(number)
            elif blocks[-1]:
                blocks.append([])
        return [block for block in blocks if block]
