"""Type comments (PEP 484): whether there is one, and its conversion to annotations, with ``--rewrite`` only."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.change.edit import Edit
from workhorse_core.languages.python.nodes import Function, arguments_of
from workhorse_core.languages.python.source import PythonSource

_TYPE_COMMENT = re.compile(rb"#[ \t]*type:(?![ \t]*ignore\b)[ \t]*([^\r\n#]*[^\s#])")
"""A comment that names a type: PEP 484's, ``# type: ignore`` aside."""
_REMOVED = re.compile(rb"#[ \t]*type:(?![ \t]*ignore\b)[^#\r\n]*")
_STRING = re.compile(rb"\"[^\"\r\n]*\"|'[^'\r\n]*'")


def has_type_comment(source: PythonSource, node: Function) -> bool:
    """Return whether a function's header, or the line below it, holds a type comment."""
    start = source.offset(node.lineno, 0)
    first = node.body[0]
    end = source.offset(first.lineno, first.col_offset)
    header = source.data[start:end]
    if _TYPE_COMMENT.search(_without_strings(header)) is not None:
        return True
    if first.lineno > node.lineno:
        return False
    line_end = source.offset(min(first.lineno + 1, source.last_line + 1), 0)
    return _TYPE_COMMENT.search(_without_strings(source.data[start:line_end])) is not None


def is_commented(source: PythonSource, node: ast.Assign) -> bool:
    """Return whether a type comment follows an assignment on its line."""
    line = source.lines[(node.end_lineno or node.lineno) - 1]
    return _TYPE_COMMENT.search(_without_strings(line)) is not None


@dataclass(frozen=True, slots=True)
class Commented:
    """The type comments of one definition: types as text by the slot's key, and the edits that remove the comments."""

    types: Mapping[str, str]
    removals: tuple[Edit, ...]


def read_comments(source: PythonSource, slots: Sequence[Slot]) -> Commented | None:
    """Read the type comments that belong to the slots of one definition; None where there are none, or not for all.

    Args:
        source: The file.
        slots: All slots of one function, or those of a class or module.
    """
    function = next((slot.node for slot in slots if isinstance(slot.node, Function)), None)
    found = _of_function(source, function, slots) if isinstance(function, Function) else _of_variables(source, slots)
    return found if found and found.types else None


def _of_variables(source: PythonSource, slots: Sequence[Slot]) -> Commented:
    types: dict[str, str] = {}
    removals: list[Edit] = []
    for slot in slots:
        if isinstance(slot.node, ast.Assign) and (match := _behind(source, slot.node)):
            types[slot.key] = match[1].decode()
            removals.append(_removal(source, match.start()))
    return Commented(types, tuple(removals))


def _of_function(source: PythonSource, node: Function, slots: Sequence[Slot]) -> Commented | None:
    """Read ``# type: (int, str) -> bool`` below the header, and comments behind parameters."""
    start = source.offset(node.lineno, 0)
    end = source.offset(node.body[0].lineno, node.body[0].col_offset)
    comments = list(_TYPE_COMMENT.finditer(source.data, start, end))
    whole = [comment for comment in comments if comment[1].startswith(b"(")]
    single = [comment for comment in comments if comment not in whole]
    types: dict[str, str] = {}
    for comment in single:
        name = _parameter_on(node, source.line_of(comment.start()))
        if name is None or name in types:
            return None
        types[name] = comment[1].decode()
    said = _of_signature(whole[0][1].decode(), node, slots) if len(whole) == 1 else None if whole else {}
    if said is None or (single and len(said) > 1):
        return None
    types |= said
    by_key = {slot.key: types[_name(slot)] for slot in slots if _name(slot) in types}
    return Commented(by_key, tuple(_removal(source, comment.start()) for comment in comments))


def _parameter_on(node: Function, line: int) -> str | None:
    """Name the one parameter that stands on a line; None where there is none, or several."""
    here = [each.arg for each in arguments_of(node) if each.lineno == line]
    return here[0] if len(here) == 1 else None


def _of_signature(text: str, node: Function, slots: Sequence[Slot]) -> dict[str, str] | None:
    """Read ``(int, str) -> bool`` as types by name; None where it does not fit the parameters."""
    try:
        signature = ast.parse(text, mode="func_type")
    except (SyntaxError, ValueError):
        return None
    assert isinstance(signature, ast.FunctionType)
    names = [each.arg for each in arguments_of(node)]
    types = {"return": ast.unparse(signature.returns)}
    said = [ast.unparse(each.value if isinstance(each, ast.Starred) else each) for each in signature.argtypes]
    if said != ["..."]:
        is_bound = bool(names) and names[0] not in {slot.name for slot in slots}  # self and cls need no type
        if len(names) - len(said) not in ((0, 1) if is_bound else (0,)):
            return None
        types |= dict(zip(names[len(names) - len(said) :], said, strict=True))
    return types


def _name(slot: Slot) -> str:
    return "return" if slot.kind is SlotKind.RETURN else slot.name


def _behind(source: PythonSource, node: ast.Assign) -> "re.Match[bytes] | None":
    end = source.span(node)[1]
    line_end = source.offset(min((node.end_lineno or node.lineno) + 1, source.last_line + 1), 0)
    return _TYPE_COMMENT.search(source.data, end, max(end, line_end))


def _removal(source: PythonSource, hash_sign: int) -> Edit:
    """Remove a comment that names a type, and leave the comment behind it, if there is one, in its place.

    Without one the blanks before it go too, and the whole line where it has one of its own.
    """
    match = _REMOVED.match(source.data, hash_sign)
    assert match is not None
    if source.data[match.end() : match.end() + 1] == b"#":
        return Edit(source.path, hash_sign, match.end(), b"")
    start = hash_sign
    while source.data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    line = source.line_of(hash_sign)
    whole = start == source.offset(line, 0) and line < source.last_line
    return Edit(source.path, start, source.offset(line + 1, 0) if whole else match.end(), b"")


def _without_strings(data: bytes) -> bytes:
    return _STRING.sub(b"''", data)
