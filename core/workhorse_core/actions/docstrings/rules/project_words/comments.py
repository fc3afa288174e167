"""Comments beside a definition that are sentences, and no notes to tools or to oneself."""

import ast
import re
from collections.abc import Sequence

from workhorse_core.actions.docstrings.rules.english.vocabulary import VERBS, word_set
from workhorse_core.actions.docstrings.rules.english.words import base_verb, sentence, singular, split_words
from workhorse_core.actions.docstrings.rules.known import Phrase
from workhorse_core.actions.docstrings.rules.subject import Subject
from workhorse_core.languages.python.nodes import DefinitionNode
from workhorse_core.system.lazy_regex import late_pattern

_COMMENT = late_pattern(r"[ \t\f]*#[:!]?[ \t]?(?P<text>.*)$")
_BEHIND = late_pattern(r"[ \t,);]*:?[ \t]*#:?[ \t]*(?P<text>.+)$")
_NOTES = (
    *("type:", "noqa", "author:", "authors:", "written by", "pragma", "pylint", "mypy", "ruff", "flake8", "isort"),
    *("fmt:", "yapf", "nosec", "pyright", "pyre", "todo", "fixme", "xxx", "hack", "note to self", "endregion", "-*-"),
    *("vim:", "copyright", "spdx", "license", "licenced", "!", "http:", "https:", "eslint", "cython:", "distutils:"),
    *("this is a hack", "backward compat", "backwards compat", "deprecated", "for python", "python 2", "python 3"),
    "compat",
)
"""Openings of notes to tools and to oneself."""
_NOTE_WORDS = ("bug", "region", "see", "cf")
_RULER = late_pattern(r"[-=#*~_+.\s]{3,}|.*[-=#*~]{4,}.*")
_CODE = late_pattern(
    r"^(?:[\w.]+\(.*\)$|@\w|(?:def|class|if|for|while|return|import|from|with|try|else|elif"
    r"|print)\b.*[:()=]|[\w.\[\]]+ ?[-+*/]?= ?\S)"
)

_PERSONAL = word_set(
    """
    we i our us my you hack workaround until once todo fixme should maybe perhaps permission borrowed copied adapted
    inspired courtesy actually unfortunately ugly sigh backward backwards legacy bug issue
    """
)
_PERSONAL_PHRASES = late_pattern(r"\b(?:let's|for now|taken from|based on|from \w+/\w+)\b|n't\b|#\d|\?")
"""Remarks on how the code came to be, not on what it does."""


_ASIDES = (
    *("ensure", "ensures", "make sure", "makes sure"),
    *("use", "don't", "do not", "doesn't", "never", "avoid", "this is", "this was", "these are", "needed", "required"),
    *("necessary", "because", "since", "in order to", "to avoid", "to prevent", "so that", "otherwise", "also", "and"),
    *("but", "or", "however", "then", "now", "here", "only", "just", "next", "finally", "first", "same", "like"),
    *("above", "below", "assumes", "used", "overridable", "private", "public", "internal", "helper", "helpers"),
    *("utility", "utilities", "not", "no", "if", "when", "it", "that", "there"),
)
"""Openings of remarks on the code."""


_ARTICLES = frozenset({"a", "an", "the"})
_AFTER_VERBS = _ARTICLES | {"all", "each", "every", "any", "its", "whether"}


def comment_phrase(subject: Subject) -> Phrase | None:
    """Return the sentences of the comment above a definition, else of the one that its body begins with."""
    if isinstance(subject.node, ast.Module):
        return None
    for first, source in ((_above(subject), "comment above"), (_inside(subject), "comment first in the body")):
        if first is not None:
            start, lines = first
            prose = _prose(lines)
            if prose and _is_about(subject, prose) and not lines[0].lstrip().startswith("#:"):
                return Phrase(sentence(prose), f"{source}, line {start}")
    return None


def _is_about(subject: Subject, prose: str) -> bool:
    """Return whether a comment describes the definition, and is no heading for several and no remark on the code.

    It begins with a verb, or with an article before a property; and it is a whole sentence, or shares a word with the
    definition's name or parameters. For a class a whole sentence is enough.
    """
    whole = prose[0].isupper() and prose.endswith(".")
    if isinstance(subject.node, ast.ClassDef):
        return whole
    first, second, *_ = *re.findall(r"[\w'-]+", prose.lower()), "", ""
    acts = base_verb(first) is not None or first in VERBS or second in _AFTER_VERBS
    if not acts and not (subject.signature.is_property and first in _ARTICLES):
        return False
    if "_" in subject.name and re.search(rf"\b{re.escape(subject.name)}\b", prose):
        return False  # "alias out_edges to edges"
    if whole:
        return True
    names = [subject.name, *(parameter.name for parameter in subject.signature.parameters)]
    named = {singular(word) for name in names for word in split_words(name) if len(word) > 2}
    return not named.isdisjoint(map(singular, re.findall(r"[a-z]{3,}", prose.lower())))


def comment_text(lines: Sequence[str]) -> str | None:
    """Join comment lines into a sentence; None when any of them is no prose."""
    prose = _prose(lines)
    return sentence(prose) if prose else None


def _prose(lines: Sequence[str]) -> str | None:
    texts = [match["text"].rstrip() if (match := _COMMENT.match(line)) else "" for line in lines]
    if any(_is_note(text.strip()) for text in texts):
        return None
    if any(_RULER.fullmatch(text) for text in texts):
        return None
    joined = re.split(r" ?\.\. \w+::", " ".join(" ".join(texts).split()))[0]
    if not joined:
        return None
    if _is_personal(joined) or _opens_with(_ASIDES, joined.lower()) or "[" in joined:
        return None
    if len(re.findall(r"[A-Za-z]{2,}", joined)) < 4 or any(_CODE.match(text.strip()) for text in texts):
        return None
    if not joined[0].isalnum() and joined[0] not in "`'\"“":
        return None
    return joined


def _is_note(text: str) -> bool:
    """Return whether a comment is for a tool, or for its author alone."""
    lower = text.lower()
    return lower.startswith(_NOTES) or _opens_with(_NOTE_WORDS, lower)


def _is_personal(text: str) -> bool:
    """Return whether a text has a remark on how the code came to be."""
    lower = text.lower()
    return not _PERSONAL.isdisjoint(re.findall(r"\w+", lower)) or _PERSONAL_PHRASES.search(lower) is not None


def _opens_with(openings: Sequence[str], text: str) -> bool:
    """Return whether a text begins with one of these, as whole words."""
    return any(text.startswith(each) and not re.match(r"\w", text[len(each) :]) for each in openings)


def _above(subject: Subject) -> tuple[int, list[str]] | None:
    """Find the comment block directly above a definition, with its first line."""
    node = subject.node
    assert not isinstance(node, ast.Module)
    return block_above(subject.module.lines, _first_line(node))


def block_above(lines: Sequence[str], line: int, indent: str | None = None) -> tuple[int, list[str]] | None:
    """Find the block of comment lines directly above a line (from 1), with the same indentation."""
    start = line - 1
    indent = _indent(lines[line - 1]) if indent is None else indent
    while start > 0 and lines[start - 1].lstrip().startswith("#") and _indent(lines[start - 1]) == indent:
        start -= 1
    block = list(lines[start : line - 1])
    return (start + 1, block) if block and not (start > 0 and _is_code(lines[start - 1])) else None


def _is_code(line: str) -> bool:
    """Return whether code is directly above: then a comment may belong to that code."""
    stripped = line.strip()
    return bool(stripped) and not stripped.endswith(":") and not stripped.startswith(("#", "@"))


def _inside(subject: Subject) -> tuple[int, list[str]] | None:
    """Find the comments between the header and the first statement."""
    node = subject.node
    assert not isinstance(node, ast.Module)
    if not node.body or node.body[0].lineno == node.lineno:
        return None
    first = node.body[0]
    blank_after = not subject.module.lines[first.lineno - 2].strip()
    line = _first_line(first) if isinstance(first, DefinitionNode) else first.lineno
    found = block_above(subject.module.lines, line - blank_after, _indent(subject.module.lines[line - 1]))
    if (
        found is None
        or not (blank_after or (len(node.body) == 1 and not hasattr(first, "body")))
        or found[0] <= node.lineno
        or not _follows_header(subject.module.lines, found[0])
    ):
        return None
    return found


def _follows_header(lines: Sequence[str], line: int) -> bool:
    above = lines[line - 2].split("#")[0].rstrip()
    return above.endswith(":")


def _first_line(node: DefinitionNode) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def parameter_comments(subject: Subject) -> dict[str, Phrase]:
    """Read the comment at the end of each parameter's line, where each has a line of its own."""
    function = subject.function
    if function is None:
        return {}
    ends = _ends(function.args)
    found: dict[str, Phrase] = {}
    for name, (line, end_line, end_column) in ends.items():
        alone = sum(line <= other[1] and other[0] <= end_line for other in ends.values()) == 1
        if alone and (phrase := _trailing(subject.module.lines[end_line - 1], end_column, name, end_line)):
            found[name] = phrase
    return found


def _ends(arguments: ast.arguments) -> dict[str, tuple[int, int, int]]:
    """Yield the line of each parameter, and the line and column where it ends, its default included."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = [*zip(positional, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    pairs += [(one, None) for one in (arguments.vararg, arguments.kwarg) if one]
    ends: dict[str, tuple[int, int, int]] = {}
    for one, default in pairs:
        last = default or one
        ends[one.arg] = (one.lineno, last.end_lineno or one.lineno, last.end_col_offset or 0)
    return ends


def field_comments(subject: Subject) -> dict[str, Phrase]:
    """Read the comments of the fields of a class: ``#:`` lines above, a string below, a comment after."""
    if not isinstance(subject.node, ast.ClassDef):
        return {}
    found: dict[str, Phrase] = {}
    for statement, after in zip(subject.node.body, [*subject.node.body[1:], None], strict=True):
        name = _field_name(statement)
        if name is not None and (phrase := _field_phrase(subject.module.lines, statement, after, name)):
            found[name] = phrase
    return found


def _field_name(statement: ast.stmt) -> str | None:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else None


def _field_phrase(lines: Sequence[str], statement: ast.stmt, after: ast.stmt | None, name: str) -> Phrase | None:
    value = after.value if isinstance(after, ast.Expr) else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        words = " ".join(re.split(r"\n[ \t]*\n|\.\. \w", value.value.strip())[0].split())
        return Phrase(sentence(words), f"string below {name}, line {value.lineno}") if words else None
    above = block_above(lines, statement.lineno)
    if above is not None and all(line.lstrip().startswith("#:") for line in above[1]):
        text = comment_text(above[1])
        return Phrase(text, f"comment above {name}, line {above[0]}") if text else None
    last = statement.end_lineno or statement.lineno
    return _trailing(lines[last - 1], statement.end_col_offset or 0, name, last)


def _trailing(line: str, column: int, name: str, number: int) -> Phrase | None:
    """Read the comment on a line after a column in UTF-8 bytes."""
    match = _BEHIND.match(line.encode()[column:].decode(errors="replace"))
    if match is None or _is_note(match["text"]) or _CODE.match(match["text"]):
        return None
    words = match["text"].strip()
    if len(re.findall(r"[A-Za-z]{2,}", words)) < 2:
        return None
    return Phrase(sentence(words), f"comment beside {name}, line {number}")
