"""Measure `workhorse hints` from end to end: the hints that are kept, and the cost of the checks.

Run by ``make results-hints``; alone with ``--kept-only``. Beside the count of kept hints it reports of each project:
what the type checkers, asked anew, find that they did not find before, whether every module still imports, and whether
the tests end as they did.
"""

import asyncio
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compare import Judged, Verdict, index_of, judge, read_files, spots
from compatible import with_compatible
from strip import strip_project

from support.opened_project import open_project
from support.projects import RealProject
from support.repository import seal
from workhorse_core.actions.hints.sources.annotated import annotations
from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import make_patch
from workhorse_core.checks.annotation_types import UNFINISHED
from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.tools.findings import new_findings, steady
from workhorse_core.type_checking.sessions import TypeCheckSession

_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR|XPASS|XFAIL) (\S+::\S.*?)(?: - .*)?$", re.MULTILINE)
_LIMIT = 1_800
_WATCHED = """
import json, sys
from workhorse_core.checks.annotation_types import AnnotationTypes
made = []
begin = AnnotationTypes.__init__
def watched(self):
    begin(self)
    made.append(self)
AnnotationTypes.__init__ = watched
from workhorse_cli.main import main
sys.argv[:1] = ["workhorse"]
try:
    main()
finally:
    sys.stderr.write("\\n" + json.dumps([each.runs for each in made]))
"""
_IMPORT = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
failed = []
for name in json.loads(sys.argv[2]):
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(name)
print(json.dumps(failed))
"""


@dataclass(frozen=True)
class Kept:
    """One project's outcome. ``slots`` were proposed; ``runs`` are those of the type checkers; all seconds are wall."""

    slots: int
    kept: int
    runs: int
    seconds: float
    judged: Sequence[Judged]
    findings: Sequence[str]
    broken_imports: Sequence[str]
    broken_tests: Sequence[str]
    tests: int

    @property
    def goal(self) -> int:
        """How many runs the checkers may take: twice the logarithm of the slots, and one for each wrong one."""
        return math.ceil(2 * math.log2(max(2, self.slots))) + self.slots - self.kept


def keep(project: RealProject, tests: Sequence[str], real: Path, python: Path, place: Path) -> Kept:
    """Strip one project, let `workhorse hints` annotate it, and look at what it left."""
    stripped, done = place / f"{project.name}-before", place / f"{project.name}-after"
    truths = strip_project(real, stripped)
    seal(place / "kept-home")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Before")):
        subprocess.run(["git", *command], cwd=stripped, check=True)
    environ = {**os.environ, "VIRTUAL_ENV": str(python.parents[1])}
    begin = time.perf_counter()
    command = [sys.executable, "-I", "-c", _WATCHED, "hints", project.package, "--dry-run", "--json"]
    ran = subprocess.run(
        command, cwd=stripped, env=environ, capture_output=True, text=True, check=False, timeout=_LIMIT
    )
    seconds = time.perf_counter() - begin
    answer = json.loads(ran.stdout)
    shutil.copytree(stripped, done)
    subprocess.run(["git", "apply", "-"], cwd=done, input=answer["diff"], text=True, check=True)
    places = spots(truths, project.package, index_of(read_files(stripped)))
    judged = judge(places, index_of(read_files(real)), annotations(index_of(read_files(done))))
    broken = set(_unimportable(python, done, project)) - set(_unimportable(python, stripped, project))
    before, after = (_tests(python, side, project, tests) for side in (stripped, done))
    kept = sum(len(region["parts"]) for region in answer["regions"])
    return Kept(
        kept + sum(len(region["dropped"]) for region in answer["regions"]),
        kept,
        sum(json.loads(ran.stderr.rpartition("\n")[2])),
        seconds,
        with_compatible(real, judged, python),
        _new_findings(stripped, done, answer),
        sorted(broken),
        sorted(test for test, word in before.items() if word == "PASSED" and after.get(test) != "PASSED"),
        sum(word == "PASSED" for word in after.values()),
    )


def _new_findings(stripped: Path, done: Path, answer: Mapping[str, Any]) -> list[str]:
    """Ask the project's checkers anew, each in a process of its own, without findings reported as existing errors."""
    project = open_project(stripped)
    paths = [path for path in read_files(done) if (done / path).read_bytes() != (stripped / path).read_bytes()]
    edits = [Edit(path, 0, (stripped / path).stat().st_size, (done / path).read_bytes()) for path in paths]
    comparison = Comparison(project, Task("hints", ()), make_patch(project.tree.read, edits))
    session = TypeCheckSession(project, _LIMIT, default=True)
    reports = [report for report in asyncio.run(session.check(comparison)) if report is not None]
    session.close()
    failed = [report.reason for report in reports if report.reason]
    told = Counter(
        (each["path"], steady(each["message"]))
        for check in answer["checks"]
        if check["name"] == "annotation-types"
        for each in check["findings"]
    )
    fresh = [
        finding
        for report in reports
        for finding in new_findings(report.before, report.after, comparison.patch.changes)
        if not UNFINISHED.fullmatch(finding.rule)
    ]
    found = Counter((each.path, steady(each.message)) for each in fresh) - told
    return [*failed, *(f"{path}: {message}" for path, message in found.elements())]


def _unimportable(python: Path, root: Path, project: RealProject) -> list[str]:
    """Import every module of the package, and name those that cannot be."""
    source = root / "src" if project.package.startswith("src") else root
    package = source / (project.name if project.package == "src" else Path(project.package).name)
    paths = (path.relative_to(source).with_suffix("").parts for path in sorted(package.rglob("*.py")))
    names = [".".join(parts).removesuffix(".__init__") for parts in paths if parts[-1] != "__main__"]
    ran = subprocess.run(
        [python, "-I", "-B", "-c", _IMPORT, source, json.dumps(names)], capture_output=True, text=True, check=False
    )
    return json.loads(ran.stdout.rpartition("\n")[0].rpartition("\n")[2] or ran.stdout)


def _tests(python: Path, root: Path, project: RealProject, tests: Sequence[str]) -> Mapping[str, str]:
    """Run the project's tests, and give the outcome of each."""
    source = root / "src" if project.package.startswith("src") else root
    options = ["-q", "-rA", "-p", "no:cacheprovider", "--tb=no", "--color=no", "-o", "addopts="]
    ran = subprocess.run(
        [python, "-B", "-m", "pytest", *options, *tests],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT,
    )
    return {test.replace(str(root), ""): word for word, test in _OUTCOME.findall(ran.stdout)}  # some are named by it


def kept_table(kept: Mapping[str, Kept]) -> str:
    """Kept hints, their cost, and the findings and failures that they cause."""
    head = [
        *("", "exact / compatible / different", "kept of proposed", "checker runs (goal)"),
        *("seconds", "slots/s", "new findings", "imports broken", "tests passed (broken)"),
    ]
    rows: list[list[str]] = []
    for name, each in kept.items():
        counts = Counter(one.verdict for one in each.judged)
        verdicts = (Verdict.EXACT, Verdict.COMPATIBLE, Verdict.DIFFERENT)
        cells = [
            " / ".join(str(counts[verdict]) for verdict in verdicts),
            f"{each.kept} of {each.slots}",
            f"{each.runs} ({each.goal})",
            f"{each.seconds:.0f}",
            f"{each.slots / each.seconds:.0f}",
            str(len(each.findings)),
            str(len(each.broken_imports)),
            f"{each.tests} ({len(each.broken_tests)})",
        ]
        rows.append([name, *cells])
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---", *("--:" for _ in head[1:])], *rows])
