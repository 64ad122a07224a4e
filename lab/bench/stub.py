"""A Bot API that says yes to everything, as fast as Python can, or so many milliseconds later: `python -m lab.bench.stub [MS]`.

It prints its address, and tells when each message arrived, and for which chat.
"""

import asyncio
import json
import sys
import time
from typing import cast

ME = {"id": 7000000002, "is_bot": True, "first_name": "stub", "username": "mashang_bench_bot"}
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 5001, "type": "private", "first_name": "张"}, "text": "x"}
POLL_SECONDS = 20.0
HEAD_END, LENGTH = b"\r\n\r\n", b"content-length:"


def answer(result: object) -> bytes:
    return told({"ok": True, "result": result})


def told(value: object) -> bytes:
    body = json.dumps(value).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


SENT, DONE, NOTHING, MYSELF = answer(MESSAGE), answer(True), answer([]), answer(ME)


class Stub(asyncio.Protocol):
    """One connection; requests come one after the other on it."""

    arrived: list[float] = []
    """Of every message since the last reset, in seconds."""
    chats: list[int] = []
    """Whom each of them was for."""
    delay: float = 0.0
    """Seconds from a message to its answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read = self._read + data if self._read else data
        while self._read and (whole := length_of(self._read)) and len(self._read) >= whole:
            request, self._read = self._read[:whole], self._read[whole:]
            self._answer(request[: request.index(b" HTTP")], request)

    def _answer(self, line: bytes, request: bytes) -> None:
        if line.endswith(b"/sendMessage"):
            self.arrived.append(time.monotonic())
            self.chats.append(chat_of(request))
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, self._write, SENT)
            else:
                self._transport.write(SENT)
        elif line.endswith(b"/getUpdates"):
            asyncio.get_running_loop().call_later(POLL_SECONDS, self._write, NOTHING)
        elif line.endswith(b"/arrived"):
            self._transport.write(told(self.arrived))
        elif line.endswith(b"/chats"):
            self._transport.write(told(self.chats))
        elif line.endswith(b"/reset"):
            self.arrived.clear()
            self.chats.clear()
            self._transport.write(DONE)
        else:
            self._transport.write(MYSELF if line.endswith(b"/getMe") else DONE)

    def _write(self, said: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(said)


def length_of(read: bytes) -> int:
    """Of the first request in it; 0 while its head has not come whole."""
    end = read.find(HEAD_END)
    if end < 0:
        return 0
    head = read[:end].lower()
    place = head.find(LENGTH)
    body = int(head[place + len(LENGTH) :].split(b"\r\n", 1)[0]) if place >= 0 else 0
    return end + len(HEAD_END) + body


def chat_of(request: bytes) -> int:
    """The number behind "chat_id"; 0 when there is none."""
    _, _, rest = request.partition(b'"chat_id":')
    digits = rest[:20].lstrip(b' "')
    end = next((place for place, each in enumerate(digits) if each not in b"-0123456789"), len(digits))
    return int(digits[:end] or 0)


async def serve() -> None:
    Stub.delay = int(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
