"""Files of very many blank lines or blanks are read in time that grows with their size, and not with its square."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from support.repository import write_files
from workhorse_core.pipeline.task import Engine, Task, parse_target
from workhorse_core.services.run import RunFinished
from workhorse_core.services.session import Session

MANY = 300_000
CODE = "# Return a name.\ndef name(shape=''):\n    return str(shape)\n"
FILES = {
    "a.py": "\n" * MANY + CODE,
    "b.py": CODE + "\n" * MANY,
    "c.py": "# " + " " * MANY + "\n" + CODE,
    "d.py": CODE.replace("    return", "\n" * MANY + "    return"),
    ".pre-commit-config.yaml": "\n" * MANY,
}


@pytest.mark.parametrize("action", ["docstrings", "hints"])
def test_many_blank_lines_are_read_at_once(tmp_path: Path, action: str) -> None:
    write_files(tmp_path, FILES)

    async def run() -> int:
        task = Task(action, (parse_target("."),), Engine.RULES)
        with Session(tmp_path, environ={}, dry_run=True) as session:
            async with aclosing(session.run(task)) as products:
                async for product in products:
                    if isinstance(product, RunFinished):
                        return sum(bool(draft.parts) for draft in product.drafts)
        return 0

    assert asyncio.run(run()) >= 3  # a function of so many lines may be left out
