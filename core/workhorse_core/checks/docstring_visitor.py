"""pydoclint, used as a library: every docstring read in its own style, with or without types as it is written."""

import ast
import re
from collections.abc import Iterable
from functools import cache

from pydoclint.utils.doc import Doc  # type: ignore[import-untyped]
from pydoclint.utils.edge_case_error import EdgeCaseError  # type: ignore[import-untyped]
from pydoclint.utils.parse_docstring import parseDocstringInGivenStyle  # type: ignore[import-untyped]
from pydoclint.utils.return_yield_raise import getRaisedExceptions, hasYieldStatements  # type: ignore[import-untyped]
from pydoclint.utils.violation import Violation  # type: ignore[import-untyped]
from pydoclint.visitor import Visitor  # type: ignore[import-untyped]

from workhorse_core.system.named_tuple import NamedTuple

_NUMPY = re.compile(
    r"^[ \t]*(?:Parameters|Other Parameters|Returns|Yields|Receives|Raises|Warns|Attributes)[ \t]*\n[ \t]*-{3,}[ \t]*$",
    re.MULTILINE,
)
_SPHINX = re.compile(
    r"^[ \t]*:(?:param|parameter|arg|argument|key|keyword|type|returns?|rtype|yields?|ytype|raises?|except|exception"
    r"|var|ivar|cvar|vartype)\b[^:\n]*:",
    re.MULTILINE,
)
_GOOGLE = re.compile(
    r"^[ \t]*(?:Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Attributes|Returns?|Yields?|Raises)"
    r":[ \t]*$",
    re.MULTILINE,
)

_KINDS = {
    "wrong": (1, 102, 103, 104, 105, 202, 203, 302, 303, 306, 307, 403, 404),
    "incomplete": (101, 201, 402, 601, 602, 603, 604),  # attributes: those set in __init__ are not seen
    "raises": (501, 502, 503, 504),
}
"""Other codes mean that an option of pydoclint does not suit, not that the docstring is wrong."""

_ADVICE = re.compile(r"\((?:Or could be other|Please read more|Note: DOC001)[^()]*\)")
"""Words about pydoclint itself."""

_INVENTED = "Arguments in the docstring but not in the function signature"


def style_of(docstring: str) -> str:
    """Return the style of the sections; "sphinx" for mere prose, in which nothing is compared."""
    if _NUMPY.search(docstring):
        return "numpy"
    if _GOOGLE.search(docstring) and not _SPHINX.search(docstring):
        return "google"
    return "sphinx"


@cache
def is_usable() -> bool:
    """Whether the docstring parser beside pydoclint is its own.

    ``docstring_parser`` and ``docstring_parser_fork`` install files of the same names; where both are, pydoclint may
    have got the one that it cannot use.
    """
    try:
        doc = Doc("Do it.\n\nArgs:\n    a: b.\n\nYields:\n    int: c.\n", "google")
        return bool(
            doc.argList.length and doc.hasYieldsSection and not doc.isShortDocstring and not doc.attrList.length
        )
    except (AttributeError, TypeError, EdgeCaseError):
        return False


class Disagreement(NamedTuple):
    """A difference between a docstring and its signature. ``kind`` is "wrong", "incomplete" or "raises"."""

    line: int
    rule: str
    message: str
    kind: str


def find_disagreements(tree: ast.Module, *, is_stub: bool = False) -> list[Disagreement]:
    """Compare every docstring with what it documents; lines are those of the docstrings."""
    visitor = _Visitor(is_stub)
    visitor.visit(tree)
    places = _docstring_lines(tree)
    found: list[Disagreement] = []
    for violation in visitor.violations:
        kind = _kind(violation)
        if kind:
            line = places.get(violation.line, violation.line)
            message = " ".join(_ADVICE.sub(" ", violation.msg).split())
            found.append(Disagreement(line, violation.fullErrorCode, message, kind))
    return found


def _kind(violation: Violation) -> str:
    if violation.code == 103 and _INVENTED not in violation.msg:
        return "incomplete"
    return next((kind for kind, codes in _KINDS.items() if violation.code in codes), "")


def _docstring_lines(tree: ast.Module) -> dict[int, int]:
    """Map the line of each ``def`` and ``class`` to that of its docstring; a constructor may have its class's."""
    lines: dict[int, int] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            lines[node.lineno] = node.body[0].lineno
        for child in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(child, ast.FunctionDef) and child.name == "__init__" and node.lineno in lines:
                lines.setdefault(child.lineno, lines[node.lineno])
    return lines


class _Visitor(Visitor):  # type: ignore[misc]
    """Sets the options anew for each docstring, then lets pydoclint do its work."""

    def __init__(self, is_stub: bool) -> None:
        super().__init__(style="sphinx", allowInitDocstring=True, isStubFile=is_stub)
        self._class_docstring = ""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        """Visit a class in the style of its docstring."""
        outer = self._class_docstring
        self._class_docstring = ast.get_docstring(node, clean=False) or ""
        if self._adapt(self._class_docstring):
            super().visit_ClassDef(node)
        else:
            self.generic_visit(node)
        self._class_docstring = outer

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:  # noqa: N802
        """Visit a function in the style of its docstring; a constructor without one is described by its class."""
        docstring = ast.get_docstring(node, clean=False) or ""
        if not docstring and node.name == "__init__" and isinstance(self.parent, ast.ClassDef):
            docstring = self._class_docstring
        if self._adapt(docstring):
            super().visit_FunctionDef(node)

    def checkRaises(self, node: ast.FunctionDef | ast.AsyncFunctionDef, parent: ast.AST, doc: Doc) -> list[Violation]:  # noqa: N802
        """Skip functions that only raise NotImplementedError."""
        if set(getRaisedExceptions(node, False)) == {"NotImplementedError"}:
            return []
        found: list[Violation] = super().checkRaises(node, parent, doc)
        return found

    def checkYields(self, node: ast.FunctionDef | ast.AsyncFunctionDef, parent: ast.AST, doc: Doc) -> list[Violation]:  # noqa: N802
        """Do not call a section invented because there is no annotation that would demand it."""
        found = super().checkYields(node, parent, doc)
        yields = hasYieldStatements(node)
        return [v for v in found if not (v.code == 403 and yields and node.returns is None)]

    def _adapt(self, docstring: str) -> bool:
        """Take over the style of a docstring; return whether it can be parsed."""
        self.style = style_of(docstring)
        try:
            doc, error = parseDocstringInGivenStyle(docstring, self.style)
        except IndexError:  # docstring_parser stumbles over a field without a name (": : text")
            return False
        parameters = [] if error else doc.parsed.params
        self.argTypeHintsInDocstring = bool(parameters) and all(item.type_name for item in parameters)
        self.checkReturnTypes = not error and _all_types(item.type_name for item in doc.parsed.many_returns)
        self.checkYieldTypes = not error and _all_types(item.type_name for item in doc.parsed.many_yields)
        return True


def _all_types(names: Iterable[str | None]) -> bool:
    """Whether every name is written like a type: "The value" before a colon is prose."""
    found = list(names)
    for name in found:
        try:
            ast.parse(name or "", mode="eval")
        except SyntaxError:
            return False
    return bool(found)
