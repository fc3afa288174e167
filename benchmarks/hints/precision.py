"""Precision of each source: shares of right answers on real projects whose annotations were stripped first.

Run: make hints-weights. It writes what it finds into actions/hints/sources/weights.py, and prints, for the sources
without --trace,

- each source and what it went by, with its right answers of all, and the weight that follows;
- what the pairs that agree were worth together;
- for each project, what is proposed with weights that were set by the other projects alone.

The projects are those of docs/results.md and others; those of ``UNSEEN`` set no weight. What is known goes from round
to round by the weights that stand in weights.py, so a run goes half of the way from these to what it measures.
"""

import inspect
import os
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from compare import Judged, Verdict, index_of, judge, read_files, spots
from compatible import with_compatible
from strip import strip_project
from tools import prepare

from support.opened_project import open_project
from support.projects import PROJECTS, RealProject, cache_folder, fetch
from support.repository import seal
from workhorse_core.actions.hints.evidence import Evidence
from workhorse_core.actions.hints.slot import Slot
from workhorse_core.actions.hints.sources.choice import TRACE, choose_type
from workhorse_core.actions.hints.sources.evidence_kinds import every_kind
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts
from workhorse_core.actions.hints.sources.proposer import Proposer
from workhorse_core.actions.hints.sources.weights import WEIGHTS, weight_of
from workhorse_core.languages.python.type_expression import TypeExpression
from workhorse_core.workspace.python_files import index_project

SUBJECTS: Sequence[RealProject] = (
    PROJECTS["itsdangerous"],
    PROJECTS["pluggy"],
    RealProject("requests", "2.34.2", "src"),
    PROJECTS["click"],
    PROJECTS["httpx"],
    RealProject("werkzeug", "3.1.3", "src"),
    RealProject("packaging", "25.0", "src"),
    RealProject("jinja2", "3.1.6", "src"),
    RealProject("blinker", "1.9.0", "src"),
    RealProject("rich", "14.1.0", "rich"),
    RealProject("tornado", "6.4.2", "tornado"),
    RealProject("starlette", "0.46.2", "starlette"),
    RealProject("anyio", "4.9.0", "src"),
    RealProject("marshmallow", "3.26.1", "src"),
    RealProject("arrow", "1.3.0", "arrow"),
    RealProject("isort", "5.13.2", "isort"),
    RealProject("h11", "0.16.0", "h11"),
)
UNSEEN: Sequence[RealProject] = (
    RealProject("flask", "3.1.0", "src"),
    RealProject("attrs", "25.3.0", "src"),
    RealProject("markdown-it-py", "3.0.0", "markdown_it"),
    RealProject("uvicorn", "0.34.3", "uvicorn"),
    RealProject("tomlkit", "0.13.3", "tomlkit"),
)
MOST = 40
"""Answers of one kind for which one project counts."""


@dataclass(frozen=True)
class Said:
    """Evidence for one slot, and which of it was right."""

    slot: Slot
    evidence: Sequence[Evidence]
    right: frozenset[str]


@dataclass(frozen=True)
class Measured:
    """All of one project."""

    facts: ProjectFacts
    said: Sequence[Said]


def measure_sources(only: Sequence[str]) -> None:
    """Measure, print, and write the weights; ``only`` names projects, none for all, and then nothing is written."""
    cache = cache_folder()
    real = {each.name: (each, fetch(each, cache)) for each in (*SUBJECTS, *UNSEEN) if not only or each.name in only}
    environment = prepare(cache).usual
    os.environ["VIRTUAL_ENV"] = str(environment.parents[1])
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        seal(Path(name) / "home")
        waiting = {each: pool.submit(measure, *real[each], Path(name), environment) for each in real}
        found = {each: done.result() for each, done in waiting.items()}
    subjects = {each.name for each in SUBJECTS}
    weighed = {name: each for name, each in found.items() if name in subjects}
    show(weighed, {name: each for name, each in found.items() if name not in subjects})
    if not only:
        write(_nearer(weights(weighed.values())))


def measure(project: RealProject, real: Path, place: Path, environment: Path) -> Measured:
    """Strip one project, collect the evidence of every source, and judge it."""
    started = time.perf_counter()
    stripped = place / project.name
    taken = strip_project(real, stripped)
    stripped_project = open_project(stripped)
    proposer = Proposer(stripped_project, index_project(stripped_project))
    facts, index = proposer.facts, index_of(read_files(real))
    truths = spots(taken, project.package, facts.index)
    slots = {spot: facts.by_key.get((each.path, each.key)) for spot, each in truths.items()}
    judged: list[Judged] = []
    for spot, slot in slots.items():
        expressions = {each.expression: each for each in proposer.evidence(slot)} if slot else {}
        for each in expressions.values():
            judged += judge({spot: truths[spot]}, index, {spot: TypeExpression(each.expression, each.names)})
    right: defaultdict[object, set[str]] = defaultdict(set)
    for one in with_compatible(real, judged, environment):
        if one.got is not None and one.verdict in (Verdict.EXACT, Verdict.COMPATIBLE):
            right[one.place].add(one.got.text)
    said = [Said(slot, proposer.evidence(slot), frozenset(right[spot])) for spot, slot in slots.items() if slot]
    sys.stderr.write(f"{project.name}: {time.perf_counter() - started:.0f} s\n")
    return Measured(facts, said)


def show(found: Mapping[str, Measured], unseen: Mapping[str, Measured]) -> None:
    """Print the three tables."""
    every = weights(found.values())
    counts = _counts(found.values())
    for kind in sorted(counts):
        good, all_ = (sum(each[n] for each in counts[kind].values()) for n in (0, 1))
        sys.stdout.write(f"{kind:30} {good:5} of {all_:5}  weight {every[kind]:.2f}\n")
    sys.stdout.write("\nwhere two agree\n")
    for pair, verdicts in sorted(_agreements(found.values()).items()):
        sys.stdout.write(f"{pair:30} {verdicts[True]:5} of {verdicts.total():5}\n")
    sys.stdout.write("\nweights set by the other projects: right / different\n")
    for name, measured in found.items():
        others = weights(each for other, each in found.items() if other != name)
        verdicts = Counter(_choice(measured, others))
        sys.stdout.write(f"{name:30} {verdicts[True]:5} / {verdicts[False]}\n")
    sys.stdout.write("\nprojects that set none: right / different\n")
    for name, measured in unseen.items():
        verdicts = Counter(_choice(measured, every))
        sys.stdout.write(f"{name:30} {verdicts[True]:5} / {verdicts[False]}\n")


def _nearer(found: Mapping[str, float]) -> dict[str, float]:
    """Go half of the way from the weights that were used: what is known hangs on them, and would swing about."""
    return {kind: (weight + WEIGHTS.get(kind, weight)) / 2 for kind, weight in found.items()}


def write(found: Mapping[str, float]) -> None:
    """Write the weights into weights.py; those of the trace, which is not measured here, stay as they are."""
    unseen = (f"{TRACE} ", "override annotated ")  # the base classes of stripped projects are not annotated
    kept = {kind: weight for kind, weight in WEIGHTS.items() if kind.startswith(unseen)}
    lines = "".join(f'        "{kind}": {weight:.2f},\n' for kind, weight in sorted({**found, **kept}.items()))
    file = Path(inspect.getfile(weight_of))
    file.write_text(
        re.sub(r"    \{\n.*?    \}\n", f"    {{\n{lines}    }}\n", file.read_text("utf-8"), flags=re.DOTALL)
    )


def weights(measured: Iterable[Measured]) -> dict[str, float]:
    """Compute each kind's share of right answers, one right and one wrong one added."""
    result = dict.fromkeys(every_kind(), 0.5)
    for kind, projects in _counts(measured).items():
        shares = [(good * min(1, MOST / all_), all_ * min(1, MOST / all_)) for good, all_ in projects.values()]
        result[kind] = (sum(good for good, _ in shares) + 1) / (sum(all_ for _, all_ in shares) + 2)
    return result


def _counts(measured: Iterable[Measured]) -> dict[str, dict[int, list[int]]]:
    counts: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for number, project in enumerate(measured):
        for said in project.said:
            for each in said.evidence:
                count = counts[f"{each.source} {each.kind}".strip()][number]
                count[0] += each.expression in said.right
                count[1] += 1
    return {kind: dict(projects) for kind, projects in counts.items()}


def _agreements(measured: Iterable[Measured]) -> dict[str, Counter[bool]]:
    found: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for project in measured:
        for said in project.said:
            for one, other in combinations(sorted(said.evidence, key=lambda each: each.source), 2):
                if one.expression == other.expression and one.source != other.source:
                    found[f"{one.source} + {other.source}"][one.expression in said.right] += 1
    return found


def _choice(measured: Measured, given: Mapping[str, float]) -> Iterator[bool]:
    for said in measured.said:
        weighed = [replace(each, weight=given.get(f"{each.source} {each.kind}".strip(), 0.5)) for each in said.evidence]
        choice = choose_type(said.slot, weighed, measured.facts)
        if choice.expression is not None:
            yield choice.expression in said.right
