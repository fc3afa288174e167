"""The oldest version of Python that annotations are written for."""

from workhorse_core.languages.python.symbols.index import SymbolIndex
from workhorse_core.languages.python.version_evidence import read_evidence
from workhorse_core.languages.python.visibility import is_test
from workhorse_core.tools.config_files import ConfigFiles
from workhorse_core.tools.oldest_python import OldestPython, read_oldest
from workhorse_core.workspace.project import Project


def target_python(project: Project, index: SymbolIndex) -> OldestPython:
    """Return the oldest version that a project names, or that its modules show, tests and setup scripts aside."""
    paths = (path for path in index.paths if not is_test(path) and path.rpartition("/")[2] != "setup.py")
    modules = (index.at(path) for path in paths)
    return read_oldest(
        ConfigFiles.of(project), (read_evidence(module.tree) for module in modules if module is not None)
    )
