"""The versions of Python that the edited project declares support for."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, cast

from workhorse_core.languages.python.setup_script import read_setup
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.tools.configured import Configured
from workhorse_core.tools.tool_settings import subtable

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_PLAIN = late_pattern(r">=\s*3\.(\d+)(?:\.\d+)?(?:\s*,\s*<\s*4(?:\.0)*)?")
_CLASSIFIER = late_pattern(r"Programming Language :: Python :: 3\.(\d+)")
_MINORS = range(100)


class SupportedPython(NamedTuple):
    """The supported versions; ``minor`` is the oldest minor version of Python 3, ours where the project declares none.

    ``two``: it runs on Python 2 as well. ``requirement``: as the project writes it, "" where there is none.
    """

    minor: int
    two: bool = False
    requirement: str = ""


def read_supported(configured: Configured) -> SupportedPython:
    """Read the requirement, or the oldest version among the classifiers where there is none.

    Classifiers that name Python 2 are often out of date, and do not count.
    """
    if required := _requirement(configured):
        return _admitted(required)
    setup = read_setup(configured.read("setup.py") or b"", ("python_requires", "classifiers"))
    if required := str(setup.get("python_requires", "")):
        return _admitted(required)
    listed = _classifiers(configured) or _lines(setup.get("classifiers"))
    minors = [int(match[1]) for line in listed if (match := _CLASSIFIER.fullmatch(line.strip()))]
    return (
        SupportedPython(min(minors), requirement=f"3.{min(minors)}")
        if minors
        else SupportedPython(sys.version_info.minor)
    )


def _requirement(configured: Configured) -> str:
    """Return the required versions, as the project writes them; "" where it declares none."""
    pyproject = configured.toml("pyproject.toml")
    said = subtable(pyproject, "project").get("requires-python")
    if not said:
        said = configured.ini("setup.cfg").get("options", {}).get("python_requires")
    if not said:
        poetry = subtable(subtable(pyproject, "tool"), "poetry")
        said = str(subtable(poetry, "dependencies").get("python", "")).replace("^", ">=")
    return said if isinstance(said, str) else ""


def _classifiers(configured: Configured) -> Sequence[str]:
    said = subtable(configured.toml("pyproject.toml"), "project").get("classifiers")
    if isinstance(said, list):
        return [str(each) for each in cast("list[object]", said)]
    listed = configured.ini("setup.cfg").get("metadata", {}).get("classifiers")
    return str(listed).split("\n") if listed else []


def _admitted(required: str) -> SupportedPython:
    if plain := _PLAIN.fullmatch(required.strip()):
        return SupportedPython(int(plain[1]), requirement=required)
    sets = list(_specifiers(required))

    def admits(*versions: str) -> bool:
        return any(each.contains(version) for each in sets for version in versions)

    minors = (minor for minor in _MINORS if admits(f"3.{minor}", f"3.{minor}.99"))
    return SupportedPython(next(minors, sys.version_info.minor), admits("2.7.18"), required)


def _specifiers(required: str) -> "Iterator[SpecifierSet]":
    """Yield those that set a lower bound; Poetry joins several by ``||``, and has operators of its own."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # deferred: nearly all are plain

    for each in required.split("||"):
        with suppress(InvalidSpecifier):
            specifiers = SpecifierSet(each.strip())
            if any(specifier.operator in (">=", ">", "~=", "==") for specifier in specifiers):
                yield specifiers


def _lines(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return value.split("\n")
    return [str(each) for each in cast("Iterable[object]", value)] if isinstance(value, Iterable) else []
