import pytest

from workhorse_core.actions.hints.sources.docstrings import from_docstrings

from .conftest import Said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("int", "int"),
        ("str, optional", "str"),
        ("string or None", "str | None"),
        ("list of str", "list[str]"),
        ("iterable of int", "Iterable[int]"),
        (":class:`~pkg.C`", "C"),
        ("``bool``", "bool"),
        ("dict[str, int]", "dict[str, int]"),
        *(("List(str)", "list[str]"), ("[str]", "list[str]"), ("list<str>", "list[str]"), ("str/None", "str | None")),
        *(("dict of str to int", "dict[str, int]"), ("dict(str, int)", "dict[str, int]")),
        *(("dict mapping str to int", "dict[str, int]"), ("{str: int}", "dict[str, int]")),
        *(("mapping of str to int", "Mapping[str, int]"), ("optional str", "str"), ("an integer", "int")),
        *(("positive int", "int"), ("bool (default: True)", "bool"), ("bool flag", "bool"), ("True/False", "bool")),
        *((".C", "C"), ("`.C` or None", "C | None"), ("C instance", "C"), ("instance of C", "C")),
        *(("list of C objects", "list[C]"), ("byte string", "bytes"), ("unicode", "str"), ("{'a', 'b'}", "str")),
        *(("str or list of str", "str | list[str]"), ("Optional[str]", "str | None")),
    ],
)
def test_words_for_types_are_read(said: Said, words: str, expected: str) -> None:
    code = f'class C: ...\ndef f(x):\n    """Do.\n\n    :param x: what\n    :type x: {words}\n    """\n'
    assert said(from_docstrings, code.replace("~pkg.", "")) == {"f:x": expected}


@pytest.mark.parametrize(
    "words", ["list", "callable", "the thing", "Missing", "None", "os.system('x')", "file-like object"]
)
def test_words_that_are_vague_or_no_type_are_left(said: Said, words: str) -> None:
    assert said(from_docstrings, f'def f(x):\n    """Do.\n\n    :param x: w\n    :type x: {words}\n    """\n') == {}


def test_every_style_is_read(said: Said) -> None:
    google = 'def f(x):\n    """Do.\n\n    Args:\n        x (int): what\n\n    Returns:\n        str: that\n    """\n'
    numpy = (
        'def f(x):\n    """Do.\n\n    Parameters\n    ----------\n    x : int\n        What.\n\n'
        '    Returns\n    -------\n    str\n        That.\n    """\n'
    )
    sphinx = 'def f(x):\n    """Do.\n\n    :param int x: what\n    :returns: that\n    :rtype: str\n    """\n'
    for code in (google, numpy, sphinx):
        assert said(from_docstrings, code) == {"f:x": "int", "f:return": "str"}


def test_epydoc_is_read(said: Said) -> None:
    code = 'def f(x):\n    """Do.\n\n    @param x: what\n    @type x: int\n    @rtype: str\n    """\n'
    assert said(from_docstrings, code) == {"f:x": "int", "f:return": "str"}


def test_a_docstring_of_a_class_counts_for_its_constructor(said: Said) -> None:
    code = 'class C:\n    """A thing.\n\n    Args:\n        x (int): what\n    """\n    def __init__(self, x): ...\n'
    assert said(from_docstrings, code) == {"C.__init__:x": "int"}


def test_a_lookup_that_may_return_none_is_optional_against_the_docstring(said: Said) -> None:
    code = 'def f(x):\n    """Do.\n\n    :rtype: str\n    """\n    return x.get({})\n'
    assert said(from_docstrings, code.format("'a'")) == {"f:return": "str | None"}
    assert said(from_docstrings, code.format("'a', ''")) == {"f:return": "str"}


@pytest.mark.parametrize("words", ["OrderedDict", "collections.OrderedDict", "Mapping", "defaultdict"])
def test_a_container_of_unknown_elements_is_too_vague(said: Said, words: str) -> None:
    imports = "import collections\nfrom collections import OrderedDict, defaultdict\nfrom typing import Mapping\n"
    assert said(from_docstrings, f'{imports}def f(x):\n    """Do.\n\n    :rtype: {words}\n    """\n') == {}
