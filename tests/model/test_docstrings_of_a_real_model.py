"""Real weights of 0.5 billion parameters, served by the real llama.cpp, and docstrings by the command line.

The prose of so small a model is not judged: what is kept has the structure of a docstring, and nothing that a look at
the code shows to be wrong.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docstring_parser
import pytest

from support.llama_cpp import LlamaServer, serve
from support.repository import make_repository
from support.weights import fetch_weights, weights_folder
from workhorse_core.actions.docstrings.prompt.examples import OWN
from workhorse_core.actions.docstrings.prompt.question import SYSTEM

pytestmark = pytest.mark.model

MODEL = "qwen2.5-coder-0.5b"
CODE = '''\
"""Things of a shop."""

import json
import time


def newest(files):
    return sorted(files, key=lambda file: file.changed)[-1]


def split_name(name, separator=" "):
    first, found, last = name.partition(separator)
    if not found:
        raise ValueError(f"{name} has no {separator}")
    return first, last


def read_prices(path, *, currency="EUR"):
    with open(path) as file:
        prices = json.load(file)
    return {name: price for name, (price, kind) in prices.items() if kind == currency}


def wait_for(path, seconds=10):
    until = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def chunks(items, size):
    # TODO: refuse a size of 0
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Order:
    """An order of a customer."""

    def __init__(self, lines):
        self.lines = lines

    def add(self, name, count=1):
        for line in self.lines:
            if line.name == name:
                line.count += count
                return
        self.lines.append(Line(name, count))

    def total(self, prices, rebate=0):
        return sum(prices[line.name] * line.count for line in self.lines) * (1 - rebate)

    def dearest(self, prices):
        if not self.lines:
            return None
        return max(self.lines, key=lambda line: prices[line.name])

    def remove(self, name):
        kept = [line for line in self.lines if line.name != name]
        if len(kept) == len(self.lines):
            raise KeyError(name)
        self.lines = kept

    def names(self):
        return [line.name for line in self.lines]


class Line:
    """One line of an order."""

    def __init__(self, name, count):
        self.name = name
        self.count = count
'''
NAMES = (
    *("newest", "split_name", "read_prices", "wait_for", "chunks"),
    *("Order.add", "Order.total", "Order.dearest", "Order.remove", "Order.names"),
)


@pytest.fixture
def url(outside: dict[str, str]) -> Iterator[str]:
    weights = fetch_weights(MODEL, weights_folder(outside), outside)
    with serve(LlamaServer(weights, 4096, alias=MODEL, threads=2)) as address:
        yield f"{address}/v1"


def test_ten_functions_get_docstrings_without_echo_cut_or_false_entry(url: str, tmp_path: Path) -> None:
    root = make_repository(tmp_path / "shop", {"shop.py": CODE}).root
    targets = [f"shop.py::{name}" for name in NAMES]
    job = workhorse(root, "docstrings", *targets, "--engine", "local", "--url", url, "--json")

    regions = {region["name"]: region for region in job["regions"]}
    assert sorted(regions) == sorted(NAMES)
    assert {region["status"] for region in regions.values()} <= {"drafted", "failed"}
    assert all(region["model"] == MODEL and region["completion_tokens"] > 0 for region in regions.values())
    assert all(region["reason"] for region in regions.values() if region["status"] == "failed")
    later = [region for region in job["regions"][1:] if region["rounds"] == 1]
    assert all(region["cached_tokens"] >= 200 for region in later), "the prefix of the prompt is not constant"

    kept = [name for name, region in regions.items() if region["status"] == "drafted"]
    assert len(kept) >= 3, job["regions"]
    workhorse(root, "approve", job["job"], "--json")
    workhorse(root, "merge", job["job"], "--json")
    after = functions((root / "shop.py").read_text())
    for name, node in functions(CODE).items():
        docstring = ast.get_docstring(after[name])
        assert (docstring is not None) == (name in kept), name
        if docstring is not None:
            check(docstring, node)


def check(docstring: str, node: ast.FunctionDef) -> None:
    """Check the structure of a docstring against the code."""
    parsed = docstring_parser.parse(docstring)
    parameters = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]} - {"self"}
    returns = any(isinstance(part, ast.Return) and part.value is not None for part in ast.walk(node))
    yields = any(isinstance(part, ast.Yield) for part in ast.walk(node))
    raised = {
        part.exc.func.id
        for part in ast.walk(node)
        if isinstance(part, ast.Raise) and isinstance(part.exc, ast.Call) and isinstance(part.exc.func, ast.Name)
    }
    assert {entry.arg_name for entry in parsed.params} in (set(), parameters), docstring
    assert returns or yields or parsed.returns is None, docstring
    assert {entry.type_name for entry in parsed.raises} <= raised, docstring
    summary = docstring.split("\n\n")[0]
    assert summary[0].isupper(), docstring
    assert summary.endswith("."), docstring
    assert "\n" not in summary, docstring
    assert not any(mark in docstring for mark in ("```", "TODO", "size of 0", "Write these lines", "<|")), docstring
    told = [SYSTEM, *(text for example in OWN for text in example.texts.values())]
    assert not any(" ".join(docstring.split()).find(text) >= 0 for text in told if len(text.split()) > 4), docstring
    sentences = [line.strip() for line in docstring.split("\n") if len(line.split()) > 4]
    assert len(sentences) == len(set(sentences)), docstring


def functions(text: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(text)
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for owner in tree.body:
        if isinstance(owner, ast.ClassDef):
            found |= {f"{owner.name}.{node.name}": node for node in owner.body if isinstance(node, ast.FunctionDef)}
    return {name: node for name, node in found.items() if name in NAMES}


def workhorse(root: Path, *arguments: str) -> Any:
    command = [sys.executable, "-I", "-m", "workhorse_cli.main", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None
