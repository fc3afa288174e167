"""The ways of asking that a model may be best at."""

from enum import StrEnum


class Asking(StrEnum):
    """Way in which a question with several is asked; the first is the default, before any probe."""

    LINES = "plain lines"
    JSON = "JSON"
    NONE = "none works"
