"""Edits of hints, judged byte by byte: annotations, imports, line breaks, comments that name types."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange
from workhorse_core.checks.proofs.annotated_file import AnnotatedFile, is_checking, is_type, places
from workhorse_core.checks.proofs.code_tree import DiffersError

TYPE_COMMENT = re.compile(r"#[ \t]*type:(?![ \t]*ignore\b)[ \t]*([^#\r\n]*)")
"""A comment up to the next one on its line; whether it names a type is for the parser to tell."""
_REMOVED = re.compile(rb"([ \t]*)(#[^#\r\n]*)(\r\n|\n|\r)?")
_EQUALS = re.compile(rb"[ \t]*=[ \t]*")


@dataclass(frozen=True, slots=True)
class Cut:
    """The bytes that an edit removed from the base and put into the candidate, half open."""

    old: tuple[int, int]
    new: tuple[int, int]


def check_bytes(change: FileChange, before: AnnotatedFile, after: AnnotatedFile) -> list[Cut]:
    """Check that every byte outside the edits is the base's, and that every edit is one of hints."""
    position = shift = 0
    cuts: list[Cut] = []
    for edit in sorted(change.edits, key=lambda edit: (edit.start, edit.end)):
        start, end = edit.start + shift, edit.start + shift + len(edit.new)
        line = after.file.line_of(start)
        if edit.start < position or edit.path != change.path:
            raise DiffersError("bytes", "Two edits overlap, or one is of another file.", line)
        if before.file.data[position : edit.start] != after.file.data[position + shift : start]:
            raise DiffersError("bytes", "Something outside the annotations changed.", line)
        if after.file.data[start:end] != edit.new:
            raise DiffersError("bytes", "The file does not hold what the edit says.", line)
        judges = (_is_annotation, _is_import, _is_layout, _is_type_comment)
        if not any(judge(edit, before, after, start) for judge in judges):
            raise DiffersError("bytes", "Something other than an annotation or an import was put in.", line)
        cuts.append(Cut((edit.start, edit.end), (start, end)))
        position = edit.end
        shift += len(edit.new) - (edit.end - edit.start)
    if before.file.data[position:] != after.file.data[position + shift :]:
        raise DiffersError("bytes", "Something outside the annotations changed.", after.file.line_of(position + shift))
    return cuts


def _is_annotation(edit: Edit, before: AnnotatedFile, after: AnnotatedFile, start: int) -> bool:
    """Whether an edit is ``: type`` or ``-> type`` and blanks; with a default, the blanks round its = may change."""
    match = re.fullmatch(rb"(: | -> )(.*?)( = )?", edit.new, re.DOTALL)
    if match is None:
        return False
    low = start + match.start(2)
    if (low, start + match.end(2)) not in after.annotations:
        return False
    old = before.file.data[edit.start : edit.end]
    return _EQUALS.fullmatch(old) is not None if match[3] else not old


def _is_layout(edit: Edit, before: AnnotatedFile, after: AnnotatedFile, start: int) -> bool:
    """Whether an edit only breaks the lines of a function's parameters, with at most a comma behind the last."""
    old = before.file.data[edit.start : edit.end]
    if old.strip(b" \t\r\n") or edit.new.strip(b" \t\r\n") not in (b"", b","):
        return False
    end = start + len(edit.new)
    if b"," in edit.new and after.file.data[end : end + 1] != b")":
        return False
    return any(low < start and end <= high for low, high in after.headers)


def _is_type_comment(edit: Edit, before: AnnotatedFile, after: AnnotatedFile, start: int) -> bool:
    """Whether an edit takes away a comment that names a type and nothing else.

    With the blanks before it where nothing follows it, with the line where it has one of its own, and up to the next
    comment where one follows.
    """
    del after, start
    data = before.file.data
    match = _REMOVED.fullmatch(data[edit.start : edit.end])
    if edit.new or match is None or type_in(match[2].decode("ascii", "replace").rstrip()) is None:
        return False
    if match[3]:
        return before.file.line_of(edit.start) == before.file.line_of(edit.end - 1) and _begins_line(data, edit.start)
    following = data[edit.end : edit.end + 1]
    return following in (b"", b"\r", b"\n") or (following == b"#" and not match[1])


def _begins_line(data: bytes, offset: int) -> bool:
    return offset == 0 or data[offset - 1 : offset] in (b"\r", b"\n")


def type_in(comment: str) -> str | None:
    """Return the type that a comment names, None where it names none or holds anything else."""
    match = TYPE_COMMENT.fullmatch(comment)
    if match is None:
        return None
    text = match[1].strip()
    try:
        if text.startswith("(") and "->" in text:
            ast.parse(text, mode="func_type")
        elif not is_type(ast.parse(text, mode="eval").body):
            return None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return text


def _is_import(edit: Edit, before: AnnotatedFile, after: AnnotatedFile, start: int) -> bool:
    """Whether an edit puts in whole import statements, and takes none away but to write it again."""
    if b"#" in before.file.data[edit.start : edit.end]:
        return False
    if not edit.new.strip() or b"#" in edit.new or b";" in edit.new or b"\\" in edit.new:
        return False
    end = start + len(edit.new)
    spans = [after.span(node) for node, _ in after.imports]
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    rest = edit.new
    for low, high in sorted(inside, reverse=True):
        rest = rest[: low - start] + rest[high - start :]
    tests = [node for node in after.tree.body if isinstance(node, ast.If) and is_checking(node)]
    for node in tests:
        low = after.span(node)[0]
        if start <= low < end and all(span in inside for span in map(after.span, node.body)):
            rest = rest.replace(b"if %s:" % ast.unparse(node.test).encode(), b"", 1)
    if not inside or rest.strip():
        return False
    return edit.start == edit.end or (edit.start, edit.end) in {before.span(node) for node, _ in before.imports}


def find_cuts(before: AnnotatedFile, after: AnnotatedFile) -> list[Cut]:
    """Find the added annotations and the imports from the two files alone."""
    cuts = [Cut(span, (0, 0)) for span in _import_spans(before)]
    cuts += [Cut((0, 0), span) for span in _import_spans(after)]
    for old, new in zip(places(before), places(after), strict=False):
        if old.annotation is None and new.annotation is not None and is_type(new.annotation):
            low, high = after.span(new.annotation)
            mark = max(after.file.data.rfind(b":", 0, low), after.file.data.rfind(b"->", 0, low))
            cuts.append(Cut((0, 0), (mark, high)))
    return cuts


def _import_spans(side: AnnotatedFile) -> Iterator[tuple[int, int]]:
    """Yield the spans of the imports, and of ``if TYPE_CHECKING:`` before them; the trees are compared as well."""
    yield from (side.span(statement) for statement, _ in side.imports)
    for node in side.tree.body:
        if isinstance(node, ast.If) and is_checking(node):
            yield side.span(node)[0], side.span(node.body[0])[0]
