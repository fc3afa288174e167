"""The project of a file, and its unsaved buffers; everything here waits for git or the disk."""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path

from workhorse_core.errors import TargetError
from workhorse_core.git.repository import Repository
from workhorse_core.languages.registry import source_of
from workhorse_core.services.session import Session
from workhorse_core.settings.config import Config
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_lsp_server.documents import MirroredDocument

_BOM = b"\xef\xbb\xbf"
_FRESH_SECONDS = 1.0


class OpenProject(NamedTuple):
    """The project of a file; ``repository`` is None outside of git, where no jobs are recorded."""

    root: Path
    repository: Repository | None
    config: Config

    @property
    def uri(self) -> str:
        """The root as the protocol names it."""
        return uri_of(self.root)

    def path_of(self, place: Path) -> str | None:
        """Return a file's path from the root; None if it lies outside."""
        return place.relative_to(self.root).as_posix() if place.is_relative_to(self.root) else None


def path_of(uri: str) -> Path | None:
    """Return the file of a URI, with its folder's links resolved; None if it names no file."""
    if not uri.startswith("file:"):
        return None
    name = to_fs_path(uri)
    return Path(os.path.realpath(Path(name).parent), Path(name).name) if name else None


def uri_of(path: Path) -> str:
    """Return the URI of a file."""
    return from_fs_path(str(path)) or path.as_uri()


def find_project(place: Path, folders: list[Path]) -> OpenProject:
    """Open the project of a file or folder; outside of git it is the workspace folder around it, or its own folder.

    Raises:
        RepositoryError: The repository is bare or broken.
        ConfigError: A configuration file holds an illegal value.
    """
    session = Session(place)
    if session.found is None:
        around = [folder for folder in folders if place.is_relative_to(folder)]
        if around:
            session = Session(max(around, key=lambda folder: len(folder.parts)))
    return OpenProject(Path(os.path.realpath(session.root)), session.found, session.project.config)


class ProjectFinder:
    """Finds projects in threads; a search that is under way, or just finished, is shared."""

    def __init__(self, folders: Callable[[], list[Path]]) -> None:
        self._folders = folders
        self._known: dict[Path, asyncio.Task[OpenProject]] = {}

    async def find(self, place: Path) -> OpenProject:
        """Return the project of a file or folder; raises as :func:`find_project` does."""
        return await asyncio.shield(self.look_for(place))

    def look_for(self, place: Path) -> "asyncio.Task[OpenProject]":
        """Start the search without waiting."""
        above = next((folder for folder in (place, *place.parents) if folder in self._known or _divides(folder)), place)
        looking = self._known.get(above)
        if looking is None:
            looking = self._known[place] = asyncio.create_task(asyncio.to_thread(find_project, place, self._folders()))
            looking.add_done_callback(lambda done: self._forget_soon(place, done))
        return looking

    def _forget_soon(self, place: Path, done: "asyncio.Task[OpenProject]") -> None:
        if not done.cancelled():
            done.exception()  # marks the exception as retrieved: callers that wait get it
        asyncio.get_running_loop().call_later(_FRESH_SECONDS, self._known.pop, place)


def _divides(folder: Path) -> bool:
    """Return whether the folders above may belong to another project."""
    return os.path.lexists(folder / ".git")


def read_buffers(home: OpenProject, documents: Mapping[Path, MirroredDocument]) -> dict[str, bytes]:
    """Return the bytes of the open files that differ from the disk, by path.

    Raises:
        TargetError: A text cannot be written in the encoding that it declares.
    """
    buffers: dict[str, bytes] = {}
    for place, document in documents.items():
        path = home.path_of(place)
        if path is None:
            continue
        try:
            stored = place.read_bytes() if place.is_file() else None
        except OSError:
            stored = None
        data = encode(path, document.source, stored)
        if data != stored:
            buffers[path] = data
    return buffers


def encode(path: str, text: str, stored: bytes | None) -> bytes:
    """Encode an editor's text as its file: in the declared encoding, with the byte order mark of the stored file.

    Raises:
        TargetError: The encoding cannot encode the text, or is unknown.
    """
    mark = _BOM if stored is not None and stored.startswith(_BOM) and not text.startswith("\ufeff") else b""
    source = source_of(path, mark + text.encode("utf-8", "surrogatepass"))
    if not path.endswith((".py", ".pyi")) or source.encoding in ("utf-8", "utf-8-sig"):
        return source.data
    try:
        return text.encode(source.encoding)
    except UnicodeEncodeError as error:
        raise TargetError(f"{path} cannot be written as {source.encoding}, which it declares.") from error
