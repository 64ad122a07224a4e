"""A door on loopback before a service: everything passes through it, until it is shut or grows deaf, and again when it is healed."""

import asyncio
import contextlib
import socket
import struct

from lab.ports import free_port
from lab.simulator.keeper import Keeper

CHUNK = 64 * 1024
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset."""


class Proxy:
    """Forwards TCP to `host`:`port`.

    cut    connections are reset, new ones are refused
    deaf   connections are taken and kept, but nothing passes in either direction
    mute   what is asked passes, and the answer is thrown away with its connection
    healed what waits passes, and new connections are made
    """

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._server: asyncio.Server | None = None
        self._keeper = Keeper()
        self._open: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self._mute = False
        self.swallowed = asyncio.Event()
        """An answer was thrown away."""
        self.port = free_port()

    async def start(self) -> None:
        """Listen, always on the same port. OSError when somebody else took it."""
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", self.port)

    def cut(self) -> None:
        """Until `heal`."""
        self._close_door()
        for writer in list(self._open):
            reset(writer)

    def grow_deaf(self) -> None:
        """Until `heal`."""
        self._passing.clear()

    def lose_answers(self) -> None:
        """Until `heal`."""
        self._mute = True

    async def heal(self) -> None:
        self._mute = False
        self._passing.set()
        if self._server is None:
            await self.start()

    async def close(self) -> None:
        self.cut()
        self._passing.set()
        await self._keeper.close()

    def _close_door(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self._keeper.spawn(self._between(reader, writer), name="proxy")

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond: asyncio.StreamWriter | None = None
        try:
            await self._passing.wait()
            answers, beyond = await asyncio.open_connection(*self._to)
            self._open.add(beyond)
            await asyncio.gather(self._pass(reader, beyond), self._pass(answers, writer, back=True))
        except OSError:
            reset(writer)
        finally:
            for end in (writer, beyond):
                if end is not None:
                    self._open.discard(end)
                    end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool = False) -> None:
        while chunk := await reader.read(CHUNK):
            await self._passing.wait()
            if back and self._mute:
                self.swallowed.set()
                raise ConnectionResetError
            writer.write(chunk)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a service does that dies."""
    connection = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()
