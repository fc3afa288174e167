"""Ten docstrings beside the real ones, chosen by hand, so that a reader can judge: six good, four thin or bad."""

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
        "itsdangerous",
        "src/itsdangerous/signer.py",
        "Signer.derive_key",
        "Good: the guard is found and put into words. What the method is for, only the real one tells.",
    ),
    Example(
        "click",
        "src/click/globals.py",
        "get_current_context",
        "Good, but not whole: `silent=True` gives None instead, and the rules do not see it.",
    ),
    Example(
        "click",
        "src/click/core.py",
        "Group.add_command",
        "Good: when it fails, which the real docstring does not say.",
    ),
    Example(
        "requests",
        "src/requests/models.py",
        "Response.content",
        "Good: it names an exception that the real docstring leaves out.",
    ),
    Example(
        "requests",
        "src/requests/utils.py",
        "is_valid_cidr",
        "Good: as clear as the real one.",
    ),
    Example(
        "requests",
        "src/requests/cookies.py",
        "RequestsCookieJar.set_cookie",
        "Good: the words are those of the overridden method in the standard library. The real code has none.",
    ),
    Example(
        "click",
        "src/click/types.py",
        "ParamType.get_metavar",
        "Thin: the name in other words.",
    ),
    Example(
        "requests",
        "src/requests/models.py",
        "Response.iter_content",
        "Not quite true: None raises nothing. The words are those of the code's own error message, which is as wrong.",
    ),
    Example(
        "click",
        "src/click/formatting.py",
        "wrap_text",
        "Thin: nothing of the four parameters and of what they do together.",
    ),
    Example(
        "click",
        "src/click/formatting.py",
        "measure_table",
        "Bad: it finds the width of each column, and nobody would guess that. The real code has no docstring.",
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
    found = [node for dotted, node in _definitions(ast.parse(data).body, "") if dotted == name]
    if not found:
        raise LookupError(name)
    text = ast.get_docstring(found[-1], clean=False)
    return inspect.cleandoc(text) if text else None


def _definitions(
    body: Sequence[ast.stmt], before: str
) -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield before + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _definitions(node.body, f"{before}{node.name}.")
