"""Other ways of asking the same model for the same docstring, each question in a conversation of its own.

The questions of the two packages are made as their newest releases make them, with the words read out of the released
files, which are fetched by name and not run. Their servers and file writers are left out: it is the asking that is
compared.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCSMITH = "llm-docsmith==0.1"
OLLAMA = "docstring-gen-ollama==0.1.3"
MOST_TOKENS = 700


@dataclass(frozen=True, slots=True)
class Reply:
    """A docstring, "" where there is none that could be kept, with the server's own count of tokens."""

    docstring: str
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float


Way = Callable[[str, str], Reply]
"""Describe the code of one function, given the server's address."""


def plain(url: str, code: str) -> Reply:
    """Ask in one plain sentence."""
    return _ask(url, f"Write a docstring for this function:\n\n```python\n{code}\n```", read=_any_docstring)


def delegate(url: str, code: str) -> Reply:
    """Ask for the whole file back, here a file of this one function; kept where its code is the same."""

    def read(answer: str) -> str:
        found = re.search(r"```(?:python)?\n(.*?)```", answer, re.DOTALL)
        return _docstring_of(found[1] if found else answer, code)

    words = "Add a docstring to the function in this file. Answer with the whole file and nothing else."
    return _ask(url, f"{words}\n\nmodule.py:\n```python\n{code}\n```", read=read)


def docsmith(url: str, code: str) -> Reply:
    """Ask as llm-docsmith does: a template in JSON with slots."""
    words = _constants(DOCSMITH, "docsmith.py")
    node = _function(code)
    arguments = [each for each in node.args.args if each.arg not in ("self", "cls")]
    entry = {
        "node_type": "function",
        "name": node.name,
        "docstring": "<SLOT>",
        "args": [
            {"name": each.arg, "description": "<SLOT>", "annotation": None, "default": None} for each in arguments
        ],
        "ret": {"description": "<SLOT>", "annotation": None},
    }
    template = json.dumps({"entries": [entry]}, indent=2)
    prompt = words["PROMPT_TEMPLATE"].strip().format(CONTEXT="", CODE=code, TEMPLATE=template)

    def read(answer: str) -> str:
        try:
            entries = json.loads(answer)["entries"]
        except (ValueError, KeyError, TypeError):
            return ""
        for each in entries:
            if each["name"] == node.name:
                told = "\n".join(f"    {item['name']}: {item['description']}" for item in each.get("args") or [])
                result = (each.get("ret") or {}).get("description")
                parts = (
                    each["docstring"],
                    f"Args:\n{told}" if told else "",
                    f"Returns:\n    {result}" if result else "",
                )
                return "\n\n".join(part for part in parts if part)
        return ""

    return _ask(url, prompt, words["SYSTEM_PROMPT"].strip(), _DOCSMITH_SCHEMA, read)


def docstring_gen_ollama(url: str, code: str) -> Reply:
    """Ask as docstring-gen-ollama does by default, and take what is between the first triple quotes."""
    text = _file(OLLAMA, "docstring_gen_ollama/__init__.py")
    found = re.search(r'"--prompt",\s*type=str,\s*default=("[^\n]*"),\n', text)
    assert found
    prompt = ast.literal_eval(found[1]) + ast.unparse(ast.parse(code))
    return _ask(url, prompt, read=lambda answer: next(iter(re.findall('"""(.*?)"""', answer, re.DOTALL)), "").strip())


WAYS: Mapping[str, Way] = {
    "write a docstring": plain,
    "the whole file back": delegate,
    "as llm-docsmith asks": docsmith,
    "as docstring-gen-ollama asks": docstring_gen_ollama,
}


def fetch_peers() -> None:
    """Fetch the released files, so that nothing is fetched while time is measured."""
    _file(DOCSMITH, "docsmith.py")
    _file(OLLAMA, "docstring_gen_ollama/__init__.py")


_TEXT = {"type": "string"}
_DOCSMITH_SCHEMA = {
    "type": "object",
    "properties": {
        "entries": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "node_type": {"type": "string", "enum": ["class", "function"]},
                    "name": _TEXT,
                    "docstring": _TEXT,
                    "args": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"name": _TEXT, "description": _TEXT},
                            "required": ["name", "description"],
                        },
                    },
                    "ret": {"type": "object", "properties": {"description": _TEXT}, "required": ["description"]},
                },
                "required": ["node_type", "name", "docstring"],
            },
        }
    },
    "required": ["entries"],
}


def _ask(
    url: str,
    prompt: str,
    system: str = "",
    schema: Mapping[str, Any] | None = None,
    read: Callable[[str], str] = str.strip,
) -> Reply:
    messages = [{"role": "system", "content": system}] if system else []
    body: dict[str, Any] = {
        "messages": [*messages, {"role": "user", "content": prompt}],
        "max_tokens": MOST_TOKENS,
        "temperature": 0,
    }
    if schema:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    started = time.monotonic()
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=900) as response:
        answer = json.load(response)
    usage, choice = answer["usage"], answer["choices"][0]
    text = read(choice["message"]["content"]) if choice["finish_reason"] == "stop" else ""
    cached = usage.get("prompt_tokens_details", {}).get("cached_tokens", 0)
    return Reply(text, usage["prompt_tokens"], cached, usage["completion_tokens"], time.monotonic() - started)


def _any_docstring(answer: str) -> str:
    """Take the docstring out of code or quotes; an answer without either is the docstring."""
    found = re.search(r'"""(.*?)"""', answer, re.DOTALL) or re.search(r"'''(.*?)'''", answer, re.DOTALL)
    return (found[1] if found else answer).strip()


def _docstring_of(text: str, code: str) -> str:
    """Return the docstring of the function in a file, "" where its code is another one."""
    try:
        node = _function(text)
        docstring = ast.get_docstring(node) or ""
        del node.body[0]
    except (SyntaxError, StopIteration):
        return ""
    return docstring if docstring and ast.dump(node) == ast.dump(_function(code)) else ""


def _function(code: str) -> ast.FunctionDef:
    return next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef))


def _constants(package: str, name: str) -> Mapping[str, str]:
    """Read the texts at the top of a file, which may be written for a newer Python."""
    return dict(re.findall(r'^([A-Z_]+) = """(.*?)"""', _file(package, name), re.MULTILINE | re.DOTALL))


_FILES: dict[tuple[str, str], str] = {}


def _file(package: str, name: str) -> str:
    """Read one file of a released package, which is fetched by name."""
    if (package, name) not in _FILES:
        with tempfile.TemporaryDirectory() as place:
            command = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", place, package]
            subprocess.run(command, check=True)
            (wheel,) = Path(place).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                _FILES[package, name] = archive.read(name).decode()
    return _FILES[package, name]
