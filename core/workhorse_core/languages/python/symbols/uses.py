"""Uses of names that no scope resolves: attributes, keywords of calls and class patterns, and texts."""

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence

from workhorse_core.system.named_tuple import NamedTuple


class Uses(NamedTuple):
    """The uses of names in one module, each by the name.

    ``keywords`` are those of calls, class statements and class patterns; a pattern is given for its keywords.
    ``texts`` are the strings that are one identifier, as for ``getattr``, ``__all__``, ``__slots__`` and patches.
    """

    attributes: Mapping[str, Sequence[ast.Attribute]]
    keywords: Mapping[str, Sequence[ast.keyword | ast.MatchClass]]
    texts: Mapping[str, Sequence[ast.Constant]]


def read_uses(tree: ast.Module) -> Uses:
    """Read the uses in a module."""
    attributes: defaultdict[str, list[ast.Attribute]] = defaultdict(list)
    keywords: defaultdict[str, list[ast.keyword | ast.MatchClass]] = defaultdict(list)
    texts: defaultdict[str, list[ast.Constant]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            attributes[node.attr].append(node)
        elif isinstance(node, ast.keyword) and node.arg:
            keywords[node.arg].append(node)
        elif isinstance(node, ast.MatchClass):
            for name in node.kwd_attrs:
                keywords[name].append(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            texts[node.value].append(node)
    return Uses(dict(attributes), dict(keywords), dict(texts))
