"""Files that other programs or projects wrote, as linters and package managers mark them."""

import re
from functools import lru_cache
from pathlib import PurePosixPath

from workhorse_core.languages.python.source import PythonSource
from workhorse_core.system.lazy_regex import late_pattern

_HEAD = 40
"""Lines at the top of a file in which it is marked."""
_GENERATED = late_pattern(
    rb"@generated\b|\bdo not (?:edit|modify)\b|\b(?:this file|code|file) (?:is|was|has been) "
    rb"(?:auto(?:matically|-)? ?)?generated\b|\bauto-?(?:matically)?[ -]?generated\b"
    rb"|^\W*(?:this |the )?(?:file |code )?generated (?:by|from|with|using)\b",
    re.IGNORECASE,
)
_WHOLE_FILE_NOQA = late_pattern(
    rb"^[ \t\f]*#[ \t]*(?:(?:ruff|flake8)\s*:\s*noqa\s*$|pylint:\s*skip-file)", re.MULTILINE
)
_NAMES = ("_pb2.py", "_pb2_grpc.py", "_rc.py")
_VENDORED = frozenset(
    {
        *("vendor", "_vendor", "vendored", "_vendored", "vendors", "third_party", "thirdparty", "third-party"),
        *("extern", "_extern", "node_modules", "site-packages", "bower_components"),
    }
)


@lru_cache(maxsize=8)  # the regions of a file come one after the other
def foreign_reason(source: PythonSource) -> str | None:
    """Return the reason why a file is not edited here: it is generated, vendored, or kept from every linter."""
    *folders, name = PurePosixPath(source.path).parts
    if vendored := next((folder for folder in folders if folder in _VENDORED), None):
        return f"it is vendored, in {vendored}"
    if name.endswith(_NAMES):
        return "it is generated, by its name"
    head = source.lines[:_HEAD]
    comments = (line for line in head if line.lstrip().startswith(b"#"))
    if any(_GENERATED.search(line.lstrip(b" \t#")) for line in comments):
        return "a comment at its top says that it is generated"
    if any(_WHOLE_FILE_NOQA.search(line) for line in source.lines):
        return "a comment exempts the whole file from linting"
    return None
