"""The header of a function, ``def`` to colon, in the bytes of its file."""

import re

from workhorse_core.languages.python.nodes import Function, arguments_of
from workhorse_core.languages.python.source import PythonSource

_REST_OF_HEADER = re.compile(rb"(?:[\s,/()\[\]*\\]|#[^\r\n]*)*")
_COMMENT = re.compile(rb"#[^\r\n]*")


def header_end(source: PythonSource, node: Function) -> int | None:
    """Return the offset behind the parenthesis that closes the parameters; None if no colon follows."""
    values = [*node.args.defaults, *node.args.kw_defaults, *getattr(node, "type_params", ())]
    ends = [source.span(each)[1] for each in (*arguments_of(node), *values) if each is not None]
    if ends:
        start = max(ends)
    else:
        begin = source.offset(node.lineno, node.col_offset)
        match = re.compile(rb"(?:async[\s\\]+)?def[\s\\]+[^\s(\\]+").match(source.data, begin)
        if match is None:
            return None
        start = match.end()
    rest = _REST_OF_HEADER.match(source.data, start)
    assert rest is not None
    plain = _COMMENT.sub(lambda match: b" " * len(match[0]), rest[0])
    close = plain.rfind(b")")
    if close < 0 or source.data[rest.end() : rest.end() + 1] != b":":
        return None
    return start + close + 1
