"""Docstrings by the real command line, as a user of a local server gets them."""

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

from functions import Function
from peers import Reply

WORKHORSE = [sys.executable, "-I", "-m", "workhorse_cli.main"]


def describe(root: Path, function: Function, url: str) -> tuple[Reply, str]:
    """Document one function; return what was kept, and the reason where nothing was."""
    target = f"{function.path}::{function.name}"
    command = [*WORKHORSE, "docstrings", target, "--engine", "local", "--url", f"{url}/v1", "--dry-run", "--json"]
    started = time.monotonic()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    job = json.loads(done.stdout)
    regions = [region for region in job["regions"] if region["name"] == function.name]
    region = regions[0]
    reply = Reply(
        _added(job["diff"]) if region["status"] == "drafted" else "",
        region["prompt_tokens"],
        region["cached_tokens"],
        region["completion_tokens"],
        seconds,
    )
    return reply, region.get("reason") or ""


def _added(diff: str) -> str:
    """Return the docstring that a diff adds."""
    lines = [line[1:] for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    return str(ast.literal_eval("\n".join(lines).strip()))
