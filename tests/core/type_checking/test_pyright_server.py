"""The pyright server reports the same findings as its command line."""

from collections.abc import Collection, Mapping

import pytest

from workhorse_core.pipeline.check import Comparison
from workhorse_core.pipeline.task import Task
from workhorse_core.tools.findings import Report
from workhorse_core.type_checking.checkers import CheckScope, Raw
from workhorse_core.type_checking.pyright_server import PyrightServer
from workhorse_core.type_checking.sessions import TypeCheckSession

FILES = {
    "pyproject.toml": '[tool.pyright]\ninclude = ["own", "tests/t*"]\nexclude = ["**/left_out", "own/*_old.py"]\n',
    "own/a.py": "def one():\n    return 1\n\n\nx: str = one()\n",
    "own/b.py": "from own.a import one\n\ny: int = one()\n",
    "own/b_old.py": "from own.a import one\n\ny: bytes = one()\n",
    "own/left_out/c.py": "from own.a import one\n\ny: bytes = one()\n",
    "tests/test_a.py": "from own.a import one\n\nz: int = one()\n",
    "tests/other.py": "from own.a import one\n\nz: bytes = one()\n",
}
TO_STR = {"own/a.py": [("def one():", "def one() -> str:"), ("return 1", "return ''")]}
TO_FLOAT = {"own/a.py": [("def one():", "def one() -> float:")]}


async def reports(session: TypeCheckSession, comparison: Comparison, scope: CheckScope | None = None) -> list[Report]:
    return [report for report in await session.check(comparison, scope) if report is not None]


@pytest.mark.slow
async def test_server_reports_for_each_candidate_what_the_command_line_reports(compare, project) -> None:
    warm, cold = TypeCheckSession(project, warm=True), TypeCheckSession(project)
    for changes in (TO_STR, TO_FLOAT, TO_STR):
        comparison = compare(FILES, changes)
        told = await reports(warm, comparison)
        said = await reports(cold, comparison)
        assert [(each.tool, each.reason) for each in told] == [("pyright", "")]
        assert [sorted(each.before) for each in told] == [sorted(each.before) for each in said]
        assert [sorted(each.after) for each in told] == [sorted(each.after) for each in said]
    assert {finding.path for finding in told[0].after} == {"own/b.py", "tests/test_a.py"}
    (only,) = await reports(warm, comparison, CheckScope({"pyright"}, {"own/b.py"}))
    assert {finding.path for finding in only.after} == {"own/b.py"}
    warm.close()


@pytest.mark.slow
async def test_base_that_was_checked_beforehand_is_not_checked_again(compare, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = compare(FILES, TO_STR)
    asked: list[int] = []
    begin = PyrightServer.findings

    def counted(self: PyrightServer, contents: Mapping[str, bytes], paths: Collection[str] | None = None) -> list[Raw]:
        asked.append(len(contents))
        return begin(self, contents, paths)

    monkeypatch.setattr(PyrightServer, "findings", counted)
    warm = TypeCheckSession(comparison.project, warm=True)
    warm.prepare(Task("types", ()))
    (told,) = await reports(warm, comparison)
    assert asked == [0, 1]
    assert {finding.path for finding in told.after} == {"own/b.py", "tests/test_a.py"}
    warm.close()


@pytest.mark.slow
async def test_command_line_is_used_where_the_server_ends(compare, project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "workhorse_core.type_checking.pyright_server.server_command", lambda command, module: ("/bin/true",)
    )
    warm = TypeCheckSession(project, warm=True)
    (told,) = await reports(warm, compare(FILES, TO_STR))
    assert told.reason == ""
    assert {finding.path for finding in told.after} == {"own/b.py", "tests/test_a.py"}
