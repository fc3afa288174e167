"""Words, contents and layouts for property tests."""

from hypothesis import strategies as st

from workhorse_core.actions.docstrings.render.layout import Layout
from workhorse_core.actions.docstrings.render.literal import find_unwritable
from workhorse_core.languages.python.docstring.content import DocstringContent, ParameterText, RaiseText, Style
from workhorse_core.languages.python.docstring.paragraph import is_fixed

_PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Z")), min_size=1, max_size=12)
_ODD = st.sampled_from(
    [
        *('"', '""', '"""', '""""', "'''", "\\", "\\\\", "\\n", "\\N{DASH}", "\\d+", '\\"', "{}", "%s", "#", "@x"),
        *("Returns", "Args:", "See", "Also", "Raises:", ":param", "-", "*", "1.", ">>>", "..", "x:", "----", "yield"),
        *("ß", "日本語", "🎉", "a" * 90),
    ]
)
_COMMON = st.sampled_from(["the", "of", "a", "value", "that", "is", "read", "from", "when", "it", "Return", "given"])
words = st.one_of(_PLAIN, _ODD, _COMMON, _COMMON).filter(lambda word: len(word.split()) == 1)
sentences = st.lists(words, min_size=1, max_size=25).map(" ".join)
prose = sentences.filter(lambda text: not is_fixed([text]))
names = st.from_regex(r"\*{0,2}[a-z_][a-z_0-9]{0,12}", fullmatch=True)
exceptions = st.sampled_from(["ValueError", "errors.Bad", "KeyError"])
contents = st.builds(
    DocstringContent,
    summary=sentences,
    description=st.lists(prose, max_size=3).map("\n\n".join),
    parameters=st.lists(st.builds(ParameterText, name=names, description=sentences, type=st.just("")), max_size=3).map(
        tuple
    ),
    returns=st.none() | sentences,
    yields=st.none() | sentences,
    raises=st.lists(st.builds(RaiseText, exceptions, sentences), max_size=2).map(tuple),
)
layouts = st.builds(
    Layout,
    style=st.sampled_from(Style),
    width=st.integers(20, 120),
    indent=st.sampled_from(["", "    ", "\t", " " * 12]),
    unit=st.sampled_from(["    ", "  ", "\t"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    summary_on_first_line=st.booleans(),
    blank_after_sections=st.booleans(),
    types=st.just(value=False),
    return_types=st.just(value=False),
)
__all__ = ["contents", "find_unwritable", "layouts", "names", "prose", "sentences", "words"]
