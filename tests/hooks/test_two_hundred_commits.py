"""Two hundred commits while the background worker drafts and ``git add -A`` runs beside them: nothing is lost."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hooks.hooked import BARE, SHOP, Hooked
from workhorse_core.jobs.ledger import Ledger
from workhorse_hooks.queue import Queue
from workhorse_hooks.worker import stop_worker

COMMITS = 200
FOREVER = """
import subprocess, time
while True:
    subprocess.run(['git', 'add', '-A'], capture_output=True)
    time.sleep(0.1)
"""


def picture(shop: Hooked) -> dict[str, bytes]:
    return {
        str(path.relative_to(shop.root)): path.read_bytes()
        for path in shop.root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(shop.root).parts
    }


@pytest.mark.slow
def test_no_change_is_lost(shop: Hooked) -> None:
    shop.install("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg")
    written: dict[str, bytes] = picture(shop)
    other = subprocess.Popen([sys.executable, "-I", "-c", FOREVER], cwd=shop.root)
    drafting = threading.Event()
    try:
        for number in range(COMMITS):
            path = f"package{number % 7}/module{number % 23}.py"
            text = SHOP + BARE.replace("odd", f"odd_{number}") + f"\n\nNUMBER = {number}\n"
            shop.write(path, text)
            written[path] = text.encode()
            commit_stubbornly(shop, number)
            if Path(shop.root, ".git", "workhorse", "hooks", "worker.pid").exists():
                drafting.set()
            assert picture(shop) == written, f"commit {number}"
    finally:
        other.kill()
        other.wait()
    stop_worker(str(shop.root / ".git"))
    (shop.root / ".git" / "index.lock").unlink(missing_ok=True)  # that of the killed git add
    assert drafting.is_set(), "the worker has never run beside a commit"
    shop.git("add", "-A")
    assert picture(shop) == written
    assert {path: shop.git("show", f":{path}").stdout.encode() for path in written} == written
    assert int(shop.out("rev-list", "--count", "HEAD")) == COMMITS + 1
    for number, commit in enumerate(reversed(shop.out("rev-list", "HEAD").split()[:COMMITS])):
        assert f"NUMBER = {number}\n" in shop.out("show", f"{commit}:package{number % 7}/module{number % 23}.py")
    shop.git("fsck", "--strict")
    with Ledger.open(shop.root / ".git" / "workhorse") as ledger:
        assert len(ledger.jobs()) + len(list(Queue(str(shop.root / ".git")).requests())) >= COMMITS


def commit_stubbornly(shop: Hooked, number: int) -> None:
    """Stage and commit as often as it takes: now and then the other git has the lock."""
    for _ in range(2_000):
        shop.git("add", "-A", check=False)
        if "NUMBER" in shop.git("diff", "--cached", check=False).stdout:
            done = shop.git("commit", "-qm", f"Change {number}", check=False)
            if done.returncode == 0:
                return
            assert "index.lock" in done.stderr, done.stderr
    raise AssertionError("the other git has never let go of the lock")
