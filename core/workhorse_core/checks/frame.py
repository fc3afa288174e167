"""What is read of a file before any of its code: the line that starts the program, and the line ends."""

from workhorse_core.checks.code_file import ENDS
from workhorse_core.checks.code_tree import DiffersError


def check_frame(before: bytes, after: bytes) -> None:
    """Compare the first line where it starts the program, and which line ends there are.

    Raises:
        DiffersError: They are not the same.
    """
    if (before.startswith(b"#!") or after.startswith(b"#!")) and _first_line(before) != _first_line(after):
        raise DiffersError("bytes", "The first line, which starts the program, is another one.")
    known, kinds = set(ENDS.findall(before)), set(ENDS.findall(after))
    if kinds - known if known else len(kinds) > 1:
        raise DiffersError("bytes", "Line ends of another kind were added.")


def _first_line(data: bytes) -> bytes:
    return ENDS.split(data, maxsplit=1)[0]
