"""Measure the hints on real projects, against their own annotations, stripped first: make results-hints.

Source distributions are fetched by version into a cache (WORKHORSE_TEST_CACHE), and so are the bare tools that are
measured in the same run. The rows that run a project's tests are marked. The tables of docs/results.md are written
between its markers; ``--print`` prints them instead.
"""

import argparse
import os
import pickle
import sys
import tempfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from compare import Judged, index_of, judge, read_files, spots
from compatible import with_compatible
from kept import Kept, keep, kept_table
from ours import propose
from precision import measure_sources
from report import compared_table, cost_table, kinds_table, sources_table, wrong_examples
from strip import strip_project
from tools import Environments, Result, Work, prepare, run_tools

from support.page import insert
from support.projects import PROJECTS, RealProject, cache_folder, fetch
from support.repository import seal

PAGE = Path(__file__).parents[2] / "docs" / "results.md"
SUBJECTS: Sequence[tuple[RealProject, str]] = (
    (PROJECTS["itsdangerous"], "tests"),
    (PROJECTS["pluggy"], "testing"),
    (RealProject("requests", "2.34.2", "src"), "tests"),
    (PROJECTS["click"], "tests"),
    (PROJECTS["httpx"], "tests"),
)
WITHOUT = "not (test_connect_timeout or test_total_timeout_connect or different_connection_pool_for_mtls)"


def main() -> None:
    """Measure and write, by the options of the command line."""
    parser = argparse.ArgumentParser(description="Measure the type hints that are proposed on real projects.")
    parser.add_argument("--print", action="store_true", help="print the parts, and leave docs/results.md alone")
    parser.add_argument("--only", nargs="*", default=[], help="projects")
    parser.add_argument("--tools", nargs="*", help="bare tools; none: ours alone")
    parser.add_argument("--bare", action="store_true", help="measure the bare tools alone, with --keep")
    parser.add_argument("--keep", type=Path, help="a folder: keep what was judged there, and use what is there")
    parser.add_argument("--kept-only", action="store_true", help="measure only what the checks leave")
    parser.add_argument("--proposals-only", action="store_true", help="measure only what is proposed")
    parser.add_argument("--weights", action="store_true", help="measure what each source is worth instead")
    asked = parser.parse_args()
    if asked.weights:
        measure_sources(asked.only)
        return
    cache = cache_folder()
    subjects = [each for each in SUBJECTS if not asked.only or each[0].name in asked.only]
    fetched = [fetch(project, cache) for project, _ in subjects]
    environments = prepare(cache)
    os.environ["VIRTUAL_ENV"] = str(environments.usual.parents[1])
    measured: dict[str, dict[str, Measured]] = {}
    kept: dict[str, Kept] = {}
    with tempfile.TemporaryDirectory() as name:
        seal(Path(name) / "home")
        for (project, tests), real in zip(subjects, fetched, strict=True):
            arguments = ["-k", WITHOUT, tests] if project.name == "requests" else [tests]
            if not (asked.bare or asked.proposals_only):
                kept[project.name] = keep(project, arguments, real, environments.usual, Path(name))
            if not asked.kept_only:
                measured[project.name] = measure(project, tests, real, environments, Path(name), asked)
    parts = {"hints kept": kept_table(kept)} if kept else {}
    parts |= (
        {}
        if asked.kept_only
        else {
            "hints compared": compared_table(measured),
            "hints kinds": kinds_table(measured),
            "hints sources": sources_table(measured),
            "hints cost": cost_table(measured),
            "hints wrong": wrong_examples(measured),
        }
    )
    if asked.print:
        sys.stdout.write("\n\n".join(f"<!-- {part} -->\n\n{text}" for part, text in parts.items()) + "\n")
    else:
        PAGE.write_text(insert(PAGE.read_text("utf-8"), parts), "utf-8")


Measured = tuple[Result, Sequence[Judged]]


def measure(
    project: RealProject, tests: str, real: Path, environments: Environments, place: Path, asked: argparse.Namespace
) -> "dict[str, Measured]":
    """Strip one project, let everything annotate it, and judge."""
    kept = asked.keep / f"{project.name}.pickle" if asked.keep else None
    done: dict[str, Measured] = pickle.loads(kept.read_bytes()) if kept and kept.exists() else {}
    stripped = place / project.name
    truths = strip_project(real, stripped)
    places = spots(truths, project.package, index_of(read_files(stripped)))
    index = index_of(read_files(real))
    arguments = ["-k", WITHOUT, tests] if project.name == "requests" else [tests]
    work = Work(project.name, stripped, project.package, arguments)
    ours = (propose(work, trace=trace) for trace in (() if asked.bare else (False, True)))
    bare = () if asked.tools == [] else run_tools(work, environments, place, asked.tools or ())
    for result in chain(ours, bare):
        sys.stderr.write(f"{project.name}: {result.tool}: {result.failure or f'{result.seconds:.0f} s'}\n")
        judged = with_compatible(real, judge(places, index, result.got), environments.usual)
        done[result.tool] = (result, judged)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps(done))
    return done


if __name__ == "__main__":
    main()
