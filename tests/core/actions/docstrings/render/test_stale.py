"""Stale entries: what was renamed keeps its text, and nothing is deleted that was not named."""

from pathlib import Path

import pytest

from core.actions.docstrings.docstring_cases import make_project
from workhorse_core.actions.docstrings.action import DocstringsAction
from workhorse_core.actions.docstrings.render.stale import find_renamed
from workhorse_core.actions.docstrings.work import DocstringsWork
from workhorse_core.change.edit import splice
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Target, Task


async def rewritten(root: Path, code: str, **options: str) -> tuple[str, list[str]]:
    """Return the code after a rewrite by rules, and the notes of the work."""
    data = f'"""Doc."""\n\n\n{code}'.encode()
    project = make_project(root, {"a.py": data})
    work = DocstringsAction().start(
        Task("docstrings", (Target("a.py"),), options={"rewrite": "yes", **options}), project
    )
    assert isinstance(work, DocstringsWork)
    proposals = [await work.by_rule(each) for each in work.regions() if isinstance(each, Region)]
    edits = [edit for proposal in proposals for part in proposal.parts for edit in part.edits]
    return splice(data, edits).decode().removeprefix('"""Doc."""\n\n\n'), work.notes()


RENAMED = [
    ("    Args:\n        src: Where the bytes come from.\n", "source"),
    ("    :param src: Where the bytes come from.\n    :type src: bytes\n", "source"),
    ("    Parameters\n    ----------\n    src : bytes\n        Where the bytes come from.\n", "source"),
    ("    Args:\n        file_name: Wo die Bytes herkommen; | a | b |.\n", "file_path"),
]


@pytest.mark.parametrize(("section", "new"), RENAMED)
async def test_a_renamed_parameter_keeps_its_text(tmp_path: Path, section: str, new: str) -> None:
    code = f'def f({new}):\n    """Read it.\n\n{section}    """\n    print({new})\n'
    after, notes = await rewritten(tmp_path, code)
    assert after == code.replace("src", new).replace("file_name", new)
    assert notes == []


@pytest.mark.parametrize(
    ("described", "real", "pairs"),
    [
        (["a", "src"], ["a", "source"], {"src": "source"}),
        (["a", "path"], ["a", "url"], {}),  # replaced, for all that is known
        (["a", "old"], ["a", "b", "c"], {}),
        (["old", "gone"], ["new"], {}),
        (["max_size"], ["size", "other"], {}),
        (["cfg", "b"], ["b", "config"], {"cfg": "config"}),
    ],
)
def test_only_a_parameter_that_is_surely_the_same_counts_as_renamed(
    described: list[str], real: list[str], pairs: dict[str, str]
) -> None:
    assert find_renamed(described, real) == pairs


STALE = [
    ("def f(a):", "    Args:\n        a: The first.\n        gone: What was.\n", "    print(a)\n", "gone"),
    ("def f(a):", "    Args:\n        a: The first.\n\n    Returns:\n        What was.\n", "    print(a)\n", "returns"),
    ("def f(a):", "    Args:\n        a: The first.\n\n    Yields:\n        What was.\n", "    print(a)\n", "yields"),
    ("def f(a):", "    Args:\n        a: The first.\n\n    Raises:\n        Bad: If so.\n", "    return\n", "Bad"),
]


@pytest.mark.parametrize(("head", "section", "body", "name"), STALE)
async def test_a_description_of_something_absent_goes_only_by_its_name(
    tmp_path: Path, head: str, section: str, body: str, name: str
) -> None:
    code = f'class Bad(Exception):\n    """Bad."""\n\n\n{head}\n    """Do it.\n\n{section}    """\n{body}'
    after, notes = await rewritten(tmp_path, code)
    assert after == code
    assert notes == [
        f"a.py::f: the docstring describes {name}, which does not exist any more; --remove {name} deletes that."
    ]
    after, notes = await rewritten(tmp_path, code, remove=name)
    assert "What was" not in after
    assert "If so" not in after
    assert "a: The first." in after
    assert notes == []


@pytest.mark.parametrize(
    ("default", "words", "new"),
    [
        ("5", "Seconds to wait. Defaults to 3.", "Seconds to wait. Defaults to 5."),
        ("None", "Seconds to wait, default is ``3``.", "Seconds to wait, default is ``None``."),
        ("3", "Seconds to wait. Defaults to 3.", "Seconds to wait. Defaults to 3."),
        ("LONG", "Seconds to wait. Defaults to 3.", "Seconds to wait. Defaults to 3."),
        ("5", "Seconds to wait. Defaults to 3 seconds.", "Seconds to wait. Defaults to 5 seconds."),
    ],
)
async def test_a_changed_default_is_corrected_and_the_words_stay(
    tmp_path: Path, default: str, words: str, new: str
) -> None:
    code = f'def f(wait={default}):\n    """Do it.\n\n    Args:\n        wait: {words}\n    """\n    print(wait)\n'
    assert (await rewritten(tmp_path, code))[0] == code.replace(words, new)
