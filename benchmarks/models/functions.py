"""Functions of real projects to describe: drawn by a seed, without the docstrings that they have."""

import ast
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECTS = (
    "beautifulsoup4==4.15.0",
    "isodate==0.7.2",
    "itsdangerous==2.2.0",
    "num2words==0.5.14",
    "pathvalidate==3.3.1",
    "schedule==1.2.2",
    "tinydb==4.9.0",
    "tomlkit==0.15.2",
)
"""No way of asking was tuned on any of them."""
SEED = 40


@dataclass(frozen=True, slots=True)
class Function:
    """One function; ``code`` is that of the file without its docstring, at the left edge."""

    project: str
    path: str
    name: str
    code: str


def fetch_projects(cache: Path) -> Sequence[Path]:
    """Unpack the wheels of the projects into the cache, and name their folders."""
    folders: list[Path] = []
    for project in PROJECTS:
        folder = cache / "wheels" / project.replace("==", "-")
        if not folder.is_dir():
            command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*command, "--dest", str(folder), project], check=True)
            (wheel,) = folder.glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder)
            wheel.unlink()
        folders.append(folder)
    return folders


def draw(folder: Path, count: int) -> Sequence[Function]:
    """Draw functions of a project, and take their docstrings out of its files."""
    found = [each for path in sorted(folder.rglob("*.py")) for each in _functions(folder, path)]
    random.Random(f"{SEED} {folder.name}").shuffle(found)
    drawn: list[tuple[Function, Path, ast.FunctionDef]] = []
    for function, path, node in found:
        if all(function.name != other.name for other, _, _ in drawn) and len(drawn) < count:
            drawn.append((function, path, node))
    for _, path, node in sorted(drawn, key=lambda item: -item[2].lineno):
        path.write_text(_stripped(path.read_text("utf-8"), node), "utf-8")
    return [function for function, _, _ in drawn]


def _functions(folder: Path, path: Path) -> Iterator[tuple[Function, Path, ast.FunctionDef]]:
    text = path.read_text("utf-8", "replace")
    if "test" in path.as_posix().removeprefix(folder.as_posix()):
        return
    for name, node in _definitions(ast.parse(text), ""):
        length = (node.end_lineno or 0) - node.lineno + 1
        documented = ast.get_docstring(node, clean=False) is not None
        own = length - ((node.body[0].end_lineno or 0) - node.body[0].lineno + 1 if documented else 0)
        is_own = not node.name.startswith("_") and not any("overload" in ast.dump(each) for each in node.decorator_list)
        if is_own and 4 <= own <= 40 and len(node.body) > documented:
            lines = _stripped(text, node).split("\n")[node.lineno - 1 : node.lineno - 1 + own]
            code = "\n".join(line[node.col_offset :] for line in lines).rstrip()
            yield Function(folder.name, path.relative_to(folder).as_posix(), name, code), path, node


def _definitions(node: ast.AST, around: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield f"{around}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from _definitions(child, f"{around}{child.name}.")


def _stripped(text: str, node: ast.FunctionDef) -> str:
    if ast.get_docstring(node, clean=False) is None:
        return text
    lines = text.split("\n")
    del lines[node.body[0].lineno - 1 : node.body[0].end_lineno]
    return "\n".join(lines)
