from workhorse_core.actions.action_info import CHOICE, FLAG, SWITCH, TEXT, ActionInfo, Option

INFO = ActionInfo(
    name="shout",
    title="Add shout",
    summary="Add missing shouts.",
    noun="shouts",
    lack="no shout",
    promise="Each shout is kept.",
    options=(
        Option("twice", FLAG, "Shout twice."),
        Option("echo", SWITCH, "Hear it again."),
        Option("mood", CHOICE, "How to shout.", choices=("glad", "angry")),
        Option("after", TEXT, "Whom to copy.", metavar="PERSON"),
    ),
    report="Only count shouts.",
    covered="shouted at",
    autofix=True,
)
