from collections.abc import Callable, Iterable, Iterator
from textwrap import dedent

import pytest

from support.symbols import facts_of
from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, SlotEvidence

Said = Callable[..., dict[str, str]]
"""Takes a source, code, more files by path, and types that are known; gives what is said by "owner:name"."""


@pytest.fixture
def said() -> Said:
    """Ask one source about the file src/a.py."""

    def ask(
        source: Callable[[ProjectFacts], Iterable[SlotEvidence]],
        code: str,
        known: Iterable[Callable[[ProjectFacts], Iterator[SlotEvidence]]] = (),
        python: int = 11,
        **files: str,
    ) -> dict[str, str]:
        data = {f"src/{name}.py": dedent(text).encode() for name, text in files.items()}
        facts = facts_of({"src/a.py": dedent(code).encode(), **data}, python)
        for other in known:
            for found in other(facts):
                from workhorse_core.languages.python.type_expression import TypeExpression

                facts.known[found.key] = TypeExpression(found.evidence.expression, found.evidence.names)
                facts.sources[found.key] = {found.evidence.source}
        return {
            found.evidence.slot.partition("@")[0]: found.evidence.expression
            for found in source(facts)
            if found.path == "src/a.py"
        }

    return ask


@pytest.fixture
def kinds() -> Said:
    """Return a function that gives the kind of one source's evidence in the file src/a.py, by "owner:name"."""

    def ask(source: Callable[[ProjectFacts], Iterable[SlotEvidence]], code: str, **files: str) -> dict[str, str]:
        data = {f"src/{name}.py": dedent(text).encode() for name, text in files.items()}
        facts = facts_of({"src/a.py": dedent(code).encode(), **data}, 8)
        found = [each for each in source(facts) if each.path == "src/a.py"]
        return {each.evidence.slot.partition("@")[0]: each.evidence.kind for each in found}

    return ask
