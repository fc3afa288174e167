"""Exact test of a git hook for a missing docstring, by the action's own rules, without importing the rest of it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workhorse_core.actions.docstrings.eligibility.exemptions import Inclusion, find_exemption
from workhorse_core.actions.docstrings.render.placement import NoPlacement, docstring_node, find_placement
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.pipeline.region import Region

if TYPE_CHECKING:
    from workhorse_core.actions.docstrings.convention import Convention, Conventions
    from workhorse_core.tools.linter_settings import LinterSettings
    from workhorse_core.workspace.project import Project


def lack_test(settings: Mapping[str, Any], open_project: "Callable[[], Project]") -> Callable[[Region], bool]:
    """Return a test for regions that lack a docstring which the project asks for.

    Args:
        settings: The action's section of the settings, by field.
        open_project: Opens the project; called only when the answer depends on its conventions.
    """
    inclusion = Inclusion(settings["private"], settings["tests"])
    conventions = _LazyConventions(open_project)

    def lacks(region: Region) -> bool:
        if docstring_node(node_of(region)) is not None:
            return False
        convention = _LazyConvention(conventions, region.path)
        return find_exemption(region, convention, inclusion) is None and not isinstance(
            find_placement(region), NoPlacement
        )

    return lacks


class _LazyConventions:
    def __init__(self, open_project: "Callable[[], Project]") -> None:
        self._open_project = open_project
        self._found: Conventions | None = None

    def of(self, path: str) -> "Convention":
        if self._found is None:
            project = self._open_project()  # first: it makes imports from outside of this package possible
            from workhorse_core.actions.docstrings.convention import Conventions

            self._found = Conventions(project)
        return self._found.of(path)


class _LazyConvention:
    """Conventions of one file, read on first use: few definitions depend on them."""

    def __init__(self, conventions: _LazyConventions, path: str) -> None:
        self._conventions = conventions
        self._path = path

    @property
    def settings(self) -> "LinterSettings":
        return self._conventions.of(self._path).settings

    @property
    def documents_inits(self) -> bool:
        return self._conventions.of(self._path).documents_inits
