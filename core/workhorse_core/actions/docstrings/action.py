"""The action that adds docstrings, and with ``rewrite`` mends those that do not match their signature.

Imports that an offer does not need are deferred: a menu and a job by rules start sooner.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workhorse_core.actions.docstrings.convention import Convention
from workhorse_core.actions.docstrings.eligibility.exemptions import (
    Inclusion,
    find_exemption,
)
from workhorse_core.actions.docstrings.info import INFO
from workhorse_core.actions.docstrings.render.placement import (
    NoPlacement,
    docstring_node,
    find_placement,
)
from workhorse_core.languages.language import RegionKind
from workhorse_core.languages.python.definitions import node_of
from workhorse_core.languages.python.docstring.content import Style
from workhorse_core.languages.python.docstring.read import read_docstring
from workhorse_core.languages.python.signature import read_signature
from workhorse_core.pipeline.action import Action, Work
from workhorse_core.pipeline.region import Region
from workhorse_core.pipeline.task import Task
from workhorse_core.settings.config import Config
from workhorse_core.tools.linter_settings import LinterSettings
from workhorse_core.workspace.project import Project

if TYPE_CHECKING:
    from workhorse_core.models.probe.exam import Graded

_ANY_CONVENTION = Convention(Style.GOOGLE, 88, LinterSettings())


class DocstringsAction:
    """The docstrings action; see `workhorse_core.pipeline.action.Action`."""

    name = INFO.name
    title = INFO.title
    argument = INFO.argument
    checks: tuple[str, ...] = ("same-code", "syntax", "docstring-signature", "words", "format", "lint")

    def offer(self, region: Region, config: Config) -> str | None:
        """Offer to document a definition that has no docstring and could have one."""
        if region.kind is RegionKind.LINES or docstring_node(node_of(region)) is not None:
            return None
        if region.path.endswith(".pyi") or isinstance(find_placement(region), NoPlacement):
            return None
        return self.title

    def offer_rewrite(self, region: Region, config: Config) -> str | None:
        """Offer to mend a docstring that does not match its signature."""
        node = docstring_node(node_of(region))
        if node is None or not isinstance(node.value, str) or region.kind is RegionKind.MODULE:
            return None
        from workhorse_core.actions.docstrings.render.mismatch import find_mismatch

        signature = read_signature(region)
        if region.kind is RegionKind.CLASS and signature.constructor is None:
            return None  # its constructor is inherited, or not in the excerpt
        return "Rewrite docstring" if find_mismatch(read_docstring(node.value), signature) else None

    def is_wanted(self, region: Region, config: Config) -> bool:
        """Return whether a task for the whole file would document this region, judged by the region alone."""
        inclusion = Inclusion(config.docstrings.private, config.docstrings.tests, (), region.path)
        return find_exemption(region, _ANY_CONVENTION, inclusion) is None

    def exam(self) -> "Sequence[Graded]":
        """Return questions about functions of our own."""
        from workhorse_core.actions.docstrings.prompt.exam import make_exam

        return make_exam()

    def start(self, task: Task, project: Project) -> Work:
        """Start on a task; files are read lazily.

        Raises:
            UsageError: An option is unknown, or its value invalid.
        """
        from workhorse_core.actions.docstrings.options import read_options
        from workhorse_core.actions.docstrings.work import DocstringsWork

        return DocstringsWork(task, project, read_options(task.options))


ACTION: Action = DocstringsAction()
