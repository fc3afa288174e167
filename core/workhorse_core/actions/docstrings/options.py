"""Options of the action, as a task carries them."""

from collections.abc import Mapping

from workhorse_core.actions.docstrings.info import INFO
from workhorse_core.errors import UsageError
from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.system.named_tuple import NamedTuple

_NAMES = tuple(option.name for option in INFO.options)


class Options(NamedTuple):
    """``style`` is None for the project's own, ``rewrite`` mends what is there, ``private`` adds private names.

    ``fill`` also writes docstrings that only repeat the name or the base class; ``remove`` names the stale entries that
    may go.
    """

    style: Style | None = None
    rewrite: bool = False
    private: bool = False
    fill: bool = False
    remove: tuple[str, ...] = ()


def read_options(options: Mapping[str, str]) -> Options:
    """Parse the options of a task.

    Raises:
        UsageError: An option is unknown, or its value invalid.
    """
    for name in options:
        if name not in _NAMES:
            from difflib import get_close_matches

            nearest = get_close_matches(name, _NAMES, 1) or _NAMES
            raise UsageError(f"Docstrings have no option {name}.", f"There is: {', '.join(nearest)}")
    style = options.get("style")
    if style is not None and style not in {known.value for known in Style}:
        raise UsageError(f"{style} is no docstring style.", "Choose one with --style google|numpy|sphinx")
    flags = {name: _read_flag(name, options.get(name, "no")) for name in ("rewrite", "private", "fill")}
    remove = tuple(name.strip(" *") for name in options.get("remove", "").split(",") if name.strip(" *"))
    return Options(Style(style) if style else None, **flags, remove=remove)


def _read_flag(name: str, value: str) -> bool:
    if value not in {"yes", "no"}:
        raise UsageError(f"The option {name} is yes or no, not {value}.")
    return value == "yes"
