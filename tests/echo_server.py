"""A storage server that accepts writes, and refuses the rest by echoing the session token.

As S3 does where the signature is wrong: it answers with all that it was sent.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# delta-rs holds the interpreter's lock while it waits for an answer: a process of its own
_SERVER = """
import sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Echo(BaseHTTPRequestHandler):
    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
    def taken(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200)
    def refused(self):
        self.answer(403, self.headers.get("x-amz-security-token", "no token").encode())
    def log_message(self, *_):
        pass
    do_PUT = do_DELETE = taken
    do_GET = do_HEAD = do_POST = refused

server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
"""


@contextmanager
def echo_server() -> Iterator[str]:
    """Its address; it ends with the process that started it, however that ends."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield server.stdout.readline().strip()
        server.stdin.close()
