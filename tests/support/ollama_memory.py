"""The memory of Ollama's double: models, their contexts, and how long they stay."""

import re
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

FOREVER = 100 * 365 * 86_400.0
DEFAULT_KEEP = 300.0
_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class QueueFull(Exception):
    """Too many wait for a model to be loaded."""


@dataclass(slots=True)
class Loaded:
    """A model in memory."""

    context: int
    expires: float
    slots: threading.BoundedSemaphore


@dataclass(slots=True)
class Memory:
    """The loaded models; one loading at a time."""

    loads: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    _models: dict[str, Loaded] = field(default_factory=dict[str, Loaded])
    _waiting: int = 0
    _door: threading.Lock = field(default_factory=threading.Lock)
    _counter: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> dict[str, Loaded]:
        """List what has not expired, the longest-lived first."""
        alive = {name: model for name, model in self._models.items() if model.expires > time.time()}
        self._models = alive
        return dict(sorted(alive.items(), key=lambda item: -item[1].expires))

    def load(self, name: str, context: int, wait: Callable[[], object], parallel: int, max_queue: int) -> Loaded:
        """Load a model with exactly this context; another context is loaded anew.

        Raises:
            QueueFull: As many as may wait do so already.
        """
        with self._queued(max_queue), self._door:
            found = self.now().get(name)
            if found is None or found.context != context:
                wait()
                found = Loaded(context, time.time() + DEFAULT_KEEP, threading.BoundedSemaphore(parallel))
                self._models[name] = found
                self.loads.append((name, context))
            return found

    def keep(self, name: str, seconds: float) -> None:
        """Set how long it stays; 0 unloads it."""
        if seconds == 0:
            self._models.pop(name, None)
        elif name in self._models:
            self._models[name].expires = time.time() + seconds

    @contextmanager
    def _queued(self, limit: int) -> Generator[None, None, None]:
        with self._counter:
            if self._door.locked() and self._waiting > limit:
                raise QueueFull
            self._waiting += 1
        try:
            yield
        finally:
            with self._counter:
                self._waiting -= 1


def keep_seconds(value: object) -> float:
    """Read ``keep_alive``: a number of seconds or a Go duration, either below zero for ever."""
    if value is None:
        return DEFAULT_KEEP
    if isinstance(value, int | float):
        return FOREVER if value < 0 else float(value)
    text = str(value)
    total = sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([0-9.]+)(ns|us|ms|s|m|h)", text))
    return FOREVER if text.startswith("-") else total
