"""What a worker process is told to do, and the lines in which it is told."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from workhorse_core.pipeline.task import Task
from workhorse_core.system.serialization import Row, from_row, to_row

_NO_BUFFERS: Mapping[str, bytes] = MappingProxyType({})


class Order(NamedTuple):
    """One task. ``buffers`` holds the bytes of unsaved files by path, ``job`` the id of one to go on with.

    ``start`` is a file or folder of the project; ``url`` and ``model`` stand over the configuration where they are
    not None.
    """

    task: Task
    start: str
    buffers: Mapping[str, bytes] = _NO_BUFFERS
    url: str | None = None
    model: str | None = None
    job: str | None = None


def to_line(value: Row) -> bytes:
    """Write one message."""
    return json.dumps(value).encode() + b"\n"


def order_row(order: Order) -> Row:
    """Write an order, to be read by :func:`read_order`."""
    row = to_row(order)
    row["task"] = to_row(order.task)
    return row


def read_order(row: Mapping[str, Any]) -> Order:
    """Read what :func:`order_row` wrote."""
    task, buffers = from_row(Task, row["task"]), {path: data.encode("latin-1") for path, data in row["buffers"].items()}
    return Order(task, row["start"], buffers, row["url"], row["model"], row["job"])
