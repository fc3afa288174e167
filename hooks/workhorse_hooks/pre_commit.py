"""``pre-commit``: look at what is about to be committed, and report, fix or refuse."""

import os
import sys

from workhorse_hooks.environment import open_environment
from workhorse_hooks.quick_settings import pending_file, read_settings
from workhorse_hooks.scan import may_lack, read_diff

REFUSED = 79
"""Exit code that makes a shim stop git: a broken interpreter does not end with it by accident."""
_LARGEST_COMMIT = 8_000_000


def run_pre_commit(git_dir: str, common_dir: str, diff: bytes) -> int:
    """Look at a commit that is about to be made.

    Args:
        git_dir: The work tree's own git folder; the current folder is the top of the work tree.
        common_dir: The common git folder.
        diff: Output of git with `workhorse_hooks.scan.DIFF`.

    Returns:
        0, or `REFUSED`.
    """
    if os.path.exists(pending_file(common_dir)):
        from workhorse_hooks.pending_notice import report_pending

        report_pending(common_dir)
    root = os.getcwd()
    settings = read_settings(git_dir, root)
    mode = settings.modes["pre-commit"]
    if mode in ("off", "draft"):
        return 0  # what is drafted is what was committed: post-commit sees to it
    if len(diff) > _LARGEST_COMMIT:
        print("workhorse: this commit is too large to look at.", file=sys.stderr)
        return 0
    suspects = [changed for changed in read_diff(diff) if may_lack(changed, settings.wanted)]
    if not suspects:
        return 0
    from workhorse_hooks.findings import find_lacking

    lacking = find_lacking(suspects, settings.wanted, root)
    if lacking and mode == "fix":
        open_environment()
        from workhorse_hooks.autofix import autofix

        lacking = autofix(lacking, suspects, settings.wanted, root)
    if not lacking:
        return 0
    from workhorse_hooks.findings import print_lacking

    print_lacking(lacking, refused=mode == "block")
    return REFUSED if mode == "block" else 0


def read_input() -> bytes:
    """Read the diff that the shim's git writes, and no more of it than is looked at."""
    data = b""
    while len(data) <= _LARGEST_COMMIT and (more := os.read(0, 1 << 20)):
        data += more
    return data
