import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SRC = str(Path(__file__).resolve().parents[2] / "src")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    """All processes below `pid`."""
    below = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return below + [deeper for child in below for deeper in children(child)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], seconds: float = 12) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


class Served:
    """`lianxin serve` in a folder of its own, on the database of the test run."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        env = {**os.environ, "PYTHONPATH": SRC, "LIANXIN_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lianxin.conf.cli", "serve", "--port", str(self.port), "--server-processes", "1"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def health(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as reply:
            return reply.status

    def kill(self) -> None:
        if self.process.poll() is None:
            below = children(self.process.pid)
            self.process.kill()
            gone(below)
        self.process.wait()


@pytest.fixture
def served(tmp_path):
    started: list[Served] = []

    def start() -> Served:
        started.append(Served(tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def test_it_serves_says_where_and_stops_with_all_its_children(served):
    first = served()
    assert str(first.port) in first.wait()
    assert first.health() == 200
    below = children(first.process.pid)
    assert len(below) >= 3
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(15) == 0
    assert gone(below, 1)
    began = time.monotonic()
    second = served()
    assert str(second.port) in second.wait()
    assert time.monotonic() - began < 5


def test_a_child_that_dies_is_started_again_and_none_outlives_a_killed_parent(served):
    tree = served()
    tree.wait()
    direct = [int(p) for p in Path(f"/proc/{tree.process.pid}/task/{tree.process.pid}/children").read_text().split()]
    everything = children(tree.process.pid)
    for pid in direct:
        os.kill(pid, signal.SIGKILL)
    assert gone(everything)
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            assert tree.health() == 200
            break
        except OSError:
            time.sleep(0.1)
    else:
        pytest.fail("the server did not come back")
    below = children(tree.process.pid)
    assert not set(below) & set(everything)
    tree.process.kill()
    assert gone(below)


def test_a_taken_port_is_refused_with_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, "-m", "lianxin.conf.cli", "serve", "--port", str(port)],
            env={**os.environ, "PYTHONPATH": SRC, "LIANXIN_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )
    assert answer.returncode == 1
    assert str(port) in answer.stderr
    assert "Traceback" not in answer.stderr
