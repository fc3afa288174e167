"""Descriptions of actions in words and options, for every door: help pages, menus, hooks and reports.

Plain classes: a git hook and ``workhorse --help`` read them, and dataclasses or named tuples would cost more to
import than all the words.
"""

FLAG, SWITCH, CHOICE, TEXT = "flag", "switch", "choice", "text"
"""Kinds of options: given or not; yes, no or not given; one of some words; any text."""


class Option:
    """One option of an action: ``name`` is its key in `workhorse_core.pipeline.task.Task.options`, ``words`` its help.

    ``choices`` are the words of a `CHOICE`, ``metavar`` stands for the value of a `TEXT` in help pages. Flags and
    switches come to the action as "yes" or "no"; an option that is not given does not come at all.
    """

    __slots__ = ("choices", "kind", "metavar", "name", "words")

    def __init__(
        self,
        name: str,
        kind: str,
        words: str,
        choices: tuple[str, ...] = (),
        metavar: str = "VALUE",
    ) -> None:
        self.name = name
        self.kind = kind
        self.words = words
        self.choices = choices
        self.metavar = metavar


class ActionInfo:
    """Description of one action.

    Args:
        name: Its name on the command line, in settings, branches and JSON: "docstrings".
        title: Menu entry for one region: "Add docstring".
        summary: One sentence for help pages: "Add missing docstrings."
        noun: Plural of what it adds: "docstrings".
        lack: State of a definition that needs it: "no docstring"; "" where git hooks cannot look for it. An action
            with such words has a module ``quick``, see `workhorse_core.actions.catalog.quick_look`.
        promise: A sentence on what is kept, for its help page.
        argument: What the user must be asked for ("the new name"), None where nothing is; the answer comes as the
            option of that name.
        options: Its own options on the command line, in the order of its help page.
        report: Help of its ``--report``, which measures and writes nothing; "" where it measures nothing. An action
            with a report is `workhorse_core.actions.coverage.Measuring`.
        covered: What a place is once the action was there, for reports: "annotated".
        autofix: Whether its rules are quick enough for a commit to wait for them (hooks in the mode ``fix``).
    """

    __slots__ = (
        "argument",
        "autofix",
        "covered",
        "lack",
        "name",
        "noun",
        "options",
        "promise",
        "report",
        "summary",
        "title",
    )

    def __init__(
        self,
        *,
        name: str,
        title: str,
        summary: str,
        noun: str,
        lack: str = "",
        promise: str = "",
        argument: str | None = None,
        options: tuple[Option, ...] = (),
        report: str = "",
        covered: str = "done",
        autofix: bool = False,
    ) -> None:
        self.name = name
        self.title = title
        self.summary = summary
        self.noun = noun
        self.lack = lack
        self.promise = promise
        self.argument = argument
        self.options = options
        self.report = report
        self.covered = covered
        self.autofix = autofix

    def has_option(self, name: str) -> bool:
        """Return whether the action takes an option of this name."""
        return any(option.name == name for option in self.options)
