"""Tests wait for conditions, not for a clock, and patch no private name."""

import ast
import re
from collections.abc import Iterator

import pytest

from documents.pages import ROOT

TESTS = ROOT / "tests"
MAY_SLEEP = {
    "support/waiting.py": "it asks for a condition again and again",
    "support/killing.py": "it kills at an instant that is drawn at random",
    "cli/kill_driver.py": "it kills at an instant that is drawn at random",
    "support/ollama_http.py": "the double takes as long as a test lets it take",
    "editors/test_typing.py": "keys come at the pace of a person: editors drop those that come sooner",
}
PATCHES = frozenset({"setattr", "delattr", "patch", "object"})


def called(node: ast.Call) -> str:
    """Return the last name of a function that is called."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def sleeps(tree: ast.AST) -> bool:
    """Return whether code waits for a clock: ``sleep`` of any module, but for the 0 that lets other tasks work."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == "sleep")
    return any(not (isinstance(each.args[0], ast.Constant) and each.args[0].value == 0) for each in calls if each.args)


def patched(tree: ast.AST) -> Iterator[str]:
    """Yield the names that code patches, by ``monkeypatch`` or ``unittest.mock``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in PATCHES:
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value.rpartition(".")[2]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def trees(words: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and the code of each test file in which these words stand."""
    for path in TESTS.rglob("*.py"):
        if "cases" not in path.relative_to(TESTS).parts and re.search(words, text := path.read_text("utf-8")):
            yield path.relative_to(TESTS).as_posix(), ast.parse(text)


def test_no_test_waits_for_a_clock_but_the_named_ones() -> None:
    assert {path for path, tree in trees(r"\bsleep\(") if sleeps(tree)} == MAY_SLEEP.keys()


def test_no_test_patches_a_private_name() -> None:
    found = {path: [*filter(is_private, patched(tree))] for path, tree in trees(r"attr\(|\bpatch\b")}
    assert found
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("code", ["time.sleep(0.1)", "await asyncio.sleep(delay)", "sleep(1)"])
def test_code_that_sleeps_is_found(code: str) -> None:
    assert sleeps(ast.parse(code))


def test_a_task_that_lets_others_work_does_not_sleep() -> None:
    assert not sleeps(ast.parse("await asyncio.sleep(0)"))


@pytest.mark.parametrize(
    "code",
    ['monkeypatch.setattr(pool, "_SECONDS", 0)', 'monkeypatch.setattr("a.pool._end", f)', 'mock.patch("a.pool._end")'],
)
def test_code_that_patches_a_private_name_is_found(code: str) -> None:
    assert any(map(is_private, patched(ast.parse(code))))
