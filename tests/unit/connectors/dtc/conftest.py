"""A line to a server on 127.0.0.1."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from connectors.dtc.line import Line
from connectors.dtc.server import Server
from engine.runtime.system import SystemClock
from tests.standins.dtc.server import DtcServer

LIMIT_SECONDS = 10


class FastClock(SystemClock):
    """The machine's time, in which waiting is shorter."""

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / 50)


async def until(happened):
    """Wait until it is so; gives it."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not (found := happened()):
            await asyncio.sleep(0.01)
    return found


@asynccontextmanager
async def server():
    """A server that listens."""
    wire = DtcServer()
    await wire.open()
    try:
        yield wire
        assert wire.unknown == []
    finally:
        await wire.close()


@asynccontextmanager
async def line_to(wire, *, patience_seconds=2, **at):
    """A line that is not open yet."""
    where = {"username": wire.username, "password": wire.password, **at}
    line = Line(Server(port=wire.port, **where), FastClock(), patience_seconds=patience_seconds)
    try:
        yield line
    finally:
        await line.close()
