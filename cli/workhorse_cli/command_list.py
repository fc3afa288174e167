"""The list of commands, each with its line in ``--help`` and the module that holds it."""

from typing import TYPE_CHECKING

from workhorse_core.actions.catalog import ACTIONS, describe
from workhorse_core.system.named_tuple import NamedTuple

if TYPE_CHECKING:
    from click import Command


class CommandEntry(NamedTuple):
    """One command: its module holds a click command called ``command``; ``title`` is its line in ``--help``."""

    name: str
    module: str
    title: str

    def load(self) -> "Command":
        """Import the command."""
        from importlib import import_module

        command: Command = import_module(self.module).command
        return command


class ActionEntry(NamedTuple):
    """The command of one action, made from its description in the catalog when it is called."""

    name: str

    @property
    def title(self) -> str:
        """Its line in ``--help``."""
        return describe(self.name).summary

    def load(self) -> "Command":
        """Make the command."""
        from workhorse_cli.action_command import make_command

        return make_command(describe(self.name))


COMMANDS = (
    CommandEntry("jobs", "workhorse_cli.commands.jobs", "List the jobs that wait for you, newest first."),
    CommandEntry("show", "workhorse_cli.commands.show", "Show a job: task, regions, checks, verdicts."),
    CommandEntry("diff", "workhorse_cli.commands.diff", "Print a job's unified diff, as git would."),
    CommandEntry("approve", "workhorse_cli.commands.approve", "Approve a job, or parts of it, for merging."),
    CommandEntry("reject", "workhorse_cli.commands.reject", "Reject a job with a reason."),
    CommandEntry("merge", "workhorse_cli.commands.merge", "Commit an approved job on the current branch."),
    CommandEntry("retry", "workhorse_cli.commands.retry", "Draft a job again with your note."),
    CommandEntry("discard", "workhorse_cli.commands.discard", "Remove a job's branch; its record stays."),
    CommandEntry("resume", "workhorse_cli.commands.resume", "Continue interrupted jobs."),
    CommandEntry("audit", "workhorse_cli.commands.audit", "Check that commits hold what was approved."),
    CommandEntry("probe", "workhorse_cli.commands.probe", "Measure how your model answers."),
    CommandEntry("hooks", "workhorse_hooks.command", "Install the git hooks, and see what they do."),
    CommandEntry("up", "workhorse_cli.commands.up", "Find a model server, or start one."),
    CommandEntry("down", "workhorse_cli.commands.down", "Unload the model; stop what up started."),
    CommandEntry("models", "workhorse_cli.commands.models", "List the installed models."),
    CommandEntry("doctor", "workhorse_cli.commands.doctor", "Check what works here, and name the next step."),
    CommandEntry("lsp", "workhorse_cli.commands.lsp", "Serve an editor: code actions, progress, review."),
    CommandEntry("config", "workhorse_cli.commands.config", "Print every setting and its origin."),
    CommandEntry("trust", "workhorse_cli.commands.trust", "Let this repository's configuration name commands."),
)
"""In the order of ``--help``, after those of the actions; a new command is one file and one line here."""


def list_entries() -> list[ActionEntry | CommandEntry]:
    """Return every command in the order of ``--help``: the actions of the catalog first."""
    return [*map(ActionEntry, ACTIONS), *COMMANDS]
