"""S3 servers on a free local port, and the settings of their clients."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

_MOTO = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.disable()
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""
_ECHO = """
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
def s3_server(script: str = _MOTO) -> Iterator[str]:
    """Its address; it ends with the process that started it, however that ends."""
    # delta-rs holds the interpreter's lock while it waits for an answer: a process of its own
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield server.stdout.readline().strip()
        server.stdin.close()


def echo_server() -> AbstractContextManager[str]:
    """A server that accepts writes, and refuses the rest by echoing the session token.

    As S3 does where the signature is wrong: it answers with all that it was sent.
    """
    return s3_server(_ECHO)


def s3_environment(endpoint: str) -> dict[str, str]:
    return {
        "AWS_CONFIG_FILE": "/nonexistent/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "test-key",
        "AWS_SECRET_ACCESS_KEY": "test-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
        "NO_PROXY": "127.0.0.1",
    }
