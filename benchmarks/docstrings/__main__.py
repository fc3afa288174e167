"""Measure the docstrings on real projects, against their own docstrings: make results.

Source distributions are fetched by version into a cache (WORKHORSE_TEST_CACHE). Nothing of the projects is
imported or run. The tables and examples of docs/results.md are written between its markers; ``--print`` prints
them instead.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from drawn import NAMED, draw, draw_drafts
from drawn import measure as measure_shares
from examples import EXAMPLES, show_examples
from judging import Outcome, Score, judge
from page import judged_table, local_table, runs_table, shares_table
from runs import Run, run

from support.llama_cpp import LlamaServer, serve
from support.page import insert
from support.projects import PROJECTS, RealProject, cache_folder, fetch
from support.repository import seal
from support.tiny_gguf import write_random_model

PAGE = Path(__file__).parents[2] / "docs" / "results.md"
NAMES = ("itsdangerous", "click", "requests")
SEEDS = (1,)
Places = Mapping[RealProject, Path]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the docstrings that are written on real projects.")
    parser.add_argument("--print", action="store_true", help="print the parts, and leave docs/results.md alone")
    parser.add_argument("--filler", action="store_true", help="list the descriptions that say nothing")
    asked = parser.parse_args()
    cache = cache_folder()
    fetched = {PROJECTS[name]: fetch(PROJECTS[name], cache) for name in NAMES}
    named, drawn = {project: fetch(project, cache) for project in NAMED}, draw(cache)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place) / "work"
        work.mkdir()
        seal(Path(place) / "home")
        parts, filler = measure(fetched, named, drawn, work)
    if asked.filler:
        sys.stderr.write("\n".join([*filler, ""]))
    if asked.print:
        sys.stdout.write("\n\n".join(f"<!-- {name} -->\n\n{text}" for name, text in parts.items()) + "\n")
    else:
        PAGE.write_text(insert(PAGE.read_text("utf-8"), parts), "utf-8")


def measure(fetched: Places, named: Places, drawn: Places, work: Path) -> tuple[dict[str, str], list[str]]:
    rules = ("--engine", "rules")
    whole, stripped, half = (
        [run(project, folder, work, step, *rules) for project, folder in fetched.items()] for step in (0, 1, 2)
    )
    scores = judged(stripped)
    shares, _ = measure_shares(named, work)
    drawn_shares, drafts = measure_shares(drawn, work)
    draw_drafts(drafts)
    parts = {
        "named": shares_table(shares),
        "drawn": shares_table(drawn_shares),
        "as they are": runs_table(whole),
        "stripped": runs_table(stripped),
        "judged": judged_table(scores),
        "half": runs_table(half),
        "half judged": judged_table(judged(half)),
        "examples": show_examples(EXAMPLES, stripped),
        "local model": local_table(random_models(fetched[PROJECTS["itsdangerous"]], work)),
    }
    return parts, scores["all"].filler


def judged(runs: list[Run]) -> dict[str, Score]:
    outcomes = {one.project.name: list(judge(one.real, one.after, asked_for(one))) for one in runs}
    everything = [outcome for found in outcomes.values() for outcome in found]
    return {name: score(found) for name, found in {**outcomes, "all": everything}.items()}


def asked_for(done: Run) -> set[tuple[str, str]]:
    return {(region["path"], region["name"]) for region in done.job["regions"]}


def score(outcomes: list[Outcome]) -> Score:
    total = Score()
    for outcome in outcomes:
        total.add(outcome)
    return total


def random_models(fetched: Path, work: Path) -> dict[int, Run]:
    """Serve the tiny models by the real llama.cpp: random words, the schema forced."""
    runs: dict[int, Run] = {}
    for seed in SEEDS:
        model = work.parent / f"random-{seed}.gguf"
        write_random_model(model, seed=seed)
        with serve(LlamaServer(model, slots=2)) as root:
            options = ("--engine", "local", "--url", f"{root}/v1", "--model", "tiny")
            runs[seed] = run(PROJECTS["itsdangerous"], fetched, work, 1, *options)
    return runs


if __name__ == "__main__":
    os.umask(0o022)
    main()
