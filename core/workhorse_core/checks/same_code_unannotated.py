"""The proof that nothing but annotations and their imports was added: same tree, same tokens, same bytes elsewhere.

It starts from the two byte strings and the edits, and shares no code with what wrote the annotations. What an edit
put in must be one annotation, or import statements whose names the module did not use; without those the candidate is
the base. Where no edits are said, as in a commit that is audited, blanks are all that is not compared.
"""

import ast
import asyncio
import re
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from workhorse_core.check import CheckResult, CheckStatus, Comparison, Finding
from workhorse_core.checks.code_file import CodeFile, read_code
from workhorse_core.checks.code_tokens import find_tokens
from workhorse_core.checks.code_tree import DiffersError, Shape, check_trees
from workhorse_core.checks.frame import check_frame
from workhorse_core.edit import Edit
from workhorse_core.patch import FileChange

_TYPE_COMMENT = re.compile(rb"[ \t]*#[ \t]*type:(?![ \t]*ignore\b)[^\r\n]*(?:\r\n|\n|\r)?")
_EQUALS = re.compile(rb"[ \t]*=[ \t]*")

Key = tuple[bool, str, int, str, str]
"""One imported name: for type checkers only, from which module, with how many dots, what, and as what."""


class SameCodeUnannotated:
    """Proves that a candidate's files are their base's with annotations and the imports for them added."""

    name = "same-code-unannotated"
    proof = True

    async def run(self, comparison: Comparison) -> CheckResult:
        """Prove every changed file; others get their turn between files."""
        begin = time.perf_counter()
        findings: list[Finding] = []
        for change in comparison.patch.changes:
            findings += differences(change)
            await asyncio.sleep(0)
        status = CheckStatus.FAILED if findings else CheckStatus.PASSED
        return CheckResult(self.name, status, tuple(findings), time.perf_counter() - begin)


def differences(change: FileChange) -> list[Finding]:
    """Say where a file's code differs from its base's, annotations aside; nothing when it is proved the same."""
    try:
        _prove(change)
    except DiffersError as difference:
        return [Finding(change.path, difference.line, str(difference), difference.rule)]
    return []


def _prove(change: FileChange) -> None:
    if change.before is None or change.after is None or change.moved_from is not None:
        raise DiffersError("files", "A file was added, deleted or moved.")
    check_frame(change.before, change.after)
    before, after = _Side(read_code(change.before, "base")), _Side(read_code(change.after, "candidate"))
    if before.file.encoding != after.file.encoding:
        raise DiffersError("encoding", f"The encoding was {before.file.encoding} and is {after.file.encoding}.")
    new = _new_imports(before, after)
    cuts = _check_bytes(change, before, after) if change.edits else _find_cuts(before, after)
    _check_tokens(before, after, cuts, exact=bool(change.edits))
    check_trees(_bare(before, Counter()), _bare(after, new))


class _Side:
    """One of the two files, with the spans of what hints are made of. Spans are bytes, half open."""

    def __init__(self, file: CodeFile) -> None:
        self.file = file
        self.tree = file.tree
        self.nodes = file.shape.nodes
        self.annotations = {self.span(node) for node in _annotations(self.nodes) if _is_type(node)}
        self.headers = [
            (self.span(node)[0], self.span(node.body[0])[0])
            for node in self.nodes
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        self.imports = list(_import_statements(self.tree.body, checking=False))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        start = self.file.offset(node.lineno, node.col_offset)
        return start, self.file.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def keys(self) -> Counter[Key]:
        return Counter(key for node, checking in self.imports for key in _keys(node, checking))


def _annotations(nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        found: Sequence[ast.expr | None] = ()
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            found = (node.annotation,)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found = (node.returns,)
        yield from (each for each in found if each is not None)


_TYPE_NODES = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List),
    *(ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub, ast.Load),
)


def _is_type(node: ast.expr) -> bool:
    """Whether an annotation runs nothing but look-ups: no call, no comparison, no function."""
    return all(isinstance(each, _TYPE_NODES) for each in ast.walk(node))


# -- the imports


def _is_checking(node: ast.stmt) -> bool:
    """Whether it is ``if TYPE_CHECKING:``, from ``typing`` under whatever name, without ``else``."""
    if not isinstance(node, ast.If) or node.orelse:
        return False
    test = node.test
    return getattr(test, "id", None) == "TYPE_CHECKING" or (
        isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name) and test.attr == "TYPE_CHECKING"
    )


def _import_statements(body: Sequence[ast.stmt], checking: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Give the import statements at the top of a module, and those under ``if TYPE_CHECKING:``."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, checking
        elif isinstance(node, ast.If) and _is_checking(node) and not checking:
            yield from _import_statements(node.body, checking=True)


def _keys(node: ast.Import | ast.ImportFrom, checking: bool) -> Iterator[Key]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield checking, "", -1, alias.name, alias.asname or ""
        else:
            yield checking, node.module or "", node.level, alias.name, alias.asname or ""


def _new_imports(before: _Side, after: _Side) -> Counter[Key]:
    """Find what is imported anew. No name of it may have meant anything in the module before.

    Raises:
        DiffersError: A new one may change what a name means.
    """
    old, now = before.keys(), after.keys()
    new = now - old
    known = {node.id for node in before.nodes if isinstance(node, ast.Name)}
    bound = set(_bound(before.nodes))
    for checking, module, level, name, alias in new:
        if name == "*" or (module == "__future__" and (name != "annotations" or checking)):
            raise DiffersError("imports", f"from {'.' * max(level, 0)}{module} import {name} changes other code.")
        word = alias or name.partition(".")[0]
        again = any(other[1:] == (module, level, name, alias) for other in old)
        if module != "__future__" and not again and (word in known or word in bound):
            raise DiffersError("imports", f"{word} is imported, and it meant something else before.")
    return new


def _bound(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Give the names that definitions and imports bind, anywhere in a file."""
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.arg):
            yield node.arg


# -- the bytes


@dataclass(frozen=True, slots=True)
class _Cut:
    """What an edit took away and put in: bytes of the base and of the candidate, half open."""

    old: tuple[int, int]
    new: tuple[int, int]


def _check_bytes(change: FileChange, before: _Side, after: _Side) -> list[_Cut]:
    """Every byte outside the edits is the base's, and every edit puts in an annotation or imports."""
    position = shift = 0
    cuts: list[_Cut] = []
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
        cuts.append(_Cut((edit.start, edit.end), (start, end)))
        position = edit.end
        shift += len(edit.new) - (edit.end - edit.start)
    if before.file.data[position:] != after.file.data[position + shift :]:
        raise DiffersError("bytes", "Something outside the annotations changed.", after.file.line_of(position + shift))
    return cuts


def _is_annotation(edit: Edit, before: _Side, after: _Side, start: int) -> bool:
    """Whether an edit is ``: type`` or ``-> type`` and blanks; with a default, the blanks round its = may change."""
    match = re.fullmatch(rb"(: | -> )(.*?)( = )?", edit.new, re.DOTALL)
    if match is None:
        return False
    low = start + match.start(2)
    if (low, start + match.end(2)) not in after.annotations:
        return False
    old = before.file.data[edit.start : edit.end]
    return _EQUALS.fullmatch(old) is not None if match[3] else not old


def _is_layout(edit: Edit, before: _Side, after: _Side, start: int) -> bool:
    """Whether an edit only breaks the lines of a function's parameters, with at most a comma behind the last."""
    old = before.file.data[edit.start : edit.end]
    if old.strip(b" \t\r\n") or edit.new.strip(b" \t\r\n") not in (b"", b","):
        return False
    end = start + len(edit.new)
    if b"," in edit.new and after.file.data[end : end + 1] != b")":
        return False
    return any(low < start and end <= high for low, high in after.headers)


def _is_type_comment(edit: Edit, before: _Side, after: _Side, start: int) -> bool:
    """Whether an edit takes away a comment that says a type, with the blanks before it."""
    del after, start
    old = before.file.data[edit.start : edit.end]
    return not edit.new and _TYPE_COMMENT.fullmatch(old) is not None


def _is_import(edit: Edit, before: _Side, after: _Side, start: int) -> bool:
    """Whether an edit puts in whole import statements, and takes none away but to write it again."""
    if not edit.new.strip() or b"#" in edit.new or b";" in edit.new or b"\\" in edit.new:
        return False
    end = start + len(edit.new)
    spans = [after.span(node) for node, _ in after.imports]
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    rest = edit.new
    for low, high in sorted(inside, reverse=True):
        rest = rest[: low - start] + rest[high - start :]
    tests = [node for node in after.tree.body if isinstance(node, ast.If) and _is_checking(node)]
    for node in tests:
        low = after.span(node)[0]
        if start <= low < end and all(span in inside for span in map(after.span, node.body)):
            rest = rest.replace(b"if %s:" % ast.unparse(node.test).encode(), b"", 1)
    if not inside or rest.strip():
        return False
    return edit.start == edit.end or (edit.start, edit.end) in {before.span(node) for node, _ in before.imports}


def _find_cuts(before: _Side, after: _Side) -> list[_Cut]:
    """Find what was put in from the two files alone: annotations where there were none, and the imports."""
    cuts = [_Cut(span, (0, 0)) for span in _import_spans(before)]
    cuts += [_Cut((0, 0), span) for span in _import_spans(after)]
    for old, new in zip(_slots(before), _slots(after), strict=False):
        if old is None and new is not None and _is_type(new):
            low, high = after.span(new)
            mark = max(after.file.data.rfind(b":", 0, low), after.file.data.rfind(b"->", 0, low))
            cuts.append(_Cut((0, 0), (mark, high)))
    return cuts


def _slots(side: _Side) -> Iterator[ast.expr | None]:
    """Give what stands wherever an annotation may: in the same order on both sides when the trees are the same."""
    for node in side.nodes:
        if isinstance(node, ast.arg):
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.returns
        elif isinstance(node, ast.Assign):
            yield None
        elif isinstance(node, ast.AnnAssign):
            yield node.annotation


def _import_spans(side: _Side) -> Iterator[tuple[int, int]]:
    """Give the import statements, and the ``if TYPE_CHECKING:`` before those in one; the trees are compared as well."""
    yield from (side.span(statement) for statement, _ in side.imports)
    for node in side.tree.body:
        if isinstance(node, ast.If) and _is_checking(node):
            yield side.span(node)[0], side.span(node.body[0])[0]


# -- the tokens


def _check_tokens(before: _Side, after: _Side, cuts: Sequence[_Cut], *, exact: bool) -> None:
    """Compare comments and every other token, those aside that the edits took away and put in.

    What is not ``exact`` may differ in the last comma of brackets, which breaking a line brings, and in comments that
    say a type.

    Raises:
        DiffersError: They are not the same, or an edit stands within one.
    """
    old = _tokens(before.file, sorted({cut.old for cut in cuts}))
    new = _tokens(after.file, sorted({cut.new for cut in cuts}))
    if not exact:
        old, new = list(_without_layout(old)), list(_without_layout(new))
    if [text for text, _ in old] != [text for text, _ in new]:
        different = (offset for (a, _), (b, offset) in zip(old, new, strict=False) if a != b)
        line = after.file.line_of(next(different, len(after.file.data)))
        raise DiffersError("tokens", "A comment or another token was added, removed or changed.", line)


def _without_layout(tokens: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    for (text, offset), (following, _) in zip(tokens, [*tokens[1:], ("", 0)], strict=True):
        if not (text == "," and following == ")") and not _TYPE_COMMENT.fullmatch(text.encode("utf-8", "replace")):
            yield text, offset


def _tokens(file: CodeFile, cuts: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    """Give the tokens outside the cuts, each with the byte that it begins at."""
    encoding = file.encoding.removesuffix("-sig")
    text = file.data.decode(encoding)
    is_plain = text.isascii()
    ends = [high for _, high in cuts]
    kept: list[tuple[str, int]] = []
    position = offset = 0
    for token, start in find_tokens(text):
        offset = start if is_plain else offset + len(text[position:start].encode(encoding))
        position = start
        end = offset + len(token if is_plain else token.encode(encoding))
        index = bisect_right(ends, offset)
        low, high = cuts[index] if index < len(cuts) else (end, end)
        if low <= offset and end <= high:
            continue
        if low < end and (low > offset or high > low):
            raise DiffersError("tokens", "An edit stands within another token.", file.line_of(offset))
        kept.append((token, offset))
    return kept


# -- the trees


def _bare(side: _Side, new: Counter[Key]) -> Shape:
    """Write a tree out without annotations, and without the imports that are new."""
    left = new.copy()
    body = list(_without_new(side.tree.body, left, checking=False))
    tree = ast.Module(body, side.tree.type_ignores)
    for node in (tree, *side.nodes):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                setattr(node, name, [_unannotated(each) for each in cast("list[ast.stmt]", statements)])
    return Shape(tree)


def _without_new(body: Sequence[ast.stmt], new: Counter[Key], checking: bool) -> Iterator[ast.stmt]:
    """Give the statements with one import for each name, without those that are new and blocks of nothing else."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias, key in zip(node.names, list(_keys(node, checking)), strict=True):
                if new[key] > 0:
                    new[key] -= 1
                elif isinstance(node, ast.Import):
                    yield ast.copy_location(ast.Import([alias]), node)
                else:
                    yield ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node)
        elif isinstance(node, ast.If) and _is_checking(node) and not checking:
            node.body = list(_without_new(node.body, new, checking=True))
            if node.body:
                yield node
        else:
            yield node


def _unannotated(node: ast.stmt) -> ast.stmt:
    """Write ``x: T = v`` as ``x = v``. A bare ``x: T`` stays: hints do not make any."""
    if not isinstance(node, ast.AnnAssign) or node.value is None:
        return node
    return ast.copy_location(ast.Assign([node.target], node.value), node)
