"""The configuration files of a project, as the base of a comparison has them."""

from collections.abc import Mapping, Sequence
from typing import Self

from workhorse_core.change.patch import Patch
from workhorse_core.errors import TargetError
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.tools.config_text import ConfigTextError, Table, read_ini, read_toml
from workhorse_core.workspace.project import Project


class ConfigFiles:
    """Reads configuration files of the base, each once."""

    def __init__(self, comparison: Comparison) -> None:
        self._tree = comparison.project.tree
        self._before = {change.path: change.before for change in comparison.patch.changes}
        self._data: dict[str, bytes | None] = {}
        self._tables: dict[str, Table] = {}
        self._sections: dict[str, Mapping[str, Table]] = {}
        self._problems: dict[str, str] = {}

    @classmethod
    def of(cls, project: Project) -> Self:
        """Read the files of a project as it is."""
        return cls(Comparison(project, Task("", ()), Patch(())))

    def read(self, path: str) -> bytes | None:
        """Read a file of the base; None where there is none or it may not be read."""
        if path not in self._data:
            try:
                self._data[path] = self._before[path] if path in self._before else self._tree.read(path)
            except TargetError:
                self._data[path] = None
        return self._data[path]

    def files(self, folder: str) -> Sequence[str]:
        """List the files below a folder of the base; none where it may not be read."""
        try:
            return self._tree.files(folder)
        except TargetError:
            return []

    def toml(self, path: str) -> Table:
        """Read a TOML file; empty where it cannot be read."""
        if path not in self._tables:
            try:
                self._tables[path] = read_toml(self.read(path) or b"")
            except ConfigTextError as error:
                self._tables[path] = {}
                self._problems[path] = f"{path} cannot be read: {error}"
        return self._tables[path]

    def ini(self, path: str) -> Mapping[str, Table]:
        """Read a file of sections; empty where it cannot be read."""
        if path not in self._sections:
            try:
                data = self.read(path)
                self._sections[path] = read_ini(data) if data else {}
            except ConfigTextError as error:
                self._sections[path] = {}
                self._problems[path] = f"{path} cannot be read: {error}"
        return self._sections[path]

    def problem(self, path: str) -> str:
        """Return why a file that was read as TOML or as sections could not be parsed, as a clause; "" if it could."""
        return self._problems.get(path, "")
