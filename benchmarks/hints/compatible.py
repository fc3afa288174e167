"""Which of two spellings a type checker takes for the same: each may be assigned to the other, says pyright."""

import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from compare import Judged, Verdict

from workhorse_core.rules.hints.modern import TypeText


def with_compatible(real_root: Path, judged: Sequence[Judged], environment: Path) -> list[Judged]:
    """Ask pyright about every pair that is spelled differently, all in one run over a copy of the real project."""
    asked = [number for number, each in enumerate(judged) if each.verdict is Verdict.DIFFERENT]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "project"
        shutil.copytree(real_root, root, symlinks=True)
        for config in (root / "pyrightconfig.json", root / "pyproject.toml"):
            config.unlink(missing_ok=True)
        (root / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "basic", "pythonVersion": "3.13"}))
        lines = _append(root, judged, asked)
        wrong = _errors(root, environment)
    passed = {number for number, places in lines.items() if not places & wrong}
    return [replace(each, verdict=Verdict.COMPATIBLE) if n in passed else each for n, each in enumerate(judged)]


def _append(root: Path, judged: Sequence[Judged], asked: Sequence[int]) -> dict[int, set[tuple[str, int]]]:
    """Write both assignments behind the real module; gives the lines that must be without an error."""
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for number in asked:
        by_path[judged[number].truth.path].append(number)
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


def _aliased(text: TypeText, number: int) -> tuple[list[str], str]:
    """Import each name under a name of our own, so that it means what the tool meant."""
    imports: list[str] = []
    expression = text.expression
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
