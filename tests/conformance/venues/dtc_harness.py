"""A DTC server for the cards: the connector's own client before a stand-in of a server."""

import asyncio

from connectors.dtc.access import open_access
from connectors.dtc.manifest import MANIFEST
from connectors.dtc.server import Server
from connectors.dtc.venue import DtcVenue
from tests.conformance.venues.program_harness import (
    ANN,
    PATIENCE_SECONDS,
    READ_PATIENCE_SECONDS,
    ProgramHarness,
)
from tests.standins.dtc.listed import PART
from tests.standins.dtc.server import CANARY, DtcServer
from tests.standins.dtc.trading import ACCOUNT, CARRIED_OUT, Fault


class DtcHarness(ProgramHarness):
    """One server, its account of play money."""

    manifest = MANIFEST
    tells_fees = limits_rate = names_fee_coin = False
    secrets = (CANARY, ACCOUNT)
    instrument = PART
    faults, carried_out = Fault, CARRIED_OUT

    def make_wire(self) -> None:
        self.wire = DtcServer()
        self.orders = self.wire.trading

    async def connect(self) -> None:
        server = Server(port=self.wire.port, username=self.wire.username, password=CANARY)
        self.access = open_access(
            server, [PART.symbol], self.clock, patience_seconds=READ_PATIENCE_SECONDS
        )
        self.venue = DtcVenue(
            ANN, self.access, patience_seconds=PATIENCE_SECONDS, learning_seconds=0
        )

    async def shift_clock(self, seconds: int) -> None:
        self.wire.core.clock_error_ms = seconds * 1000
        for session in self.wire.sessions:
            self.wire.beat(session)
        async with asyncio.timeout(5):
            while self.access.line.is_clock_off is not bool(seconds):
                await asyncio.sleep(0.01)
