"""A real IMAP server on this machine, as small as reading a mailbox needs: one folder, one user, mails by number."""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

__all__ = ["Post", "an_imap_server"]

USER, PASSWORD = "bounces@firm.example", "a secret/with:signs"


@dataclass(slots=True)
class Post:
    """What lies in the mailbox, what was read, and how often somebody signed in."""

    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    logins: int = 0
    port: int = 0
    folder: str = "INBOX"
    scheme: str = "imap"

    @property
    def url(self) -> str:
        """Its address with user and password."""
        return f"{self.scheme}://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{self.folder}"


class _Session(socketserver.StreamRequestHandler):
    post: Post

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _blank, said = line.partition(" ")
            command = said.split()[0].upper()
            if command == "UID":
                command = said.split()[1].upper()
            answer = getattr(self, f"_{command.lower()}")(said)
            self._say(f"{tag} {answer or 'OK done'}")
            if command == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _capability(self, _said: str) -> None:
        self._say("* CAPABILITY IMAP4rev1")

    def _login(self, said: str) -> str:
        _login, user, password = said.split(" ", 2)
        if (user.strip('"'), password.strip('"')) != (USER, PASSWORD):
            return "NO wrong"
        self.post.logins += 1
        return ""

    def _select(self, said: str) -> str:
        if f'"{self.post.folder}"' not in said:
            return "NO no such folder"
        self._say(f"* {len(self.post.mails)} EXISTS")
        return "OK [READ-WRITE] done"

    def _search(self, _said: str) -> None:
        unread = [str(at) for at in range(1, len(self.post.mails) + 1) if at not in self.post.seen]
        self._say(" ".join(["* SEARCH", *unread]))

    def _fetch(self, said: str) -> None:
        number = int(said.split()[2])
        mail = self.post.mails[number - 1]
        self._say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}")
        self.wfile.write(mail + b")\r\n")

    def _store(self, said: str) -> None:
        assert re.search(r"\+FLAGS \(\\Seen\)", said)
        self.post.seen.add(int(said.split()[2]))

    def _logout(self, _said: str) -> None:
        self._say("* BYE")


class _Server(socketserver.ThreadingTCPServer):
    secure: ssl.SSLContext | None = None

    def get_request(self) -> tuple[socket.socket, object]:
        """A connection, encrypted from its first byte where the server is; one that breaks off is no request."""
        taken, address = super().get_request()
        return (self.secure.wrap_socket(taken, server_side=True) if self.secure else taken), address


@contextmanager
def an_imap_server(secure: ssl.SSLContext | None = None) -> Iterator[Post]:
    """A mailbox that listens on a free port of this machine, over TLS where a context is given."""
    post = Post(scheme="imaps" if secure else "imap")
    session = type("Session", (_Session,), {"post": post})
    with _Server(("127.0.0.1", 0), session) as server:
        server.secure = secure
        server.daemon_threads = True
        post.port = server.server_address[1]
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        running.start()
        yield post
        server.shutdown()
        running.join()
