"""What trades cost an account at an exchange: its list's rates, and then the account's own."""

from __future__ import annotations

from decimal import Decimal

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.stated import Raw
from engine.domain.identifiers import Symbol
from engine.errors import VenueError
from engine.ports.venue import FeeRates

_log = structlog.get_logger(__name__)

_EVERY_MS = 6 * 3_600_000
"""How often a rate is asked for again: it goes by what was traded in thirty days."""
_AFTER_A_FAILURE_MS = 600_000


class Fees:
    """Rates of what somebody has asked about."""

    def __init__(self, at: Access) -> None:
        self._at = at
        self._own: dict[Symbol, FeeRates] = {}
        self._due: dict[Symbol, int] = {}

    def of(self, symbol: Symbol) -> FeeRates | None:
        """The account's own, or the exchange's list's until that is known."""
        self._due.setdefault(symbol, 0)
        return self._own.get(symbol) or rates(self._at.listing.market(symbol))

    async def keep(self) -> None:
        """Ask for what is due."""
        now = self._at.clock.now_ms()
        for symbol in [each for each, when in self._due.items() if when <= now]:
            self._due[symbol] = now + _EVERY_MS
            try:
                with self._at.failures.asking():
                    said = rates(await self._at.client.fetch_trading_fee(symbol))
            except VenueError as error:
                _log.info("fee_not_told", venue=self._at.venue, symbol=symbol, why=str(error))
                self._due[symbol] = now + _AFTER_A_FAILURE_MS
            else:
                if said is not None:
                    self._own[symbol] = said


def rates(raw: Raw) -> FeeRates | None:
    """Out of ccxt's market or fee; None where it does not say both."""
    taker, maker = raw.get("taker"), raw.get("maker")
    if taker in (None, "") or maker in (None, "") or raw.get("percentage") is False:
        return None
    return FeeRates(Decimal(str(taker)), Decimal(str(maker)))
