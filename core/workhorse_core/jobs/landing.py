"""The record of one landing: everything needed to carry it out, or to continue it after a kill."""

from dataclasses import dataclass

from workhorse_core.change.edit import Edit
from workhorse_core.git.repository import TreeEntry
from workhorse_core.system.named_tuple import NamedTuple


class FileStep(NamedTuple):
    """Change of one file of the work tree; ``before`` and ``after`` are SHA-256 in hex, None for no file."""

    path: str
    before: str | None
    after: str | None
    edits: tuple[Edit, ...] = ()
    mode: str = "100644"


class IndexStep(NamedTuple):
    """Change of one entry of the index; None for no entry. ``flag`` is git's name of a bit that the entry keeps."""

    path: str
    before: TreeEntry | None
    after: TreeEntry | None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class Landing:
    """Changes to the work tree at ``root``, to its index, and of HEAD from commit ``head`` to ``commit``.

    Without ``commit`` HEAD stays; without ``index`` the index is not touched. ``change`` is the digest of the commit's
    change (:func:`workhorse_core.git.differences.digest_between`).
    """

    root: str
    files: tuple[FileStep, ...]
    index: tuple[IndexStep, ...] = ()
    branch: str | None = None
    head: str | None = None
    commit: str | None = None
    subject: str = ""
    change: str | None = None
