"""The messages between a client and a worker process: one JSON object a line, each tagged with its kind."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.task import Task
from workhorse_core.services.session import Overrides
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.system.serialization import from_row, to_row

_NO_BUFFERS: Mapping[str, bytes] = MappingProxyType({})
CANCEL = b"cancel\n"
"""The line that cancels the request at hand."""


# -- to the worker


class TaskRequest(NamedTuple):
    """One task to carry through.

    ``start`` is a file or folder of the project. ``buffers`` holds the bytes of unsaved files by path from the root.
    ``job`` is the id of an interrupted job to continue.
    """

    task: Task
    start: str
    buffers: Mapping[str, bytes] = _NO_BUFFERS
    overrides: Overrides = Overrides()
    job: str | None = None


class ModelRequest(NamedTuple):
    """The question which model server and model would be asked."""

    overrides: Overrides


class ModelsRequest(NamedTuple):
    """The question which model servers there are, and their models."""


Request = TaskRequest | ModelRequest | ModelsRequest


# -- from the worker, before the last message


class TaskBegan(NamedTuple):
    """The task is under way, by a model, or by rules alone for the reason given (see ``session.Began``)."""

    root: str
    recorded: bool
    model: str | None
    reason: str = ""
    hint: str = ""


class RegionsFound(NamedTuple):
    """The number of regions that need work, and their job; None where nothing is recorded."""

    regions: int
    job: str | None


class RegionDrafted(NamedTuple):
    """A draft was made; ``drafted`` is False for a region that was skipped."""

    path: str
    name: str
    drafted: bool


class CheckRan(NamedTuple):
    """A check has a result, in a round of repair."""

    name: str
    status: CheckStatus
    round: int


class Noted(NamedTuple):
    """A full sentence for the user's log."""

    text: str


# -- the last message of a request


class TaskFinished(NamedTuple):
    """The end of a task; ``changes`` is empty if nothing is left to review, ``job`` None where nothing is recorded."""

    job: str | None
    drafts: tuple[Draft, ...] = ()
    changes: tuple[FileChange, ...] = ()
    diff: str = ""
    risks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class TaskCancelled(NamedTuple):
    """The task was cancelled and its job discarded."""

    job: str | None = None


class TaskRefused(NamedTuple):
    """The task cannot be done: a sentence and a hint for the user."""

    message: str
    hint: str


class WorkerFailed(NamedTuple):
    """A bug in the worker, or its end."""

    message: str
    trace: str = ""


class ModelFound(NamedTuple):
    """The server and model that would be asked; None where there is none."""

    endpoint: str | None
    model: str | None


class ListedModel(NamedTuple):
    """A model that a server has; ``size`` is in bytes, 0 where the server does not give it."""

    name: str
    size: int
    loaded: bool


class ListedServer(NamedTuple):
    """A model server that answers; ``kind`` is its name for people."""

    endpoint: str
    kind: str
    models: tuple[ListedModel, ...]


class ModelsFound(NamedTuple):
    """The model servers that answer."""

    servers: tuple[ListedServer, ...] = ()


Outcome = TaskFinished | TaskCancelled | TaskRefused | WorkerFailed
Message = TaskBegan | RegionsFound | RegionDrafted | CheckRan | Noted | Outcome | ModelFound | ModelsFound

LAST = (TaskFinished, TaskCancelled, TaskRefused, WorkerFailed, ModelFound, ModelsFound)
"""The types of message that end a request."""
_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        TaskRequest,
        ModelRequest,
        ModelsRequest,
        TaskBegan,
        RegionsFound,
        RegionDrafted,
        CheckRan,
        Noted,
        *LAST,
    )
}


def encode(message: Request | Message) -> bytes:
    """Encode a message as one line."""
    return json.dumps({"kind": type(message).__name__, **to_row(message)}).encode() + b"\n"


def decode(line: bytes) -> Any:
    """Decode a line of :func:`encode`."""
    row = json.loads(line)
    return from_row(_KINDS[row.pop("kind")], row)
