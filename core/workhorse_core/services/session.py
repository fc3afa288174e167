"""One project opened for work: its configuration, its ledger and its models, opened at first use, closed together."""

import os
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from workhorse_core.errors import EndpointError, EndpointRefused, NotARepository
from workhorse_core.git.repository import Repository
from workhorse_core.settings.folders import ledger_folder
from workhorse_core.system.named_tuple import NamedTuple
from workhorse_core.workspace.project import Project, load_project

if TYPE_CHECKING:  # a door that only reads jobs loads no pipeline, and one that works by rules no model client
    from workhorse_core.jobs.job import Job
    from workhorse_core.jobs.ledger import Ledger
    from workhorse_core.models.endpoint import Endpoint
    from workhorse_core.models.roles import Role
    from workhorse_core.pipeline.task import Engine, Task
    from workhorse_core.services.run import Product

_NO_BUFFERS: Mapping[str, bytes] = MappingProxyType({})


class Overrides(NamedTuple):
    """Settings that a door puts over the configuration; None keeps the configured value."""

    model: str | None = None
    url: str | None = None

    def by_key(self) -> Mapping[str, str]:
        """Return the settings that are given, by their key."""
        return {key: value for key, value in self._asdict().items() if value}


class RunOptions(NamedTuple):
    """Options of one run.

    ``lanes`` bounds how many questions are in flight; as many as the endpoint serves by default. ``job`` is an
    interrupted job to continue. ``announce`` receives a new job's id before it is started, ``parent`` is the job that a
    new one is a child of.
    """

    lanes: int | None = None
    job: "Job | None" = None
    announce: Callable[[str], None] | None = None
    parent: str | None = None


class Began(NamedTuple):
    """The start of a run: the model that is asked, or why rules work alone, as a sentence with a hint.

    Both are empty if rules alone were asked for.
    """

    model: str | None
    reason: str = ""
    hint: str = ""


_NO_OVERRIDES = Overrides()
_PLAIN_RUN = RunOptions()


def _ignore(sentence: str) -> None:
    del sentence


class Session:
    """A project as one door uses it.

    Nothing is read before it is used: a door that lists jobs reads no configuration, a task by rules finds no model
    server. Use it as a context manager; it closes what it opened.
    """

    def __init__(
        self,
        start: Path,
        overrides: Overrides = _NO_OVERRIDES,
        *,
        environ: Mapping[str, str] | None = None,
        buffers: Mapping[str, bytes] = _NO_BUFFERS,
        dry_run: bool = False,
        note: Callable[[str], None] = _ignore,
    ) -> None:
        """Describe what is to be opened.

        Args:
            start: A file or folder anywhere in the project.
            overrides: Settings of the door.
            environ: The environment; the process's own by default.
            buffers: Unsaved text of an editor, or staged text, by path from the root; it hides what is on the disk.
            dry_run: Record nothing.
            note: Receives full sentences about what was noticed while a task runs.
        """
        self._start = start
        self._overrides = overrides
        self._environ = os.environ if environ is None else environ
        self._buffers = buffers
        self.dry_run = dry_run
        self._note = note
        self._ledger: Ledger | None = None
        self._finding: Callable[[], Repository | None] | None = None

    @classmethod
    def of(cls, project: Project, *, environ: Mapping[str, str] | None = None, dry_run: bool = False) -> Self:
        """Open a session on a project that is loaded already."""
        session = cls(project.root, environ=environ, dry_run=dry_run)
        session.__dict__.update(found=project.repository, project=project)  # fills the cached properties
        return session

    @classmethod
    def at(cls, repository: Repository, *, buffers: Mapping[str, bytes] = _NO_BUFFERS, dry_run: bool = False) -> Self:
        """Open a session on a repository that is found already."""
        session = cls(repository.root, buffers=buffers, dry_run=dry_run)
        session.__dict__["found"] = repository
        return session

    def with_buffers(self, buffers: Mapping[str, bytes]) -> Self:
        """Return the same session over other text: unsaved or staged bytes, by path from the root."""
        session = type(self)(
            self._start,
            self._overrides,
            environ=self._environ,
            buffers=buffers,
            dry_run=self.dry_run,
            note=self._note,
        )
        session.__dict__["found"] = self.found
        return session

    # -- project

    @cached_property
    def found(self) -> Repository | None:
        """The repository around ``start``; None outside of git.

        Raises:
            RepositoryError: The repository is bare or broken.
        """
        return self._finding() if self._finding else Repository.find(self._start)

    def look_ahead(self) -> None:
        """Start to look for the repository, which takes git the time of some imports; ``found`` has to be read."""
        self._finding = Repository.start_find(self._start)

    @cached_property
    def project(self) -> Project:
        """The project.

        Raises:
            RepositoryError: The repository is bare or broken.
            ConfigError: A configuration file holds an illegal value.
        """
        return load_project(self.root, self.found, self._overrides.by_key(), self._environ, self._buffers)

    @property
    def root(self) -> Path:
        """The top of the work tree, or the folder itself outside of git."""
        if self.found:
            return self.found.root
        return (self._start if self._start.is_dir() else self._start.parent).resolve()

    @property
    def repository(self) -> Repository:
        """The repository.

        Raises:
            NotARepository: The project lies outside of git.
        """
        if self.found is None:
            raise NotARepository(
                f"There is no git repository in {self.root}", "Go to a repository, or make one: git init"
            )
        return self.found

    # -- ledger

    @property
    def ledger(self) -> "Ledger":
        """The ledger of the project's jobs, made if there is none yet.

        Raises:
            NotARepository: The project lies outside of git.
            LedgerError: The ledger cannot be used.
        """
        if self._ledger is None:
            from workhorse_core.jobs.ledger import Ledger

            self._ledger = Ledger.open(ledger_folder(self.repository.common_dir))
        return self._ledger

    @property
    def existing_ledger(self) -> "Ledger | None":
        """The ledger if a job was ever recorded here, else None, and none is made.

        Raises:
            NotARepository: The project lies outside of git.
            LedgerError: The ledger cannot be used.
        """
        if self._ledger is None:
            from workhorse_core.jobs.ledger import Ledger

            self._ledger = Ledger.open_existing(ledger_folder(self.repository.common_dir))
        return self._ledger

    def find_job(self, text: str) -> "Job":
        """Find the job that an id, a unique prefix of one, or ``@`` (the newest) names.

        Raises:
            JobError: There is none, or more than one.
        """
        from workhorse_core.jobs.job import read_job

        return read_job(self.ledger, self.ledger.find_job(text))

    def jobs(self, over: bool = True) -> "Iterator[Job]":
        """Yield the jobs, newest first; without ``over`` only those that are not over yet."""
        from workhorse_core.jobs.job import read_jobs

        yield from read_jobs(self.ledger, over)

    # -- running

    async def run(self, task: "Task", options: RunOptions = _PLAIN_RUN) -> "AsyncGenerator[Began | Product]":
        """Find the model that the task may ask, and carry the task from its targets to a verified candidate.

        Args:
            task: The task.
            options: How it is run.

        Yields:
            :class:`Began`, then each product of :func:`workhorse_core.services.run.run`.

        Raises:
            EndpointError: Only a model may do it, and none can be asked.
            WorkhorseError: The task cannot be done at all.
        """
        from contextlib import aclosing

        from workhorse_core.services.run import RunResources, run

        endpoint, began = await self._begin(task.engine)
        try:
            yield began
            ledger = self.ledger if self.found and not self.dry_run else None
            resources = RunResources(ledger, endpoint, options.lanes, options.announce, options.parent)
            async with aclosing(run(task, self.project, resources, options.job)) as products:
                async for product in products:
                    yield product
        finally:
            if endpoint:
                await endpoint.close()

    async def _begin(self, engine: "Engine") -> "tuple[Endpoint | None, Began]":
        from asyncio import to_thread

        from workhorse_core.pipeline.task import Engine

        if engine is Engine.RULES:
            return None, Began(None)
        try:
            endpoint = await to_thread(self.open_model)  # it waits for sockets
        except EndpointRefused:
            raise
        except EndpointError as error:
            if engine is Engine.LOCAL:
                raise
            return None, Began(None, error.message, error.hint)
        if endpoint is None:
            return None, Began(None, "No model server answers.", "Start one with: workhorse up")
        return endpoint, Began(endpoint.model)

    def open_model(self, role: "Role | None" = None) -> "Endpoint | None":
        """Find the model server of a role (the worker's by default) and check that it can be asked.

        The caller closes it.

        Returns:
            None if no server is configured and none answers on this machine.

        Raises:
            EndpointError: The configured server cannot be asked.
        """
        from workhorse_core.models.locate import Search, find_ready_endpoint
        from workhorse_core.models.roles import Role

        search = Search(role or Role.WORKER, notify=self._note)
        return find_ready_endpoint(self.project.config, self._environ, search)

    # -- closing

    def close(self) -> None:
        """Close the ledger; models are closed by the run that opened them."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
