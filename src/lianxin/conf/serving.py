"""One process tree: the web server and the workers as children of the process that the person started."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

log = logging.getLogger(__name__)
GRACE_S = 8.0
SET_PARENT_DEATH_SIGNAL = 1


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent is gone, however it went. Work cut off is done again later."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it went before we asked


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(url: str) -> bool:
    """Whether a server replies at all, with whatever status."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@dataclass
class Child:
    """A program that is kept running. It leads a process group, so that nothing of it outlives it."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    start_after: float = 0.0

    def start(self) -> None:
        bound = partial(die_with, os.getpid())
        self.process = subprocess.Popen(self.command, process_group=0, preexec_fn=bound)  # noqa: S603, PLW1509
        self.started_at = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def tend(self) -> None:
        """Start it again if it died, later each time it dies young."""
        if self.is_running():
            return
        if self.process is not None:
            log.warning("%s ended with %s and is started again", self.name, self.process.returncode)
            self.signal_group(signal.SIGKILL)
            self.process = None
            self.failures = self.failures + 1 if time.monotonic() - self.started_at < 10 else 0
            self.start_after = time.monotonic() + min(10.0, 0.5 * self.failures)
        if time.monotonic() >= self.start_after:
            self.start()


def server(host: str, port: int, *, workers: int) -> Child:
    """Granian: processes of two blocking threads each, WSGI."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "2", "--no-ws", "--log-level", "warning"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", str(int(GRACE_S) - 2)]
    if certificate := os.environ.get("LIANXIN_TLS_CERTIFICATE"):
        command += ["--ssl-certificate", certificate, "--ssl-keyfile", os.environ["LIANXIN_TLS_KEY"]]
    return Child("server", [*command, "lianxin.conf.wsgi:application"])


def job_worker(number: int) -> Child:
    return Child(f"worker {number}", [sys.executable, "-m", "lianxin.conf.cli", "worker"])


@dataclass
class Tree:
    """The children, from start to stop."""

    children: list[Child]
    is_stopping: bool = field(default=False)

    def stop(self, *_: object) -> None:
        self.is_stopping = True

    def start(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        for child in self.children:
            child.start()

    def wait_until_it_answers(self, url: str, seconds: float = 30) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_stopping:
            if answers(url):
                return True
            time.sleep(0.05)
        return False

    def keep_running(self) -> None:
        """Until told to stop."""
        while not self.is_stopping:
            for child in self.children:
                child.tend()
            time.sleep(0.2)

    def end(self) -> None:
        """Ask every child to stop, then make sure that nothing is left of any."""
        for child in self.children:
            if child.is_running() and child.process is not None:
                child.process.terminate()
        until = time.monotonic() + GRACE_S
        while any(c.is_running() for c in self.children) and time.monotonic() < until:
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
