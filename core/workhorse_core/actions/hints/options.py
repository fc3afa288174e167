"""Options of the action, as a task carries them."""

from collections.abc import Mapping
from dataclasses import dataclass

from workhorse_core.actions.hints.info import INFO
from workhorse_core.errors import UsageError

_NAMES = tuple(option.name for option in INFO.options)
_FLAGS = ("rewrite", "runtime", "uncover", "tests")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a task."""

    rewrite: bool
    runtime: bool
    uncover: bool
    tests: bool
    trace: str


def read_options(options: Mapping[str, str]) -> Options:
    """Read the task's options.

    Raises:
        UsageError: One is unknown or has a value that it cannot have.
    """
    for name, value in options.items():
        if name not in _NAMES:
            raise UsageError(f"Hints have no option {name}.", f"There is: {', '.join(_NAMES)}")
        if name in _FLAGS and value not in {"yes", "no"}:
            raise UsageError(f"The option {name} is yes or no, not {value}.")
    flags = {name: options.get(name) == "yes" for name in _FLAGS}
    return Options(**flags, trace=options.get("trace", ""))
