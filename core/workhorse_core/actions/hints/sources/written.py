"""A project's files with the types known so far written in, for a type checker to read, never to run."""

from collections import defaultdict
from collections.abc import Mapping

from workhorse_core.actions.hints.slot import Slot, SlotKind
from workhorse_core.actions.hints.sources.project_facts import Key
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.module import Module
from workhorse_core.languages.python.type_expression import TypeExpression


def write_known(index: SymbolIndex, slots: Mapping[Key, Slot], known: Mapping[Key, TypeExpression]) -> dict[str, bytes]:
    """Return every file's bytes; annotations are quoted, and their names imported at the end of the file."""
    by_path: defaultdict[str, list[tuple[Slot, TypeExpression]]] = defaultdict(list)
    for key, type_ in known.items():
        if (slot := slots.get(key)) is not None:
            by_path[slot.path].append((slot, type_))
    return {path: _with(module, index, by_path[path]) for module in index.modules if (path := module.path)}


def _with(module: Module, index: SymbolIndex, known: "list[tuple[Slot, TypeExpression]]") -> bytes:
    data = module.source.data
    imports: dict[str, str] = {}
    for slot, type_ in sorted(known, key=lambda each: -each[0].offset):
        if not all(_is_free(module, index, imports, name, home) for name, home in type_.names.items()):
            continue
        written = f'"{type_.text}"' if '"' not in type_.text else type_.text
        before = " -> " if slot.kind is SlotKind.RETURN else ": "
        data = data[: slot.offset] + f"{before}{written}".encode() + data[slot.offset :]
    lines = [
        f"from {home.partition(':')[0]} import {home.partition(':')[2]}" if ":" in home else f"import {home}"
        for home in dict.fromkeys(imports.values())
    ]
    return data + "".join(f"\n{line}" for line in lines).encode() + b"\n" if lines else data


def _is_free(module: Module, index: SymbolIndex, imports: dict[str, str], name: str, home: str) -> bool:
    """Whether a name can mean what lives at ``home`` in a module; notes the import that it takes."""
    there = index.home(module, name)
    if there is not None:
        return there == index.origin(home, certain=False)
    if ":" not in home and home != name:
        return False
    return imports.setdefault(name, home) == home
