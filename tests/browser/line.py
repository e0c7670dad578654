"""A line between a browser and a server that can be cut: for the worker of a page as well as for the page itself."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Line:
    """Passes bytes on to a server, unless it is cut."""

    to: tuple[str, int]
    ear: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    open: list[socket.socket] = field(default_factory=list)
    is_cut: bool = False

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ear.getsockname()[1]}"

    def cut(self) -> None:
        self.is_cut = True
        for end in self.open:
            end.close()
        self.open.clear()

    def mend(self) -> None:
        self.is_cut = False

    def listen(self) -> None:
        while True:
            try:
                near, _address = self.ear.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(self.to)
            except OSError:
                near.close()
                continue
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while piece := one.recv(65536):
            other.sendall(piece)
    except OSError:
        pass
    for end in (one, other):
        end.close()


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to a running server, torn down at the end."""
    parts = urlsplit(url)
    line = Line((parts.hostname or "localhost", parts.port or 80))
    threading.Thread(target=line.listen, daemon=True).start()
    yield line
    line.cut()
    line.ear.close()
