"""Judges of a changed file that share no code with Workhorse: Python's own parser and tokenizer, and the bytes."""

import ast
import io
import tokenize

_RUNNING = ast.Call | ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.IfExp


def without_docstrings(data: bytes) -> tuple[str, bytes]:
    """Return a file's tree, and its bytes without blanks, both without docstrings."""
    tree = ast.parse(data)
    lines = data.removeprefix(b"\xef\xbb\xbf").decode(_encoding(data)).encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    whole = b"".join(lines)
    spans: list[tuple[int, int]] = []
    for node in ast.walk(tree):
        match node:
            case ast.Module(body=[first, *_]) | ast.ClassDef(body=[first, *_]):
                pass
            case ast.FunctionDef(body=[first, *_]) | ast.AsyncFunctionDef(body=[first, *_]):
                pass
            case _:
                continue
        match first:
            case ast.Expr(ast.Constant(str()), end_lineno=int(last), end_col_offset=int(end)):
                spans.append((starts[first.lineno - 1] + first.col_offset, starts[last - 1] + end))
                del node.body[0]
    for low, high in sorted(spans, reverse=True):
        whole = whole[:low] + whole[high:]
    return ast.dump(tree), b"".join(whole.split())


def without_annotations(data: bytes) -> tuple[str, list[str], set[str]]:
    """Return a file's tree without annotations and imports, its comments, and what it imports as it runs."""
    tree = ast.parse(data)
    imported: set[str] = set()
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {getattr(node, "module", None) or each.name for each in node.names}
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not node.orelse):
            body.append(node)
        else:
            assert all(isinstance(each, ast.Import | ast.ImportFrom) for each in node.body)
    bare = _Bare().visit(ast.Module(body, []))
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return ast.dump(bare), [each.string for each in tokens if each.type == tokenize.COMMENT], imported


class _Bare(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        _assert_type(node.annotation)
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        _assert_type(node.returns)
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        _assert_type(node.returns)
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        _assert_type(node.annotation)
        return node if node.value is None else ast.Assign([node.target], node.value)


def _assert_type(node: ast.expr | None) -> None:
    """Nothing in an annotation runs, in quotes or not."""
    for each in ast.walk(node) if node is not None else ():
        assert not isinstance(each, ast.Call | ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.IfExp), (
            ast.unparse(each)
        )
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            _assert_type(ast.parse(each.value, mode="eval").body)


def _encoding(data: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
