"""What moves an account's cash at its venue apart from trades, asked for again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

import structlog

from engine.domain.account import CashEntry
from engine.domain.identifiers import AccountId
from engine.domain.requests import BookCash
from engine.errors import StoreUnavailable, VenueError
from engine.ports.system import Clock
from engine.ports.venue import Venue
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)

EVERY_SECONDS = 300
# A venue may tell of a movement some time after it dates it.
_BACK_MS = 86_400_000


class CashWatch:
    """One for all accounts that have a venue here."""

    def __init__(self, turns: Turns, venues: Mapping[AccountId, Venue], clock: Clock) -> None:
        self._turns = turns
        self._venues = venues
        self._clock = clock
        self._looked: dict[AccountId, int] = {}
        """Up to when each account's venue was asked, UTC ms."""
        self._waiting: dict[AccountId, Sequence[CashEntry]] = {}
        """What each account's venue told of and is not booked, for want of a price."""

    async def run(self) -> None:
        """Look at every account, again and again; each second book what has waited for a price."""
        for second in count():
            for account in tuple(self._venues):
                if second % EVERY_SECONDS == 0:
                    await self.try_to_look(account)
                else:
                    await self._try_again(account)
            await self._clock.sleep(1.0)

    async def try_to_look(self, account: AccountId) -> None:
        """The same as `look`; what cannot be asked now is asked the next time."""
        try:
            await self.look(account)
        except (VenueError, StoreUnavailable) as error:
            _log.warning("cash_not_looked_at", account=account, error=str(error))

    async def _try_again(self, account: AccountId) -> None:
        try:
            await self._book(account, self._waiting.get(account, ()))
        except StoreUnavailable as error:
            _log.warning("cash_not_booked", account=account, error=str(error))

    async def look(self, account: AccountId) -> None:
        """Book what is new of one account. Raises VenueError, StoreUnavailable."""
        venue, now = self._venues.get(account), self._clock.now_ms()
        if venue is None:
            return
        book = self._turns.kernel.accounts[account]
        known_until = max(book.entered_until, self._looked.get(account, 0))
        since = max(book.opened_at, known_until - _BACK_MS)
        told = await venue.cash_entries(account, since)
        await self._book(account, [entry for entry in told if entry.account == account])
        self._looked[account] = now

    async def _book(self, account: AccountId, entries: Sequence[CashEntry]) -> None:
        if not entries:
            return
        await self._turns.take(BookCash(account, tuple(entries), self._clock.now_ms()))
        book = self._turns.kernel.accounts[account]
        self._waiting[account] = [entry for entry in entries if not book.has_entered(entry)]
