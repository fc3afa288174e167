"""The check that the project's type checkers find nothing new: mypy, pyright, basedpyright, pyrefly and ty."""

import asyncio
import time
from pathlib import Path

from workhorse_core.pipeline.check import CheckCost, CheckResult, Comparison
from workhorse_core.tools.findings import conclude
from workhorse_core.type_checking.sessions import TypeCheckSession


class Types:
    """Finds the errors of the project's type checkers that the candidate has anywhere, and its base has not.

    One instance may be asked about many candidates of the same base: what is known of the base, and the copies that
    were made of it, serve again.
    """

    name = "types"
    proof = False
    cost = CheckCost.TOOL

    def __init__(self) -> None:
        self._sessions: dict[Path, TypeCheckSession] = {}

    async def run(self, comparison: Comparison) -> CheckResult:
        """Run each configured checker on both sides; one that cannot be used is named in the reason."""
        begin = time.perf_counter()
        root = comparison.project.root
        if root not in self._sessions:
            self._sessions[root] = TypeCheckSession(comparison.project)
        reports = await self._sessions[root].check(comparison)
        return conclude(self.name, comparison, reports, "the project configures no type checker", begin)

    async def close(self) -> None:
        """End the checkers and remove the copies; see `workhorse_core.pipeline.check.Closable`."""
        for session in self._sessions.values():
            await asyncio.to_thread(session.close)
        self._sessions.clear()
