"""The part of a file that a task is about: a definition, or some lines, as a span of its bytes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from workhorse_core.errors import TargetError
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.registry import language_of, read_source, suffixes_of
from workhorse_core.languages.source import Source
from workhorse_core.pipeline.task import Target
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.file_tree import PathKind, Tree, is_chosen


class Region(NamedTuple):
    """Bytes ``start:end`` (half open) of a source, in lines ``first`` to ``last`` (from 1, both included).

    ``name`` is qualified with dots ("outer.inner"), "" for the module and for lines. ``syntax`` belongs to the
    language: `workhorse_core.languages.python.definitions.node_of` reads that of Python.
    """

    source: Source
    name: str
    kind: RegionKind
    start: int
    end: int
    first: int
    last: int
    syntax: object = None

    @property
    def path(self) -> str:
        """The file, POSIX, from the project's root."""
        return self.source.path

    @property
    def text(self) -> bytes:
        """The bytes of the region."""
        return self.source.data[self.start : self.end]

    @property
    def digest(self) -> str:
        """The SHA-256 of the text in hex: edits elsewhere in the file do not change it."""
        import hashlib  # deferred: a git hook asks for no digest, and loading OpenSSL costs it 2 ms

        return hashlib.sha256(self.text).hexdigest()


class Selection(NamedTuple):
    """One file, and the regions of it that were asked for, in source order."""

    source: Source
    regions: tuple[Region, ...]


class Refused(NamedTuple):
    """A file of a folder that cannot be worked on, and the reason in one sentence."""

    path: str
    reason: str


class Scope(NamedTuple):
    """The files and regions that a target may mean.

    ``include`` and ``exclude`` are globs for the files of a folder. ``languages`` names those that may be worked on,
    all of them where it is empty. With ``as_lines`` the lines of a target are a region of their own, instead of the
    definitions there.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    languages: Sequence[str] = ()
    as_lines: bool = False


ANYTHING = Scope()


def select(tree: Tree, targets: Sequence[Target], scope: Scope = ANYTHING) -> Iterator[Selection | Refused]:
    """Find the regions that targets name: file by file, each file once, in the order of the targets.

    A folder means the files of known languages below it that the scope chooses, and a file all its definitions. A
    symbol means every definition of that name (overloads, setters, both sides of an ``if``) and those within; a symbol
    with a line means the one definition of that name there, and "" with a line the module alone. A line means the
    innermost definition there, and several lines the innermost ones of each that is not blank: with the module only
    when they begin at its first line, or hold nothing else. In a language without definitions lines mean themselves.

    Raises:
        TargetError: A file that a target names outright is missing, or cannot be worked on; or it has no such lines
            or symbol.
    """
    wanted: dict[str, list[Target]] = {}
    named: set[str] = set()
    for target in targets:
        path = _normal_path(target.path)
        if _kind_at(tree, path, target) is PathKind.FILE:
            named.add(path)
            wanted.setdefault(path, []).append(target)
            continue
        suffixes = suffixes_of(scope.languages)
        for found in tree.files(path):
            if found.endswith(suffixes) and is_chosen(found, scope.include, scope.exclude):
                wanted.setdefault(found, []).append(Target(found))
    for path, asked in wanted.items():
        try:
            yield _selection(tree, path, asked, scope)
        except TargetError as error:
            if path in named:
                raise
            yield Refused(path, error.message)


@lru_cache(maxsize=8)
def definitions(source: Source) -> tuple[Region, ...]:
    """Find the module and every definition in it, in source order, however they are nested.

    Raises:
        TargetError: The file does not parse.
    """
    return find_definitions(source)


def find_definitions(source: Source) -> tuple[Region, ...]:
    """Find the same without the cache, which is for whole files.

    Raises:
        TargetError: The file does not parse.
    """
    return tuple([Region(source, *each) for each in language_of(source.path, source.data).definitions(source)])


def lines_region(source: Source, first: int, last: int) -> Region:
    """Return whole lines, both included and from 1, without the end of the last one; of any language.

    Raises:
        TargetError: The file has no such lines.
    """
    _check_line(source, first)
    last = max(first, min(last, source.last_line))
    final = source.lines[last - 1] if source.lines else b""
    end = sum(map(len, source.lines[: last - 1])) + len(final.rstrip(b"\r\n"))
    return Region(source, "", RegionKind.LINES, source.start_of(first), end, first, last)


# -- targets


def _normal_path(path: str) -> str:
    """Remove empty steps; a path out of the project is for the tree to refuse."""
    start = "/" if path.startswith("/") else ""
    return start + "/".join(step for step in path.split("/") if step not in ("", "."))


def _kind_at(tree: Tree, path: str, target: Target) -> PathKind:
    entry = tree.find(path)
    if entry is PathKind.MISSING:
        raise TargetError(f"There is no {path} in this project.", _suggestion(_nearest_files(tree, path)))
    if entry is PathKind.FOLDER and (target.symbol is not None or target.first is not None):
        raise TargetError(f"{path or 'The root'} is a folder and has no definitions of its own.", "Name a file in it")
    return entry


def _selection(tree: Tree, path: str, asked: Iterable[Target], scope: Scope) -> Selection:
    data = tree.read(path)
    if data is None:
        raise TargetError(f"There is no {path} in this project.")
    source = read_source(path, data)
    language = language_of(path, data)
    if scope.languages and language.name not in scope.languages:
        raise TargetError(f"{path} is {language.name}; this is for {' and '.join(scope.languages)} only.")
    regions = definitions(source)
    lines_alone = scope.as_lines or not language.has_definitions
    found = [each for target in asked for each in _chosen(source, regions, target, lines_alone)]
    chosen = {id(each) for each in found}
    lines = dict.fromkeys(each for each in found if each.kind is RegionKind.LINES)
    in_order = [*(each for each in regions if id(each) in chosen), *lines]
    return Selection(source, tuple(sorted(in_order, key=lambda each: each.start) if lines else in_order))


def _chosen(source: Source, regions: Sequence[Region], target: Target, lines_alone: bool) -> Sequence[Region]:
    if target.symbol is not None and target.first is not None:
        return _exactly(source, regions, target.symbol, target.first)
    if target.symbol is not None:
        return _named(source, regions, target.symbol)
    if target.first is None:
        return regions
    last = target.last or target.first
    return [lines_region(source, target.first, last)] if lines_alone else _touched(source, regions, target.first, last)


def _named(source: Source, regions: Sequence[Region], symbol: str) -> Sequence[Region]:
    found = [region for region in regions[1:] if region.name == symbol]
    if not found:
        names = dict.fromkeys(region.name for region in regions[1:])
        raise TargetError(f"{source.path} has no {symbol}.", _suggestion(_nearest(symbol, list(names))))
    spans = [(region.start, region.end) for region in found]
    return [region for region in regions[1:] if any(start <= region.start < end for start, end in spans)]


def _exactly(source: Source, regions: Sequence[Region], symbol: str, line: int) -> Sequence[Region]:
    found = [region for region in regions if region.name == symbol and region.first <= line <= region.last]
    if not found:
        missing = f"no {symbol}" if symbol else "no such module"
        raise TargetError(f"{source.path} has {missing} at line {line}.", "The file has changed; ask again")
    return found[-1:]


def _touched(source: Source, regions: Sequence[Region], first: int, last: int) -> Sequence[Region]:
    _check_line(source, first)
    last = min(last, source.last_line)
    innermost: dict[int, Region] = {}
    for region in regions:  # a nested definition comes later and takes its lines over
        innermost.update(dict.fromkeys(range(max(first, region.first), min(last, region.last) + 1), region))
    if first == last:
        return [innermost[first]]
    module = regions[0]
    found = {id(innermost[line]) for line in range(first, last + 1) if source.lines[line - 1].strip()}
    if first > 1 and len(found) > 1:
        found.discard(id(module))
    elif first == 1 or not found:
        found.add(id(module))
    return [region for region in regions if id(region) in found]


def _check_line(source: Source, line: int) -> None:
    if not 1 <= line <= source.last_line:
        raise TargetError(f"{source.path} has no line {line}: its last one is line {source.last_line}.")


def _nearest(name: str, names: Sequence[str]) -> Sequence[str]:
    """Find up to three similar names: those that end alike, then those that look alike."""
    from difflib import get_close_matches  # deferred: only a mistake needs it

    last = name.rpartition(".")[2]
    by_last: dict[str, list[str]] = {}
    for known in names:
        by_last.setdefault(known.rpartition(".")[2], []).append(known)
    alike = [known for ending in get_close_matches(last, by_last) for known in by_last[ending]]
    return list(dict.fromkeys([*by_last.get(last, ()), *get_close_matches(name, names), *alike]))[:3]


def _nearest_files(tree: Tree, path: str) -> Sequence[str]:
    """Find files of that name anywhere, else those in the same folder with similar names."""
    from difflib import get_close_matches

    folder, slash, name = path.rpartition("/")
    files = tree.files("")
    beside = {found.removeprefix(folder + slash): found for found in files if found.startswith(folder + slash)}
    same = [found for found in files if found.endswith(f"/{name}")]
    return same[:3] or [beside[found] for found in get_close_matches(name, beside)]


def _suggestion(names: Sequence[str]) -> str:
    return f"Did you mean {' or '.join(names)}?" if names else ""
