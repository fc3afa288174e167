"""The project's docstring conventions: from its tools' settings, else from docstrings nearby."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.linter_settings import LinterSettings, read_linter_settings
from workhorse_core.workspace.project import Project

_NEIGHBOURS = 30
_LARGEST = 200_000
"""Bytes; a larger file is not read for its habits."""


class _Sign(NamedTuple):
    """A pattern, and words of which each text that it matches holds one: most texts are not searched for it."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, text: str) -> Sequence[Any]:
        return self.pattern.findall(text) if any(word in text for word in self.words) else ()


def _sign(words: str, pattern: str) -> _Sign:
    return _Sign(tuple(words.split()), late_pattern(pattern, re.MULTILINE))


_UNDERLINE = "---"
_SIGNS: Mapping[str, Mapping[Style, _Sign]] = {
    "mark": {
        Style.GOOGLE: _sign(
            "Args: Arguments: Returns: Yields: Raises:",
            r"^[ \t]+(?:Args|Arguments|Returns|Yields|Raises):[ \t]*\r?$",
        ),
        Style.NUMPY: _sign(_UNDERLINE, r"^[ \t]*(?:Parameters|Returns|Yields|Raises)\r?\n[ \t]*-{3,}[ \t]*\r?$"),
        Style.SPHINX: _sign(
            ":param :return :raise :rtype :type", r"^[ \t]*:(?:param|returns?|raises?|rtype|type)\b[^:\n]*:"
        ),
    },
    "typed": {
        Style.GOOGLE: _sign("Args:", r"^[ \t]+Args:[ \t]*\r?\n[ \t]+\*{0,2}\w+ \(.*\):"),
        Style.NUMPY: _sign(_UNDERLINE, r"^[ \t]*Parameters\r?\n[ \t]*-{3,}[ \t]*\r?\n[ \t]*\*{0,2}\w+ ?: "),
        Style.SPHINX: _sign(":type :param", r"^[ \t]*:(?:type \w+|param \w[\w\[\], .]* \w+):"),
    },
    "untyped": {
        Style.GOOGLE: _sign("Args:", r"^[ \t]+Args:[ \t]*\r?\n[ \t]+\*{0,2}\w+:"),
        Style.NUMPY: _sign(_UNDERLINE, r"^[ \t]*Parameters\r?\n[ \t]*-{3,}[ \t]*\r?\n[ \t]*\*{0,2}\w+[ \t]*\r?$"),
        Style.SPHINX: _sign(":param", r"^[ \t]*:param \w+:"),
    },
    "typed result": {
        Style.GOOGLE: _sign("Returns: Yields:", r"^[ \t]+(?:Returns|Yields):[ \t]*\r?\n[ \t]+[\w.\[\], |]+: "),
        Style.NUMPY: _sign(_UNDERLINE, r"^[ \t]*(?:Returns|Yields)\r?\n[ \t]*-{3,}"),
        Style.SPHINX: _sign(":rtype:", r"^[ \t]*:rtype:"),
    },
    "untyped result": {
        Style.GOOGLE: _sign("Returns: Yields:", r"^[ \t]+(?:Returns|Yields):[ \t]*\r?\n[ \t]+[^:\n]*(?:\r?\n|:\r?\n)"),
        Style.NUMPY: _sign("", r"(?!)"),
        Style.SPHINX: _sign(":return :yield", r"^[ \t]*:(?:returns?|yields?):"),
    },
}
"""Habits by their name; the others are looked for in a file that has the mark of a style."""
_OPENING = late_pattern(r":[ \t]*(?:#[^\n]*)?\r?\n[ \t]+[rR]?(?:\"\"\"|''')([ \t]*\r?\n)?([^\r\n]*)")
_INIT = _sign("__init__", r"def __init__\((?:[^()]|\([^()]*\))*\)[^:\n]*:[^\n]*\n\s+(?:([rR]?[\"'])|\S)")


class Convention(NamedTuple):
    """The form of docstrings in one file, and which are written."""

    style: Style
    width: int
    settings: LinterSettings
    summary_on_first_line: bool = True
    types: bool = False
    return_types: bool = False
    documents_inits: bool = False


class Conventions:
    """The conventions of one project, file by file, cached."""

    def __init__(self, project: Project, style: Style | None = None) -> None:
        self._project = project
        self._style = style or _style(project.config.docstrings.style)
        self._settings: dict[str, LinterSettings] = {}
        self._habits: dict[str, Counter[str]] = {}
        self._nearby: dict[str, Counter[str]] = {}

    def of(self, path: str) -> Convention:
        """Return the convention of a file."""
        folder = path.rpartition("/")[0]
        settings = self._settings.get(folder)
        if settings is None:
            settings = self._settings[folder] = read_linter_settings(self._project.tree, folder)
        own = self._habits_of(path)
        style = self._style or settings.style or _most(own) or _most(self._neighbours(folder)) or Style.GOOGLE
        width = self._project.config.line_length or settings.width or 88
        return Convention(
            style,
            width,
            settings,
            self._first_line(settings, own, folder),
            self._typed(settings.types, own, folder, "typed", style),
            self._typed(settings.return_types, own, folder, "typed result", style),
            self._inits(settings, own, folder),
        )

    def _typed(self, said: bool | None, own: Counter[str], folder: str, what: str, style: Style) -> bool:
        if said is not None:
            return said
        for habits in (own, self._neighbours(folder)):
            typed, untyped = habits[f"{what} {style}"], habits[f"un{what} {style}"]
            if typed or untyped:
                return typed > untyped
        return style is Style.NUMPY

    def _first_line(self, settings: LinterSettings, own: Counter[str], folder: str) -> bool:
        first, second = settings.demands("D212"), settings.demands("D213")
        if first != second:
            return first
        for habits in (own, self._neighbours(folder)):
            if habits["first line"] or habits["second line"]:
                return habits["first line"] >= habits["second line"]
        return True

    def _inits(self, settings: LinterSettings, own: Counter[str], folder: str) -> bool:
        if settings.demands("D107"):
            return True
        if settings.forgives("D107"):
            return False
        habits = own + self._neighbours(folder)
        return habits["documented init"] > habits["bare init"]

    def _habits_of(self, path: str) -> Counter[str]:
        if path not in self._habits:
            data = self._project.look(path) or b""
            self._habits[path] = _habits(data.decode("utf-8", "replace")) if len(data) <= _LARGEST else Counter()
        return self._habits[path]

    def _neighbours(self, folder: str) -> Counter[str]:
        """Sum the habits of the files in a folder, and of folders above until a style is found."""
        if folder not in self._nearby:
            total: Counter[str] = Counter()
            left = _NEIGHBOURS
            for place in _upwards(folder):
                names = _python_files(self._project, place)[:left]
                left -= len(names)
                for path in names:
                    total.update(self._habits_of(path))
                if left <= 0 or _most(total):
                    break
            self._nearby[folder] = total
        return self._nearby[folder]


def _upwards(folder: str) -> Iterator[str]:
    """Yield a folder and its parents, the project's root last."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _python_files(project: Project, folder: str) -> list[str]:
    """List the Python files of one folder, without those below: a listing of everything may be long."""
    try:
        with os.scandir(project.root / folder) as entries:
            names = sorted(e.name for e in entries if e.name.endswith(".py") and e.is_file(follow_symlinks=False))
    except OSError:
        return []
    return [f"{folder}/{name}" if folder else name for name in names]


def _habits(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    if '"""' not in text and "'''" not in text:
        return found
    for style in Style:
        if _SIGNS["mark"][style].find(text):
            for what, signs in _SIGNS.items():
                found[f"{what} {style}"] = len(signs[style].find(text))
    for blank, rest in _OPENING.findall(text):
        if blank or not rest.rstrip().endswith(('"""', "'''")):
            found["second line" if blank else "first line"] += 1
    for quoted in _INIT.find(text):
        found["documented init" if quoted else "bare init"] += 1
    return found


def _most(habits: Counter[str]) -> Style | None:
    best = max(Style, key=lambda style: habits[f"mark {style}"])
    return best if habits[f"mark {best}"] else None


def _style(word: str | None) -> Style | None:
    return Style(word) if word else None
