"""Draft of a commit message from the staged diff, in the words and form of the project's recent ones.

Run as a module it prints the draft, or nothing; its parent decides how long to wait.
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from workhorse_core.git.repository import Repository
from workhorse_core.models.conversation import Schema
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.models.question import Question, ask
from workhorse_core.services.session import Session

_SYSTEM = """\
You write the message of a git commit from its diff.

Write a subject of at most 72 characters that says what the change does, and a body only where the subject does not \
say enough; leave the body empty otherwise. Say nothing that the diff does not show. Take over the form of the \
project's recent messages: prefix, mood, capital letters, full stop.
"""
_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "subject": {"type": "string", "minLength": 1, "maxLength": 72},
        "body": {"type": "string", "maxLength": 600},
    },
    "required": ["subject", "body"],
    "additionalProperties": False,
}
_RECENT = 12
_LARGEST_DIFF = 12_000
_LARGEST_FILE = 3_000
_LARGEST_MESSAGE = 300
_TRAILER = re.compile(r"[A-Za-z][\w-]*: ")
_MOST_TOKENS = 300


async def draft_message(repository: Repository, endpoint: Endpoint) -> str:
    """Draft the message of the staged changes; "" where there are none, or the answer is no message.

    Raises:
        EndpointError: The model did not answer.
        RepositoryError: Git could not list the staged changes.
    """
    diff = _staged(repository)
    if not diff:
        return ""
    context = "The project's recent messages:\n\n" + "\n\n".join(recent_messages(repository))
    question = Question(_SYSTEM, context, f"The diff:\n\n{diff}", _SCHEMA, _MOST_TOKENS)
    answer = await ask(endpoint, question)
    return read_message(answer.text)


def read_message(text: str) -> str:
    """Parse a model's answer: a subject of one line, a body of any; "" where it is malformed."""
    try:
        row = json.loads(text)
        subject, body = row["subject"], row["body"]
    except (ValueError, KeyError, TypeError):
        return ""
    if not isinstance(subject, str) or not isinstance(body, str):
        return ""
    subject = " ".join(subject.split())
    if not subject or len(subject) > 72:
        return ""
    lines = [line.rstrip() for line in body.strip().splitlines()]
    kept = "\n".join(line for line in lines if not _TRAILER.match(line) and _is_plain(line))
    return f"{subject}\n\n{kept}\n" if kept.strip() else f"{subject}\n"


def recent_messages(repository: Repository) -> Sequence[str]:
    """Return the project's last messages, without trailers, each cut to a few lines; none before the first commit."""
    answer = repository.ask("log", "-z", "--no-merges", f"--max-count={_RECENT}", "--format=%B", "--encoding=UTF-8")
    if answer.status != 0:
        return ()
    messages = (message.decode("utf-8", "replace") for message in answer.output.split(b"\0"))
    return [_without_trailers(message)[:_LARGEST_MESSAGE] for message in messages if message.strip()]


def _without_trailers(message: str) -> str:
    *body, last = re.split(r"\n{2,}", message.strip())
    trailers = body and all(_TRAILER.match(line) for line in last.split("\n"))
    return "\n\n".join(body if trailers else [*body, last])


def _staged(repository: Repository) -> str:
    """Return the staged diff, each file cut to its first lines, so that one large file does not hide the others."""
    index = {"GIT_INDEX_FILE": str(repository.hook_index)} if repository.hook_index else {}
    options = ("--cached", "-U2", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules")
    data = repository.read("diff", *options, environment=index)
    parts = re.split(r"^(?=diff --git )", data.decode("utf-8", "replace"), flags=re.MULTILINE)
    return "".join(part[:_LARGEST_FILE] for part in parts)[:_LARGEST_DIFF]


def _is_plain(line: str) -> bool:
    return not line.startswith(("#", ";", "diff --git"))


async def _main() -> str:
    session = Session(Path.cwd())
    if session.found is None or session.found.setting("commit.cleanup") in ("whitespace", "verbatim"):
        return ""  # comments would stay in the message, and so would the mark
    endpoint = session.open_model()
    if endpoint is None:
        return ""
    try:
        return await draft_message(session.found, endpoint)
    finally:
        await endpoint.close()


if __name__ == "__main__":
    sys.stdout.buffer.write(asyncio.run(_main()).encode("utf-8"))
