"""How good are the docstrings that the rules write? Real projects, their real docstrings as the measure.

    python -I benchmarks/docstrings_quality.py [PROJECT…] [--cache FOLDER] [--examples N] [--json]

Source distributions are fetched by version with pip into a cache folder. Each project is worked on twice: *stripped*,
all docstrings taken out first, and *alone*, each function without its own docstring while all others stay, as in a
project that lacks some. Nothing of the projects is imported or run.
"""

import argparse
import ast
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workhorse_core.code.raised import class_bases
from workhorse_core.code.signature import Definition, Signature, signature_of
from workhorse_core.code.source import Source
from workhorse_core.docstring.content import DocstringContent
from workhorse_core.docstring.read import Reading, read_docstring
from workhorse_core.rules.docstrings.known import Known
from workhorse_core.rules.docstrings.subject import Subject
from workhorse_core.rules.docstrings.survey import File, Place, Survey
from workhorse_core.rules.docstrings.writer import write_subject

PROJECTS = {
    "itsdangerous": ("2.2.0", "src"),
    "click": ("8.1.8", "src"),
    "requests": ("2.32.3", "src"),
    "httpx": ("0.28.1", "httpx"),
    "pluggy": ("1.5.0", "src"),
    "attrs": ("24.2.0", "src"),
}

_STOP = """
a an and any are as at be been being but by can for from given has have if in instance into is it its object
of on optional or parameter argument passed return returns returned set should some that the their them then
this those to type use used uses value values what was when where whether which will with
"""
STOP_WORDS = frozenset(_STOP.split())


# -- fetching


def fetch(project: str, cache: Path) -> Path:
    """Unpack a project's source distribution into the cache and name the folder of its package."""
    version, inside = PROJECTS[project]
    folder = cache / f"{project}-{version}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        wanted = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--dest", str(cache)]
        if not list(cache.glob(f"{project}-{version}.tar.gz")):
            subprocess.run([*pip, *wanted, f"{project}=={version}"], check=True)
        with tarfile.open(cache / f"{project}-{version}.tar.gz") as archive:
            archive.extractall(cache, filter="data")
    return folder / inside


def strip(data: bytes) -> bytes:
    """Take every docstring out; what would be left without a body gets ``...``."""
    lines = data.splitlines(keepends=True)
    found: list[tuple[int, int, str]] = []
    for node in ast.walk(ast.parse(data)):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            left = "" if len(node.body) > 1 else " " * text.col_offset + "...\n"
            found.append((text.lineno, text.end_lineno or text.lineno, left))
    for first, last, left in sorted(found, reverse=True):
        lines[first - 1 : last] = [left.encode()] if left else []
    return b"".join(lines)


# -- working


@dataclass(frozen=True)
class Outcome:
    """One function or class: what was written, and what its own docstring says."""

    place: Place
    signature: Signature
    known: Known
    real: DocstringContent | None


def work(files: Mapping[str, bytes], originals: Mapping[str, bytes], alone: bool) -> Iterator[Outcome]:
    """Write about every definition, in the files as given; the real docstrings come from the originals."""
    survey = make_survey(files)
    for path, data in files.items():
        source, original = Source(path, data), Source(path, originals[path])
        file = survey.file_of(source)
        real = File(path, original.text, original.tree)
        bases = class_bases(source.tree)
        for name, place in file.places.items():
            signature = signature_of(place.node, place.parents, source, bases)
            if signature.is_overload or signature.is_setter or signature.is_deleter:
                continue
            known = write_alone(file, place, signature, survey) if alone else written(place, signature, survey)
            yield Outcome(place, signature, known, real_content(real, name))


def make_survey(files: Mapping[str, bytes]) -> Survey:
    def siblings(folder: str) -> list[str]:
        return sorted(path for path in files if path.rpartition("/")[0] == folder)

    return Survey(files.get, siblings)


def written(place: Place, signature: Signature, survey: Survey) -> Known:
    return write_subject(Subject(place.file, place.node, place.parents, signature, survey))


def write_alone(file: File, place: Place, signature: Signature, survey: Survey) -> Known:
    """Write about one definition as if it had no docstring, and its constructor or class neither."""
    hidden: list[Definition] = [place.node]
    if isinstance(place.node, ast.ClassDef) and (made := file.places.get(f"{place.name}.__init__")):
        hidden.append(made.node)
    if place.node.name == "__init__" and place.parents:
        hidden.append(place.parents[-1])
    kept: dict[ast.AST, Reading | None] = {node: file.readings[node] for node in hidden if node in file.readings}
    docstrings = list(file.docstrings)
    file.docstrings[:] = [pair for pair in docstrings if pair[0].node not in hidden]
    for node in hidden:
        file.readings[node] = None
    try:
        return written(place, signature, survey)
    finally:
        for node in hidden:
            del file.readings[node]
        file.readings.update(kept)
        file.docstrings[:] = docstrings


def real_content(file: File, name: str) -> DocstringContent | None:
    """Read a function's real docstring; that of a constructor may stand at its class, and the other way round."""
    texts = [ast.get_docstring(file.places[name].node, clean=False)] if name in file.places else []
    others = [other for other in (name.removesuffix(".__init__"), f"{name}.__init__") if other != name]
    texts += [ast.get_docstring(file.places[other].node, clean=False) for other in others if other in file.places]
    read = [read_docstring(text).content for text in texts if text and text.strip()]
    if not read:
        return None
    parameters = tuple(one for content in read for one in content.parameters)
    raises = tuple(one for content in read for one in content.raises)
    return DocstringContent(read[0].summary, read[0].description, parameters, read[0].returns, None, raises)


# -- judging


def is_filler(text: str, *names: str) -> bool:
    """Tell whether a description has no word beyond those of the names that it is about."""
    return words_of(text) <= {part for name in names for part in name_words(name)} | STOP_WORDS


def likeness(one: str, other: str) -> float:
    """Give the share of words that two texts have in common."""
    left, right = words_of(one) - STOP_WORDS, words_of(other) - STOP_WORDS
    return len(left & right) / max(1, len(left | right))


def words_of(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[a-z]+", text.lower())}


def name_words(name: str) -> set[str]:
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)
    long = {
        "dir": "directory",
        "config": "configuration",
        "attr": "attribute",
        "params": "parameter",
        "args": "argument",
    }
    return {stem(part.lower()) for part in parts} | {stem(long.get(part.lower(), part.lower())) for part in parts}


def stem(word: str) -> str:
    return word if word in STOP_WORDS else re.sub(r"(?:ies|es|s|ed|ing)$", "", word)


@dataclass
class Score:
    """Counts over one project, or over all."""

    counts: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    filler: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        kind = "classes" if outcome.signature.is_class else "functions"
        content = outcome.known.content
        self.counts[kind] += 1
        self.counts[f"{kind} with a real docstring"] += outcome.real is not None
        if content is not None:
            self.counts[f"{kind} documented"] += 1
            self.counts[f"{kind} documented that really are"] += outcome.real is not None
        if not outcome.signature.is_class:
            self._add_parameters(outcome, content)
            self._add_raises(outcome, content)
            self._add_summary(outcome, content)

    def _add_parameters(self, outcome: Outcome, content: DocstringContent | None) -> None:
        theirs = {one.name.lstrip("*\\") for one in outcome.real.parameters} if outcome.real else set()
        everyone = {parameter.name for parameter in outcome.signature.parameters}
        texts = {one.name.lstrip("*"): one.description for one in content.parameters} if content else {}
        told = {fact.partition(":")[0] for fact in outcome.known.facts} & everyone
        self.counts["parameters"] += len(everyone)
        self.counts["parameters described"] += len(texts)
        self.counts["parameters known something of"] += len(told | set(texts))
        self.counts["parameters the real docstrings describe"] += len(theirs & everyone)
        self.counts["parameters described by both"] += len(theirs & set(texts))
        real = {one.name.lstrip("*\\"): one.description for one in outcome.real.parameters} if outcome.real else {}
        alike = [name for name in theirs & set(texts) if likeness(texts[name], real[name]) >= 0.5]
        self.counts["parameters described by both in much the same words"] += len(alike)
        self.filler += [
            f"{outcome.place.label}: {name}: {text}" for name, text in texts.items() if is_filler(text, name)
        ]

    def _add_raises(self, outcome: Outcome, content: DocstringContent | None) -> None:
        theirs = {one.exception.rpartition(".")[2].strip("`") for one in outcome.real.raises} if outcome.real else set()
        raised = {name.rpartition(".")[2] for name in outcome.signature.raised_names}
        texts = {one.exception: one.description for one in content.raises} if content else {}
        ours = {name.rpartition(".")[2] for name in texts}
        told = {fact.removeprefix("Raises ").partition(":")[0] for fact in outcome.known.facts if fact[:7] == "Raises "}
        self.counts["exceptions raised"] += len(raised)
        self.counts["exceptions known something of"] += len({name.rpartition(".")[2] for name in told} | ours)
        self.counts["exceptions described"] += len(ours)
        self.counts["exceptions the real docstrings describe"] += len(theirs)
        self.counts["of these raised by the function itself"] += len(theirs & raised)
        self.counts["exceptions described by both"] += len(theirs & ours)
        known = "raised raises error exception occurs"
        where = outcome.place.label
        self.filler += [f"{where}: {name}: {text}" for name, text in texts.items() if is_filler(text, name, known)]

    def _add_summary(self, outcome: Outcome, content: DocstringContent | None) -> None:
        if content is None:
            return
        place = outcome.place
        source = next((s for s in outcome.known.sources if s.startswith("summary: ")), "").removeprefix("summary: ")
        self.sources[re.sub(r"\b(?:line|of|above|first|in|on).*", "", source).strip(" ,") or "name"] += 1
        names = [
            place.node.name,
            *(parent.name for parent in place.parents),
            *(p.name for p in outcome.signature.parameters),
        ]
        said = f"{content.summary} {content.description}"
        self.counts["summaries that say no more than the names"] += is_filler(said, *names)
        self.counts["descriptions beyond the summary"] += bool(content.description)
        self.counts["results described"] += bool(content.returns or content.yields)
        if content.returns and is_filler(content.returns, *names):
            self.filler.append(f"{place.label}: returns: {content.returns}")


def measure_speed(files: Mapping[str, bytes], limit: int = 60) -> list[float]:
    """Milliseconds for one function in a survey of its own; reading and parsing its own file is not counted."""
    times: list[float] = []
    gc.collect()
    gc.freeze()  # what the measuring itself holds is not to be walked again and again
    read_docstring("Warm.\n\nArgs:\n    x: Up.\n")
    for path, data in files.items():
        source = Source(path, data)
        for name, place in list(File(path, source.text, source.tree).places.items())[:: max(1, len(files) // 3)]:
            survey = make_survey(files)
            started = time.process_time()
            file = survey.file_of(source)
            written(file.places[name], signature_of(place.node, place.parents, source), survey)
            times.append((time.process_time() - started) * 1000)
            if len(times) >= limit:
                return times
    return times


# -- showing


def show(outcome: Outcome) -> str:
    """Write one outcome beside the real docstring's first sentence, for a reader to judge."""
    content = outcome.known.content
    lines = [f"{outcome.place.label}({', '.join(p.label for p in outcome.signature.parameters)})"]
    if outcome.real:
        lines.append(f"    really:  {outcome.real.summary}")
    if content is None:
        lines.append("    nothing: " + "; ".join(outcome.known.facts))
        return "\n".join(lines)
    lines.append(f"    written: {content.summary}")
    lines += [f"             {part}" for part in content.description.split("\n\n") if part]
    lines += [f"             {one.name}: {one.description}" for one in content.parameters]
    lines += [f"             Returns: {content.returns}"] if content.returns else []
    lines += [f"             Raises {one.exception}: {one.description}" for one in content.raises]
    return "\n".join([*lines, "    from:    " + "; ".join(outcome.known.sources)])


def table(scores: Mapping[str, Score]) -> str:
    rows = sorted({name for score in scores.values() for name in score.counts}, key=row_order)
    lines = ["| | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores)]
    lines += [f"| {row} | " + " | ".join(str(score.counts[row]) for score in scores.values()) + " |" for row in rows]
    lines.append("| filler | " + " | ".join(str(len(score.filler)) for score in scores.values()) + " |")
    return "\n".join(lines)


def row_order(name: str) -> tuple[int, str]:
    order = ("functions", "classes", "parameters", "exceptions", "of these", "results", "descriptions", "summaries")
    return next((index for index, start in enumerate(order) if name.startswith(start)), len(order)), name


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the docstrings that the rules write on real projects.")
    parser.add_argument("projects", nargs="*", default=[*PROJECTS], help=", ".join(PROJECTS))
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "workhorse" / "sources"
    parser.add_argument("--cache", type=Path, default=default, help="where the source distributions are kept")
    parser.add_argument("--examples", type=int, default=0, help="show so many of each project, evenly spread")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    asked = parser.parse_args()
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for mode in ("stripped", "alone"):
        scores, speeds = measure(asked.projects, asked.cache, mode, asked.examples)
        counts[mode] = {name: {**score.counts, "filler": len(score.filler)} for name, score in scores.items()}
        if not asked.json:
            print(f"\n## {mode}\n\n{table(scores)}\n")
            print("Sources of the summaries:", dict(scores["all"].sources.most_common()))
            print("Filler:", *scores["all"].filler or ["none"], sep="\n    ")
            slow = statistics.quantiles(speeds, n=20)[-1]
            middle, worst = statistics.median(speeds), max(speeds)
            print(f"One function: median {middle:.1f} ms, 19 of 20 below {slow:.1f}, slowest {worst:.1f}")
    if asked.json:
        print(json.dumps(counts, indent=2))


def measure(projects: list[str], cache: Path, mode: str, examples: int) -> tuple[dict[str, Score], list[float]]:
    scores: dict[str, Score] = {}
    everything = Score()
    speeds: list[float] = []
    for project in projects:
        root = fetch(project, cache)
        originals = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
        files = {path: strip(data) for path, data in originals.items()} if mode == "stripped" else originals
        outcomes = list(work(files, originals, mode == "alone"))
        scores[project] = Score()
        for outcome in outcomes:
            scores[project].add(outcome)
            everything.add(outcome)
        speeds += measure_speed(files)
        for outcome in outcomes[:: max(1, len(outcomes) // examples)] if examples else []:
            print(show(outcome), end="\n\n")
    return {**scores, "all": everything}, speeds


if __name__ == "__main__":
    main()
