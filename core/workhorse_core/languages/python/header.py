"""The header of a definition, up to its colon, in the bytes of its file."""

import ast
from collections.abc import Iterator

from workhorse_core.languages.python.nodes import DefinitionNode, Function, arguments_of
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.system.lazy_regex import late_pattern

_TO_COLON = late_pattern(rb"(?:#[^\r\n]*|[^:#])*")
_COMMENT = late_pattern(rb"#[^\r\n]*")


def header_colon(source: PythonSource, node: DefinitionNode) -> int:
    """Return the offset of the colon that ends a definition's header."""
    match = _TO_COLON.match(source.data, _last_part(source, node))
    assert match is not None
    return match.end()


def header_end(source: PythonSource, node: Function) -> int | None:
    """Return the offset behind the parenthesis that closes the parameters; None if the result is annotated."""
    if node.returns is not None:
        return None
    start = _last_part(source, node)
    rest = _COMMENT.sub(lambda match: b" " * len(match[0]), source.data[start : header_colon(source, node)])
    return start + rest.rindex(b")") + 1


def _last_part(source: PythonSource, node: DefinitionNode) -> int:
    """Return the end of the header's last node; its start where there is none."""
    ends = [source.span(part)[1] for part in _parts(node)]
    return max(ends, default=source.offset(node.lineno, node.col_offset))


def _parts(node: DefinitionNode) -> Iterator[ast.expr | ast.arg | ast.keyword]:
    """Yield the nodes of the header; only brackets, commas, stars and comments follow the last one."""
    if isinstance(node, ast.ClassDef):
        yield from node.bases
        yield from node.keywords
    else:
        yield from arguments_of(node)
        yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default)
        if node.returns:
            yield node.returns
    yield from getattr(node, "type_params", ())
