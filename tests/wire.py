"""A wire between the house and a server on loopback, which a test may cut, silence and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Wire:
    """Forwards bytes both ways. `cut`: nobody is there. `silence`: connections stand and nothing comes any more. `lose_answers`: what is asked arrives,
    and the connection breaks before the answer comes back. `mend`: as before.
    """

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._server: asyncio.Server | None = None
        self._flows = asyncio.Event()
        self._flows.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._loses = False
        self.lost = 0
        self.port = 0

    async def mend(self) -> None:
        self._flows.set()
        self._loses = False
        if self._server is None:
            self._server = await asyncio.start_server(self._taken, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def turn_to(self, host: str, port: int) -> None:
        """To another server from now on; whoever is connected connects anew."""
        self._to = (host, port)
        await self.cut()
        await self.mend()

    async def cut(self) -> None:
        """Every connection breaks, and a new one is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in list(self._ends):
            end.transport.abort()

    def silence(self) -> None:
        """As a network that drops every packet: whoever asks hears nothing, not even that nobody is there."""
        self._flows.clear()

    def lose_answers(self) -> None:
        """Counted in `lost`."""
        self._loses = True

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._to)
        except OSError:
            writer.transport.abort()
            return
        self._ends |= {writer, far_writer}
        with suppress(OSError):
            await asyncio.gather(self._flow(reader, far_writer), self._flow(far_reader, writer, answers=True))
        self._ends -= {writer, far_writer}

    async def _flow(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool = False) -> None:
        try:
            while data := await source.read(65536):
                await self._flows.wait()
                if answers and self._loses:
                    self.lost += 1
                    sink.transport.abort()
                    return
                sink.write(data)
                await sink.drain()
        finally:
            sink.close()


@asynccontextmanager
async def a_wire(host: str, port: int) -> AsyncIterator[Wire]:
    wire = Wire(host, port)
    await wire.mend()
    try:
        yield wire
    finally:
        wire._flows.set()
        await wire.cut()
