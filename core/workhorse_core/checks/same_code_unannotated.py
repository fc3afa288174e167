"""The proof that only annotations and their imports were added: same tree, same tokens, same bytes elsewhere.

It starts from the two byte strings and the edits, and shares no code with the writer of annotations. Each edit adds one
annotation that the program does not read, or imports for added annotations; without those the candidate is the base.
Without edits, as in the audit of a commit, blanks are all that is not compared.
"""

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from workhorse_core.change.patch import FileChange
from workhorse_core.checks.proofs.annotated_file import (
    AnnotatedFile,
    AnnotationPlace,
    Key,
    import_keys,
    is_checking,
    places,
)
from workhorse_core.checks.proofs.annotation_edits import TYPE_COMMENT, Cut, check_bytes, find_cuts, type_in
from workhorse_core.checks.proofs.annotation_readers import Contents, Readers, Surroundings
from workhorse_core.checks.proofs.code_file import CodeFile
from workhorse_core.checks.proofs.code_tokens import find_tokens
from workhorse_core.checks.proofs.code_tree import DiffersError, Shape, check_trees
from workhorse_core.checks.proofs.frame import prove_all, prove_one
from workhorse_core.checks.proofs.new_imports import new_imports
from workhorse_core.checks.proofs.project_names import Look
from workhorse_core.languages.python.compiler import syntax_faults
from workhorse_core.pipeline.check import CheckCost, CheckResult, Comparison, Finding
from workhorse_core.workspace.file_tree import CommitTree
from workhorse_core.workspace.project import Project


class SameCodeUnannotated:
    """Proves that a candidate's files are their base's with annotations and the imports for them added."""

    name = "same-code-unannotated"
    proof = True
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Prove every changed file."""
        at_run_time = comparison.task.options.get("runtime") == "yes"
        around = Surroundings(comparison.project.look, lambda: _python_files(comparison.project))
        return await prove_all(self.name, comparison, _Proof(around, at_run_time=at_run_time))


def differences(
    change: FileChange, look: Look = lambda _: None, contents: Contents = dict, *, at_run_time: bool = False
) -> list[Finding]:
    """Return the differences of a file's code from its base's, annotations aside; none where it is proved the same."""
    return prove_one(change, _Proof(Surroundings(look, contents), at_run_time=at_run_time))


def _python_files(project: Project) -> Mapping[str, bytes]:
    """Read every Python file of a project that can be read; of a commit in one process."""
    tree = project.tree
    paths = [path for path in tree.files("") if path.endswith(".py")]
    if isinstance(tree, CommitTree):
        return tree.read_all(paths)
    return {path: data for path in paths if (data := project.look(path)) is not None}


class _Proof:
    """Proves one file after another.

    Args:
        around: The project's other files.
        at_run_time: The user asked for annotations that are read while the program runs, and for their imports.
    """

    def __init__(self, around: Surroundings, *, at_run_time: bool = False) -> None:
        self._around = around
        self._at_run_time = at_run_time

    def __call__(self, change: FileChange, old: CodeFile, now: CodeFile) -> Sequence[DiffersError]:
        """Compare both sides; see `workhorse_core.checks.proofs.frame.Prove`."""
        before, after = AnnotatedFile(old), AnnotatedFile(now)
        new = before_and_after(before, after)
        new_keys = new_imports(
            before,
            after,
            [place.annotation for _, place in new],
            is_module=lambda name, level: self._around.names.module(change.path, name, level) is not None,
            at_run_time=self._at_run_time,
        )
        cuts = check_bytes(change, before, after) if change.edits else find_cuts(before, after)
        _check_tokens(before, after, cuts, exact=bool(change.edits))
        _check_comments(before, after, [place for place, _ in new])
        read = [] if self._at_run_time else list(self._read(change.path, before, new))
        _check_compiles(old, now)
        check_trees(_bare(before, Counter()), _bare(after, new_keys))
        return read

    def _read(
        self, path: str, before: AnnotatedFile, new: Sequence[tuple[AnnotationPlace, AnnotationPlace]]
    ) -> Iterator[DiffersError]:
        """Yield the new annotations that the program reads."""
        if not new:
            return
        readers = Readers(path, before.tree, self._around)
        for old, now in new:
            if old.function is not None:
                reason = readers.of_function(old.function, old.owner)
            else:
                reason = readers.of_variable(old.scope) if now.is_name else ""
            if reason:
                yield DiffersError("read", f"This annotation changes what the program does: {reason}.", now.first)


def before_and_after(before: AnnotatedFile, after: AnnotatedFile) -> list[tuple[AnnotationPlace, AnnotationPlace]]:
    """Pair the places that have an annotation now and had none before."""
    pairs = zip(places(before), places(after), strict=False)
    return [(old, now) for old, now in pairs if old.annotation is None and now.annotation is not None]


def _check_compiles(before: CodeFile, after: CodeFile) -> None:
    """Compile the candidate: a variable that is global must have no annotation, though the file can be parsed.

    Raises:
        DiffersError: It does not compile, and the base does.
    """
    for fault in syntax_faults("", after.data):
        if not fault.is_warning and all(each.is_warning for each in syntax_faults("", before.data)):
            raise DiffersError("syntax", f"The candidate does not compile: {fault.message}.", fault.line)


# -- the tokens


def _check_tokens(before: AnnotatedFile, after: AnnotatedFile, cuts: Sequence[Cut], *, exact: bool) -> None:
    """Compare comments and all other tokens outside the edits.

    Without ``exact`` the last comma of brackets may differ, which a broken line brings, and comments that name a type.

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
    for (text, offset), (following, _) in zip(tokens, [*tokens[1:], ("", 0)], strict=False):
        rest = _behind_type(text) if text.startswith("#") else text
        if rest and not (rest == "," and following == ")"):
            yield rest, offset


def _behind_type(comment: str) -> str:
    """Return what follows a comment's type: another comment, "" for nothing; all of it where it names no type."""
    match = TYPE_COMMENT.match(comment)
    return comment[match.end() :] if match and type_in(match[0].rstrip()) is not None else comment


def _tokens(file: CodeFile, cuts: Sequence[tuple[int, int]]) -> list[tuple[str, int]]:
    """List the tokens outside the cuts, each with the byte that it begins at; a cut hides no comment but a type's."""
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
        is_cut = low <= offset < high
        if is_cut and token.startswith("#"):
            rest = _behind_type(token)
            if rest:
                kept.append((rest, offset))
        elif is_cut and end <= high:
            continue
        elif low < end and (low > offset or high > low):
            raise DiffersError("tokens", "An edit stands within another token.", file.line_of(offset))
        else:
            kept.append((token, offset))
    return kept


def _check_comments(before: AnnotatedFile, after: AnnotatedFile, annotated: Sequence[AnnotationPlace]) -> None:
    """Compare the comments that name types: where one goes, an annotation comes.

    Raises:
        DiffersError: A type is named nowhere any more.
    """
    old, now = _type_comments(before.file), _type_comments(after.file)
    gone = Counter(text for text, _ in old)
    gone.subtract(text for text, _ in now)
    if min(gone.values(), default=0) < 0:
        raise DiffersError("tokens", "A comment that names a type was added or changed.")
    for text, count in gone.items():
        lines = [line for each, line in old if each == text]
        if sum(any(place.first <= line <= place.last for place in annotated) for line in lines) < count:
            raise DiffersError("tokens", f"The comment {text} was removed, and no annotation stands for it.")


def _type_comments(file: CodeFile) -> list[tuple[str, int]]:
    """List the comments that name types, each with its line."""
    if "type:" not in file.text:
        return []
    text = file.text
    found: list[tuple[str, int]] = []
    for token, start in find_tokens(text):
        match = TYPE_COMMENT.match(token) if token.startswith("#") else None
        if match and type_in(match[0].rstrip()) is not None:
            found.append((match[0].rstrip(), text.count("\n", 0, start) + 1))
    return found


# -- the trees


def _bare(side: AnnotatedFile, new: Counter[Key]) -> Shape:
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
    """Yield the statements with one import for each name, without new ones and blocks that hold nothing else."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias, key in zip(node.names, list(import_keys(node, checking)), strict=True):
                if new[key] > 0:
                    new[key] -= 1
                elif isinstance(node, ast.Import):
                    yield ast.copy_location(ast.Import([alias]), node)
                else:
                    yield ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node)
        elif isinstance(node, ast.If) and is_checking(node) and not checking:
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
