"""A worker process: runs tasks for a client whose own process must not compute.

It reads one request a line from its standard input and writes messages to its standard output (see ``protocol``).
It ends when its input ends, and cancels the task at hand then.
"""

import asyncio
import gc
import os
import sys
import threading
from contextlib import aclosing
from pathlib import Path
from traceback import format_exc

from workhorse_core.errors import WorkhorseError
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.repair import Checked
from workhorse_core.services.review import discard
from workhorse_core.services.run import Product, RunFinished, RunStarted
from workhorse_core.services.session import Began, Overrides, RunOptions, Session
from workhorse_core.services.workers.protocol import (
    CANCEL,
    CheckRan,
    ListedModel,
    ListedServer,
    Message,
    ModelFound,
    ModelRequest,
    ModelsFound,
    ModelsRequest,
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

_NICENESS = 5


class Worker:
    """Runs one request after the other."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def receive(self, line: bytes) -> None:
        """Handle a request, a cancellation, or the end of the input (an empty line)."""
        if not line:
            self._cancel()
            asyncio.get_running_loop().stop()
        elif line == CANCEL:
            self._cancel()
        else:
            self._task = asyncio.get_running_loop().create_task(self._answer(decode(line)))

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()

    async def _answer(self, request: Request) -> None:
        try:
            if isinstance(request, ModelRequest):
                _send(await _find_model(request.overrides))
            elif isinstance(request, ModelsRequest):
                _send(await asyncio.to_thread(_list_models))
            else:
                await _run_task(request)
        except asyncio.CancelledError:
            _send(TaskCancelled())
        except WorkhorseError as error:
            _send(TaskRefused(error.message, error.hint))
        except Exception as error:  # noqa: BLE001  the handler of this process: a bug is reported, the next request waits
            _send(WorkerFailed(f"{type(error).__name__}: {error}", format_exc()))


def _send(message: Message) -> None:
    sys.stdout.buffer.write(encode(message))
    sys.stdout.buffer.flush()


async def _find_model(overrides: Overrides) -> ModelFound:
    from workhorse_core.models.discovery.places import require_server
    from workhorse_core.settings.loaded_config import load_config

    config = load_config(None, os.environ, overrides.by_key()).config
    try:
        access, server = await asyncio.to_thread(require_server, config, os.environ)
    except WorkhorseError:
        return ModelFound(None, None)
    return ModelFound(access.url, config.model or server.choose_model())


def _list_models() -> ModelsFound:
    from workhorse_core.models.discovery.installed import list_installed
    from workhorse_core.models.discovery.places import find_servers
    from workhorse_core.settings.loaded_config import load_config

    found: list[ListedServer] = []
    for access, server in find_servers(load_config(None, os.environ).config, os.environ):
        models = [each for each in list_installed(access, server) if each.can_chat]
        listed = tuple(ListedModel(each.name, each.size, each.loaded) for each in models)
        found.append(ListedServer(access.url, server.kind.value, listed))
    return ModelsFound(tuple(found))


async def _run_task(request: TaskRequest) -> None:
    def note(sentence: str) -> None:
        _send(Noted(sentence))

    with Session(Path(request.start), request.overrides, buffers=request.buffers, note=note) as session:
        job = session.find_job(request.job) if request.job else None
        running = request.job
        try:
            async with aclosing(session.run(request.task, RunOptions(job=job))) as products:
                async for product in products:
                    running = product.job if isinstance(product, RunStarted) else running
                    _send(_message(product, session))
                    if isinstance(product, Began) and product.model:
                        await asyncio.to_thread(_import_model_client)
                    await asyncio.sleep(0)  # lets a cancellation in: rules never wait
        except asyncio.CancelledError:
            if session.found and running:
                discard(session.repository, session.ledger, session.find_job(running))
            raise


def _import_model_client() -> None:
    """Import the model client in a thread: it takes half a second, in which no cancellation would be read."""
    import workhorse_core.models.chat.caller  # noqa: F401  # pyright: ignore[reportUnusedImport]


def _message(product: Began | Product, session: Session) -> Message:
    match product:
        case Began(model, reason, hint):
            return TaskBegan(str(session.root), session.found is not None, model, reason, hint)
        case RunStarted(regions, job):
            return RegionsFound(regions, job)
        case Draft():
            return RegionDrafted(product.path, product.name, bool(product.digest))
        case Checked(result, turn):
            return CheckRan(result.name, result.status, turn)
        case RunFinished(job, drafts, handoff, notes):
            if handoff is None:
                return TaskFinished(job, drafts, notes=notes)
            diff = handoff.patch.text.decode("utf-8", "replace")
            return TaskFinished(job, drafts, handoff.patch.changes, diff, handoff.risks, notes)


def main() -> None:
    """Serve until the input ends."""
    gc.set_threshold(50_000)
    os.nice(_NICENESS) if hasattr(os, "nice") else None  # the user's typing goes first
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = Worker()

    def listen() -> None:
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(worker.receive, line)
        loop.call_soon_threadsafe(worker.receive, b"")

    threading.Thread(target=listen, daemon=True).start()
    loop.run_forever()
    pending = asyncio.all_tasks(loop)
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))


if __name__ == "__main__":
    main()
