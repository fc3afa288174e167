"""``make try``: the main job on a copy of the sample project, by rules alone, no model server needed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLE = Path(__file__).parent / "inventory"
BESIDE = Path(sys.executable).parent
POINTING_ELSEWHERE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"}
WORKHORSE = [sys.executable, "-I", "-m", "workhorse_cli.main"]


def main() -> int:
    """Copy the sample, make it a repository, document it with Workhorse, and print the next commands."""
    root = Path(tempfile.mkdtemp(prefix="workhorse-try-")) / "inventory"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    prepare(root)
    sys.stdout.write(f"A copy of the sample project is in {root}\n\n$ workhorse docstrings src --engine rules\n\n")
    sys.stdout.flush()
    done = subprocess.run([*WORKHORSE, "docstrings", "src", "--engine", "rules"], cwd=root, check=False)
    if done.returncode == 0:
        sys.stdout.write(NEXT.format(root=root, program=BESIDE / "workhorse"))
    return done.returncode


def prepare(root: Path) -> None:
    """Make a repository with one commit; its own settings, so that it needs none of the user's."""
    git = ["git", "-C", str(root)]
    environment = {name: value for name, value in os.environ.items() if name not in POINTING_ELSEWHERE}
    for command in (
        [*git, "init", "--quiet"],
        [*git, "config", "user.name", "Try Workhorse"],
        [*git, "config", "user.email", "try@localhost"],
        [*git, "config", "commit.gpgsign", "false"],
        [*git, "add", "--all"],
        [*git, "commit", "--quiet", "--no-verify", "--message", "Begin"],
    ):
        subprocess.run(command, check=True, env=environment)


NEXT = """
Nothing has changed in the project yet. To approve it and merge it there:

  cd {root}
  {program} approve @
  {program} merge @
  git log -p -1
"""


if __name__ == "__main__":
    sys.exit(main())
