"""Interactive Brokers for the cards: the real ib_async client before a stand-in of IB Gateway."""

from connectors.ibkr.access import open_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.manifest import MANIFEST
from connectors.ibkr.venue import IbkrVenue
from tests.conformance.venues.program_harness import (
    ANN,
    PATIENCE_SECONDS,
    READ_PATIENCE_SECONDS,
    ProgramHarness,
)
from tests.standins.ibgateway.listed import ACME, core, instrument
from tests.standins.ibgateway.server import ACCOUNT, CARRIED_OUT, Fault, IbGateway

BURST = 50


class IbkrHarness(ProgramHarness):
    """One gateway."""

    manifest = MANIFEST
    tells_fees = limits_rate = names_fee_coin = True
    secrets = (ACCOUNT,)
    instrument = instrument(ACME)
    faults, carried_out = Fault, CARRIED_OUT

    def make_wire(self) -> None:
        self.wire = self.orders = IbGateway(core())

    async def connect(self) -> None:
        gateway = Gateway(port=self.wire.port)
        self.access = open_access(
            gateway, [ACME.symbol], self.clock, patience_seconds=READ_PATIENCE_SECONDS
        )
        self.venue = IbkrVenue(
            ANN, self.access, patience_seconds=PATIENCE_SECONDS, learning_seconds=0
        )

    async def landed(self) -> None:
        await self.wire.landed()
        self.wire.find_line()
        await self.listening()

    def flood(self) -> None:
        for _ in range(BURST):
            self.access.line.subscribe(lambda client: client.reqCurrentTime())

    async def shift_clock(self, seconds: int) -> None:
        self.wire.core.clock_error_ms = seconds * 1000
        await self.venue.check_clock()
