import http.server
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from cli.running import PROGRAM, Workhorse, git


class Silent(http.server.BaseHTTPRequestHandler):
    """A model server that names its model and then never answers."""

    asked = threading.Event()
    gone = threading.Event()

    def do_GET(self) -> None:
        body = json.dumps({"object": "list", "data": [{"id": "silent", "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.asked.set()
        self.gone.wait(60)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def silent() -> Iterator[str]:
    Silent.asked.clear()
    Silent.gone.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        Silent.gone.set()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("told", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_an_interrupted_draft_is_resumed(shop: object, silent: str, workhorse: Workhorse, told: signal.Signals) -> None:
    before = git("status", "--porcelain"), git("for-each-ref")
    command = [*PROGRAM, "docstrings", "src", "--engine", "local", "--url", silent]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite in the background hands on its ignored SIGINT
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert Silent.asked.wait(60), "the model was never asked"
    process.send_signal(told)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Interrupted; nothing is half done." in err
    assert (git("status", "--porcelain"), git("for-each-ref")) == before

    (job,) = json.loads(workhorse("jobs", "--json").out)
    assert job["status"] == "drafting"
    assert f"workhorse resume {job['job']}" in err
    resumed = workhorse("resume", job["job"], "--engine", "rules", "--json")
    assert resumed.code == 0
    assert json.loads(resumed.out)["status"] == "verified"


def test_a_background_process_that_ignores_ctrl_c_ends_on_sigterm(shop: object, silent: str) -> None:
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *PROGRAM, "docstrings", "src", "--engine", "local"]
    process = subprocess.Popen([*command, "--url", silent], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert Silent.asked.wait(60), "the model was never asked"
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted; nothing is half done." in err


def test_where_ctrl_c_is_ignored_sigterm_cancels_what_waits_and_lets_it_clean_up() -> None:
    work = """
import asyncio, os, signal, weakref
from workhorse_cli.interruption import run_interruptible

class Thing: ...

async def wait():
    thing = Thing()
    noticed = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGTERM))
    del thing  # an exception of its callback is lost
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        print("cleaned up", flush=True)

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    run_interruptible(wait())
except KeyboardInterrupt:
    print(signal.getsignal(signal.SIGTERM) is signal.default_int_handler)
"""
    ended = subprocess.run([sys.executable, "-I", "-c", work], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("cleaned up\nTrue\n", "")
