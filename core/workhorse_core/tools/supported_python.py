"""The versions of Python that the edited project declares support for."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from workhorse_core.languages.python.setup_script import read_setup
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.config_files import ConfigFiles
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


def read_supported(config: ConfigFiles) -> SupportedPython:
    """Read the requirement, or the oldest version among the classifiers where there is none.

    Classifiers that name Python 2 are often out of date, and do not count here; `workhorse_core.tools.oldest_python`
    has the oldest version that is named anywhere.
    """
    if required := next(requirements(config), ""):
        return _supported(required)
    minors = [int(match[1]) for line in classifiers(config) if (match := _CLASSIFIER.fullmatch(line.strip()))]
    return (
        SupportedPython(min(minors), requirement=f"3.{min(minors)}")
        if minors
        else SupportedPython(sys.version_info.minor)
    )


def requirements(config: ConfigFiles) -> Iterator[str]:
    """Yield the versions that the project requires, as it writes them, from each place where it does."""
    pyproject = config.toml("pyproject.toml")
    poetry = subtable(subtable(pyproject, "tool"), "poetry")
    yield from _texts(subtable(pyproject, "project").get("requires-python"))
    yield from _texts(config.ini("setup.cfg").get("options", {}).get("python_requires"))
    yield from (text.replace("^", ">=") for text in _texts(subtable(poetry, "dependencies").get("python")))
    yield from _texts(_setup(config).get("python_requires"))


def classifiers(config: ConfigFiles) -> Iterator[str]:
    """Yield the classifiers that the project is published with, from each place where it lists them."""
    yield from _lines(subtable(config.toml("pyproject.toml"), "project").get("classifiers"))
    yield from _lines(config.ini("setup.cfg").get("metadata", {}).get("classifiers"))
    yield from _lines(_setup(config).get("classifiers"))


def _setup(config: ConfigFiles) -> Mapping[str, object]:
    return read_setup(config.read("setup.py") or b"", ("python_requires", "classifiers"))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value


def _supported(required: str) -> SupportedPython:
    minor, two = admitted(required)
    return SupportedPython(sys.version_info.minor if minor is None else minor, two, required)


def admitted(required: str) -> tuple[int | None, bool]:
    """Return the oldest minor version of Python 3 that a requirement admits, and whether it admits Python 2.7.

    The version is None where the requirement sets no lower bound.
    """
    if plain := _PLAIN.fullmatch(required.strip()):
        return int(plain[1]), False
    sets = list(_specifiers(required))

    def admits(*versions: str) -> bool:
        return any(each.contains(version) for each in sets for version in versions)

    minors = (minor for minor in _MINORS if admits(f"3.{minor}", f"3.{minor}.99"))
    return next(minors, None), admits("2.7.18")


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
