"""Measure the symbol index of a project: all of it, and after one file changed."""

import statistics
import sys
import sysconfig
import time
import tracemalloc
from pathlib import Path

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory, OverlaidFiles

COUNT = 500
ROUNDS = 5


def library_files() -> dict[str, bytes]:
    """Return files of the standard library as a project."""
    root = Path(sysconfig.get_paths()["stdlib"])
    paths = sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)
    readable = [path for path in paths if "lib2to3" not in path.parts and "test" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in readable[:COUNT]}


def use(index: SymbolIndex) -> int:
    """Ask for what actions ask for: definitions, imports, bindings, the class hierarchy."""
    found = sum(len(module.bindings) + len(module.functions) + len(module.imports) for module in index.modules)
    return found + sum(map(len, index.descendants.values()))


def main() -> None:
    """Measure and print."""
    files = FilesInMemory(library_files())
    whole: list[float] = []
    changed: list[float] = []
    for turn in range(ROUNDS):
        start = time.process_time()
        first = SymbolIndex(files)
        use(first)
        whole.append(time.process_time() - start)
        path = first.paths[turn * 50]
        overlaid = OverlaidFiles(files, {path: files.contents[path] + b"\nnew_name = 1\n"})
        start = time.process_time()
        second = SymbolIndex(overlaid, before=first)
        use(second)
        changed.append(time.process_time() - start)
        assert (first.parses, second.parses) == (len(first.paths), 1)
    tracemalloc.start()
    use(SymbolIndex(files))
    memory = tracemalloc.get_traced_memory()[0] / 1e6
    size = sum(map(len, files.contents.values()))
    all_of_it, one = statistics.median(whole), statistics.median(changed)
    sys.stdout.write(
        f"{len(files.contents)} files, {size / 1e6:.1f} MB: {all_of_it:.2f} s CPU, {memory:.0f} MB\n"
        f"one file changed: {one:.3f} s CPU, 1/{all_of_it / one:.0f}\n"
    )


if __name__ == "__main__":
    main()
