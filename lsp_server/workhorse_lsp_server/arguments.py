"""The one object that a command or a request of ours takes, read key by key."""

from collections.abc import Mapping
from typing import Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from workhorse_core.pipeline.task import Target


class Given:
    """What was given; every reading raises ``JsonRpcInvalidParams`` with a sentence where it makes no sense."""

    def __init__(self, params: Any = None) -> None:
        self._table = _table(params)

    def text(self, name: str) -> str:
        """Give a text that must be there."""
        if (value := self.maybe(name)) is None:
            raise JsonRpcInvalidParams(f"{name} is missing.")
        return value

    def maybe(self, name: str) -> str | None:
        """Give a text, None where there is none."""
        value = self._table.get(name)
        if value is not None and not isinstance(value, str):
            raise JsonRpcInvalidParams(f"{name} must be text.")
        return value

    def line(self, *names: str) -> int | None:
        """Give a number from 0, found by its path; None where there is none."""
        value: object = self._table
        for name in names:
            value = _table(value).get(name)
        if value is not None and (type(value) is not int or value < 0):
            raise JsonRpcInvalidParams(f"{'.'.join(names)} must be a number from 0.")
        return value

    def flag(self, name: str) -> bool:
        """Whether a flag is set."""
        return self._table.get(name) is True

    def words(self, name: str) -> dict[str, str]:
        """Give a table of texts, empty where there is none."""
        value = self._table.get(name)
        texts = {key: text for key, text in _table(value).items() if isinstance(text, str)}
        if value is not None and (not isinstance(value, Mapping) or len(texts) < len(_table(value))):
            raise JsonRpcInvalidParams(f"{name} must be an object of texts.")
        return texts

    def target(self, path: str) -> Target:
        """Give the place in a file that is meant: a definition by name and line, lines, the file, or its folder."""
        scope = self.maybe("scope") or "region"
        if scope == "folder":
            return Target(path.rpartition("/")[0])
        if scope == "file":
            return Target(path)
        if scope != "region":
            raise JsonRpcInvalidParams("scope must be region, file or folder.")
        name, line = self.maybe("name"), self.line("line")
        if name is not None and line is not None:
            return Target(path, name, line + 1, line + 1)
        first, last = self.line("range", "start", "line"), self.line("range", "end", "line")
        if first is None or last is None:
            raise JsonRpcInvalidParams("range is missing.")
        if last > first and self.line("range", "end", "character") == 0:
            last -= 1
        return Target(path, None, first + 1, max(first, last) + 1)


def _table(value: Any) -> Mapping[str, object]:
    """Give an object as a table; pygls makes named tuples of those whose type it does not know."""
    found = value._asdict() if hasattr(value, "_asdict") else value
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}
