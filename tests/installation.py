"""An installation of its own in a folder, driven by its commands, on the kind of database of the test run."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

SRC = str(Path(__file__).resolve().parents[1] / "src")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


def new_database(url: str) -> str:
    """A new database on the same PostgreSQL."""
    import psycopg

    name = f"own_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.rsplit("/", 1)[0] + f"/{name}"


class Installation:
    """`run` a command to its end, or `serve` in the background; `close` ends what still runs."""

    def __init__(self, home: Path, *, url: str | None = None, **env: str) -> None:
        self.home, self.port = home, free_port()
        self.env = {**os.environ, "PYTHONPATH": SRC, "LIANXIN_HOME": str(home), "PYTHONUNBUFFERED": "1", **env}
        given = os.environ.get("LIANXIN_DATABASE_URL", "") if url is None else url
        if given.startswith("postgres"):
            given = new_database(given) if url is None else given
        self.env["LIANXIN_DATABASE_URL"] = given
        self.started: list[subprocess.Popen[str]] = []

    def run(self, *args: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run a command and check how it ends."""
        command = [sys.executable, "-m", "lianxin.conf.cli", *args]
        answer = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=300)
        assert answer.returncode == code, answer.stderr
        return answer

    def json(self, *args: str, code: int = 0) -> Any:
        return json.loads(self.run(*args, "--format", "json", code=code).stdout)

    def python(self, program: str) -> str:
        """Run a program with Django set up; what it prints."""
        program = f"import django; django.setup()\n{program}"
        env = {**self.env, "DJANGO_SETTINGS_MODULE": "lianxin.conf.settings"}
        answer = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=300)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def start(self, *args: str, **env: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "lianxin.conf.cli", *args]
        env = {**self.env, **env}
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.started.append(process)
        return process

    def serve(self) -> "subprocess.Popen[str]":
        """The process tree, once it answers."""
        tree = self.start("serve", "--port", str(self.port), "--server-processes", "1")
        assert tree.stdout is not None
        assert str(self.port) in tree.stdout.readline()
        return tree

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as reply:
            return int(reply.status)

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                below = children(process.pid)
                process.send_signal(signal.SIGKILL)
                gone(below)
            process.wait()
