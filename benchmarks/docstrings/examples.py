"""Ten docstrings beside the real ones, drawn by a seed from those that were written, so that a reader can judge."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from runs import Run

LONGEST = 14
"""Lines that are shown of a real docstring."""


@dataclass(frozen=True)
class Example:
    """A definition, and what we think of what was written about it."""

    project: str
    path: str
    name: str
    opinion: str


EXAMPLES = (
    Example(
        "requests",
        "src/requests/structures.py",
        "CaseInsensitiveDict.__len__",
        'Good: what it counts, though "store" is a private name.',
    ),
    Example(
        "click",
        "src/click/core.py",
        "Context.fail",
        "Thin: true, but that the message is the caller's stands only in the real one.",
    ),
    Example(
        "requests",
        "src/requests/cookies.py",
        "MockRequest.is_unverifiable",
        "Good: all that it does. The real code has none.",
    ),
    Example(
        "requests",
        "src/requests/models.py",
        "RequestHooksMixin.register_hook",
        "Half: the summary is the name; the exception is what the real one leaves out.",
    ),
    Example(
        "itsdangerous",
        "src/itsdangerous/serializer.py",
        "Serializer.dump",
        "Good: exact, where the real one refers to another method.",
    ),
    Example(
        "click",
        "src/click/testing.py",
        "make_input_stream",
        "Thin: the name, and an exception in the words of the code's message. The real code has none.",
    ),
    Example(
        "requests",
        "src/requests/cookies.py",
        "RequestsCookieJar.__setitem__",
        "Good: where to read on. The warning of the real one is not in this code.",
    ),
    Example(
        "requests",
        "src/requests/models.py",
        "Response.content",
        "Good: it names an exception that the real docstring leaves out.",
    ),
    Example(
        "click",
        "src/click/types.py",
        "DateTime.__repr__",
        "Good. The real code has none.",
    ),
    Example(
        "click",
        "src/click/parser.py",
        "Option.takes_value",
        "Good: the rule itself. The real code has none.",
    ),
)


def show_examples(examples: Sequence[Example], runs: Iterable[Run]) -> str:
    """Write every example as Markdown, its opinion first.

    Raises:
        LookupError: An example is not in its file any more.
    """
    by_name = {run.project.name: run for run in runs}
    return "\n\n".join(_show(number, one, by_name[one.project]) for number, one in enumerate(examples, 1))


def _show(number: int, example: Example, run: Run) -> str:
    written = _docstring(run.after[example.path], example.name) or "(left out: the code does not say enough)"
    real = _docstring(run.real[example.path], example.name) or "(none)"
    return "\n\n".join(
        [
            f"**{number}. {example.project}: `{example.name}`** ({example.path})",
            example.opinion,
            _block("Workhorse wrote:", written.splitlines()),
            _block("The real one:", _shortened(real)),
        ]
    )


def _block(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, "", "```text", *lines, "```"])


def _shortened(text: str) -> list[str]:
    lines = text.splitlines()
    return lines if len(lines) <= LONGEST else [*lines[: LONGEST - 1], "[...]"]


def _docstring(data: bytes, name: str) -> str | None:
    """Return the docstring of the last definition of that name, which is the one behind the overloads."""
    found = [node for dotted, node in definitions_of(ast.parse(data).body) if dotted == name]
    if not found:
        raise LookupError(name)
    text = ast.get_docstring(found[-1], clean=False)
    return inspect.cleandoc(text) if text else None


def definitions_of(
    body: Sequence[ast.stmt], before: str = ""
) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield classes, functions and methods by their dotted names, those of one name one after the other."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield before + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from definitions_of(node.body, f"{before}{node.name}.")
