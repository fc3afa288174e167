"""Symbol indexes and facts about types for tests, from files given by their contents."""

from collections.abc import Mapping

from workhorse_core.actions.hints.sources.project_facts import ProjectFacts, read_facts
from workhorse_core.actions.hints.sources.proposer import Proposer
from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.symbols.source_files import FilesInMemory
from workhorse_core.workspace.project import Project
from workhorse_core.workspace.python_files import index_project


def index_of(files: Mapping[str, bytes]) -> SymbolIndex:
    """Index files."""
    return SymbolIndex(FilesInMemory(files), inner_imports=True)


def facts_of(files: Mapping[str, bytes], python: int = 11) -> ProjectFacts:
    """Read the slots of files; ``python`` is the oldest minor version."""
    return read_facts(index_of(files), python)


def propose(project: Project, trace: str = "") -> Proposer:
    """Gather the evidence on a project."""
    return Proposer(project, index_project(project), trace)
