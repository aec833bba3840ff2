"""The real client before a gateway on 127.0.0.1."""

from __future__ import annotations

from contextlib import asynccontextmanager

from connectors.ibkr.access import open_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.venue import IbkrVenue
from tests.standins.ibgateway.listed import core
from tests.standins.ibgateway.server import IbGateway
from tests.unit.connectors import scene as scenes
from tests.unit.connectors.scene import ACME, ANN, LIMIT_SECONDS, FastClock, until

__all__ = ["ACME", "ANN", "LIMIT_SECONDS", "FastClock", "gateway", "scene", "until"]


class Scene(scenes.Scene):
    """A gateway, and an account at it."""

    async def connect(self, **gateway):
        at = Gateway(port=self.wire.port, **gateway)
        self.access = open_access(at, self.entries, self.clock, patience_seconds=3)
        self.venue = IbkrVenue(ANN, self.access, patience_seconds=1, learning_seconds=0)


@asynccontextmanager
async def gateway(account="DU7654321"):
    """A gateway that listens."""
    wire = IbGateway(core(), account)
    await wire.open()
    try:
        yield wire
        assert wire.unknown == []
    finally:
        await wire.close()


@asynccontextmanager
async def scene(*entries, **at):
    """An account at a gateway, the market at 99 to 101."""
    async with gateway() as wire:
        made = Scene(wire, wire.core, entries or (ACME,))
        await made.enter(**at)
        made.price(99, 101)
        try:
            yield made
        finally:
            await made.leave()
