"""Syntax errors and warnings of Python's own compiler."""

import ast
import sys
import warnings
from collections.abc import Sequence

from workhorse_core.languages.language import SyntaxFault

OLDEST_GRAMMAR = 7
"""``ast`` cannot refuse what minor versions before this one would refuse."""


def syntax_faults(path: str, data: bytes, oldest: int | None = None) -> Sequence[SyntaxFault]:
    """Compile a file with this Python and, if ``oldest`` is an older minor version of 3, parse it as that.

    A warning (of an invalid escape, in a docstring too) counts as well: where warnings are errors it stops the
    program.
    """
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            compile(data, path, "exec", dont_inherit=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if oldest is not None and oldest < sys.version_info.minor:
                ast.parse(data, path, feature_version=(3, max(oldest, OLDEST_GRAMMAR)))
    except SyntaxError as error:
        return [SyntaxFault(error.lineno or 1, f"{error.msg}")]
    except (ValueError, RecursionError, MemoryError) as error:
        return [SyntaxFault(1, f"cannot be compiled: {error or type(error).__name__}")]
    mine = [warning for warning in warned if warning.filename == path]  # others come from other threads of the process
    return [SyntaxFault(warning.lineno, str(warning.message), is_warning=True) for warning in mine]
