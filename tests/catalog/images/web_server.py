"""A local web server with answers set by a test."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Headers = dict[str, str]


@dataclass
class Answer:
    """What the server sends; `cut` bytes of the body, then the connection is closed."""

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=dict)
    cut: int | None = None
    pause: float = 0.0
    """Seconds between pieces of the body, and before the first."""
    silence: float = 0.0
    """Seconds between the letters of the headers."""


def picture(body: bytes, **headers: str) -> Answer:
    """An image, with headers such as `ETag`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(200, body, {"Content-Type": "image/jpeg", **named})


class WebServer:
    """Answers by path: the first of the list once, and so on; the last one for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[tuple[str, Headers]] = []
        self.times: list[float] = []
        self.at_once: dict[str, int] = defaultdict(int)
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.requests.append((self.path, dict(self.headers)))
                server.times.append(time.monotonic())
                server.at_once["now"] += 1
                server.at_once["most"] = max(server.at_once["now"], server.at_once["most"])
                try:
                    send(self, server.next_answer(self.path))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                finally:
                    server.at_once["now"] -= 1

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def next_answer(self, path: str) -> Answer:
        waiting = self.answers.get(path, [Answer(404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def asked(self, path: str) -> list[Headers]:
        """The headers of every request for a path."""
        return [headers for asked, headers in self.requests if asked == path]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    body, headers = answer.body, dict(answer.headers)
    status = answer.status
    if (
        status == 200
        and headers.get("ETag")
        and handler.headers.get("If-None-Match") == headers["ETag"]
    ):
        status, body = 304, b""
    modified = headers.get("Last-Modified")
    if status == 200 and modified and handler.headers.get("If-Modified-Since") == modified:
        status, body = 304, b""
    if status == 206:
        asked = handler.headers.get("Range", "bytes=0-")
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        headers.setdefault("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        body = body[start:]
    head = f"HTTP/1.1 {status} Said\r\n"
    if "Transfer-Encoding" not in headers and status != 304:
        headers.setdefault("Content-Length", str(len(body)))
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    for letter in head if answer.silence else [head]:
        handler.wfile.write(letter.encode())
        time.sleep(answer.silence)
    sent = body if answer.cut is None else body[: answer.cut]
    step = 1000 if answer.pause else max(1, len(sent))
    for start in range(0, len(sent), step):
        time.sleep(answer.pause)
        handler.wfile.write(sent[start : start + step])
    handler.close_connection = answer.cut is not None or bool(answer.silence)
