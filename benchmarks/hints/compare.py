"""Written annotations beside the real ones: exact, different or missing by its spelling."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from strip import Truth

from workhorse_core.actions.hints.slot import SlotKind
from workhorse_core.actions.hints.sources.annotated import Spot
from workhorse_core.actions.hints.sources.project_types import read_type
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.languages.python.type_expression import TypeExpression, is_same


class Verdict(StrEnum):
    """Relation of a written annotation to the real one."""

    EXACT = "exact"
    COMPATIBLE = "compatible"
    DIFFERENT = "different"
    MISSING = "missing"


@dataclass(frozen=True)
class Judged:
    """One real annotation, and what stands at its place."""

    place: Spot
    truth: Truth
    real: TypeExpression
    got: TypeExpression | None
    verdict: Verdict


def read_files(root: Path) -> dict[str, bytes]:
    """Read every Python file below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


def index_of(files: Mapping[str, bytes]) -> SymbolIndex:
    """Index files given by their contents."""
    return SymbolIndex(FilesInMemory(files), inner_imports=True)


def spots(truths: Iterable[Truth], package: str, stripped: SymbolIndex) -> dict[Spot, Truth]:
    """Number the places of each name, so that a tool's file, whose lines moved, can be compared.

    Args:
        truths: The annotations that were taken out.
        package: The folder of the project's own code; what was taken out elsewhere does not count.
        stripped: The files without them.
    """
    number: dict[tuple[str, str, int], int] = {}
    for module in stripped.modules:
        counts: Counter[str] = Counter()
        for function in module.functions:
            number[module.path, function.name, function.first] = counts[function.name]
            counts[function.name] += 1
    found: dict[Spot, Truth] = {}
    for truth in truths:
        if not truth.path.startswith(f"{package}/"):
            continue
        name, _, line = truth.key.rpartition("@")
        owner, _, name = name.rpartition(":")
        of_function = truth.kind in (SlotKind.PARAMETER, SlotKind.RETURN)
        nth = number.get((truth.path, owner, int(line)), 0) if of_function else 0
        found[truth.path, owner, name, nth] = truth
    return found


def judge(truths: Mapping[Spot, Truth], real: SymbolIndex, got: Mapping[Spot, TypeExpression]) -> list[Judged]:
    """Compare by spelling. ``Any`` counts as missing, unless it is the real annotation."""
    judged: list[Judged] = []
    for spot, truth in truths.items():
        type_ = TypeExpression(truth.expression, {})
        module = real.at(truth.path)
        type_ = (read_type(real, module, truth.expression) if module else None) or type_
        here = got.get(spot)
        if here is None or (here.text == "Any" and type_.text != "Any"):
            verdict = Verdict.MISSING
        elif is_same(_plain(here.text), _plain(type_.text)):
            verdict = Verdict.EXACT
        else:
            verdict = Verdict.DIFFERENT
        judged.append(Judged(spot, truth, type_, here, verdict))
    return judged


def _plain(expression: str) -> str:
    return expression.replace("NoReturn", "Never")


def count(judged: Sequence[Judged]) -> Counter[Verdict]:
    """Count the verdicts."""
    return Counter(each.verdict for each in judged)
