import os
import signal
import socket
import time
from pathlib import Path

import pytest

from installation import Installation, children, gone


@pytest.fixture
def here(tmp_path):
    made = Installation(tmp_path)
    yield made
    made.close()


def test_it_serves_says_where_and_stops_with_all_its_children(here):
    first = here.serve()
    assert here.get("/health/") == 200
    until = time.monotonic() + 30
    while len(below := children(first.pid)) < 3 and time.monotonic() < until:
        time.sleep(0.1)  # the server answers before the worker is there
    assert len(below) >= 3
    first.send_signal(signal.SIGINT)
    assert first.wait(15) == 0
    assert gone(below, 1)
    here.serve()
    assert here.get("/health/") == 200


def test_a_child_that_dies_is_started_again_and_none_outlives_a_killed_parent(here):
    tree = here.serve()
    direct = [int(p) for p in Path(f"/proc/{tree.pid}/task/{tree.pid}/children").read_text().split()]
    everything = children(tree.pid)
    for pid in direct:
        os.kill(pid, signal.SIGKILL)
    assert gone(everything)
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            assert here.get("/health/") == 200
            break
        except OSError:
            time.sleep(0.1)
    else:
        pytest.fail("the server did not come back")
    below = children(tree.pid)
    assert not set(below) & set(everything)
    tree.kill()
    assert gone(below)


def test_a_taken_port_is_refused_with_a_sentence(here):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", here.port))
        taken.listen()
        answer = here.run("serve", "--port", str(here.port), code=1)
    assert str(here.port) in answer.stderr
    assert "Traceback" not in answer.stderr
