"""An HTTP proxy that injects faults in front of a healthy server."""

import asyncio
import contextlib
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

_ANSWER = b"<?xml version='1.0'?><Error><Code>%(code)s</Code><Message>try later</Message></Error>"
_ERRORS = {500: b"InternalError", 503: b"SlowDown"}
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Faults:
    """How often what goes wrong, each a chance from 0 to 1 of one request."""

    refused: float = 0.05
    """Answered with 500 or 503; nothing was done."""
    forgotten: float = 0.02
    """Done, and answered with 500."""
    cut: float = 0.05
    """The connection ends in the middle of the answer, or before there is one."""
    delayed: float = 0.1
    seconds: float = 0.2


class Proxy:
    def __init__(self, upstream: str, faults: Faults, seed: int) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.faults = faults
        self.rng = random.Random(seed)
        self.happened: Counter[str] = Counter()
        self.tasks: set[asyncio.Task[Any]] = set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)  # asyncio itself forgets a task whose connection was cut
        task.add_done_callback(self.tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if self.rng.random() < self.faults.delayed:
                self.happened["delayed"] += 1
                await asyncio.sleep(self.rng.uniform(0, self.faults.seconds))
            await self._answer(self._fate(), head, reader, writer)
        writer.close()

    def _fate(self) -> str:
        chance, faults = self.rng.random(), self.faults
        for name in ("refused", "forgotten", "cut"):
            if chance < (share := getattr(faults, name)):
                self.happened[name] += 1
                return name
            chance -= share
        self.happened["passed"] += 1
        return "passed"

    async def _answer(
        self, fate: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if fate == "refused":
            await _drained(head, reader)
            await _refuse(writer, head, self.rng.choice(list(_ERRORS)))
            return
        if fate == "cut" and self.rng.random() < 0.5:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(*self.upstream)
        try:
            back.write(_one_request(head))
            up = asyncio.create_task(_pump(reader, back))
            answer = await _whole(there, None if fate != "passed" else writer)
            up.cancel()
            if fate == "forgotten":
                await _refuse(writer, head, 500)
            elif fate == "cut":
                writer.write(answer[: len(answer) // 2])
                await writer.drain()
                writer.transport.abort()
        finally:
            back.close()


@contextmanager
def failing(upstream: str, faults: Faults | None = None, seed: int = 0) -> Iterator[str]:
    """The address of such a proxy: a process of its own, since delta-rs holds Python's lock."""
    told = json.dumps([upstream, asdict(faults or Faults()), seed])
    with subprocess.Popen(
        [sys.executable, "-m", "tests.drills.proxy", told],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()  # it ends then; it also does if this process is killed
        sys.stdout.write(process.stdout.read())


async def _serve(upstream: str, faults: Faults, seed: int) -> None:
    proxy = Proxy(upstream, faults, seed)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(f"  the proxy: {dict(proxy.happened)}", flush=True)


def _one_request(head: bytes) -> bytes:
    """The head of a request after which the server is to end the connection."""
    first, *lines = head[:-4].split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()


async def _whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None) -> bytes:
    """The answer up to its end; passed on as it comes where there is somebody to pass it to."""
    kept = b""
    while data := await reader.read(_CHUNK):
        if writer is None:
            kept += data
        else:
            writer.write(data)
            await writer.drain()
    return kept


async def _drained(head: bytes, reader: asyncio.StreamReader) -> None:
    """Read what belongs to the request: a client that is still sending hears no answer."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:") and b"100-continue" not in head.lower():
            await reader.readexactly(int(line.split(b":")[1]))


async def _refuse(writer: asyncio.StreamWriter, head: bytes, status: int) -> None:
    body = b"" if head.startswith(b"HEAD") else _ANSWER % {b"code": _ERRORS[status]}
    writer.write(
        b"HTTP/1.1 %d Error\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n"
        b"Connection: close\r\n\r\n%s" % (status, len(body), body)
    )
    await writer.drain()


if __name__ == "__main__":
    _upstream, _faults, _seed = json.loads(sys.argv[1])
    asyncio.run(_serve(_upstream, Faults(**_faults), _seed))
