"""Example turns: functions with good docstrings, from the project itself where it has them, else our own."""

import ast
import re
from collections.abc import Iterator, Sequence

from workhorse_core.actions.docstrings.prompt.labels import (
    RETURNS,
    SUMMARY,
    YIELDS,
    Kind,
    Label,
    Texts,
    labels_of,
    texts_of,
)
from workhorse_core.actions.docstrings.prompt.shown_code import shown_code
from workhorse_core.actions.docstrings.shape import shape_of
from workhorse_core.errors import TargetError
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of, source_of
from workhorse_core.languages.python.docstring.read import read_docstring
from workhorse_core.languages.python.signature import read_signature
from workhorse_core.languages.python.visibility import is_test
from workhorse_core.languages.registry import read_source
from workhorse_core.pipeline.region import Region, find_definitions
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project


class Example(NamedTuple):
    """A function without its docstring, and the texts that describe it."""

    code: str
    texts: Texts

    def without_results(self) -> "Example":
        """Return the example without texts about results."""
        return Example(self.code, {label: self.texts[label] for label in self.texts if label not in (RETURNS, YIELDS)})


OWN = (
    Example(
        """\
def clip(value, low, high=None):
    if high is not None and low > high:
        raise ValueError("low is above high")
    value = max(value, low)
    return value if high is None else min(value, high)""",
        {
            SUMMARY: "Limit a value to a range.",
            Label(Kind.PARAMETER, "value"): "The value to limit.",
            Label(Kind.PARAMETER, "low"): "The least result.",
            Label(Kind.PARAMETER, "high"): "The greatest result, or None for no upper limit.",
            Label(Kind.RETURNS): "The value, or the end of the range that is nearest to it.",
            Label(Kind.RAISES, "ValueError"): "If low is greater than high.",
        },
    ),
    Example(
        """\
def read_rows(self, path, *, skip=0):
    with open(path, newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            if number >= skip and len(row) == self.width:
                yield row""",
        {
            SUMMARY: "Read the rows of a CSV file that have the expected width.",
            Label(Kind.PARAMETER, "path"): "The file to read.",
            Label(Kind.PARAMETER, "skip"): "How many rows at the start of the file are left out.",
            Label(Kind.YIELDS): "Each remaining row, as a list of strings.",
        },
    ),
)
EXAMPLES = len(OWN)

_SHORTEST, _LONGEST = 4, 16
"""Lines of an example without its docstring."""
_LONGEST_LINE = 100
_MOST_BYTES = 1_000_000
"""Bound on the bytes that are parsed: half a second."""
_LONGEST_TEXT = 110
"""Characters."""
_FORMULA = re.compile(r"(?:get|set|return|init|initiali[sz]e|constructor|helper|see|todo|deprecated)\b", re.IGNORECASE)


def choose_examples(project: Project) -> Sequence[Example]:
    """Choose the best examples of a project, of different shapes; our own fill what is lacking."""
    found = sorted(
        (_rank(example), example.code, example) for regions in _files(project) for example in _examples(regions)
    )
    chosen: list[Example] = []
    for _, _, example in found:
        kinds = {label.kind for label in example.texts}
        if not any(kinds == {label.kind for label in other.texts} for other in chosen):
            chosen.append(example)
        if len(chosen) == EXAMPLES:
            break
    return [*chosen, *OWN[: EXAMPLES - len(chosen)]]


def _files(project: Project) -> Iterator[Sequence[Region]]:
    """Yield the definitions of the project's files, in a fixed order, as many as the bounds allow."""
    left = _MOST_BYTES
    for path in sorted(path for path in project.tree.files("") if path.endswith(".py") and not is_test(path)):
        data = project.look(path) or b""
        if b'"""' not in data or len(data) > left:
            continue
        left -= len(data)
        try:
            yield find_definitions(read_source(path, data))
        except TargetError:
            continue


def _rank(example: Example) -> tuple[int, int]:
    """Order examples: those with more kinds of entries first, then the shorter ones."""
    return -len({label.kind for label in example.texts}), len(example.code)


def _examples(regions: Sequence[Region]) -> Iterator[Example]:
    for region in regions:
        if region.kind in (RegionKind.FUNCTION, RegionKind.METHOD):
            example = _example(region)
            if example is not None:
                yield example


def _example(region: Region) -> Example | None:
    """Return the example that a function makes, None where its docstring is not short, complete and true to it."""
    node = node_of(region)
    text = ast.get_docstring(node, clean=False) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
    if text is None or region.name.rpartition(".")[2].startswith("_"):
        return None
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    content = read_docstring(text).content
    texts = texts_of(content)
    wanted = labels_of(shape_of(read_signature(region)))
    if content.description or set(texts) != set(wanted) or len(wanted) < 3:
        return None
    if not all(map(_is_short, texts.values())) or _FORMULA.match(content.summary):
        return None
    code = shown_code(region, source_of(region).span(node.body[0]))
    lines = code.split("\n")
    if not _SHORTEST <= len(lines) <= _LONGEST or max(map(len, lines)) > _LONGEST_LINE or "#" in code:
        return None
    return Example(code, {label: texts[label] for label in wanted})


def _is_short(text: str) -> bool:
    """Return whether it is one finished sentence of plain words."""
    plain = "\n\n" not in text and text.isascii() and not re.search(r"[:`*]{2}|:\w+:|https?:|\bTODO\b", text)
    return plain and 12 <= len(text) <= _LONGEST_TEXT and text[-1:] == "." and ". " not in text
