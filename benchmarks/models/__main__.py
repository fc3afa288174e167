"""Measure docstrings of real small models, beside other ways of asking the same ones: make results-model.

The weights and the projects are fetched by name into a cache (WORKHORSE_MODEL_CACHE, WORKHORSE_TEST_CACHE). The real
llama.cpp serves one model at a time. The drafts that are kept go to a file, a line of JSON each, for readers to grade
beside the code; a file that is there already is continued, so that a run that was stopped loses nothing.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from functions import Function, draw, fetch_projects
from ours import describe
from peers import WAYS, Reply, fetch_peers
from table import make_table

from support.llama_cpp import LlamaServer, serve
from support.page import insert
from support.projects import cache_folder
from support.repository import seal
from support.weights import WEIGHTS, fetch_weights, weights_folder

PAGE = Path(__file__).parents[2] / "docs" / "results.md"
OURS = "Workhorse"


@dataclass(frozen=True, slots=True)
class Row:
    """One function described in one way by one model."""

    id: str
    model: str
    way: str
    project: str
    path: str
    name: str
    code: str
    docstring: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float
    reason: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the docstrings of real small models.")
    parser.add_argument("--out", type=Path, default=Path("dist/results-model.jsonl"), help="the drafts, to be graded")
    parser.add_argument("--grades", type=Path, help="grades by id, a line of JSON each, for the table")
    parser.add_argument("--model", action="append", choices=tuple(WEIGHTS), help="only this model")
    parser.add_argument("--way", action="append", choices=(OURS, *WAYS), help="only this way of asking")
    parser.add_argument("--each", type=int, default=5, help="functions of each of the eight projects")
    parser.add_argument("--threads", type=int, default=2, help="threads of the server: as many as there are idle cores")
    parser.add_argument("--table", action="store_true", help="only make the table of the page")
    asked = parser.parse_args()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    folders = fetch_projects(cache_folder())
    cache = weights_folder()
    fetch_peers()
    for model in [] if asked.table else asked.model or ["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m"]:
        weights = fetch_weights(model, cache)
        with serve(LlamaServer(weights, 8192, alias=model, threads=asked.threads)) as url:
            for way in asked.way or (OURS, *WAYS):
                done = {row["id"] for row in _read(asked.out)}
                with asked.out.open("a", encoding="utf-8") as file:
                    for row in measure(folders, asked.each, model, way, url, done):
                        file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
                        file.flush()
    table = make_table(_read(asked.out), _read(asked.grades) if asked.grades else [])
    PAGE.write_text(insert(PAGE.read_text("utf-8"), {"real models": table}), "utf-8")


def measure(folders: Sequence[Path], each: int, model: str, way: str, url: str, done: set[str]) -> Iterator[Row]:
    """Describe the functions of all projects in one way."""
    with tempfile.TemporaryDirectory() as place:
        seal(Path(place) / "home")
        for folder in folders:
            root = Path(place) / folder.name
            shutil.copytree(folder, root)
            for function in draw(root, each):
                name = f"{model}/{way}/{function.project}/{function.name}"
                if name not in done:
                    reply, reason = _describe(root, function, way, url)
                    yield Row(
                        name, model, way, function.project, function.path, function.name, function.code,
                        reply.docstring, reply.prompt_tokens, reply.cached_tokens, reply.completion_tokens,
                        round(reply.seconds, 2), reason,
                    )  # fmt: skip


def _describe(root: Path, function: Function, way: str, url: str) -> tuple[Reply, str]:
    if way == OURS:
        return describe(root, function, url)
    return WAYS[way](url, function.code), ""


def _read(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


if __name__ == "__main__":
    main()
