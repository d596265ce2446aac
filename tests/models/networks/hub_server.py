"""A stand-in for the hub: files of one repository, as huggingface.co answers for them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What is served, what goes wrong, and what was asked for."""

    files: dict[str, bytes]
    """By path, such as `maker/weights/resolve/main/open_clip_model.safetensors`."""
    status: int | None = None
    """Answer everything with this."""
    stall: float = 0.0
    """Seconds before each answer."""
    cut: list[int] = field(default_factory=list)
    """After how many bytes the next downloads break off."""
    damage: bool = False
    requests: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)
    """Method, path, Range and Authorization of each."""
    address: str = ""

    @property
    def downloads(self) -> list[str | None]:
        """The Range of each download."""
        return [
            wanted
            for method, path, wanted, _ in self.requests
            if method == "GET" and "/resolve/" in path
        ]


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self):
            self.answer(body=False)

        def do_GET(self):
            self.answer(body=True)

        def log_message(self, *_):
            pass

        def answer(self, body):
            wanted = self.headers.get("Range")
            asked = (self.command, self.path, wanted, self.headers.get("Authorization"))
            hub.requests.append(asked)
            threading.Event().wait(hub.stall)  # sleep may be replaced
            content = hub.files.get(self.path.removeprefix("/"))
            status = hub.status or (200 if content is not None else 404)
            if status != 200:
                self.send_response(status)
                if status == 404:
                    self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            self.send_response(206 if wanted else 200)
            if wanted:
                last = f"{start}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", f"bytes {last}")
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if body:
                sent = content[start:]
                if hub.damage:
                    sent = bytes(len(sent))
                if hub.cut:
                    sent = sent[: hub.cut.pop(0)]
                    self.close_connection = True
                self.wfile.write(sent)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
