"""Definitions that get no docstring: those that D100 to D107 do not ask for, and a few more."""

import ast
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from workhorse_core.actions.docstrings.eligibility.foreign import foreign_reason
from workhorse_core.actions.docstrings.eligibility.runtime_readers import find_reader
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, parents_of, source_of
from workhorse_core.languages.python.header import header_colon
from workhorse_core.languages.python.nodes import DefinitionNode, decorator_names
from workhorse_core.languages.python.source import PythonSource
from workhorse_core.languages.python.visibility import is_dunder, is_private, is_test
from workhorse_core.pipeline.region import Region
from workhorse_core.system.lazy_regex import late_pattern
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from workhorse_core.tools.linter_settings import LinterSettings

_NOQA = late_pattern(rb"#\s*noqa(?P<colon>\s*:\s*(?P<codes>[A-Z]+\d*(?:[\s,]+[A-Z]+\d+)*))?", re.IGNORECASE)
_FILE_NOQA = late_pattern(
    rb"^[ \t\f]*#[ \t]*(?:ruff|flake8)\s*:\s*noqa\s*:\s*(?P<codes>[A-Z]+\d*(?:[\s,]+[A-Z]+\d+)*)", re.MULTILINE
)


class Inclusion(NamedTuple):
    """Definitions that the user included, by settings or by naming a place exactly.

    ``names`` are the symbols of this file that were named. ``place`` is the longest path that was named, of the file
    or of a folder around it.
    """

    private: bool = False
    tests: bool = False
    names: Collection[str] = ()
    place: str = ""


class Habits(Protocol):
    """The part of a `Convention` that decides here; a git hook computes it lazily."""

    @property
    def settings(self) -> "LinterSettings":
        """The settings of the project's linters."""
        ...

    @property
    def documents_inits(self) -> bool:
        """Whether ``__init__`` has a docstring of its own in this project."""
        ...


class Exemption(NamedTuple):
    """The reason why a definition gets no docstring; ``plain`` ones are not reported for a whole file."""

    reason: str
    plain: bool = True


def find_exemption(region: Region, convention: Habits, inclusion: Inclusion) -> Exemption | None:
    """Return the reason to leave an undocumented definition alone; None where it needs a docstring."""
    if region.name and region.name in inclusion.names:
        return None
    if alone := find_protection(region, inclusion):
        return alone
    reason = _by_form(region, convention, rule_code(region))
    if reason is None and not inclusion.private:
        reason = _privacy(region, inclusion.place)
    return Exemption(reason) if reason else None


def find_protection(region: Region, inclusion: Inclusion) -> Exemption | None:
    """Return the reason why the docstring of a definition may not be added or changed, None where it may."""
    if region.name and region.name in inclusion.names:
        return None
    if region.path.endswith(".pyi"):
        return Exemption("docstrings do not belong in stubs")
    if is_test(region.path) and not (
        inclusion.tests or inclusion.names or _is_among_tests(region.path, inclusion.place)
    ):
        return Exemption("it belongs to the tests; name the file, or set docstrings.tests")
    if inclusion.place != region.path and (foreign := foreign_reason(source_of(region))):
        return Exemption(f"{foreign}; name the file to change it", plain=True)
    code = rule_code(region)
    if _is_silenced(region, code):
        return Exemption(f"# noqa exempts it ({code})", plain=False)
    if reader := find_reader(region):
        hint = "; name it exactly to change it" if region.name else ""
        return Exemption(f"its docstring would be read at run time: {reader}{hint}", plain=False)
    return None


def rule_code(region: Region) -> str:
    """Return the rule of pydocstyle that asks for this docstring."""
    if region.kind is RegionKind.MODULE:
        return "D104" if PurePosixPath(region.path).name == "__init__.py" else "D100"
    if region.kind is RegionKind.CLASS:
        return "D106" if any(isinstance(parent, ast.ClassDef) for parent in parents_of(region)) else "D101"
    if region.kind is RegionKind.FUNCTION:
        return "D103"
    name = region.name.rpartition(".")[2]
    return "D107" if name == "__init__" else "D105" if is_dunder(name) else "D102"


def _by_form(region: Region, convention: Habits, code: str) -> str | None:
    """Return a reason that lies in the kind of the definition."""
    node = node_of(region)
    if region.kind is RegionKind.MODULE:
        if not isinstance(node, ast.Module) or not node.body:
            return "it is empty"
        return "this project's linter is told not to ask for it" if convention.settings.forgives(code) else None
    if any(isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) for parent in parents_of(region)):
        return "it lies within a function"
    if code == "D107" and not convention.documents_inits:
        return "this project describes parameters in the class's docstring"
    if code == "D105" and convention.settings.forgives(code):
        return "this project's linter is told not to ask for it"
    if _is_placeholder(node) and convention.settings.demands(_PLACEHOLDER_RULE):
        return f"this project's linter would not allow its lone pass beside a docstring ({_PLACEHOLDER_RULE})"
    decorators = decorator_names(node) if isinstance(node, DefinitionNode) else ()
    last = {name.rpartition(".")[2] for name in decorators}
    if "overload" in last:
        return "it is an overload; its implementation is described"
    if last & {"override", "overrides"}:
        return "it overrides a method that is described elsewhere"
    if last & {"setter", "deleter"} and region.kind is RegionKind.METHOD:
        return "its property is described at the getter"
    return None


_PLACEHOLDER_RULE = "PIE790"


def _is_placeholder(node: ast.AST | None) -> bool:
    """Return whether a body is a lone ``pass`` or ``...``, which a docstring would make superfluous."""
    if not isinstance(node, DefinitionNode) or len(node.body) != 1:
        return False
    only = node.body[0]
    is_dots = isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant) and only.value.value is ...
    return is_dots or isinstance(only, ast.Pass)


def _is_among_tests(path: str, place: str) -> bool:
    """Return whether the tests themselves were named: the file, or a folder of tests alone."""
    return bool(place) and (place == path or is_test(f"{place}/_.py"))


def _privacy(region: Region, place: str) -> str | None:
    """Return the reason why it is private, as ruff decides; a private module that was named counts as public."""
    named = len(PurePosixPath(place).parts)
    for folder in PurePosixPath(region.path).with_suffix("").parts[named:]:
        if is_private(folder):
            return f"the module {folder} is private; set docstrings.private, or name it exactly"
    for name in region.name.split(".") if region.name else ():
        if is_private(name):
            return f"{name} is private; set docstrings.private, or name it exactly"
    exported = _exports(region.source)
    top = region.name.partition(".")[0]
    if exported is not None and top and top not in exported:
        return f"{top} is not in __all__; set docstrings.private, or name it exactly"
    return None


@lru_cache(maxsize=64)
def _exports(source: PythonSource) -> frozenset[str] | None:
    """Read `__all__` where it is a plain list; None for anything else."""
    found: set[str] | None = None
    for node in source.tree.body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, (ast.AnnAssign, ast.AugAssign))
            else []
        )
        if not any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            continue
        value = getattr(node, "value", None)
        if not isinstance(value, (ast.List, ast.Tuple)):
            return None
        names = {item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)}
        if len(names) < len(value.elts):
            return None
        found = names | (found or set() if isinstance(node, ast.AugAssign) else set())
    return None if found is None else frozenset(found)


def _is_silenced(region: Region, code: str) -> bool:
    source, node = source_of(region), node_of(region)
    if any(code.startswith(prefix) for prefix in _file_codes(source)):
        return True
    if isinstance(node, DefinitionNode):
        lines = source.lines[node.lineno - 1 : source.line_of(header_colon(source, node))]
    else:
        lines = source.lines[:1]
    comments = (match for line in lines for match in _NOQA.finditer(line))
    return any(match["colon"] is None or code.startswith(_codes(match)) for match in comments)


@lru_cache(maxsize=64)
def _file_codes(source: PythonSource) -> tuple[str, ...]:
    """Return the rules that a comment turns off for the whole file."""
    return tuple(code for match in _FILE_NOQA.finditer(source.data) for code in _codes(match))


def _codes(match: re.Match[bytes]) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[\s,]+", match["codes"].decode("ascii").upper()) if code)
