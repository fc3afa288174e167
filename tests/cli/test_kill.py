import json
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).parent / "kill_driver.py"


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.slow)], ids=lambda kills: f"{kills}-kills")
def test_killing_it_at_any_instant_loses_nothing_and_resume_finishes(tmp_path: Path, kills: int) -> None:
    """Check docstrings, approve and merge: after a kill and resume the user's work is as before, or all has landed."""
    done = subprocess.run(
        [sys.executable, "-I", str(DRIVER), str(tmp_path), str(kills), "7"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sum(found.values()) == kills
    assert found["untouched"] > 0
