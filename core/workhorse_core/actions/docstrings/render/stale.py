"""Entries of a docstring that its signature has outgrown: renamed parameters, and what does not exist any more."""

import ast
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.languages.python.docstring.read import Reading, SectionKind
from workhorse_core.languages.python.nodes import own_nodes
from workhorse_core.languages.python.raised import Raised
from workhorse_core.languages.python.signature import Signature

_ALIKE = 0.6
_DEFAULT = re.compile(
    r"(?P<before>\b[Dd]efaults? (?:to|is|=)|\b[Dd]efault(?:s|ing)? value(?: is)?:?|\bDefault:)[ ]+"
    r"(?P<quotes>`{0,2})(?P<value>None|True|False|-?\d+(?:\.\d+)?|'[^']*'|\"[^\"]*\")(?P=quotes)(?![\w.]*\w)"
)


def find_renamed(described: Sequence[str], real: Sequence[str]) -> dict[str, str]:
    """Pair described names that do not exist with parameters that are not described, as far as they are the same.

    They are where their names are alike, and one of each stands between the same neighbours or is there at all.

    Args:
        described: The described names, in the order of the docstring.
        real: The parameters, in the order of the signature.
    """
    gone = [name for name in described if name not in real]
    new = [name for name in real if name not in described]
    pairs: dict[str, str] = {}
    for old in gone:
        slot = _slot(described, old, set(real))
        there = [name for name in new if _slot(real, name, set(described)) == slot]
        rivals = [name for name in gone if _slot(described, name, set(real)) == slot]
        if len(there) == 1 and len(rivals) == 1 and is_alike(old, there[0]):
            pairs[old] = there[0]
    if not pairs and len(gone) == len(new) == 1 and is_alike(gone[0], new[0]):
        pairs[gone[0]] = new[0]
    return pairs


def _slot(names: Sequence[str], name: str, known: set[str]) -> tuple[str | None, str | None]:
    """Return the nearest neighbours that both lists have."""
    place = names.index(name)
    before = next((one for one in reversed(names[:place]) if one in known), None)
    return before, next((one for one in names[place + 1 :] if one in known), None)


def is_alike(old: str, new: str) -> bool:
    """Return whether two names are one in other words: a shared word, a short form, or most letters."""
    if {word for word in old.split("_") if len(word) > 2} & {word for word in new.split("_") if len(word) > 2}:
        return True
    short, long = sorted((old.strip("_").lower(), new.strip("_").lower()), key=len)
    letters = iter(long)
    is_short_form = len(short) > 1 and short[:1] == long[:1] and all(letter in letters for letter in short)
    return is_short_form or SequenceMatcher(None, short, long).ratio() >= _ALIKE


def with_new_name(line: str, old: str, new: str, style: Style) -> str:
    """Rename the parameter in the first line of its entry; the rest stays."""
    if style is Style.SPHINX:
        return re.sub(rf"^(\s*:\w+[^:]*?)(?<![\w.]){re.escape(old)}(\s*:)", rf"\g<1>{new}\g<2>", line, count=1)
    return re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, line, count=1)


def find_unraised(
    reading: Reading, node: ast.AST | None, raised: Sequence[Raised], module: ast.Module
) -> tuple[str, ...]:
    """Find described exceptions of the file that a function cannot raise any more: it neither raises nor calls.

    Args:
        reading: The docstring.
        node: The function.
        raised: What its body raises.
        module: The file with the function.
    """
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ()
    if any(isinstance(one, (ast.Call, ast.Await, ast.With)) for one in own_nodes(node.body)):
        return ()
    own = {one.name for one in module.body if isinstance(one, ast.ClassDef)}
    there = {one.exception.rpartition(".")[2] for one in raised}
    names = [name for entry in reading.entries(SectionKind.RAISES) for name in entry.names]
    return tuple(name for name in names if name in own and name not in there)


def find_defaults(reading: Reading, signature: Signature) -> dict[str, tuple[str, str]]:
    """Find parameters whose description gives another default than the signature: the old value and the new."""
    found: dict[str, tuple[str, str]] = {}
    real = {parameter.name: parameter.default for parameter in signature.parameters}
    for entry in reading.entries(SectionKind.PARAMETERS):
        match = _DEFAULT.search(entry.text)
        default = real.get(entry.names[0].lstrip("*")) if len(entry.names) == 1 else None
        if match is None or default is None:
            continue
        try:
            old, new = ast.literal_eval(match["value"]), ast.literal_eval(default)
        except (ValueError, SyntaxError):
            continue
        plain = new is None or isinstance(new, (bool, int, float, str))
        if plain and (old != new or type(old) is not type(new)):
            before = match[0][: match.start("value") - match.start()]
            found[entry.names[0]] = (match[0], f"{before}{default}{match['quotes']}")
    return found
