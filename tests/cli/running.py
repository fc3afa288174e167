"""Helpers of these tests for running the command line."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROGRAM = [sys.executable, "-I", "-m", "workhorse_cli.main"]
SHOP = '''\
"""A shop."""


class Shop:
    """Sells things."""

    # Return the number of goods on sale.
    def __len__(self) -> int:
        return 3

    # Return whether customers may come in.
    def is_open(self) -> bool:
        return True


# Return whether two divides the number.
def is_even(number: int) -> bool:
    return number % 2 == 0


def frobnicate(number):
    while number > 9:
        number = knead(number)
    return number
'''


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Workhorse = Callable[..., Result]


def git(*arguments: str, folder: Path | None = None) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
