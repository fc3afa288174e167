"""Proposals of our own sources, before a checker drops any."""

import shlex
import time

from tools import Result, Work

from support.opened_project import open_project
from workhorse_core.actions.hints.sources.annotated import spots_of
from workhorse_core.actions.hints.sources.proposer import Proposer
from workhorse_core.errors import WorkhorseError
from workhorse_core.languages.python.type_expression import TypeExpression
from workhorse_core.workspace.python_files import index_project

RULES = "Workhorse, rules"
TRACED = "Workhorse, rules and --trace"


def propose(work: Work, *, trace: bool = False) -> Result:
    """Propose a type for every slot of a stripped project; its tests are run if ``trace`` is set."""
    command = "pytest -q -p no:cacheprovider " + shlex.join(work.tests)
    started = time.perf_counter()
    name = TRACED if trace else RULES
    try:
        project = open_project(work.stripped)
        proposer = Proposer(project, index_project(project), command if trace else "")
    except WorkhorseError as error:
        return Result(name, failure=str(error)[:200])
    seconds = time.perf_counter() - started
    got: dict[tuple[str, str, str, int], TypeExpression] = {}
    sources: dict[tuple[str, str, str, int], tuple[str, ...]] = {}
    for spot, slot in spots_of(proposer.facts.index, proposer.facts.slots).items():
        settled = proposer.propose(slot)
        if settled.expression is not None:
            got[spot] = TypeExpression(settled.expression, settled.names)
            sources[spot] = settled.sources
    return Result(name, got, seconds, "", sources, len(proposer.facts.slots))
