"""Constructor fields of dataclasses, attrs classes and named tuples."""

import ast
from collections.abc import Iterator, Sequence

from workhorse_core.languages.python.nodes import dotted, last_name
from workhorse_core.system.named_tuple import NamedTuple

_MAKERS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "attr.s", "attrs.s"})
_ATTRS = _MAKERS - {"dataclass"}
_FIELD_MAKERS = frozenset({"field", "ib", "attrib"})
_UNANNOTATED = frozenset({"attr.ib", "attr.attrib", "attrib", "attr.field", "attrs.field", "ib"})


class Field(NamedTuple):
    """One constructor parameter; ``made``: the default is the result of calling ``default``."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    made: bool = False
    keyword_only: bool = False


def constructor_fields(node: ast.ClassDef, decorators: Sequence[str]) -> Iterator[Field]:
    """Yield the fields that are constructor parameters, without those of base classes; nothing for any other class.

    Args:
        node: The class.
        decorators: The dotted names of its decorators.
    """
    options: dict[str, object] = {}
    if any(_is_maker(name) for name in decorators):
        options = _options(node)
    elif not any(last_name(dotted(base) or "") == "NamedTuple" for base in node.bases):
        return
    if options.get("init") is False:
        return
    keyword_only = options.get("kw_only") is True
    strips = any(name in _ATTRS or last_name(name) in _ATTRS for name in decorators)
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and _annotated_as(statement, "KW_ONLY"):
            keyword_only = True
        elif field := _field(statement, keyword_only, strips):
            yield field


def _is_maker(decorator: str) -> bool:
    return decorator in _MAKERS or last_name(decorator) in _MAKERS


def _options(node: ast.ClassDef) -> dict[str, object]:
    return {
        keyword.arg: keyword.value.value
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and _is_maker(dotted(decorator.func) or "")
        for keyword in decorator.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant)
    }


def _annotated_as(statement: ast.AnnAssign, name: str) -> bool:
    annotation = statement.annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return last_name(annotation.value.partition("[")[0]) == name
    return last_name(dotted(annotation.value if isinstance(annotation, ast.Subscript) else annotation) or "") == name


def _field(statement: ast.stmt, keyword_only: bool, strips: bool) -> Field | None:
    """Read one field; ``strips``: a leading underscore is not part of the parameter's name (attrs)."""
    annotation: ast.expr | None = None
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        if _annotated_as(statement, "ClassVar"):
            return None
        name, value, annotation = statement.target.id, statement.value, statement.annotation
    elif isinstance(statement, ast.Assign) and (target := _unannotated(statement)):
        name, value = target, statement.value
    else:
        return None
    name = name.lstrip("_") if strips else name
    if not isinstance(value, ast.Call) or last_name(dotted(value.func) or "") not in _FIELD_MAKERS:
        return Field(name, annotation, value, keyword_only=keyword_only)
    options = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
    if _is(options.get("init"), False):
        return None
    keyword_only = keyword_only or _is(options.get("kw_only"), True)
    default = options.get("default")
    factory = options.get("default_factory", options.get("factory"))
    return Field(name, annotation, default or factory, default is None and factory is not None, keyword_only)


def _unannotated(statement: ast.Assign) -> str | None:
    """Return the name of the field that ``x = attr.ib()`` makes."""
    value, target = statement.value, statement.targets[0]
    if isinstance(value, ast.Call) and dotted(value.func) in _UNANNOTATED and isinstance(target, ast.Name):
        return target.id
    return None


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
