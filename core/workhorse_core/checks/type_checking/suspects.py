"""Which annotations a type checker's finding may be about: those near it first, then those that it names."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workhorse_core.action import Part
from workhorse_core.check import Finding
from workhorse_core.code.nodes import Function
from workhorse_core.code.source import Source
from workhorse_core.errors import TargetError
from workhorse_core.region import Region, definitions

_QUOTED = re.compile(r"[\"'`](\w+(?:\.\w+)*)(?:\[[^\"'`]*)?[\"'`]|argument (\w+)\b")
_OF_RESULT = re.compile(r"(?i)\breturn|\byield|\bresult\b")
_CALLED = re.compile(rb"([A-Za-z_]\w*)\s*\(")
_OWN_ATTRIBUTE = re.compile(rb"\bself\.([A-Za-z_]\w*)")
_SET_ATTRIBUTE = re.compile(rb"\bself\.([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)")
_DEPTH = 3
"""How many calls away from a finding its cause is looked for before anywhere else."""
_WORDS = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one part stands: the file, the line from 1, the function or class that it belongs to, what it names.

    ``is_variable``: it is an attribute, or a variable of a class or module.
    """

    path: str
    line: int
    owner: str
    name: str
    is_result: bool
    is_variable: bool


class Suspects:
    """Knows where each part stands, in the base.

    Args:
        parts: One annotation each: the first edit is its own.
        read: Gives the base's bytes by path.
    """

    def __init__(self, parts: Sequence[Part], read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._files: dict[str, _File] = {}
        self.places = {part: self._place(part) for part in parts}
        self._by_word: dict[str, list[Part]] = {}
        """Of functions, by their own names; of constructors by the class's."""
        self._variables: dict[str, list[Part]] = {}
        for part, place in self.places.items():
            around, _, last = place.owner.rpartition(".")
            if place.is_variable:
                self._variables.setdefault(place.name, []).append(part)
            elif last:
                words = {last, around.rpartition(".")[2]} if last in ("__init__", "__new__", "__call__") else {last}
                for word in words:
                    self._by_word.setdefault(word, []).append(part)

    def _place(self, part: Part) -> Place:
        edit = part.edits[0]
        return self._file(edit.path).place(edit.start, is_result=edit.new.startswith(b" -> "))

    def _file(self, path: str) -> "_File":
        if path not in self._files:
            self._files[path] = _File(Source(path, self._read(path) or b""))
        return self._files[path]

    def tiers(self, finding: Finding) -> Iterator[list[Part]]:
        """Give groups of parts that may be at fault, likely ones first; ``finding.line`` is one of the base.

        Together the groups are all parts; each part is in the first group that it fits.
        """
        given: set[Part] = set()
        for tier in self._tiers(finding):
            fresh = [part for part in dict.fromkeys(tier) if part not in given]
            given.update(fresh)
            if fresh:
                yield fresh

    def near(self, finding: Finding) -> set[Part]:
        """Give the parts that the finding can be about by what stands on its line and in its words."""
        found: set[Part] = set()
        for index, tier in enumerate(self._tiers(finding)):
            if index < 4:
                found.update(tier)
        return found

    def is_in_body(self, finding: Finding, part: Part) -> bool:
        """Tell whether a finding stands in the body of the function that a parameter belongs to."""
        place = self.places[part]
        if place.path != finding.path or place.is_result:
            return False
        return self._file(finding.path).owner_of_body(finding.line) == place.owner != ""

    def _tiers(self, finding: Finding) -> Iterator[list[Part]]:
        file = self._file(finding.path)
        everything = list(self.places)
        owner = file.owner_of(finding.line)
        mine = [part for part in everything if self._is_of(part, finding.path, owner)]
        on_line = [part for part in everything if self._is_on(part, finding)]
        words = {word for pair in _QUOTED.findall(finding.message) for word in pair if word}
        last_words = {word.rpartition(".")[2] for word in words}
        by_name = [part for part in [*on_line, *mine] if self.places[part].name in last_words]
        if _OF_RESULT.search(finding.message):
            by_name += [part for part in [*mine, *on_line] if self.places[part].is_result]
        yield by_name
        yield [*on_line, *self._named(finding, owner)]
        yield mine
        yield [
            *(part for word in sorted(file.called(finding.line)) for part in self._by_word.get(word, ())),
            *(part for word in sorted(file.words(finding.line)) for part in self._variables.get(word, ())),
        ]
        own = owner.rpartition(".")[2]
        yield [part for part in self._by_word.get(own, ()) if own not in ("", "__init__")]  # parameters are inherited
        yield [
            part
            for word in sorted(file.attributes(finding.line))
            for part in self._by_word.get(word, ())
            if self.places[part].is_result
        ]
        yield [
            part
            for function in self._setters(file, finding.line, owner)
            for part in everything
            if self._is_of(part, finding.path, function)
        ]
        yield from self._reached(file, finding.line)
        around = owner.rpartition(".")[0]
        yield [part for part in everything if around and self._is_of(part, finding.path, around)]
        yield [part for part in everything if self.places[part].path == finding.path]
        yield everything

    def _setters(self, file: "_File", line: int, owner: str) -> Sequence[str]:
        """Name the methods of the same class that set an attribute which a line speaks of."""
        around = owner.rpartition(".")[0]
        return [name for word in file.attributes(line) for name in file.setters.get((around, word), ())]

    def _reached(self, file: "_File", line: int) -> Iterator[list[Part]]:
        """Give the results of what is called around a line, then of what those call, and so on."""
        words, known = file.called_around(line), set[str]()
        for _ in range(_DEPTH):
            known |= words
            yield [
                part for word in sorted(words) for part in self._by_word.get(word, ()) if self.places[part].is_result
            ]
            words = {called for each in self._files.values() for word in words for called in each.calls.get(word, ())}
            words -= known

    def owner(self, part: Part) -> tuple[str, str]:
        """Give the definition that a part belongs to: path and name."""
        place = self.places[part]
        return place.path, place.owner

    def _named(self, finding: Finding, owner: str) -> list[Part]:
        """Give the parts of the functions that a message names, without those around it."""
        words = {word.rpartition(".")[2] for pair in _QUOTED.findall(finding.message) for word in pair if word}
        own = {owner.rpartition(".")[2]}
        found = [part for word in sorted(words - own) for part in self._by_word.get(word, ())]
        return [part for part in found if self.places[part].name in words] or found

    def _is_of(self, part: Part, path: str, owner: str) -> bool:
        place = self.places[part]
        return place.path == path and place.owner == owner

    def _is_on(self, part: Part, finding: Finding) -> bool:
        place = self.places[part]
        return place.path == finding.path and place.line == finding.line


class _File:
    """One file's definitions by their lines."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def _regions(self) -> Sequence[Region]:
        try:
            return definitions(self._source)
        except TargetError:
            return ()

    def place(self, offset: int, *, is_result: bool) -> Place:
        line = self._source.line_of(offset)
        owner = self.owner_of(line)
        name = "return" if is_result else self._word_before(offset)
        return Place(
            self._source.path, line, owner, name, is_result, not is_result and not self._is_header(line, owner)
        )

    def _is_header(self, line: int, owner: str) -> bool:
        """Whether a line belongs to the header of the function that owns it."""
        nodes = [
            region.node for region in self._regions if region.name == owner and region.first <= line <= region.last
        ]
        return any(isinstance(node, Function) and line <= node.body[0].lineno for node in nodes)

    def owner_of(self, line: int) -> str:
        """Name the innermost definition around a line, "" for the module."""
        return next((r.name for r in reversed(self._regions) if r.first <= line <= r.last and r.name), "")

    def owner_of_body(self, line: int) -> str:
        """Name the innermost function whose body, not its header, the line is in."""
        for region in reversed(self._regions):
            if isinstance(region.node, Function) and region.node.body[0].lineno <= line <= region.last:
                return region.name
        return ""

    def called(self, line: int) -> set[str]:
        if not 1 <= line <= self._source.last_line:
            return set()
        return {word.decode() for word in _CALLED.findall(self._source.lines[line - 1])}

    def called_around(self, line: int) -> set[str]:
        """Name what is called in the innermost definition around a line."""
        owner = self.owner_of(line)
        return set(self.calls.get(owner.rpartition(".")[2], ())) if owner else self.called(line)

    @cached_property
    def calls(self) -> Mapping[str, set[str]]:
        """What each function calls, both by their last names."""
        found: dict[str, set[str]] = {}
        for region in self._regions:
            if isinstance(region.node, Function):
                names = {word.decode() for word in _CALLED.findall(region.text)}
                found.setdefault(region.name.rpartition(".")[2], set()).update(names)
        return found

    def attributes(self, line: int) -> set[str]:
        """Name the attributes of ``self`` on a line."""
        if not 1 <= line <= self._source.last_line:
            return set()
        return {word.decode() for word in _OWN_ATTRIBUTE.findall(self._source.lines[line - 1])}

    @cached_property
    def setters(self) -> Mapping[tuple[str, str], list[str]]:
        """Which methods set an attribute of ``self``, by the class and the attribute."""
        found: dict[tuple[str, str], list[str]] = {}
        for region in self._regions:
            around = region.name.rpartition(".")[0]
            if isinstance(region.node, Function) and around:
                for word in sorted(set(_SET_ATTRIBUTE.findall(region.text))):
                    found.setdefault((around, word.decode()), []).append(region.name)
        return found

    def words(self, line: int) -> set[str]:
        if not 1 <= line <= self._source.last_line:
            return set()
        return {word.decode() for word in _WORDS.findall(self._source.lines[line - 1])}

    def _word_before(self, offset: int) -> str:
        match = re.compile(rb"[\w\x80-\xff]+\Z").search(self._source.data[max(0, offset - 200) : offset])
        return match[0].decode(self._source.encoding.removesuffix("-sig"), "replace") if match else ""
