"""Messages survive the line in which they are sent."""

import pytest

from workhorse_core.change.edit import Edit
from workhorse_core.change.patch import FileChange
from workhorse_core.pipeline.check import CheckStatus
from workhorse_core.pipeline.draft import Draft, DraftStatus
from workhorse_core.pipeline.task import Engine, Target, Task
from workhorse_core.services.session import Overrides
from workhorse_core.services.workers.protocol import (
    CheckRan,
    Message,
    ModelFound,
    ModelRequest,
    Noted,
    RegionDrafted,
    RegionsFound,
    Request,
    TaskBegan,
    TaskCancelled,
    TaskFinished,
    TaskRefused,
    TaskRequest,
    WorkerFailed,
    decode,
    encode,
)

TASK = Task("docstrings", (Target("a.py", "f", 1, 2),), Engine.LOCAL, {"style": "numpy"}, note="Übung")
CHANGE = FileChange("a.py", b"\xff\n", b"\xff\n\x00", (Edit("a.py", 2, 2, b"\x00"),), moved_from="b.py")


@pytest.mark.parametrize(
    "message",
    [
        TaskRequest(TASK, "/project", {"a.py": b"\xff\x00\r\n"}, Overrides("tiny", None), "k3f9"),
        TaskRequest(TASK, "/project"),
        ModelRequest(Overrides(url="http://localhost:1/v1")),
        TaskBegan("/project", False, None, "No model server answers.", "Start one with: workhorse up"),
        RegionsFound(3, None),
        RegionDrafted("a.py", "f", False),
        CheckRan("same-code", CheckStatus.SKIPPED, 2),
        Noted("localhost:1 is left alone."),
        TaskFinished(None, (Draft("a.py", "f", 1, 2, DraftStatus.SKIPPED, reason="x"),), (CHANGE,), "diff", ("r",), ()),
        TaskCancelled(),
        TaskRefused("No.", "Try: workhorse doctor"),
        WorkerFailed("ValueError: x", "trace\nof lines"),
        ModelFound("http://127.0.0.1:11434/v1", "tiny"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_is_one_line_and_reads_back_as_it_was(message: Request | Message) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert decode(line) == message
    assert type(decode(line)) is type(message)
