import os
import subprocess
import sys
from pathlib import Path

from cli.running import PROGRAM, git

ROOT = Path(__file__).parents[2]


def test_the_page_of_commands_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "docs/make_commands.py"), "--check"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_make_try_runs_without_a_git_name_and_its_printed_commands_work(tmp_path: Path) -> None:
    """Run `make try` with a git that has no user name, then the commands that it prints."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "GIT_CONFIG_GLOBAL": os.devnull}
    script = ROOT / "examples" / "try.py"
    tried = subprocess.run(
        [sys.executable, "-I", str(script)], env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "✓ same-code" in tried.stdout
    assert "ValueError: If" in tried.stdout
    (root,) = tmp_path.glob("workhorse-try-*/inventory")
    assert f"cd {root}\n" in tried.stdout
    assert git("status", "--porcelain", folder=root) == ""
    for arguments in (["approve", "@"], ["merge", "@"]):
        assert f" {' '.join(arguments)}\n" in tried.stdout
        done = subprocess.run([*PROGRAM, *arguments], env=environment, capture_output=True, text=True, cwd=root)
        assert done.returncode == 0, done.stderr
    assert "Workhorse-Job:" in git("log", "-1", "--format=%B", folder=root)
