"""Description of the action for every door."""

from workhorse_core.actions.action_info import CHOICE, FLAG, TEXT, ActionInfo, Option

INFO = ActionInfo(
    name="docstrings",
    title="Add docstring",
    summary="Add missing docstrings.",
    noun="docstrings",
    lack="no docstring",
    options=(
        Option("rewrite", FLAG, "Also correct docstrings that do not match their signature."),
        Option(
            "remove",
            TEXT,
            "With --rewrite: delete the entries of these names, which no longer exist.",
            metavar="NAMES",
        ),
        Option("fill", FLAG, "Also write docstrings that only repeat the name or the base class."),
        Option("private", FLAG, "Document private names as well."),
        Option(
            "style",
            CHOICE,
            "The docstring style; what the project already uses by default.",
            choices=("google", "numpy", "sphinx"),
        ),
    ),
    autofix=True,
)
