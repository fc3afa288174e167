"""What git would store for a file: line ends, filters and encodings changed as ``git add`` changes them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workhorse_core.change.patch import FileChange
from workhorse_core.git.output import records
from workhorse_core.git.repository import Entry, Repository

Attributes = Mapping[str, str]
"""Git's attributes of one path: "set", "unset", "unspecified" or a value; see gitattributes(5)."""

_NAMES = ("text", "eol", "crlf", "ident", "filter", "working-tree-encoding")
_OFF = ("unset", "unspecified")


class StoredForm(NamedTuple):
    """A change as git stores it: bytes where they stay as they are, else the id of a new blob."""

    before: bytes | str | None
    after: bytes | str | None


def stored_forms(repository: Repository, changes: Sequence[FileChange], known: Mapping[str, Entry]) -> list[StoredForm]:
    """Give the stored form of each change; ``known`` are the files at HEAD.

    A file that HEAD holds byte for byte needs no question: what is stored raw stays raw.
    """
    doubtful = [change for change in changes if not _is_raw(repository, change, known)]
    attributes = _attributes(repository, [change.path for change in doubtful])
    filters = {change.path: _filter(repository, change, attributes[change.path], known) for change in doubtful}
    return [_stored_form(repository, change, filters.get(change.path)) for change in changes]


def _stored_form(repository: Repository, change: FileChange, options: Sequence[str] | None) -> StoredForm:
    if options is None:
        return StoredForm(change.before, change.after)
    old = change.moved_from or change.path
    return StoredForm(
        _clean(repository, old, change.before, options), _clean(repository, change.path, change.after, options)
    )


def _is_raw(repository: Repository, change: FileChange, known: Mapping[str, Entry]) -> bool:
    entry = known.get(change.moved_from or change.path)
    return entry is not None and change.before is not None and repository.blob_id(change.before) == entry.blob


def _attributes(repository: Repository, paths: Sequence[str]) -> Mapping[str, Attributes]:
    if not paths:
        return {}
    stdin = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    fields = iter(records(repository.read("check-attr", "-z", "--stdin", *_NAMES, stdin=stdin)))
    found: dict[str, dict[str, str]] = {path: {} for path in paths}
    for path, name, value in zip(fields, fields, fields, strict=True):
        found[path][name] = value
    return found


def _filter(
    repository: Repository, change: FileChange, said: Attributes, known: Mapping[str, Entry]
) -> Sequence[str] | None:
    """Give the settings with which git is to filter a file; None where nothing would change."""
    content = (change.before or b"") + (change.after or b"")
    lines = b"\r\n" in content and _line_ends_change(repository, change, said, known)
    named = said["filter"] not in _OFF or said["working-tree-encoding"] not in _OFF
    if not (lines or named or (said["ident"] == "set" and b"$Id" in content)):
        return None
    return ("-c", "core.safecrlf=false", *(() if lines else ("-c", "core.autocrlf=false")))


def _line_ends_change(repository: Repository, change: FileChange, said: Attributes, known: Mapping[str, Entry]) -> bool:
    """Follow git's own rules (convert.c): what it guesses to be text keeps line ends once stored."""
    text = said["text"] if said["text"] != "unspecified" else said["crlf"]
    if text == "unset":
        return False
    if text in ("set", "input") or (text == "unspecified" and said["eol"] not in _OFF):
        return True
    if text == "unspecified" and repository.setting("core.autocrlf") in (None, "false"):
        return False
    entry = known.get(change.moved_from or change.path)
    return entry is None or b"\r\n" not in repository.read("cat-file", "blob", entry.blob)


def _clean(repository: Repository, path: str, content: bytes | None, options: Sequence[str]) -> str | None:
    if content is None:
        return None
    output = repository.write(*options, "hash-object", "-w", f"--path={path}", "--stdin", stdin=content)
    return output.decode().strip()
