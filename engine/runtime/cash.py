"""What moves an account's cash at its venue apart from trades, asked for again and again."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from engine.domain.identifiers import AccountId
from engine.domain.requests import BookCash
from engine.errors import StoreUnavailable, VenueError
from engine.ports.system import Clock
from engine.ports.venue import Venue
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)

EVERY_SECONDS = 300.0
# A venue may tell of a movement some time after it dates it.
_BACK_MS = 86_400_000
_PRICES_SECONDS = 30


class CashWatch:
    """One for all accounts that have a venue here."""

    def __init__(self, turns: Turns, venues: Mapping[AccountId, Venue], clock: Clock) -> None:
        self._turns = turns
        self._venues = venues
        self._clock = clock
        self._looked: dict[AccountId, int] = {}
        """Up to when each account's venue was asked, UTC ms."""

    async def run(self) -> None:
        """Look at every account, again and again, first once what it holds has a price.

        What money put in or taken out does to a drawdown is only known where that is.
        """
        for _ in range(_PRICES_SECONDS):
            if not any(map(self._turns.kernel.awaits_price, self._venues)):
                break
            await self._clock.sleep(1.0)
        while True:
            for account in tuple(self._venues):
                await self.try_to_look(account)
            await self._clock.sleep(EVERY_SECONDS)

    async def try_to_look(self, account: AccountId) -> None:
        """The same as `look`; what cannot be asked now is asked the next time."""
        try:
            await self.look(account)
        except (VenueError, StoreUnavailable) as error:
            _log.warning("cash_not_looked_at", account=account, error=str(error))

    async def look(self, account: AccountId) -> None:
        """Book what is new of one account. Raises VenueError, StoreUnavailable."""
        venue, now = self._venues.get(account), self._clock.now_ms()
        if venue is None:
            return
        book = self._turns.kernel.accounts[account]
        known_until = max(book.entered_until, self._looked.get(account, 0))
        since = max(book.opened_at, known_until - _BACK_MS)
        told = await venue.cash_entries(account, since)
        entries = tuple(entry for entry in told if entry.account == account)
        if entries:
            await self._turns.take(BookCash(account, entries, self._clock.now_ms()))
        self._looked[account] = now
