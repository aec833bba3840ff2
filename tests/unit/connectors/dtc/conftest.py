"""A line to a server on 127.0.0.1."""

from __future__ import annotations

from contextlib import asynccontextmanager

from connectors.dtc.access import open_access
from connectors.dtc.line import Line
from connectors.dtc.server import Server
from connectors.dtc.venue import DtcVenue
from tests.standins.dtc.server import DtcServer
from tests.unit.connectors import scene as scenes
from tests.unit.connectors.scene import ACME, ANN, FastClock, until

__all__ = ["ACME", "ANN", "FastClock", "by_hand", "line_to", "scene", "sent", "server", "until"]


class Scene(scenes.Scene):
    """A server, and an account at it."""

    @property
    def trading(self):
        return self.wire.trading

    async def connect(self, **server):
        where = {"username": self.wire.username, "password": self.wire.password, **server}
        at = Server(port=self.wire.port, **where)
        self.access = open_access(at, self.entries, self.clock, patience_seconds=2)
        self.venue = DtcVenue(ANN, self.access, patience_seconds=1, learning_seconds=0)


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


@asynccontextmanager
async def scene(*entries, wire_is=(), trading_is=(), **at):
    """An account at a server that is like this, the market at 99 to 101."""
    async with server() as wire:
        for thing, are in ((wire, wire_is), (wire.trading, trading_is)):
            for name, value in dict(are).items():
                setattr(thing, name, value)
        made = Scene(wire, wire.core, entries or (ACME,))
        await made.enter(**at)
        made.price(99, 101)
        try:
            yield made
        finally:
            await made.leave()


def sent(at, kind):
    """The last message of a kind that the server heard."""
    return [each for each in at.wire.heard if each["Type"] == kind][-1]


def by_hand(words, price=None):
    """Somebody trades at the server's own screen."""
    return lambda at: at.core.place("", at.terms(words, price))
