"""A mailbox on the loopback that speaks as much of IMAP4rev1 (RFC 3501) as reading mail needs."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ANSWERS_TO_LOGIN = b"* CAPABILITY IMAP4rev1 ID\r\n"


@dataclass
class Box:
    """The mails of the INBOX by their uid (None: the server cannot give it), and the flags they carry."""

    mails: dict[int, bytes | None]
    flags: dict[int, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, asked: str) -> tuple[bytes, str]:
        """What the server says first, and how it ends the command."""
        self.asked.append(asked)
        if asked.startswith("CAPABILITY"):
            return ANSWERS_TO_LOGIN, "OK"
        if asked.startswith("LOGIN"):
            return b"", "OK" if asked == 'LOGIN lx "secret/@pw"' else "NO [AUTHENTICATIONFAILED]"
        if asked.startswith("SELECT"):
            return b"* %d EXISTS\r\n" % len(self.mails), "OK" if asked == 'SELECT "INBOX"' else "NO [NONEXISTENT]"
        if asked.startswith("UID SEARCH"):
            left = [str(uid) for uid in self.mails if not self.flags.get(uid)]
            return f"* SEARCH {' '.join(left)}\r\n".encode(), "OK"
        if found := re.match(r"UID STORE (\d+) \+FLAGS \((.+)\)", asked):
            self.flags.setdefault(int(found[1]), set()).add(found[2])
        if found := re.match(r"UID FETCH (\d+) ", asked):
            raw = self.mails[int(found[1])]
            return (b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (int(found[1]), len(raw), raw) if raw else b""), "OK"
        return b"", "OK"


@contextmanager
def imap_box(*mails: bytes | None, folder: str = "") -> Iterator[Box]:
    """Serve mails until the block ends; `url` is what the settings would name."""
    box = Box(dict(enumerate(mails, 1)))

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, asked = line.decode().strip().split(" ", 1)
                said, end = box.answer(asked)
                self.wfile.write(said + f"{tag} {end} done\r\n".encode())
                if asked == "LOGOUT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        box.url = f"imap://lx:secret%2F%40pw@127.0.0.1:{server.server_address[1]}/{folder}"
        yield box
        server.shutdown()
