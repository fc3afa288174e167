"""Description of the action for every door."""

from workhorse_core.actions.action_info import FLAG, SWITCH, TEXT, ActionInfo, Option

INFO = ActionInfo(
    name="hints",
    title="Add type hints",
    summary="Add missing type hints.",
    noun="type hints",
    lack="no type hints",
    promise="Each annotation is kept only when it holds by itself.",
    options=(
        Option("rewrite", FLAG, "Also turn # type: comments into annotations."),
        Option("runtime", FLAG, "Also where annotations are read at run time."),
        Option("uncover", FLAG, "Also where the project's own type checker then reports more errors in the bodies."),
        Option("tests", SWITCH, "Run the project's tests before and after; the default in a trusted project."),
        Option(
            "trace",
            TEXT,
            'Run the project\'s tests and note the types: --trace "pytest tests".',
            metavar="COMMAND",
        ),
    ),
    report="Only report how much is annotated; write nothing.",
    covered="annotated",
)
