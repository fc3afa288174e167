"""The pyright servers of one session: one for each pyright that the project configures."""

import os
from collections.abc import Collection, Hashable, Iterable

from workhorse_core.pipeline.check import Finding
from workhorse_core.tools.findings import Report
from workhorse_core.type_checking.checkers import CheckerRun, Raw, without_places
from workhorse_core.type_checking.language_server import ServerEndedError
from workhorse_core.type_checking.pyright_server import PYRIGHTS, PyrightServer
from workhorse_core.workspace.project import Project


class PyrightServers:
    """Language servers that stay between candidates; every call blocks, so call it from a thread.

    A server that ended, or could not be started, is not tried again for the same base.
    """

    def __init__(self, project: Project, time_limit: float) -> None:
        self._project = project
        self._time_limit = time_limit
        self._servers: dict[str, tuple[Hashable, PyrightServer | None]] = {}
        self._bases: dict[Hashable, tuple[Finding, ...]] = {}

    def close(self) -> None:
        """End the servers."""
        for _, server in self._servers.values():
            if server:
                server.close()

    def learn(self, run: CheckerRun) -> None:
        """Check the base, so that its findings are known when a candidate comes."""
        self._with_server(run, None)

    def report(self, run: CheckerRun, paths: Collection[str] | None) -> Report | None:
        """Return the findings of both sides; None where the command line has to be used.

        Args:
            run: The checker and its inputs.
            paths: The files of the candidate to look at; None for all.
        """
        return None if run.overlay is None else self._with_server(run, paths)

    def _with_server(self, run: CheckerRun, paths: Collection[str] | None) -> Report | None:
        server = self._server(run)
        if server is None:
            return None
        try:
            before = self._base(server, run)
            return Report(before, self._read(server.findings(run.overlay, paths), run) if run.overlay else before)
        except ServerEndedError:
            self._servers[run.checker.name] = (run.base, None)
            return None

    def _server(self, run: CheckerRun) -> PyrightServer | None:
        name = run.checker.name
        if name not in PYRIGHTS:
            return None
        base, server = self._servers.get(name, (None, None))
        if name in self._servers and base == run.base:
            return server
        if server:
            server.close()
        try:
            server = PyrightServer(run.tool, self._project, run.before, run.folders[0], run.reach, self._time_limit)
        except ServerEndedError:
            server = None
        self._servers[name] = (run.base, server)
        return server

    def _base(self, server: PyrightServer, run: CheckerRun) -> tuple[Finding, ...]:
        key = (run.checker.name, run.base)
        if key not in self._bases:
            self._bases[key] = self._read(server.findings({}), run)
        return self._bases[key]

    def _read(self, found: Iterable[Raw], run: CheckerRun) -> tuple[Finding, ...]:
        places = [f"{run.before.root}{os.sep}"]
        return tuple(Finding(path, line, without_places(text, places), rule) for path, line, text, rule in found)
