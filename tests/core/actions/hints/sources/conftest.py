from collections.abc import Callable, Iterable, Iterator
from textwrap import dedent

import pytest

from workhorse_core.actions.hints.sources.project_facts import Found, Scene, make_scene

Said = Callable[..., dict[str, str]]
"""Takes a source, code, more files by path, and types that are known; gives what is said by "owner:name"."""


@pytest.fixture
def said() -> Said:
    """Ask one source about the file src/a.py."""

    def ask(
        source: Callable[[Scene], Iterable[Found]],
        code: str,
        known: Iterable[Callable[[Scene], Iterator[Found]]] = (),
        python: int = 11,
        **files: str,
    ) -> dict[str, str]:
        data = {f"src/{name}.py": dedent(text).encode() for name, text in files.items()}
        scene = make_scene({"src/a.py": dedent(code).encode(), **data}, python)
        for other in known:
            for found in other(scene):
                from workhorse_core.actions.hints.sources.modern import TypeText

                scene.known[found.key] = TypeText(found.evidence.expression, found.evidence.names)
                scene.sources[found.key] = {found.evidence.source}
        return {
            found.evidence.slot.partition("@")[0]: found.evidence.expression
            for found in source(scene)
            if found.path == "src/a.py"
        }

    return ask


@pytest.fixture
def kinds() -> Said:
    """Say what one source goes by in the file src/a.py, by "owner:name"."""

    def ask(source: Callable[[Scene], Iterable[Found]], code: str, **files: str) -> dict[str, str]:
        data = {f"src/{name}.py": dedent(text).encode() for name, text in files.items()}
        scene = make_scene({"src/a.py": dedent(code).encode(), **data}, 8)
        found = [each for each in source(scene) if each.path == "src/a.py"]
        return {each.evidence.slot.partition("@")[0]: each.evidence.kind for each in found}

    return ask
