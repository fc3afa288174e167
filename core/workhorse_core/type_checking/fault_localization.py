"""Fault localization: the annotations that a type checker's finding may be about, the likeliest first."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from workhorse_core.languages.python.source import PythonSource
from workhorse_core.pipeline.check import Finding
from workhorse_core.pipeline.part import Part
from workhorse_core.type_checking.file_lines import FileLines, PartPlace

_QUOTED = re.compile(r"[\"'`](\w+(?:\.\w+)*)(?:\[[^\"'`]*)?[\"'`]|argument (\w+)\b")
_OF_RESULT = re.compile(r"(?i)\breturn|\byield|\bresult\b")
_QUOTATION = re.compile(r"[\"'`]([^\"'`]+)[\"'`]")
_VALUES = {"True": "bool", "False": "bool"}
_TOO_GENERAL = frozenset({"Any", "Unknown", "Union", "Optional", "Literal", "typing", "collections", "abc", "t"})
_CERTAINTY = {"literal": 2, "override": 2, "comment": 2, "docstring": 1, "isinstance": 1}
_DEPTH = 3
"""The number of calls between a finding and its cause that are followed before all other parts."""


class FaultLocalization:
    """The parts of a candidate by their places in the base.

    Args:
        parts: One annotation each: the first edit is its own.
        read: Returns the base's bytes by path.
    """

    def __init__(self, parts: Sequence[Part], read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._files: dict[str, FileLines] = {}
        self.places = {part: self._place(part) for part in parts}
        self._nothing = {part for part, place in self.places.items() if place.is_nothing}
        self._by_word: dict[str, list[Part]] = {}
        """Parts of functions by their own names; of constructors by the class's."""
        self._variables: dict[str, list[Part]] = {}
        for part, place in self.places.items():
            around, _, last = place.owner.rpartition(".")
            if place.is_variable:
                self._variables.setdefault(place.name, []).append(part)
            elif last:
                words = {last, around.rpartition(".")[2]} if last in ("__init__", "__new__", "__call__") else {last}
                for word in words:
                    self._by_word.setdefault(word, []).append(part)

    def _place(self, part: Part) -> PartPlace:
        edit = part.edits[0]
        return self._file(edit.path).place(edit.start, edit.new)

    def _file(self, path: str) -> FileLines:
        if path not in self._files:
            self._files[path] = FileLines(PythonSource(path, self._read(path) or b""))
        return self._files[path]

    def order(self, finding: Finding) -> list[Part]:
        """Return all parts, the likeliest first; ``finding.line`` is one of the base.

        Parts whose type the finding mentions come before the others, the least certain first, parameters before
        results.
        """
        near, setting = self._near(finding), self._setting(finding)
        likely = [*near, *next(self._reached(finding)), *setting]
        first = [part for part in near[:1] if self._is_its_own(finding, part)]
        meant = sorted((part for part in likely if self._is_typed(finding, part)), key=_certainty)
        less = [part for part in meant if first and self._may_explain(finding, part, first[0])]
        return list(dict.fromkeys([*less, *first, *meant, *near, *setting, *self._far(finding)]))

    def _may_explain(self, finding: Finding, part: Part, result: Part) -> bool:
        """Whether a finding about a result may come from a parameter on its line that is less well known."""
        place = self.places[part]
        is_beside = not place.is_result and place.owner == self.places[result].owner and place.path == finding.path
        if not is_beside or _certainty(part) >= _certainty(result):
            return False
        return place.name in self._file(finding.path).words(finding.line)

    def near(self, finding: Finding) -> set[Part]:
        """Return the parts that the finding can be about, by its line and its message."""
        return {*self._near(finding), *self._setting(finding)}

    def around(self, finding: Finding) -> list[Part]:
        """Return the parts of the innermost definition around a finding that has some."""
        owner = self._file(finding.path).owner_of(finding.line)
        while owner:
            if mine := [part for part in self.places if self._is_of(part, finding.path, owner)]:
                return mine
            owner = owner.rpartition(".")[0]
        return []

    def is_meant(self, finding: Finding, part: Part) -> bool:
        """Whether a finding mentions a part: its name, its type, or the result that it annotates."""
        return self.is_called(finding, part) or self._is_typed(finding, part) or self._is_its_own(finding, part)

    def is_called(self, finding: Finding, part: Part) -> bool:
        """Whether a finding quotes the name that a part annotates."""
        return self.places[part].name in _last_names_in(finding.message)

    def _is_typed(self, finding: Finding, part: Part) -> bool:
        """Whether a finding quotes words of a part's type."""
        return part not in self._nothing and not self.places[part].words.isdisjoint(_types_in(finding.message))

    def is_in_body(self, finding: Finding, part: Part) -> bool:
        """Whether a finding stands in the body of the function that a parameter belongs to."""
        place = self.places[part]
        if place.path != finding.path or place.is_result:
            return False
        return self._file(finding.path).owner_of_body(finding.line) == place.owner != ""

    def _is_its_own(self, finding: Finding, part: Part) -> bool:
        """Whether a finding is about the result of the function around it, which a part annotates."""
        place = self.places[part]
        if not place.is_result or not _OF_RESULT.search(finding.message):
            return False
        return self._is_of(part, finding.path, self._file(finding.path).owner_of(finding.line))

    def _near(self, finding: Finding) -> list[Part]:
        file = self._file(finding.path)
        owner = file.owner_of(finding.line)
        mine = [part for part in self.places if self._is_of(part, finding.path, owner)]
        on_line = [part for part in self.places if self._is_on(part, finding)]
        found: list[Part] = []
        if _OF_RESULT.search(finding.message):
            found += [part for part in [*mine, *on_line] if self.places[part].is_result]
        found += [part for part in [*on_line, *mine] if self.is_called(finding, part)]
        found += on_line
        found += self._used_on(file, finding.line)
        found += self._named(finding, owner)
        found += mine
        its_own = {*mine, *on_line}
        return [part for part in dict.fromkeys(found) if part in its_own or part not in self._nothing]

    def _used_on(self, file: FileLines, line: int) -> list[Part]:
        """Return the parts of the functions and variables that a line calls or reads."""
        found = [part for word in sorted(file.called(line)) for part in self._by_word.get(word, ())]
        found += [part for word in sorted(file.words(line)) for part in self._variables.get(word, ())]
        read = (part for word in sorted(file.attributes(line)) for part in self._by_word.get(word, ()))
        return [*found, *(part for part in read if self.places[part].is_result)]

    def _far(self, finding: Finding) -> Iterator[Part]:
        around, _, own = self._file(finding.path).owner_of(finding.line).rpartition(".")
        if own not in ("", "__init__"):
            yield from self._by_word.get(own, ())  # parameters are inherited
        for level in self._reached(finding):
            yield from level
        yield from (part for part in self.places if around and self._is_of(part, finding.path, around))
        yield from (part for part in self.places if self.places[part].path == finding.path)
        yield from self.places

    def _setting(self, finding: Finding) -> list[Part]:
        """Return the parts of methods of the same class that set an attribute which the function uses."""
        file = self._file(finding.path)
        owner = file.owner_of(finding.line)
        around = owner.rpartition(".")[0]
        words = [*sorted(file.attributes(finding.line)), *sorted(file.attributes_around(finding.line))]
        names = [name for word in words for name in file.setters.get((around, word), ()) if name != owner]
        return [part for name in names for part in self.places if self._is_of(part, finding.path, name)]

    def _reached(self, finding: Finding) -> Iterator[list[Part]]:
        """Yield the parts of functions called around a line or by those in the message, then of those that they call.

        Of a function with an annotated result only that counts; of others a checker looks at the whole body.
        """
        words = self._file(finding.path).called_around(finding.line)
        named = _last_names_in(finding.message) & {*self._by_word}
        words |= {called for each in self._files.values() for word in named for called in each.calls.get(word, ())}
        known = set[str]()
        for _ in range(_DEPTH):
            known |= words
            level: list[Part] = []
            for word in sorted(words):
                parts = [part for part in self._by_word.get(word, ()) if part not in self._nothing]
                level += [part for part in parts if self.places[part].is_result] or parts
            yield level
            words = {called for each in self._files.values() for word in words for called in each.calls.get(word, ())}
            words -= known

    def owner(self, part: Part) -> tuple[str, str]:
        """Return the definition that a part belongs to: path and name."""
        place = self.places[part]
        return place.path, place.owner

    def _named(self, finding: Finding, owner: str) -> list[Part]:
        """Return the parts of the functions that a message names, without the one around it."""
        words = _last_names_in(finding.message)
        own = {owner.rpartition(".")[2]}
        found = [part for word in sorted(words - own) for part in self._by_word.get(word, ())]
        return [part for part in found if self.places[part].name in words] or found

    def _is_of(self, part: Part, path: str, owner: str) -> bool:
        place = self.places[part]
        return place.path == path and place.owner == owner

    def _is_on(self, part: Part, finding: Finding) -> bool:
        place = self.places[part]
        return place.path == finding.path and place.line == finding.line


def _certainty(part: Part) -> int:
    """Return how well a type is known: 2 where the code shows it, 1 where its author wrote it, else 0."""
    return max((_CERTAINTY.get(source, 0) for source in part.sources), default=0)


@lru_cache(maxsize=1000)
def _last_names_in(message: str) -> frozenset[str]:
    """Return the names that a message quotes, of dotted ones the last part."""
    return frozenset(word.rpartition(".")[2] for pair in _QUOTED.findall(message) for word in pair if word)


@lru_cache(maxsize=1000)
def _types_in(message: str) -> frozenset[str]:
    """Return the words of a message's quotations, values as their types."""
    words: set[str] = {word for quotation in _QUOTATION.findall(message) for word in re.findall(r"\w+", quotation)}
    return frozenset(_VALUES.get(word, word) for word in words) - _TOO_GENERAL
