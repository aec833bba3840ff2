"""The leverage of instruments on margin: what is confirmed, asked of the venue and read back."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

import structlog

from engine.domain.identifiers import THE_DESK, AccountId, IntentKey, PersonId, Symbol
from engine.domain.margin import Leverage
from engine.domain.requests import NoteLeverage
from engine.errors import VenueError, VenueUnavailable
from engine.ports.system import Clock
from engine.ports.venue import HeldOnMargin, TradesOnMargin, Venue
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)


class Leverages:
    """One for all accounts that have a venue here."""

    def __init__(self, turns: Turns, venues: Mapping[AccountId, Venue], clock: Clock) -> None:
        self._turns = turns
        self._venues = venues
        self._clock = clock
        self._one_at_a_time: defaultdict[tuple[AccountId, Symbol], asyncio.Lock] = defaultdict(
            asyncio.Lock
        )

    async def set(
        self,
        account: AccountId,
        symbol: Symbol,
        leverage: Leverage,
        by: PersonId,
        key: IntentKey,
    ) -> None:
        """Ask the venue for it, once for this key, and one after another of an instrument. Until it
        has been read back it is not known, whatever happens between: then nothing opens.

        Raises VenueError, StoreUnavailable.
        """
        venue = self._venue(account)
        if venue is None:
            raise VenueUnavailable(f"nothing is held on margin by {account}", why="no_margin")
        async with self._one_at_a_time[account, symbol]:
            # Somebody may have confirmed another one since it was read back.
            if await self._turns.came_of(key) is not None:
                return
            await self._note(account, symbol, None, by)
            await venue.set_leverage(symbol, leverage)
            await self._note(account, symbol, leverage, by, key)

    async def compare(self, account: AccountId) -> None:
        """Know no more what is another there than was confirmed. Raises VenueError."""
        venue = self._venue(account)
        if venue is None:
            return
        for symbol, known in tuple(self._turns.kernel.accounts[account].leverage.items()):
            stated = await venue.leverage(symbol)
            is_known = self._turns.kernel.accounts[account].leverage.get(symbol) == known
            if stated != known and is_known:
                _log.warning("other_leverage", account=account, symbol=symbol, stated=str(stated))
                await self._note(account, symbol, None, THE_DESK)

    async def held(self, account: AccountId) -> Mapping[Symbol, HeldOnMargin]:
        """What the venue states of positions on margin now; nothing where it cannot be asked."""
        venue = self._venue(account)
        try:
            return await venue.on_margin(account) if venue is not None else {}
        except VenueError as error:
            _log.warning("margin_not_stated", account=account, error=str(error))
            return {}

    async def maintenance(
        self, account: AccountId, symbol: Symbol, quantity: Decimal, price: Decimal
    ) -> Decimal | None:
        """The ratio that must be left of a position's value; None where nobody says."""
        venue = self._venue(account)
        try:
            return await venue.maintenance(symbol, quantity, price) if venue is not None else None
        except VenueError as error:
            _log.warning("maintenance_not_stated", account=account, error=str(error))
            return None

    def _venue(self, account: AccountId) -> TradesOnMargin | None:
        venue: object = self._venues.get(account)
        return venue if isinstance(venue, TradesOnMargin) else None

    async def _note(
        self,
        account: AccountId,
        symbol: Symbol,
        leverage: Leverage | None,
        by: PersonId,
        key: IntentKey | None = None,
    ) -> None:
        note = NoteLeverage(account, symbol, leverage, by, self._clock.now_ms())
        await self._turns.take(note, key)
