"""A process that carries tasks through the pipeline, so that the server's own never computes.

It reads one order a line from its standard input and writes what comes of it a line at a time, all JSON. It ends
when its input ends; the task at hand is cancelled then.
"""

import asyncio
import gc
import json
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import aclosing, nullcontext
from importlib import import_module
from pathlib import Path
from traceback import format_exc
from typing import Any

from workhorse_core.errors import WorkhorseError
from workhorse_core.jobs.job import Job, read_job
from workhorse_core.jobs.ledger import Ledger
from workhorse_core.models.endpoint import Endpoint
from workhorse_core.pipeline.draft import Draft
from workhorse_core.pipeline.repair import Checked
from workhorse_core.pipeline.task import Engine, Task
from workhorse_core.services.review import discard
from workhorse_core.services.run import Product, RunFinished, RunResources, RunStarted, run
from workhorse_core.services.workers.protocol import Order, read_order, to_line
from workhorse_core.settings.config import load_config
from workhorse_core.system.serialization import to_row
from workhorse_core.workspace.project import Project, open_project

_NICENESS = 5


class Worker:
    """Does one order after the other and says what comes of it."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def _say(self, kind: str, **said: Any) -> None:
        sys.stdout.buffer.write(to_line({"kind": kind, **said}))
        sys.stdout.buffer.flush()

    def hear(self, line: bytes) -> None:
        """Take an order, the word "cancel", or the end of the input."""
        if not line:
            self._cancel()
            asyncio.get_running_loop().stop()
        elif line == b"cancel\n":
            self._cancel()
        else:
            row = json.loads(line)
            work = self._look(row["url"], row["model"]) if "look" in row else self._carry(read_order(row))
            self._task = asyncio.get_running_loop().create_task(work)

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()

    async def _look(self, url: str | None, model: str | None) -> None:
        from workhorse_core.models.discovery.locate import require_server

        loaded = load_config(None, os.environ, _overrides(url, model))
        try:
            found = await asyncio.to_thread(require_server, loaded.config, os.environ)
        except WorkhorseError:
            found = None
        name = (loaded.config.model or found[1].choose_model()) if found else None
        self._say("looked", endpoint=found[0].url if found else None, model=name)

    async def _carry(self, order: Order) -> None:
        try:
            await self._go(order)
        except asyncio.CancelledError:
            self._say("cancelled")
        except WorkhorseError as error:
            self._say("refused", message=error.message, hint=error.hint)
        except Exception as error:  # noqa: BLE001  the handler of this process: a bug is told, and the next order waits
            self._say("bug", message=f"{type(error).__name__}: {error}", trace=format_exc())

    async def _go(self, order: Order) -> None:
        project = open_project(Path(order.start), _overrides(order.url, order.model), os.environ, order.buffers)
        repository = project.repository
        folder = repository.common_dir / "workhorse" if repository else None
        with Ledger.open(folder) if folder else nullcontext() as ledger:
            job = read_job(ledger, order.job) if ledger and order.job else None
            await self._run(order.task, project, ledger, job)

    async def _run(self, task: Task, project: Project, ledger: Ledger | None, job: Job | None) -> None:
        endpoint = await asyncio.to_thread(_find_endpoint, project, task.engine)
        self._say("started", root=str(project.root), recorded=ledger is not None, model=endpoint and endpoint.model)
        running = job.id if job else None
        try:
            async with aclosing(run(task, project, RunResources(ledger, endpoint), job)) as products:
                async for product in products:
                    running = product.job if isinstance(product, RunStarted) else running
                    self._show(product)
                    await asyncio.sleep(0)  # here a cancel is noticed: rules never wait for anything
        except asyncio.CancelledError:
            if project.repository and ledger and running:
                discard(project.repository, ledger, read_job(ledger, running))
            raise
        finally:
            if endpoint:
                await endpoint.close()

    def _show(self, product: Product) -> None:
        match product:
            case RunStarted(regions, job):
                self._say("found", regions=regions, job=job)
            case Draft():
                self._say("draft", path=product.path, name=product.name, drafted=bool(product.digest))
            case Checked(result, turn):
                self._say("checked", name=result.name, status=result.status.value, round=turn)
            case RunFinished(job, drafts, handoff):
                changes = [to_row(change) for change in handoff.patch.changes] if handoff else []
                risks = list(handoff.risks) if handoff else []
                said = [to_row(draft) for draft in drafts]
                diff = handoff.patch.text.decode("utf-8", "replace") if handoff else ""
                self._say("finished", job=job, drafts=said, changes=changes, risks=risks, diff=diff)


def _overrides(url: str | None, model: str | None) -> Mapping[str, str]:
    return {name: value for name, value in (("url", url), ("model", model)) if value}


def _find_endpoint(project: Project, engine: Engine) -> Endpoint | None:
    if engine is Engine.RULES:
        return None
    from workhorse_core.models.discovery.locate import find_endpoint

    endpoint = find_endpoint(project.config, os.environ)
    if endpoint:
        import_module("workhorse_core.models.chat.caller")  # half a second, in which a cancel could not be heard
    return endpoint


def main() -> None:
    """Serve until the input ends."""
    gc.set_threshold(50_000)
    os.nice(_NICENESS) if hasattr(os, "nice") else None  # whoever types goes first
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = Worker()

    def listen() -> None:
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(worker.hear, line)
        loop.call_soon_threadsafe(worker.hear, b"")

    threading.Thread(target=listen, daemon=True).start()
    loop.run_forever()
    pending = asyncio.all_tasks(loop)
    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))


if __name__ == "__main__":
    main()
