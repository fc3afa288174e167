import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from workhorse_core.system.processes import end_process, is_running, start_token

WAITS = "import sys, time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WAITS


@contextmanager
def started(program: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen([sys.executable, "-I", "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_running_process_has_a_token_that_stays_the_same() -> None:
    token = start_token(os.getpid())
    assert token
    assert start_token(os.getpid()) == token
    assert is_running(os.getpid(), token)


def test_zombie_has_no_token_and_is_not_running() -> None:
    with started(WAITS) as (process, _):
        token = start_token(process.pid)
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the table of processes
        assert start_token(process.pid) == ""
        assert not is_running(process.pid, token)


def test_process_that_took_over_an_id_is_neither_running_nor_ended() -> None:
    with started(WAITS) as (process, _):
        earlier = f"{float(start_token(process.pid)) - 60:.2f}"
        assert not is_running(process.pid, earlier)
        assert end_process(process.pid, earlier)
        assert process.poll() is None


def test_malformed_token_matches_no_process() -> None:
    assert not is_running(os.getpid(), "")
    assert not is_running(os.getpid(), "4711 a boot id")


def test_end_process_ends_one_that_listens() -> None:
    with started(WAITS) as (process, _):
        assert end_process(process.pid, start_token(process.pid))
        assert start_token(process.pid) == ""


def test_end_process_kills_one_that_ignores_sigterm() -> None:
    with started(DEAF) as (process, _):
        assert end_process(process.pid, start_token(process.pid), patience=0.05)
        assert start_token(process.pid) == ""


def test_first_process_of_the_system_is_never_touched() -> None:
    assert start_token(1) == ""
