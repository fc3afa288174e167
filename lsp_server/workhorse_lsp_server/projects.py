"""Which project a file belongs to, and what is recorded of it; everything here waits for git or the disk."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path

from workhorse_core.code.source import Source
from workhorse_core.errors import NotARepository, TargetError
from workhorse_core.git.repository import Repository
from workhorse_core.ledger import Ledger
from workhorse_core.project import open_project
from workhorse_core.settings.config import Config
from workhorse_lsp_server.documents import MirroredDocument

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Home:
    """The project of a file. ``ledger`` is where its jobs are recorded, None outside of git."""

    root: Path
    repository: Repository | None
    config: Config

    @property
    def uri(self) -> str:
        """The root as the protocol names it."""
        return uri_of(self.root)

    @property
    def ledger(self) -> Path | None:
        """The folder of the record."""
        return self.repository.common_dir / "workhorse" if self.repository else None

    def path_of(self, place: Path) -> str | None:
        """Give a file's path from the root; None where it lies outside."""
        return place.relative_to(self.root).as_posix() if place.is_relative_to(self.root) else None


def path_of(uri: str) -> Path | None:
    """Give the file of a URI, its folder without links; None where it names none."""
    if not uri.startswith("file:"):
        return None
    name = to_fs_path(uri)
    return Path(os.path.realpath(Path(name).parent), Path(name).name) if name else None


def uri_of(path: Path) -> str:
    """Give the URI of a file."""
    return from_fs_path(str(path)) or path.as_uri()


def find_home(place: Path, folders: list[Path]) -> Home:
    """Open the project of a file or folder; outside of git it is the workspace folder around it, or its own.

    Raises:
        RepositoryError: The repository is bare or broken.
        ConfigError: A configuration file says something that it may not.
    """
    start = place if place.is_dir() else place.parent
    project = open_project(start)
    if project.repository is None:
        around = [folder for folder in folders if place.is_relative_to(folder)]
        if around:
            project = open_project(max(around, key=lambda folder: len(folder.parts)))
    return Home(Path(os.path.realpath(project.root)), project.repository, project.config)


def read_buffers(home: Home, documents: Mapping[Path, MirroredDocument]) -> dict[str, bytes]:
    """Give the bytes of the open files that differ from the disk, by path.

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
    """Write an editor's text as its file would be: in the encoding that it declares, with the mark that it began with.

    Raises:
        TargetError: The encoding has no way to write it, or there is none of that name.
    """
    mark = _BOM if stored is not None and stored.startswith(_BOM) and not text.startswith("\ufeff") else b""
    source = Source(path, mark + text.encode("utf-8", "surrogatepass"))
    if not path.endswith((".py", ".pyi")) or source.encoding in ("utf-8", "utf-8-sig"):
        return source.data
    try:
        return text.encode(source.encoding)
    except UnicodeEncodeError as error:
        raise TargetError(f"{path} cannot be written as {source.encoding}, which it declares.") from error


@contextmanager
def open_record(home: Home) -> Generator[tuple[Repository, Ledger]]:
    """Open the record of a project's jobs.

    Raises:
        NotARepository: There is no git repository.
        LedgerError: The record cannot be used.
    """
    if home.repository is None or home.ledger is None:
        raise NotARepository(f"There is no git repository in {home.root}, so there are no jobs.", "git init")
    with Ledger.open(home.ledger) as ledger:
        yield home.repository, ledger
