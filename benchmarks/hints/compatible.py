"""Spellings that are the same to a type checker: each may be assigned to the other, by pyright.

Its results for a project are kept beside the fetched projects, by its version.
"""

import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from compare import Judged, Verdict

from support.projects import cache_folder
from workhorse_core.languages.python.type_expression import TypeExpression


def with_compatible(real_root: Path, judged: Sequence[Judged], environment: Path) -> list[Judged]:
    """Ask pyright about every pair that is spelled differently and that it was not asked about before."""
    file = cache_folder() / f"compatible-{version('pyright')}" / f"{real_root.name}.json"
    answers: dict[str, bool] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    asked = {_pair(each): each for each in judged if each.verdict is Verdict.DIFFERENT}
    new = [each for pair, each in asked.items() if pair not in answers]
    if new:
        passed = _passed(real_root, new, environment)
        answers |= {_pair(each): number in passed for number, each in enumerate(new)}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answers), "utf-8")
    return [replace(each, verdict=Verdict.COMPATIBLE) if answers.get(_pair(each)) else each for each in judged]


def _pair(judged: Judged) -> str:
    got = (judged.got.text, sorted(judged.got.names.items())) if judged.got else None
    exact = judged.verdict is not Verdict.DIFFERENT
    return "" if exact else json.dumps([judged.truth.path, judged.truth.expression, got])


def _passed(real_root: Path, judged: Sequence[Judged], environment: Path) -> set[int]:
    """Ask about all of them in one run over a copy of the real project; gives the numbers of those that pass."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "project"
        shutil.copytree(real_root, root, symlinks=True)
        for config in (root / "pyrightconfig.json", root / "pyproject.toml"):
            config.unlink(missing_ok=True)
        (root / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "basic", "pythonVersion": "3.13"}))
        lines = _append(root, judged)
        wrong = _errors(root, environment)
    return {number for number, places in lines.items() if not places & wrong}


def _append(root: Path, judged: Sequence[Judged]) -> dict[int, set[tuple[str, int]]]:
    """Write both assignments behind the real module; gives the lines that must be without an error."""
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(judged):
        by_path[each.truth.path].append(number)
    lines: dict[int, set[tuple[str, int]]] = {}
    for path, numbers in by_path.items():
        text = (root / path).read_text("utf-8")
        added: list[str] = []
        count = text.count("\n") + 2
        for number in numbers:
            one = judged[number]
            assert one.got is not None
            imports, got = _aliased(one.got, number)
            real = one.truth.expression
            block = [
                *imports,
                f"def _whr_{number}(a: {real!r}, b: {got!r}) -> None:",
                f"    x: {got!r} = a",
                f"    y: {real!r} = b",
            ]
            start = count + len(added)
            lines[number] = {(path, start + offset) for offset in range(len(block))}
            added += block
        (root / path).write_text(text + "\n" + "\n".join(added) + "\n", "utf-8")
    return lines


def _aliased(text: TypeExpression, number: int) -> tuple[list[str], str]:
    """Import each name under a name of our own, so that it means what the tool meant."""
    imports: list[str] = []
    expression = text.text
    for name, home in text.names.items():
        module, _, attribute = home.partition(":")
        own = f"_whn_{number}_{name}"
        imports.append(f"from {module} import {attribute} as {own}" if attribute else f"import {module} as {own}")
        tree = ast.parse(expression, mode="eval")
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == name:
                node.id = own
        expression = ast.unparse(tree)
    return imports, expression


def _errors(root: Path, environment: Path) -> set[tuple[str, int]]:
    command = [sys.executable, "-I", "-m", "pyright", "--outputjson", "-p", str(root), "--pythonpath", str(environment)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    found: set[tuple[str, int]] = set()
    for item in json.loads(done.stdout)["generalDiagnostics"]:
        if item["severity"] == "error":
            path = Path(item["file"]).resolve().relative_to(root.resolve()).as_posix()
            found.add((path, item["range"]["start"]["line"] + 1))
    return found
