"""The argument of our commands and requests: one object, read key by key."""

from collections.abc import Mapping
from typing import Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from workhorse_core.pipeline.task import Target


class Arguments:
    """The argument of a call; each method raises ``JsonRpcInvalidParams`` with a sentence for a wrong value."""

    def __init__(self, params: Any = None) -> None:
        self._table = _table(params)

    def text(self, name: str) -> str:
        """Return a required text."""
        if (value := self.maybe(name)) is None:
            raise JsonRpcInvalidParams(f"{name} is missing.")
        return value

    def maybe(self, name: str) -> str | None:
        """Return a text, None if it is missing."""
        value = self._table.get(name)
        if value is not None and not isinstance(value, str):
            raise JsonRpcInvalidParams(f"{name} must be text.")
        return value

    def line(self, *names: str) -> int | None:
        """Return a number from 0, by its path; None if it is missing."""
        value: object = self._table
        for name in names:
            value = _table(value).get(name)
        if value is not None and (type(value) is not int or value < 0):
            raise JsonRpcInvalidParams(f"{'.'.join(names)} must be a number from 0.")
        return value

    def flag(self, name: str) -> bool:
        """Return whether a flag is set."""
        return self._table.get(name) is True

    def words(self, name: str) -> dict[str, str]:
        """Return a table of texts, empty if it is missing."""
        value = self._table.get(name)
        texts = {key: text for key, text in _table(value).items() if isinstance(text, str)}
        if value is not None and (not isinstance(value, Mapping) or len(texts) < len(_table(value))):
            raise JsonRpcInvalidParams(f"{name} must be an object of texts.")
        return texts

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty if it is missing."""
        value = self._table.get(name)
        found = (
            [each for each in cast("list[object]", value) if isinstance(each, str)] if isinstance(value, list) else []
        )
        if value is not None and (not isinstance(value, list) or len(found) < len(cast("list[object]", value))):
            raise JsonRpcInvalidParams(f"{name} must be a list of texts.")
        return found

    def target(self, path: str) -> Target:
        """Return the target in a file: a definition by name and line, lines, the file, or its folder."""
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
    """Return an object as a table; pygls makes named tuples of objects of unknown type."""
    found = value._asdict() if hasattr(value, "_asdict") else value
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}
