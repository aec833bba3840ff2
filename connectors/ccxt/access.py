"""One line to one exchange: its client, what it lists, and how its answers are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog

from connectors.ccxt.client import Exchange, Keys, Line, open_client
from connectors.ccxt.contract import Stops, VenueContract
from connectors.ccxt.failures import Failures
from connectors.ccxt.instruments import Listing
from connectors.ccxt.pace import first
from connectors.ccxt.rows import contract_of
from engine.domain.account import TEST_NETWORK
from engine.domain.identifiers import VenueName
from engine.errors import VenueError, VenueUnavailable
from engine.ports.system import Clock

ORDER_PATIENCE_SECONDS = 4.0
"""How long an answer is waited for; a person hears of an unknown order within five."""
READ_PATIENCE_SECONDS = 10.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 15.0

_log = structlog.get_logger(__name__)

AT_THE_EXCHANGE = Line()


@dataclass(frozen=True, slots=True)
class Access:
    """What everything in this folder works with. Close it when done."""

    venue: VenueName
    contract: VenueContract
    client: Exchange
    listing: Listing
    failures: Failures
    clock: Clock

    async def open(self) -> None:
        """Ask the exchange what it lists. Raises VenueError."""
        await self.listing.load()

    async def reached(self) -> None:
        """Ask until it says."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self.open()
            except VenueError as error:
                _log.warning("exchange_not_reached", venue=self.venue, why=str(error))
            else:
                return
            await self.clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def check_reached(self) -> None:
        """Raises VenueUnavailable where it never said what it lists."""
        if not self.listing.all():
            raise VenueUnavailable(f"{self.venue} was not reached yet", why="unreachable")

    def coin(self, name: str) -> str:
        """A coin by its own name, whatever part of it is meant."""
        plain = name.removesuffix(self.contract.earning)
        return name if plain == name else str(self.client.safe_currency_code(plain))

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Round an order: it waits behind no question, and what goes wrong leaves as its fate."""
        with first(), self.failures.sending():
            yield

    async def close(self) -> None:
        """Let go of connections, for good."""
        # What ccxt does in the background would open the client again.
        self.client.open = _stay_closed
        await self.client.close()


def open_access(
    exchange: str | VenueContract,
    clock: Clock,
    keys: Keys | None = None,
    line: Line = AT_THE_EXCHANGE,
    *,
    patience_seconds: float | None = None,
    is_test: bool = False,
) -> Access:
    """A line to an exchange by ccxt's name of it, on the running loop. Nothing is asked yet.

    With keys it is for one account's orders, and its figures are exact; without, for prices.
    `is_test`: its test network, which is a venue of its own to the desk, wherever `line` leads.
    Raises VenueUnavailable where there is no test network.
    """
    contract = contract_of(exchange) if isinstance(exchange, str) else exchange
    if is_test:
        line = replace(line, test_network=True)
    usual = READ_PATIENCE_SECONDS if keys is None else ORDER_PATIENCE_SECONDS
    client = open_client(
        contract, keys, line, patience_seconds=patience_seconds or usual, exact=keys is not None
    )
    secrets = keys.secrets if keys is not None else ()
    failures = Failures(secrets, contract.refusals, contract.key_refusals, contract.doubts)
    venue = VenueName(contract.exchange + (TEST_NETWORK if is_test else ""))
    held = contract.stops is not Stops.NONE
    listing = Listing(venue, client, failures, holds_stops=held, amends=contract.amends)
    return Access(venue, contract, client, listing, failures, clock)


def _stay_closed(lazy: bool = False) -> None:  # noqa: ARG001 -- as ccxt calls it
    import ccxt  # noqa: PLC0415 -- loaded long since

    raise ccxt.ExchangeClosedByUser
