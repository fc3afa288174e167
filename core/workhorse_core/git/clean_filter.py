"""The form in which git stores a file: line ends, filters and encodings converted as ``git add`` converts them."""

from collections.abc import Mapping, Sequence

from workhorse_core.errors import TargetError
from workhorse_core.git.output import records
from workhorse_core.git.repository import Repository, TreeEntry
from workhorse_core.system.named_tuple import NamedTuple

Attributes = Mapping[str, str]
"""Git's attributes of one path: "set", "unset", "unspecified" or a value; see gitattributes(5)."""

_NAMES = ("text", "eol", "crlf", "ident", "filter", "working-tree-encoding")
_OFF = ("unset", "unspecified")


class Versions(NamedTuple):
    """A file before and after a change, as the work tree has it; None where it does not exist.

    ``old_path`` differs from ``path`` where the file moves.
    """

    old_path: str
    before: bytes | None
    path: str
    after: bytes | None


class StoredForm(NamedTuple):
    """Both versions as git stores them: bytes where they stay as they are, else the id of a new blob."""

    before: bytes | str | None
    after: bytes | str | None


def stored_forms(repository: Repository, files: Sequence[Versions], known: Mapping[str, TreeEntry]) -> list[StoredForm]:
    """Convert the versions of each file; ``known`` are the files at HEAD.

    A file that HEAD holds byte for byte is not converted: what is stored raw stays raw.

    Raises:
        TargetError: A file needs a filter that only the repository's own configuration names.
    """
    doubtful = [file for file in files if not _is_raw(repository, file, known)]
    attributes = _attributes(repository, [file.path for file in doubtful])
    _refuse_own_filters(repository, {path: said["filter"] for path, said in attributes.items()})
    filters = {file.path: _filter(repository, file, attributes[file.path], known) for file in doubtful}
    return [_stored_form(repository, file, filters.get(file.path)) for file in files]


def _stored_form(repository: Repository, file: Versions, options: Sequence[str] | None) -> StoredForm:
    if options is None:
        return StoredForm(file.before, file.after)
    return StoredForm(
        _clean(repository, file.old_path, file.before, options), _clean(repository, file.path, file.after, options)
    )


def _is_raw(repository: Repository, file: Versions, known: Mapping[str, TreeEntry]) -> bool:
    entry = known.get(file.old_path)
    return entry is not None and file.before is not None and repository.blob_id(file.before) == entry.blob


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
    repository: Repository, file: Versions, attributes: Attributes, known: Mapping[str, TreeEntry]
) -> Sequence[str] | None:
    """Return the settings under which git converts a file; None where it would change nothing."""
    content = (file.before or b"") + (file.after or b"")
    lines = b"\r\n" in content and _line_ends_change(repository, file, attributes, known)
    named = attributes["filter"] not in _OFF or attributes["working-tree-encoding"] not in _OFF
    if not (lines or named or (attributes["ident"] == "set" and b"$Id" in content)):
        return None
    return ("-c", "core.safecrlf=false", *(() if lines else ("-c", "core.autocrlf=false")))


def _refuse_own_filters(repository: Repository, filters: Mapping[str, str]) -> None:
    """Refuse files whose stored form a program gives that only the repository's own configuration names.

    Raises:
        TargetError: There is one. Without its filter git would store other bytes than the user's own ``git add``.
    """
    if not set(filters.values()) - {*_OFF, "set"}:
        return
    from workhorse_core.git.own_programs import own_filters

    own = own_filters(repository)
    for path, name in filters.items():
        if setting := own.get(name):
            is_filter = setting.startswith("filter.")
            what = "defines" if is_filter else f"lets start a program ({setting})"
            key = f"filter.{name}.clean" if is_filter else setting
            raise TargetError(
                f"{path} is stored through the filter {name!r}, which only this repository's .git/config {what}.",
                f"If you trust it, name it in your own: git config --global {key} COMMAND",
            )


def _line_ends_change(
    repository: Repository, file: Versions, attributes: Attributes, known: Mapping[str, TreeEntry]
) -> bool:
    """Apply git's own rules (convert.c): a file only guessed to be text keeps the line ends it is stored with."""
    text = attributes["text"] if attributes["text"] != "unspecified" else attributes["crlf"]
    if text == "unset":
        return False
    if text in ("set", "input") or (text == "unspecified" and attributes["eol"] not in _OFF):
        return True
    if text == "unspecified" and repository.setting("core.autocrlf") in (None, "false"):
        return False
    entry = known.get(file.old_path)
    return entry is None or b"\r\n" not in repository.read("cat-file", "blob", entry.blob)


def _clean(repository: Repository, path: str, content: bytes | None, options: Sequence[str]) -> str | None:
    if content is None:
        return None
    output = repository.write(*options, "hash-object", "-w", f"--path={path}", "--stdin", stdin=content)
    return output.decode().strip()
