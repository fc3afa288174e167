import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workhorse_core
from workhorse_core.checks.docstring_signature import DocstringSignature, may_have_sections
from workhorse_core.checks.docstring_visitor import find_disagreements, style_of
from workhorse_core.pipeline.check import CheckStatus, Comparison

CODE = """\
def area(side: int, scale: float = 1.0) -> float:
    if side < 0:
        raise ValueError(side)
    return side * side * scale


def plain(a, *args, **kwargs):
    return a


def count(n):
    for i in range(n):
        yield i


class Box:
    def __init__(self, width: int) -> None:
        self.width = width
"""
GOOGLE = '''\
    """Compute the area.

    Args:
        side: The side.
        scale: The scale.

    Returns:
        The area.

    Raises:
        ValueError: The side is negative.
    """
'''
NUMPY = '''\
    """Compute the area.

    Parameters
    ----------
    side : int
        The side.
    scale : float
        The scale.

    Returns
    -------
    float
        The area.

    Raises
    ------
    ValueError
        The side is negative.
    """
'''
SPHINX = '''\
    """Compute the area.

    :param side: The side.
    :param scale: The scale.
    :return: The area.
    :raises ValueError: The side is negative.
    """
'''
AREA = "<    if side"
STYLES = pytest.mark.parametrize("docstring", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])


async def check(comparison: Comparison) -> tuple[CheckStatus, list[str]]:
    result = await DocstringSignature().run(comparison)
    return result.status, [finding.rule for finding in result.findings]


@STYLES
async def test_docstring_that_agrees_with_its_signature_passes(compare, docstring: str) -> None:
    assert await check(compare({"a.py": CODE}, {"a.py": [(AREA, docstring)]})) == (CheckStatus.PASSED, [])


@pytest.mark.parametrize("field", [": : x", ": : "])
def test_a_field_without_a_name_hides_that_docstring_alone(field: str) -> None:
    docstring = f'"""Do.\n\n{field}\n:param a: It.\n"""'
    code = f"class C:\n    {docstring}\n    def f(self):\n        {docstring}\n    def g(self):\n        "
    code += '"""Do.\n\n        :param invented: It.\n        """\n'
    found = find_disagreements(ast.parse(code), is_stub=False)
    assert [item.rule for item in found] == ["DOC103"]


@STYLES
async def test_an_invented_parameter_fails_on_the_docstrings_line(compare, docstring: str) -> None:
    docstring = docstring.replace("scale", "factor")
    result = await DocstringSignature().run(compare({"a.py": CODE}, {"a.py": [(AREA, docstring)]}))

    assert result.status is CheckStatus.FAILED
    assert {(finding.line, finding.rule) for finding in result.findings} == {(2, "DOC103")}
    assert "factor" in result.findings[0].message


@STYLES
async def test_the_wrong_order_fails(compare, docstring: str) -> None:
    swapped = docstring.replace("side", "SIDE").replace("scale", "side").replace("SIDE", "scale")
    swapped = swapped.replace("side : float", "side : int").replace("scale : int", "scale : float")

    status, rules = await check(compare({"a.py": CODE}, {"a.py": [(AREA, swapped)]}))

    assert (status, "DOC104" in rules) == (CheckStatus.FAILED, True)


async def test_a_wrong_type_fails(compare) -> None:
    wrong = NUMPY.replace("side : int", "side : str").replace("float\n        The area", "str\n        The area")

    assert await check(compare({"a.py": CODE}, {"a.py": [(AREA, wrong)]})) == (CheckStatus.FAILED, ["DOC203", "DOC105"])


async def test_an_invented_result_fails(compare) -> None:
    docstring = '    """Do it.\n\n    Returns:\n        Something.\n    """\n'

    status, rules = await check(compare({"a.py": "def f(a):\n    print(a)\n"}, {"a.py": [("<    print", docstring)]}))

    assert (status, "DOC202" in rules) == (CheckStatus.FAILED, True)


async def test_omission_is_a_warning(compare) -> None:
    partial = '    """Compute the area.\n\n    Args:\n        side: The side.\n    """\n'

    status, rules = await check(compare({"a.py": CODE}, {"a.py": [(AREA, partial)]}))

    assert status is CheckStatus.PASSED
    assert set(rules) == {"DOC101", "DOC103", "DOC201", "DOC501", "DOC503"}


async def test_omission_fails_where_the_project_uses_pydoclint(compare) -> None:
    partial = '    """Compute the area.\n\n    Args:\n        side: The side.\n    """\n'
    files = {"pyproject.toml": "[tool.pydoclint]\nstyle = 'google'\n", "a.py": CODE}

    status, rules = await check(compare(files, {"a.py": [(AREA, partial)]}))

    assert (status, "DOC101" in rules) == (CheckStatus.FAILED, True)


async def test_wrong_exceptions_are_a_warning(compare) -> None:
    wrong = GOOGLE.replace("ValueError", "KeyError")

    assert await check(compare({"a.py": CODE}, {"a.py": [(AREA, wrong)]})) == (CheckStatus.PASSED, ["DOC503"])


async def test_function_that_is_not_implemented_needs_no_raises_section(compare) -> None:
    code = "def f(a: int) -> int:\n    raise NotImplementedError\n"
    docstring = '    """Do it.\n\n    Args:\n        a: A.\n\n    Returns:\n        B.\n    """\n'

    assert await check(compare({"a.py": code}, {"a.py": [("<    raise", docstring)]})) == (CheckStatus.PASSED, [])


@pytest.mark.parametrize("text", ["Compute it.", "Compute it.\n\n    At length, and with an Example: here."])
async def test_prose_has_no_findings(compare, text: str) -> None:
    docstring = f'    """{text}"""\n'

    assert await check(compare({"a.py": CODE}, {"a.py": [(AREA, docstring)]})) == (CheckStatus.PASSED, [])


async def test_stars_belong_to_the_names(compare) -> None:
    sections = "Args:\n        a: A.\n        *args: B.\n        **kwargs: C.\n\n    Returns:\n        D."
    docstring = f'    """Do.\n\n    {sections}\n    """\n'

    assert await check(compare({"a.py": CODE}, {"a.py": [("<    return a\n", docstring)]})) == (CheckStatus.PASSED, [])


async def test_generator_without_annotation_may_have_a_yields_section(compare) -> None:
    docstring = '    """Count.\n\n    Args:\n        n: How far.\n\n    Yields:\n        The numbers.\n    """\n'

    assert await check(compare({"a.py": CODE}, {"a.py": [("<    for i", docstring)]})) == (CheckStatus.PASSED, [])


async def test_a_class_may_describe_its_constructor(compare) -> None:
    good = '    """A box.\n\n    Args:\n        width: The width.\n    """\n\n'
    wrong = good.replace("width:", "height:")

    assert await check(compare({"a.py": CODE}, {"a.py": [("<    def __init__", good)]})) == (CheckStatus.PASSED, [])
    result = await DocstringSignature().run(compare({"b.py": CODE}, {"b.py": [("<    def __init__", wrong)]}))
    assert [(finding.line, finding.rule) for finding in result.findings] == [(17, "DOC103")]


async def test_each_docstring_is_read_in_its_own_style(compare) -> None:
    code = CODE.replace("    if side", NUMPY + "    if side")
    docstring = '    """Do.\n\n    :param a: A.\n    :param args: B.\n    :param kwargs: C.\n    :return: D.\n    """\n'
    docstring = docstring.replace(" args", " *args").replace(" kwargs", " **kwargs")

    assert await check(compare({"a.py": code}, {"a.py": [("<    return a\n", docstring)]})) == (CheckStatus.PASSED, [])


async def test_finding_of_the_base_is_not_new(compare) -> None:
    code = CODE.replace("    if side", GOOGLE.replace("scale", "factor") + "    if side")

    assert await check(compare({"a.py": code}, {"a.py": [("Compute the area", "Calculate the area")]})) == (
        CheckStatus.PASSED,
        [],
    )


async def test_files_that_do_not_parse_or_are_not_python_are_left_to_others(compare) -> None:
    comparison = compare({"a.py": "x = 1\n", "a.txt": "def f(: x"}, {"a.py": [("1", "(")], "a.txt": [("x", "y")]})

    assert await check(comparison) == (CheckStatus.PASSED, [])


@pytest.mark.parametrize(
    ("docstring", "style"),
    [(GOOGLE, "google"), (NUMPY, "numpy"), (SPHINX, "sphinx"), ("Args: said in prose.", "sphinx")],
)
def test_the_style_is_seen_in_the_sections(docstring: str, style: str) -> None:
    assert style_of(docstring) == style


PROSE = [
    "Do it.",
    "Do it.\n\n    More words, and - a dash -- or two; a colon: here, in the middle.\n    ",
    "\n    Do it.\n\n    * one\n    * two\n\n    >>> do_it()\n    1\n    ",
]
MARKED = [*PROSE, "", "  ", "Do it.\n\n:x: y", "Args:\n  x: y", ".. attribute :: a\n\n", "Parameters\n---\nx : int\n"]
WHOLE = """\
class A(Base):
    {0}
    a: int = 1

    def __init__(self, x: int, *rest) -> None:
        {0}
        self.x = x
        raise ValueError

    def items(self):
        {0}
        yield 1
        return 2


async def f(x, y: str = "") -> int:
    {0}
    return 1
"""


@pytest.mark.parametrize("docstring", PROSE)
def test_docstrings_that_skip_pydoclint_are_those_without_findings(docstring: str) -> None:
    tree = ast.parse(WHOLE.format(repr(docstring)))

    assert not may_have_sections(tree)
    assert not find_disagreements(tree)


@pytest.mark.parametrize("docstring", [text for text in MARKED if text not in PROSE])
def test_whatever_could_be_a_section_is_read_with_pydoclint(docstring: str) -> None:
    assert may_have_sections(ast.parse(WHOLE.format(repr(docstring))))


@given(st.lists(st.sampled_from([*"\n\n\n  \t:-.=xA*`", "Args:", "Returns", "param x", "---", ".. attribute ::"])))
def test_no_docstring_is_held_for_prose_that_pydoclint_disagrees_with(words: list[str]) -> None:
    tree = ast.parse(WHOLE.format(repr("".join(words))))

    assert may_have_sections(tree) or not find_disagreements(tree)


def test_a_job_that_writes_prose_does_not_import_pydoclint() -> None:
    script = f"""
import sys, asyncio
sys.path[:0] = [{str(Path(workhorse_core.__file__).parents[1])!r}]
from workhorse_core.pipeline.check import Comparison
from workhorse_core.checks.docstring_signature import DocstringSignature
from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import make_patch
base = {{"a.py": b"def f(x):\\n    return x\\n"}}
edit = Edit("a.py", 10, 10, b'    "Do it."\\n')
result = asyncio.run(DocstringSignature().run(Comparison(None, None, make_patch(base.get, [edit]))))
print(result.status, "pydoclint" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True)

    assert done.stdout == "passed False\n", done.stderr


FOREIGN = {
    "another parser": "class Docstring: pass\nclass DocstringParam: pass\nclass ParseError(Exception): pass\n",
    "the parser that it was forked from": None,
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_docstring_parser_is_a_reason_and_no_crash(tmp_path: Path, kind: str) -> None:
    """`docstring_parser` and its fork install the same names; pydoclint needs the fork's."""
    package = tmp_path / "docstring_parser"
    package.mkdir()
    if FOREIGN[kind] is not None:
        (package / "__init__.py").write_text(FOREIGN[kind])
    else:
        _write_original(package)
    script = f"""
import sys, asyncio
sys.path[:0] = [{str(tmp_path)!r}, {str(Path(workhorse_core.__file__).parents[1])!r}]
from workhorse_core.pipeline.check import Comparison
from workhorse_core.checks.docstring_signature import DocstringSignature
from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import make_patch
base = {{"a.py": b"def f(x):\\n    return x\\n"}}
edit = Edit("a.py", 10, 10, {GOOGLE.encode()!r})
result = asyncio.run(DocstringSignature().run(Comparison(None, None, make_patch(base.get, [edit]))))
print(result.status, "|", result.reason)
"""
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True)

    assert done.stdout.startswith("skipped | pydoclint cannot be used: "), done.stderr


def _write_original(package: Path) -> None:
    """The fork without what it added, which is all that pydoclint notices."""
    import docstring_parser

    origin = Path(docstring_parser.__file__).parent
    for path in origin.glob("*.py"):
        text = path.read_text()
        (package / path.name).write_text(
            text.replace("def attrs(", "def other_attrs(").replace("def many_yields(", "def other_yields(")
        )
