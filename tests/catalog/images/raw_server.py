"""A server on this machine that sends the bytes a test gives it, HTTP or not."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

ENDLESS = 100_000_000
"""Bytes after which a server that repeats itself stops, lest a test that fails runs for ever."""


class RawServer:
    """Answers each path with its bytes, then repeats a piece of them, then closes."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[bytes, bytes]] = {}
        self.heads: list[str] = []
        server = self

        class Handler(BaseRequestHandler):
            def handle(self):
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = self.request.recv(65_536)
                    if not piece:
                        return
                    head += piece
                server.heads.append(head.decode("latin-1"))
                path = head.split(b" ", 2)[1].decode("ascii")
                first, repeated = server.answers[path]
                with suppress(OSError):
                    self.request.sendall(first)
                    sent = 0
                    while repeated and sent < ENDLESS:
                        self.request.sendall(repeated)
                        sent += len(repeated)
                        time.sleep(0.0001)
                    self.request.shutdown(socket.SHUT_WR)

        class Server(ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def give(self, first: bytes, repeated: bytes = b"") -> str:
        """The address at which these bytes are."""
        path = f"/{len(self.answers)}.jpg"
        self.answers[path] = first, repeated
        return self.address(path)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
