"""The version of this program."""

VERSION = "0.1.0"
"""Equal to the version in pyproject.toml, by a test: reading the installed metadata would cost 20 ms at every start."""


def is_newer(version: str) -> bool:
    """Return whether a version ("0.12.1") is newer than this program's; one that is not made of numbers is."""
    try:
        return _numbers(version) > _numbers(VERSION)
    except ValueError:
        return True


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]
