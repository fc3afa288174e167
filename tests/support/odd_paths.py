"""Paths that git can hold and that diffs, shells and parsers get wrong."""

import os

from hypothesis import strategies as st

ODD_PATHS = (
    "part b/x.py",
    "a/b/a/b b/x.py",
    "b",
    "x b/x b/x",
    'quote".py',
    "tab\t.py",
    "new\nline.py",
    "return\r.py",
    "trailing ",
    "blank /x.py",
    " leading.py",
    "back\\slash.py",
    "\udcff\udcfe.py",
    "\u00fc/\u6f22\u5b57.py",
    "line\u2028separator.py",
    "-option.py",
    "--",
    "0:stage.py",
    ":magic.py",
    "*.py",
    "[a].py",
    "dev/null",
    "a => b.py",
    "@@ -1 +1 @@",
    "HEAD",
)
"""Each with its own first step, so that all of them fit into one folder."""

_STEP = st.lists(st.sampled_from([bytes([byte]) for byte in range(1, 256) if byte != 47]), min_size=1, max_size=6)
_WORDS = st.lists(
    st.sampled_from([b"a", b"b", b" ", b" b", b"\t", b'"', b"\\", b"\n", b"\xff", b"\xc3\xbc"]), min_size=1
)


def _is_plain_step(step: bytes) -> bool:
    return step not in (b".", b"..") and not step.lower().startswith(b".git")


def odd_paths() -> st.SearchStrategy[str]:
    """Any path that git can hold, most of them odd."""
    step = (_STEP | _WORDS).map(b"".join).map(lambda raw: raw[:200]).filter(_is_plain_step)
    return st.lists(step, min_size=1, max_size=3).map(b"/".join).map(os.fsdecode)
