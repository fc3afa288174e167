import ast
import textwrap
from collections.abc import Iterator

import black
import pytest
from hypothesis import example, given

from core.actions.docstrings.strategies import contents, layouts, sentences
from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.actions.docstrings.render.literal import find_unwritable, finish_summary, render, splits_summary
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText, Style
from workhorse_core.languages.python.docstring.escape import escape
from workhorse_core.languages.python.docstring.paragraph import columns
from workhorse_core.languages.python.docstring.read import read_docstring

FULL = DocstringContent(
    "Do it.",
    "More of it.",
    (ParameterText("a", "The a."), ParameterText("*rest", "The others.")),
    "The result.",
    None,
    (RaiseText("ValueError", "It is bad."),),
)
HARD = DocstringContent('"Say" \\d and """x""" or ""', 'Ends with a backslash \\\n\n\'\'\' and """"""" here "')


@given(contents, layouts)
@example(HARD, Layout())
@example(HARD._replace(summary='One"'), Layout())
@example(HARD._replace(summary="One\\", description=""), Layout())
def test_the_literal_evaluates_to_the_words_of_the_content(content: DocstringContent, layout: Layout) -> None:
    assert _value(render(content, None, layout), layout).split() == list(_words(content, layout))


@given(contents, layouts)
@example(
    DocstringContent('" 00 00 000 000 000 00000 0000000 0000000000⺀⺀', raises=(RaiseText("ValueError", "\\"),)),
    Layout(width=60, indent="\t"),
)
def test_no_line_is_too_long_unless_a_single_word_is(content: DocstringContent, layout: Layout) -> None:
    literal = render(content, None, layout)
    for line in (layout.indent + literal).split(layout.newline):
        assert columns(line) <= layout.width or len(line.split()) <= 3 or _has_long_word(line, layout)


@given(contents, layouts)
def test_line_ends_are_those_of_the_layout_and_no_line_ends_in_blanks(
    content: DocstringContent, layout: Layout
) -> None:
    lines = render(content, None, layout).split(layout.newline)
    assert not any("\n" in line or "\r" in line or line != line.rstrip() for line in lines)


@given(contents, layouts)
@example(HARD, Layout())
@example(HARD._replace(summary='"One"', description=""), Layout())
@example(HARD._replace(summary="One\\", description=""), Layout())
@example(HARD._replace(summary="0 " * 39 + "00", description="", parameters=(), raises=()), Layout())
@example(HARD._replace(summary="0 " * 35 + '"""', description="", parameters=(), raises=()), Layout())
def test_black_changes_nothing_in_it(content: DocstringContent, layout: Layout) -> None:
    layout = layout._replace(indent="    ", unit="    ", newline="\n")
    code = f"def f():\n    {render(content, None, layout)}\n    return 1\n"
    assert black.format_str(code, mode=black.Mode(line_length=layout.width)) == code


@given(contents, layouts)
def test_rendered_content_is_parsed_back(content: DocstringContent, layout: Layout) -> None:
    content = content._replace(summary="Do it.", description="")
    plain = {"The first value of it.", "Another one, then."}
    parameters = tuple(ParameterText(f"{p.name}{n}", sorted(plain)[n % 2]) for n, p in enumerate(content.parameters))
    raises = tuple(RaiseText(r.exception, "It is bad.") for r in content.raises)
    content = content._replace(
        parameters=parameters, raises=raises, returns=content.returns and "The result.", yields=None
    )
    layout = layout._replace(bare_stars=True)
    reading = read_docstring(_value(render(content, None, layout), layout))
    assert reading.content == content


@pytest.mark.parametrize(("bare_stars", "name"), [(False, r"\*rest"), (True, "*rest")])
def test_stars_are_no_markup_in_the_style_of_sphinx(bare_stars: bool, name: str) -> None:
    text = render(FULL, None, Layout(style=Style.SPHINX, bare_stars=bare_stars))
    assert f":param {name}: The others." in text


def test_a_summary_alone_takes_one_line_when_it_fits() -> None:
    summary = DocstringContent("x" * 60 + " of all.")
    assert render(summary, None, Layout(width=78)) == f'"""{summary.summary}"""'
    assert render(summary, None, Layout(width=77)) == f'"""{"x" * 60} of\n    all.\n    """'


def test_a_line_never_starts_like_a_section_or_a_field() -> None:
    description = "a b c d e f closed. Returns"
    literal = render(DocstringContent("Do it.", description), None, Layout(width=26, indent="    "))
    assert all(line.strip() != "Returns" for line in literal.split("\n"))


def test_a_blank_line_before_the_quotes_is_for_sections_only() -> None:
    layout = Layout(blank_after_sections=True)
    assert render(FULL, None, layout).endswith('bad.\n\n    """')
    assert render(DocstringContent("Do it.", "More."), None, layout).endswith('More.\n    """')


def test_code_and_tables_keep_their_lines() -> None:
    text = "Like this::\n\n    x = 1\n        y = 2\n\n| a | b |\n| c | d |"
    literal = render(DocstringContent("Do it.", text), None, Layout(indent=""))
    assert text in literal


@pytest.mark.parametrize(
    ("summary", "finished"),
    [
        ("return it", "Return it."),
        ("Return it:", "Return it."),
        ('Say "hi"', 'Say "hi".'),
        ("Really?", "Really?"),
        ("path of it", "path of it."),
        ("URL of it", "URL of it."),
        ("x_y of it", "x_y of it."),
        ("  two\n lines ", "Two lines."),
        ("", ""),
        ("完了。", "完了。"),
    ],
)
def test_a_summary_is_made_a_sentence(summary: str, finished: str) -> None:
    assert finish_summary(summary, ["path"]) == finished


@given(sentences)
def test_a_finished_summary_stays_as_it_is(summary: str) -> None:
    once = finish_summary(summary)
    assert finish_summary(once) == once


def test_a_summary_that_is_too_long_is_cut_after_its_first_sentence() -> None:
    assert splits_summary("Do it. " + "Then " + "x " * 50, Layout()) == ("Do it.", ("Then " + "x " * 50))
    assert splits_summary("x " * 60, Layout()) == ("x " * 60, "")


@pytest.mark.parametrize(
    "text", ["a\0b", "a\x1bb", "\ud800", "\u202eabc", "a\u200bb", "\ufeffx", "a\u2028b", "a\x85b", "\ue000"]
)
def test_invisible_characters_are_found(text: str) -> None:
    assert find_unwritable(text)


def test_ordinary_text_of_any_language_is_writable() -> None:
    assert find_unwritable("Größe\t日本語 עברית 🎉\n") is None


def _value(literal: str, layout: Layout) -> str:
    value = ast.literal_eval(literal.replace("\r\n", "\n"))
    code = f"class A:\n{layout.indent or ' '}{literal}\n"
    assert ast.get_docstring(ast.parse(code), clean=False) is None
    return textwrap.dedent(value) if isinstance(value, str) else ""


def _words(content: DocstringContent, layout: Layout) -> Iterator[str]:
    style = layout.style
    yield from content.summary.split()
    yield from content.description.split()
    if content.parameters:
        yield from {Style.GOOGLE: ["Args:"], Style.NUMPY: ["Parameters", "----------"], Style.SPHINX: []}[style]
    for entry in content.parameters:
        yield from {
            Style.GOOGLE: [f"{entry.name}:"],
            Style.NUMPY: [entry.name],
            Style.SPHINX: [":param", f"{entry.name if layout.bare_stars else entry.name.replace('*', chr(92) + '*')}:"],
        }[style]
        yield from entry.description.split()
    for title, text in (("Returns", content.returns), ("Yields", content.yields)):
        if text is not None:
            heads = {
                Style.GOOGLE: [f"{title}:"],
                Style.NUMPY: [title, "-" * len(title)],
                Style.SPHINX: [f":{title.lower()}:"],
            }
            yield from heads[style]
            yield from text.split()
    if content.raises:
        yield from {Style.GOOGLE: ["Raises:"], Style.NUMPY: ["Raises", "------"], Style.SPHINX: []}[style]
    for raised in content.raises:
        name = raised.exception
        yield from {Style.GOOGLE: [f"{name}:"], Style.NUMPY: [name], Style.SPHINX: [":raises", f"{name}:"]}[style]
        yield from raised.description.split()


def _has_long_word(line: str, layout: Layout) -> bool:
    """Return whether a word is too long for a line of its own, with the text that must be beside it."""
    longest = max(columns(escape(word)) for word in line.split())
    return columns(layout.indent + layout.unit * 2) + longest + len('r"""') + len('"""') > layout.width
