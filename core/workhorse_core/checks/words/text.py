"""The texts of one docstring that stand alone, and the faults that are found in them."""

from enum import StrEnum

from workhorse_core.languages.python.docstring.paragraph import is_fixed, paragraphs
from workhorse_core.languages.python.docstring.read import SectionKind, read_docstring
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple


class Place(StrEnum):
    """The part of a docstring that a text is."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    PARAMETER = "parameter"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"


class Text(NamedTuple):
    """One text; ``name`` is that of the parameter or exception, without stars; ``line`` counts from 0."""

    place: Place
    name: str
    words: str
    line: int = 0

    @property
    def label(self) -> str:
        """Its name at the beginning of a message."""
        if self.name:
            return f"The text about {self.name}"
        return f"The {self.place}" if self.place in (Place.SUMMARY, Place.DESCRIPTION) else "The text about the result"

    @property
    def sentences(self) -> list[str]:
        """Its sentences; an entry of a list is one of its own."""
        return split_sentences(self.words)


class Fault(NamedTuple):
    """A fault, in words for the model; ``sentence`` is the faulty one, "" for the text as a whole."""

    text: Text
    message: str
    sentence: str = ""
    kind: str = ""


_WORD = late_pattern(r"\w+")
_END = late_pattern(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)(?<=[.!?])[\"')\]`]*\s+(?=[A-Z`\"'(\d*:])|\n+")
_UNDERLINED = late_pattern(r"[=~-]{4,}")
_MARKUP = late_pattern(r":[\w -]+:|@\w+|[=~-]{3,}")
_ENTRIES = {
    SectionKind.PARAMETERS: Place.PARAMETER,
    SectionKind.ATTRIBUTES: Place.PARAMETER,
    SectionKind.RETURNS: Place.RETURNS,
    SectionKind.YIELDS: Place.YIELDS,
    SectionKind.RAISES: Place.RAISES,
}


def split_sentences(words: str) -> list[str]:
    """Split prose into sentences; lines apart are sentences apart."""
    return [sentence.strip() for sentence in _END.split(words) if sentence.strip()]


def word_key(words: str) -> tuple[str, ...]:
    """Return the words of a sentence, whatever their case and what stands between them."""
    return tuple(word.lower() for word in _WORD.findall(words))


def read_texts(docstring: str) -> list[Text]:
    """Read the texts of a docstring in any style; code, tables and examples in it are left out."""
    reading = read_docstring(docstring)
    first = reading.content.summary
    prose = ["\n".join(lines) for lines in _prose(f"{first}\n\n{reading.content.description}")]
    if not first or not prose or _UNDERLINED.search(first):
        return []
    texts = [Text(Place.SUMMARY, "", prose.pop(0))]
    if prose:
        texts.append(Text(Place.DESCRIPTION, "", "\n".join(prose), 2))
    for section in reading.sections:
        place = _ENTRIES.get(section.kind)
        if place is None:
            continue
        for entry in section.entries:
            words = "\n".join("\n".join(lines) for lines in _prose(entry.text))
            texts += [Text(place, name.lstrip("*"), words, entry.first) for name in entry.names or ("",) if words]
    return texts


def _prose(description: str) -> list[list[str]]:
    """Return the paragraphs that are prose or lists; the colon before an example ends a sentence."""
    kept: list[list[str]] = []
    for lines in paragraphs(description):
        if is_fixed(lines) or _MARKUP.match(lines[0]):
            if kept and kept[-1][-1].endswith(":"):
                kept[-1][-1] = kept[-1][-1].rstrip(": ") + "."
        else:
            kept.append(lines)
    return kept
