"""Writes the picture of ARCHITECTURE.md from the imports: ``python -I docs/make_architecture.py [--check]``."""

import sys
import tomllib
from pathlib import Path

from grimp import build_graph

from support.page import insert

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "ARCHITECTURE.md"
CORE = "workhorse_core"
IMPORTS, NONE, SELF = "●", "·", "■"


def main() -> int:
    """Write the picture; with ``--check`` only report whether it is up to date."""
    page = PAGE.read_text("utf-8")
    made = insert(page, {"folders": make_picture()})
    if "--check" in sys.argv[1:]:
        sys.stdout.write("" if made == page else "ARCHITECTURE.md is not up to date; run: make docs\n")
        return 0 if made == page else 1
    PAGE.write_text(made, "utf-8")
    return 0


def make_picture() -> str:
    """Draw who imports whom: a row for each folder, a column for each that it may import, lowest first.

    Raises:
        SystemExit: An import goes upwards, where the picture has no column.
    """
    core, doors = read_order()
    rows = [*core, *doors]
    imports = read_imports(rows)
    upwards = [f"{low} imports {high}" for low, high in sorted(imports) if rows.index(low) < rows.index(high)]
    if upwards:
        raise SystemExit(f"Imports that go upwards: {', '.join(upwards)}")
    indent = max(map(len, rows)) + 2
    lines = [f"{' ' * indent}{' '.join(f'{number:>2}' for number in range(1, len(core) + 1))}"]
    for number, row in enumerate(rows, 1):
        marks = [_mark(row, column, imports) for column in core[: min(number, len(core))]]
        label = f"{number:>2} {row}" if row in core else f"   {row}"
        lines.append(f"{label:<{indent}} {'  '.join(marks)}".rstrip())
    return "\n".join(["```", *lines, "```"])


def _mark(row: str, column: str, imports: set[tuple[str, str]]) -> str:
    if row == column:
        return SELF
    return IMPORTS if (row, column) in imports else NONE


def read_order() -> tuple[list[str], list[str]]:
    """Return the folders of the core, lowest first, and the doors, as the contracts in pyproject.toml list them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    contract = next(each for each in settings["contracts"] if each.get("containers") == [CORE])
    doors = [package for package in settings["root_packages"] if package != CORE]
    return contract["layers"][::-1], [door.removeprefix("workhorse_") for door in doors]


def read_imports(folders: list[str]) -> set[tuple[str, str]]:
    """Return the pairs (importer, imported) of folders, from every import statement but those for type checkers."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    graph = build_graph(*settings["root_packages"], exclude_type_checking_imports=True, cache_dir=None)
    pairs: set[tuple[str, str]] = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = _folder(module), _folder(imported)
            if pair[0] in folders and pair[1] in folders and pair[0] != pair[1]:
                pairs.add(pair)
    return pairs


def _folder(module: str) -> str:
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == CORE else package.removeprefix("workhorse_")


if __name__ == "__main__":
    sys.exit(main())
