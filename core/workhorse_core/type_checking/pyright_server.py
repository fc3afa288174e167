"""pyright and basedpyright as language servers: one project's base, and one candidate after another over it.

A candidate costs a third of a process of its own: the library's stubs are read once.
"""

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from workhorse_core.tools.process import Reach
from workhorse_core.tools.tool import Tool
from workhorse_core.type_checking.checkers import CheckerInput, Raw, one_line
from workhorse_core.type_checking.language_server import LanguageServer, ServerEndedError, server_command
from workhorse_core.workspace.project import Project

PYRIGHTS = frozenset({"pyright", "basedpyright"})
_CAPABILITIES = {
    "textDocument": {"diagnostic": {"dynamicRegistration": False}},
    "workspace": {"configuration": True, "workspaceFolders": True},
}
_EXCLUDED = ("**/node_modules", "**/__pycache__", "**/.*")
"""Patterns that pyright excludes by default."""
_ERROR = 1


class PyrightServer:
    """A language server of pyright that is asked for the findings of its command line.

    Args:
        tool: The command line's.
        project: The project.
        given: Input of the checker, whose ``root`` holds the base's files.
        folder: An empty folder to run it in.
        reach: What it may read and write in the sandbox.
        time_limit: Seconds for one side.
    """

    def __init__(
        self, tool: Tool, project: Project, given: CheckerInput, folder: Path, reach: Reach, time_limit: float
    ) -> None:
        command = server_command(tool.command, f"{tool.name}.langserver")
        if command is None:
            raise ServerEndedError(f"{tool.name} has no language server here")
        self._root = given.root
        self._time_limit = time_limit
        self._settings = _read_settings(given)
        self._texts: dict[str, str] = {}
        """The text of each open file."""
        self._version = 0
        python = {"pythonPath": str(given.python)} if given.python else {}
        answers = {"python": python}
        self._server = LanguageServer(tool._replace(command=command), project, folder, reach, answers.get)
        self._server.initialize(self._root, _CAPABILITIES)

    def close(self) -> None:
        """End the process."""
        self._server.close()

    def findings(self, contents: Mapping[str, bytes], paths: Collection[str] | None = None) -> list[Raw]:
        """Return the errors of all files to check, or of those in ``paths``.

        Args:
            contents: Files in place of the base's.
            paths: The files to look at.

        Raises:
            ServerEndedError: There is no answer.
        """
        for path in {*self._texts, *contents}:
            data = contents[path] if path in contents else (self._root / path).read_bytes()
            self._show(path, data.decode("utf-8", "replace"))
        return [raw for path in self._wanted() if paths is None or path in paths for raw in self._of(path)]

    def _show(self, path: str, text: str) -> None:
        if self._texts.get(path) == text:
            return
        self._version += 1
        document = {"uri": self._uri(path), "version": self._version}
        if path in self._texts:
            self._server.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        else:
            document |= {"languageId": "python", "text": text}
            self._server.tell("textDocument/didOpen", {"textDocument": document})
        self._texts[path] = text

    def _of(self, path: str) -> Iterable[Raw]:
        if path not in self._texts:
            self._show(path, (self._root / path).read_bytes().decode("utf-8", "replace"))
        document = {"textDocument": {"uri": self._uri(path)}}
        answer: Any = self._server.ask("textDocument/diagnostic", document, self._time_limit)
        for item in answer["items"]:
            if item.get("severity") == _ERROR:
                yield path, item["range"]["start"]["line"] + 1, one_line(item["message"]), str(item.get("code", ""))

    def _uri(self, path: str) -> str:
        return (self._root / path).as_uri()

    # -- which files

    def _wanted(self) -> Sequence[str]:
        """List the files that the command line would check."""
        include = _patterns(self._settings.get("include")) or [re.compile("")]
        exclude = _patterns(self._settings.get("exclude", _EXCLUDED))
        found: list[str] = []
        for folder, folders, names in os.walk(self._root):
            place = Path(folder).relative_to(self._root).as_posix().removeprefix(".").removeprefix("/")
            inside = [(name, f"{place}/{name}".removeprefix("/")) for name in folders]
            folders[:] = [name for name, path in inside if not _matches(exclude, path)]
            files = (f"{place}/{name}".removeprefix("/") for name in names if name.endswith((".py", ".pyi")))
            found += [path for path in files if _matches(include, path) and not _matches(exclude, path)]
        return sorted(found)


def _read_settings(given: CheckerInput) -> Mapping[str, object]:
    """Return the settings; a file that extends another is left to the command line."""
    if "extends" in given.settings.table:
        raise ServerEndedError("its configuration extends another")
    return given.settings.table


def _patterns(said: object) -> list[re.Pattern[str]]:
    """Compile paths as pyright does: ``**`` is any folders, ``*`` and ``?`` are within one; a folder is all in it."""
    if not isinstance(said, (list, tuple)):
        return []
    return [_pattern(str(word)) for word in cast("Sequence[object]", said)]


def _pattern(word: str) -> re.Pattern[str]:
    steps = [step for step in word.replace("\\", "/").split("/") if step not in ("", ".")]
    text = ""
    for step in steps:
        if step == "**":
            text += "(?:[^/]+/)*"
        else:
            text += re.escape(step).replace(r"\*", "[^/]*").replace(r"\?", "[^/]") + "/"
    return re.compile(text)


def _matches(patterns: Sequence[re.Pattern[str]], path: str) -> bool:
    return any(pattern.match(f"{path}/") for pattern in patterns)
