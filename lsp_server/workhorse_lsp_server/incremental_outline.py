"""An outline of a file in pieces that are parsed one by one: an edit costs one piece, a syntax error affects one.

A piece is the text between two lines that begin a statement at the margin; a long class is its head and one piece
for each of its statements. A piece that does not parse alone may end inside a string or a bracket, and is parsed
together with those after it.
"""

import re
from bisect import bisect_right
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from workhorse_core.languages.language import RegionKind
from workhorse_core.settings.config import Config
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.documents import Changed, split_lines
from workhorse_lsp_server.menu import Choice, Spot, read_spots

LONGEST = 1_000
"""Lines; a longer piece is not parsed: it would delay typing."""

_NAME = "piece.py"
"""A path for headers that are read alone."""
_AT_ONCE = 150
"""Lines; more are not parsed together while a menu is awaited."""
_DIVIDED = 120
"""Lines; a longer class is divided."""
_JOINED = (*range(1, 25), 32, 48, 64, 96, 128)
"""Numbers of following pieces with which one that does not parse is tried."""
_LONGEST_HEADER = 30
_LONGEST_DOCSTRING = 40
"""Paragraphs."""
_CLASS = re.compile(r"(?:[ \t]*@|[ \t]*class\b)")
_CONTINUES = re.compile(r"[ \t]*(?:[#)\]}]|(?:else|elif|except|finally)\b|$)")


class Around(NamedTuple):
    """The classes around a piece: their headers, and the innermost one's margin and name."""

    head: str = ""
    margin: str = ""
    name: str = ""


@dataclass(slots=True, eq=False)
class Piece:
    """``count`` lines of a file. ``spots`` is None before it is parsed, and if it does not parse."""

    text: str
    count: int
    around: Around
    spots: tuple[Spot, ...] | None = None
    known: bool = False

    def look(self, path: str, config: Config) -> bool:
        """Parse it once, and return whether it parses."""
        if not self.known:
            self.known = True
            if self.count <= LONGEST:
                self.spots = read_spots(path, self.around.head, self.text, config)
        return self.spots is not None


class Outline:
    """The outline of one document."""

    def __init__(self, path: str, lines: Sequence[str], config: Config) -> None:
        self._path = path
        self._lines = lines
        self._config = config
        self._pieces: list[Piece] = list(_divide(lines, Around()))
        self._starts: list[int] | None = None
        self._witnesses: dict[str, Piece] | None = None

    def change(self, changed: Changed) -> None:
        """Apply an edit: only the pieces that it touches are forgotten."""
        starts = self._all_starts()
        first = max(0, bisect_right(starts, changed.first) - 1) if self._pieces else 0
        last = first
        while last < len(self._pieces) and (starts[last] < changed.last or last == first):
            last += 1
        begin = starts[first] if first < len(starts) else 0
        end = starts[last] if last < len(starts) else sum(piece.count for piece in self._pieces)
        end += changed.new - (changed.last - changed.first)
        around = self._pieces[first].around if first < len(self._pieces) else Around()
        lines = self._lines[begin:end]
        self._forget(self._pieces[first:last])
        self._pieces[first:last] = [Piece("".join(lines), len(lines), around)] if lines else []
        self._starts = None

    def parse_all(self) -> Generator[None]:
        """Parse every piece that is not parsed yet; yields after each piece so that other work gets its turn."""
        known = {(piece.around, piece.text): piece for piece in self._pieces if piece.known}
        before = self._pieces
        fresh: list[Piece] = []
        waiting = list(_divide(self._lines, Around()))[::-1]
        yield
        while waiting:
            piece = waiting.pop()
            piece = known.get((piece.around, piece.text), piece)
            if not piece.known:
                divided = list(_divide_class(piece)) if piece.count > _DIVIDED else []
                if divided:
                    waiting += divided[::-1]
                    continue
                if not piece.look(self._path, self._config):
                    yield
                    piece = yield from self._join(piece, waiting, known, LONGEST)
                yield
            elif piece.spots is None:
                piece = yield from self._join(piece, waiting, known, LONGEST)
            fresh.append(piece)
        if self._pieces is before:
            self._pieces = fresh
            self._starts = self._witnesses = None

    def _join(
        self, piece: Piece, below: list[Piece], known: Mapping[tuple[Around, str], Piece], longest: int
    ) -> Generator[None, None, Piece]:
        """Parse a piece with those below it (the next one last); return it unchanged if that does not help."""
        for count in _JOINED:
            others = [other for other in below[: -count - 1 : -1] if other.around == piece.around]
            lines = piece.count + sum(other.count for other in others)
            if not others or lines > longest:
                break
            whole = Piece(piece.text + "".join(other.text for other in others), lines, piece.around)
            whole = known.get((whole.around, whole.text), whole)
            if whole.look(self._path, self._config):
                del below[-len(others) :]
                return whole
            yield
            if len(others) < count:
                break
        return piece

    def choices(self, first: int, last: int) -> list[tuple[Spot, int, Choice]]:
        """Return the choices for lines ``first`` to ``last`` (from 0), each with its spot and that spot's line."""
        found: dict[tuple[str, str], tuple[Spot, int, Choice]] = {}
        for spot, line in self._innermost(first, last):
            for choice in spot.choices:
                found.setdefault((choice.action, choice.title), (spot, line, choice))
        return list(found.values())

    def wanted(self) -> list[str]:
        """List the actions that apply somewhere in the parsed pieces."""
        if self._witnesses is None:
            self._witnesses = {}
            for piece in self._pieces:
                self._note(piece)
        return list(self._witnesses)

    def _note(self, piece: Piece) -> None:
        """Remember one piece for each action that applies somewhere, so that the others need not be searched."""
        for spot in piece.spots or ():
            for choice in spot.choices if spot.name or piece is self._pieces[0] else ():
                if choice.wanted and choice.asks is None and self._witnesses is not None:
                    self._witnesses.setdefault(choice.action, piece)

    def _forget(self, pieces: Sequence[Piece]) -> None:
        if self._witnesses and any(piece in self._witnesses.values() for piece in pieces):
            self._witnesses = None

    def find(self, name: str, near: int) -> tuple[int, int] | None:
        """Return the lines (from 0, both included) of the definition of a name nearest to a line."""
        found: list[tuple[int, int]] = []
        for piece, start in zip(self._pieces, self._all_starts(), strict=True):
            found += [(s.first + start, s.last + start) for s in piece.spots or () if s.name == name and name]
        return min(found, key=lambda lines: abs(lines[0] - near), default=None)

    # -- finding

    def _innermost(self, first: int, last: int) -> Iterable[tuple[Spot, int]]:
        """Find the innermost spot at each line that is not blank; a single line may be blank."""
        seen: dict[tuple[str, int], tuple[Spot, int]] = {}
        for line in range(first, min(last, len(self._lines) - 1) + 1):
            if first == last or self._lines[line].strip():
                found = self._spot_at(line)
                if found:
                    seen.setdefault((found[0].name, found[1]), found)
        named = [item for item in seen.values() if item[0].name]
        return named or seen.values()

    def _spot_at(self, line: int) -> tuple[Spot, int] | None:
        at = self._understood(line)
        piece, start = self._pieces[at], self._all_starts()[at]
        within = [spot for spot in piece.spots or () if spot.name and spot.first <= line - start <= spot.last]
        if within:
            return within[-1], start + within[-1].first
        if piece.spots is None:
            return None
        if piece.around.name:
            return self._owner(at)
        self._understood(0)
        module = next((s for s in self._pieces[0].spots or () if s.kind is RegionKind.MODULE), None)
        return (module, 0) if module else None

    def _owner(self, at: int) -> tuple[Spot, int] | None:
        """Find the class around a piece: its head is the nearest piece above that is not inside it."""
        around = self._pieces[at].around
        while at and self._pieces[at].around == around:
            at -= 1
        start = self._all_starts()[at]
        at = self._understood(start)
        spots = (spot for spot in self._pieces[at].spots or () if spot.name == around.name)
        return next(((spot, start + spot.first) for spot in spots), None)

    def _understood(self, line: int) -> int:
        """Parse the piece that holds a line: it is divided first, and joined if it does not parse alone."""
        at = bisect_right(self._all_starts(), line) - 1
        if self._pieces[at].known:
            return at
        divided = _redivided(self._pieces[at])
        if len(divided) > 1:
            self._pieces[at : at + 1] = divided
            self._starts = None
            at = bisect_right(self._all_starts(), line) - 1
        if not self._pieces[at].look(self._path, self._config):
            below = self._pieces[at + 1 : at + 1 + _JOINED[-1]][::-1]
            count = len(below)
            self._pieces[at] = _exhausted(self._join(self._pieces[at], below, {}, _AT_ONCE))
            taken = count - len(below)
            self._forget(self._pieces[at + 1 : at + 1 + taken])
            del self._pieces[at + 1 : at + 1 + taken]
            self._starts = None
        self._note(self._pieces[at])
        return at

    def _all_starts(self) -> list[int]:
        """Return the line at which each piece begins."""
        if self._starts is None:
            self._starts = list(accumulate((piece.count for piece in self._pieces), initial=0))[:-1]
        return self._starts


def _exhausted(work: Generator[None, None, Piece]) -> Piece:
    while True:
        try:
            next(work)
        except StopIteration as end:
            piece: Piece = end.value
            return piece


# -- dividing


def _divide(lines: Sequence[str], around: Around) -> Iterable[Piece]:
    """Cut before each line that begins a statement at the margin; the lines before the first belong to it."""
    margin = len(around.margin)
    if margin:
        begins = [n for n, line in enumerate(lines) if line.startswith(around.margin) and _begins(line[margin:])]
    else:
        begins = [n for n, line in enumerate(lines) if _begins(line)]
    cuts = [0, *begins[1:], len(lines)] if begins else [0, len(lines)]
    for first, last in pairwise(cuts):
        if first < last:
            yield Piece("".join(lines[first:last]), last - first, around)


def _begins(line: str) -> bool:
    return line[:1] not in " \t\f\r\n)]}#" and not (line[0] in "ef" and _CONTINUES.match(line))


def _redivided(piece: Piece) -> list[Piece]:
    pieces = list(_divide(split_lines(piece.text), piece.around))
    return [small for one in pieces for small in (list(_divide_class(one)) if one.count > _DIVIDED else []) or [one]]


def _divide_class(piece: Piece) -> Iterable[Piece]:
    """Divide a class into its head with the first statement, and the other statements; yield nothing otherwise."""
    lines = split_lines(piece.text)
    top = next((number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
    if not _CLASS.match(lines[top]):
        return
    for count in range(top + 1, min(top + _LONGEST_HEADER, len(lines))):
        if ":" not in lines[count - 1]:
            continue
        body = next((line for line in lines[count:] if line.strip() and not line.lstrip().startswith("#")), "")
        margin = body[: len(body) - len(body.lstrip(" \t"))]
        head = "".join(lines[top:count])
        if len(margin) <= len(piece.around.margin):
            continue
        spots = read_spots(_NAME, piece.around.head, f"{head}{margin}pass\n", Config(actions=()))
        name = next((spot.name for spot in spots or () if spot.kind is RegionKind.CLASS and spot.first == 0), None)
        if name is None:
            continue
        around = Around(piece.around.head + head, margin, name)
        pieces = list(_divide(lines[count:], around))
        top_piece = Piece("".join(lines[:count]), count, piece.around)
        for taken, inner in enumerate(pieces[:_LONGEST_DOCSTRING], 1):  # its first statement may be of many paragraphs
            top_piece = Piece(top_piece.text + inner.text, top_piece.count + inner.count, piece.around)
            if read_spots(_NAME, piece.around.head, top_piece.text, Config(actions=())) is not None:
                yield top_piece
                yield from pieces[taken:]
                return
        return
