"""The proof that nothing but annotations and their imports was added: same tree, same tokens, same bytes elsewhere.

It starts from the two byte strings and the edits, and shares no code with what wrote the annotations. What an edit
put in must be one annotation, or import statements whose names the module did not use; without those the candidate is
the base. Where no edits are said, as in a commit that is audited, blanks are all that is not compared.
"""

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import cast

from workhorse_core.change.patch import FileChange
from workhorse_core.checks.proofs.annotated_file import AnnotatedFile, Key, import_keys, is_checking
from workhorse_core.checks.proofs.annotation_edits import TYPE_COMMENT, Cut, check_bytes, find_cuts
from workhorse_core.checks.proofs.code_file import CodeFile
from workhorse_core.checks.proofs.code_tokens import find_tokens
from workhorse_core.checks.proofs.code_tree import DiffersError, Shape, check_trees
from workhorse_core.checks.proofs.frame import prove_all, prove_one
from workhorse_core.pipeline.check import CheckCost, CheckResult, Comparison, Finding


class SameCodeUnannotated:
    """Proves that a candidate's files are their base's with annotations and the imports for them added."""

    name = "same-code-unannotated"
    proof = True
    cost = CheckCost.PROOF

    async def run(self, comparison: Comparison) -> CheckResult:
        """Prove every changed file."""
        return await prove_all(self.name, comparison, _prove)


def differences(change: FileChange) -> list[Finding]:
    """Say where a file's code differs from its base's, annotations aside; nothing when it is proved the same."""
    return prove_one(change, _prove)


def _prove(change: FileChange, old: CodeFile, now: CodeFile) -> None:
    before, after = AnnotatedFile(old), AnnotatedFile(now)
    new = _new_imports(before, after)
    cuts = check_bytes(change, before, after) if change.edits else find_cuts(before, after)
    _check_tokens(before, after, cuts, exact=bool(change.edits))
    check_trees(_bare(before, Counter()), _bare(after, new))


# -- the imports


def _new_imports(before: AnnotatedFile, after: AnnotatedFile) -> Counter[Key]:
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


# -- the tokens


def _check_tokens(before: AnnotatedFile, after: AnnotatedFile, cuts: Sequence[Cut], *, exact: bool) -> None:
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
        if not (text == "," and following == ")") and not TYPE_COMMENT.fullmatch(text.encode("utf-8", "replace")):
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
    """Give the statements with one import for each name, without those that are new and blocks of nothing else."""
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
