"""The errors that Workhorse raises on purpose, as a tree.

    WorkhorseError                  what the user can read and do something about
    ├── UsageError                  the request itself makes no sense
    ├── ConfigError                 a setting that the file may not have
    ├── TargetError                 the named code cannot be worked on
    ├── EndpointError               the model server did not give a usable answer
    │   ├── EndpointUnreachable     the address does not answer
    │   ├── EndpointBusy            it is loading its model, or has too much to do
    │   ├── EndpointRefused         its address may not be sent code to
    │   ├── PromptTooLong           the region and its context do not fit
    │   ├── AnswerTruncated         the answer was cut off
    │   └── AnswerMalformed         the answer is not what was asked for
    ├── PatchError                  edits that do not fit together or to their file
    ├── RepositoryError             git refused
    │   └── NotARepository          there is no git repository here
    ├── LedgerError                 the record of jobs cannot be read or written
    ├── JobError                    no such job, or not in a state for this
    └── LandingRefused              landing would not be safe; nothing was changed
        └── LandingOvertaken        what was planned no longer fits what is there

Anything else that is raised is a bug. An outcome (a draft refused, a check failed) is a value, not an error.
"""


class WorkhorseError(Exception):
    """An error that the user can read and act on.

    Args:
        message: One sentence: what could not be done, and why.
        hint: What to try next, naming a command where there is one.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(WorkhorseError):
    """The request itself makes no sense."""


class ConfigError(WorkhorseError):
    """A configuration file holds a setting that it may not have."""


class TargetError(WorkhorseError):
    """The named code cannot be worked on: it is missing, does not parse, or is out of bounds."""


class EndpointError(WorkhorseError):
    """The model server did not give a usable answer."""


class EndpointUnreachable(EndpointError):
    """The endpoint's address does not answer."""


class EndpointBusy(EndpointError):
    """The server is loading its model, or has too much to do: later it may answer."""


class EndpointRefused(EndpointError):
    """The endpoint's address may not be sent code to."""


class PromptTooLong(EndpointError):
    """The region and its context do not fit into the model's context."""


class AnswerTruncated(EndpointError):
    """The answer was cut off: by a limit, or because the stream ended without a finish."""


class AnswerMalformed(EndpointError):
    """The answer is not what was asked for."""


class PatchError(WorkhorseError):
    """Edits that do not fit together, or do not fit to their file."""


class RepositoryError(WorkhorseError):
    """Git refused."""


class NotARepository(RepositoryError):
    """There is no git repository here."""


class LedgerError(WorkhorseError):
    """The record of jobs cannot be read or written."""


class JobError(WorkhorseError):
    """There is no such job, or it is not in a state for this."""


class LandingRefused(WorkhorseError):
    """Landing would not be safe; nothing was changed."""


class LandingOvertaken(LandingRefused):
    """The plan no longer fits the repository, so nothing was changed; a new plan may fit."""
