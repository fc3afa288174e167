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
        Option("runtime", FLAG, "Also where annotations are read while the program runs."),
        Option("uncover", FLAG, "Also where it makes the project's own type checker find more in the bodies."),
        Option("tests", SWITCH, "Run the project's tests before and after; a trusted project's always."),
        Option(
            "trace",
            TEXT,
            'Run the project\'s tests and note the types: --trace "pytest tests".',
            metavar="COMMAND",
        ),
    ),
    report="Only say how much is annotated; write nothing.",
    covered="annotated",
)
