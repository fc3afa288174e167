"""Progress of one task, computed from its worker's messages."""

from dataclasses import dataclass

from workhorse_core.services.workers.protocol import CheckRan, Message, RegionDrafted, RegionsFound, TaskBegan

_DRAFTED, _CHECKED = 80, 98
"""Percentages at which everything is drafted, and everything is checked."""
_CHECKS = 8
"""About as many checks run; only the percentage depends on it."""


@dataclass(slots=True)
class Progress:
    """A task's percentage, its step in words, and its job once there is one.

    ``alone`` is a sentence and a hint on why rules work alone, "" if a model is asked or none is wanted.
    """

    percentage: int = 0
    message: str = ""
    job: str | None = None
    alone: str = ""
    regions: int = 0
    drafted: int = 0
    checked: int = 0

    def update(self, message: Message) -> bool:
        """Take in a message; return whether it changed what is shown."""
        match message:
            case TaskBegan():
                self.message = f"asking {message.model}" if message.model else "by rules"
                self.alone = f"{message.reason} {message.hint}".strip()
            case RegionsFound():
                self.regions, self.job = message.regions, message.job
                self.message = f"{message.regions} to do"
            case RegionDrafted():
                self.drafted = min(self.drafted + message.drafted, self.regions)
                self.percentage = _DRAFTED * self.drafted // max(self.regions, 1)
                self.message = f"drafting {self.drafted}/{self.regions} {message.name}"
            case CheckRan():
                self.checked += 1
                self.percentage = min(_DRAFTED + self.checked * (_CHECKED - _DRAFTED) // _CHECKS, _CHECKED)
                self.message = f"checking {message.name} {message.status.value}"
            case _:
                return False
        return True
