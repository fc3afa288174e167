"""The oldest version of Python that a project is for: the oldest that it names anywhere, else what its code shows.

The version of Python that runs Workhorse never counts.
"""

from collections.abc import Iterable, Iterator

from workhorse_core.languages.python.version_evidence import VersionEvidence
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.supported_python import admitted, classifiers, requirements

UNSAID = 8
"""The oldest minor version of Python 3 where neither the project nor its code shows one."""
_CLASSIFIER = late_pattern(r"Programming Language :: Python :: (\d)(?:\.(\d+))?(?: :: Only)?")
_UNIVERSAL = late_pattern(r"(?mi)^[ \t]*universal[ \t]*=[ \t]*(?:1|true|yes)\b")
_TOX = late_pattern(r"\bpy(?:\{([\d,\s]+)\}|(\d)\.?(\d+)\b)")
_TARGETS = late_pattern(r"(?ms)^[ \t]*target-version[ \t]*=[ \t]*(\[.*?\]|[^\n]*)")
_CI = late_pattern(
    r"(?m)^[ \t-]*[\"']?python(?:-versions?)?[\"']?[ \t]*:[ \t]*(\[[^\]]*\]|[^\n]*(?:\n[ \t]*-[ \t]*[^\n]*)*)"
)
_VERSION = late_pattern(r"(?<![\d.])([23])\.(\d+)(?!\d)")


class OldestPython(NamedTuple):
    """``minor`` is the oldest minor version of Python 3; ``two`` is where Python 2 is named, "" where it is not."""

    minor: int
    two: str = ""


class _Named(NamedTuple):
    """A version that a project names: ``minor`` is None where it names the major version alone."""

    major: int
    minor: int | None
    where: str


def read_oldest(config: ConfigFiles, shown: Iterable[VersionEvidence] = ()) -> OldestPython:
    """Read the oldest version of Python that a project is for.

    Args:
        config: The project's configuration.
        shown: What the modules that it ships show; it counts where the project names no version.
    """
    said, tried = list(_declared(config)), list(_tested(config))
    minors = [each.minor for each in said if each.major == 3 and each.minor is not None]
    two = next((each.where for each in (*said, *tried) if each.major == 2), "")
    if not minors:
        evidence = list(shown)
        needed = [each.three for each in evidence if each.three is not None]
        minors = [max(UNSAID, *needed)] if needed else [UNSAID]
        if not (said or tried or needed):
            two = next((f"the code has {each.two}" for each in evidence if each.two), "")
    return OldestPython(min([*minors, *(each.minor or 0 for each in tried if each.major == 3)]), two)


def _declared(config: ConfigFiles) -> Iterator[_Named]:
    """Yield the versions that the project's metadata names."""
    for required in requirements(config):
        minor, two = admitted(required)
        if minor is not None:
            yield _Named(3, minor, required)
        if two:
            yield _Named(2, 7, f"it requires Python {required}")
    for line in classifiers(config):
        if match := _CLASSIFIER.fullmatch(line.strip()):
            yield _Named(int(match[1]), int(match[2]) if match[2] else None, f"a classifier is {match[0]}")
    if _UNIVERSAL.search(_text(config, "setup.cfg")):
        yield _Named(2, 7, "setup.cfg builds a universal wheel")


def _tested(config: ConfigFiles) -> Iterator[_Named]:
    """Yield the versions that the project's tests and tools name; they can only make the oldest one older."""
    yield from _environments("tox.ini", _text(config, "tox.ini"))
    for path in ("pyproject.toml", "ruff.toml", ".ruff.toml"):
        for targets in _TARGETS.finditer(_text(config, path)):
            yield from _environments(path, targets[1])
    workflows = [path for path in config.files(".github/workflows") if path.endswith((".yml", ".yaml"))]
    for path in (".travis.yml", ".gitlab-ci.yml", *workflows):
        for listed in _CI.finditer(_text(config, path)):
            for match in _VERSION.finditer(listed[1]):
                yield _Named(int(match[1]), int(match[2]), f"{path} names Python {match[0]}")


def _environments(path: str, text: str) -> Iterator[_Named]:
    """Read ``py27``, ``py{27,39}`` and ``py3.12``."""
    for match in _TOX.finditer(text):
        for number in map(str.strip, (match[1] or f"{match[2]}{match[3]}").split(",")):
            if len(number) > 1:
                yield _Named(int(number[0]), int(number[1:]), f"{path} names Python {number[0]}.{number[1:]}")


def _text(config: ConfigFiles, path: str) -> str:
    return (config.read(path) or b"").decode("utf-8", "replace")
