import ast

import pytest

from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.actions.docstrings.render.literal import render
from workhorse_core.actions.docstrings.render.sections import yielded_type
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText, Style
from workhorse_core.languages.python.docstring.read import SectionKind, read_docstring
from workhorse_core.languages.python.signature import Parameter, Signature

FULL = DocstringContent(
    "Do it.",
    "More of it.",
    (ParameterText("a", "The a."), ParameterText("*rest", "The others.")),
    "The result.",
    None,
    (RaiseText("ValueError", "It is bad."),),
)


@pytest.mark.parametrize("style", Style)
def test_types_are_rendered_where_the_layout_has_them(style: Style) -> None:
    signature = Signature(
        "f", (Parameter("a", annotation="dict[str,\n int]"), Parameter("*rest")), returns="int | None"
    )
    typed = render(FULL, signature, Layout(style, types=True, return_types=True))
    assert "dict[str, int]" in typed
    assert "int | None" in typed
    reading = read_docstring(ast.literal_eval(typed))
    assert [entry.type for entry in reading.entries(SectionKind.PARAMETERS)] == ["dict[str, int]", None]
    assert reading.entries(SectionKind.RETURNS)[0].type == "int | None"


def test_fields_of_a_dataclass_are_rendered_as_attributes() -> None:
    signature = Signature("P", (Parameter("a"),), is_class=True, constructor="fields")
    content = DocstringContent("Hold it.", parameters=(ParameterText("a", "The a."),))
    assert "    Attributes:\n        a: The a." in render(content, signature, Layout())
    assert "Attributes\n    ----------" in render(content, signature, Layout(Style.NUMPY))


@pytest.mark.parametrize(
    ("annotation", "inner"),
    [
        ("Iterator[int]", "int"),
        ("Generator[tuple[int, str], None, None]", "tuple[int, str]"),
        ("collections.abc.AsyncIterator[dict[str, int]]", "dict[str, int]"),
        ("list[int]", None),
        (None, None),
    ],
)
def test_the_yielded_type_is_parsed_from_the_annotation(annotation: str | None, inner: str | None) -> None:
    assert yielded_type(annotation) == inner
