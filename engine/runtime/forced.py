"""What a venue closes by itself: liquidations and deleveragings, booked as what they are.

A venue's word that it was one is asked for where a position is another there than in the books: a
smaller one, or one that was turned since. Only where the last of such trades come to just what
differs are they booked; anything else is left to be compared, and to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import structlog

from engine.domain.difference import Difference
from engine.domain.identifiers import THE_DESK, AccountId, IntentKey
from engine.domain.money import ZERO
from engine.domain.order import Order, OrderTerms, OrderType
from engine.domain.requests import BookForced
from engine.domain.values import changed
from engine.errors import VenueError
from engine.execution.naming import client_order_id
from engine.ports.system import Clock
from engine.ports.venue import ForcedTrade, TradesOnMargin, Venue
from engine.runtime.sender import Sender
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)

_BACK_MS = 7 * 86_400_000
"""As far as every venue's list of executions goes back at once."""


class ForcedTrades:
    """One for all accounts that have a venue here."""

    def __init__(
        self, turns: Turns, venues: Mapping[AccountId, Venue], sender: Sender, clock: Clock
    ) -> None:
        self._turns = turns
        self._venues = venues
        self._sender = sender
        self._clock = clock

    async def try_to_book(self, found: Difference) -> None:
        """The same as `book`; what cannot be asked now is asked the next time.

        Raises StoreUnavailable: what is known to be forced and cannot be written now is not a
        difference to be shown, and settled as something else.
        """
        try:
            await self.book(found)
        except VenueError as error:
            _log.warning("forced_not_looked_at", account=found.account, error=str(error))

    async def book(self, found: Difference) -> None:
        """Book what explains a size that differs, whole. Raises VenueError, StoreUnavailable."""
        venue: object = self._venues.get(found.account)
        if not isinstance(venue, TradesOnMargin):
            return
        book = self._turns.kernel.accounts[found.account]
        since = max(book.opened_at, self._clock.now_ms() - _BACK_MS)
        trades = await venue.forced(found.account, found.symbol, since)
        for wish in _explaining(self._new(found, trades), found.excess):
            key = IntentKey(f"forced:{wish.order.client_order_id}")
            self._sender.follow(await self._turns.take(wish, key))

    def _new(self, found: Difference, trades: Sequence[ForcedTrade]) -> list[BookForced]:
        wishes = (self._wish(found, trade) for trade in trades)
        known = self._turns.kernel.orders
        return [each for each in wishes if known.get(each.order.client_order_id) is None]

    def _wish(self, found: Difference, trade: ForcedTrade) -> BookForced:
        number = f"{found.account}:{found.symbol}:{trade.fill.trade_id}"
        name, now = client_order_id(IntentKey(number), "forced"), self._clock.now_ms()
        order = Order(
            client_order_id=name,
            account=found.account,
            terms=OrderTerms(
                symbol=found.symbol,
                side=trade.side,
                type=OrderType.MARKET,
                quantity=trade.fill.quantity,
                reduce_only=True,
            ),
            placed_by=THE_DESK,
            placed_at=trade.fill.at,
            expires_to_send_at=0,
            updated_at=now,
            purpose=trade.purpose,
        )
        return BookForced(order, trade.order, changed(trade.fill, client_order_id=name), now)


def _explaining(wishes: Sequence[BookForced], excess: Decimal) -> Sequence[BookForced]:
    """The last of them that come to just that; what is older a person may have settled."""
    booked = ZERO
    for count, wish in enumerate(reversed(wishes), 1):
        booked += wish.order.terms.side.sign * wish.fill.quantity
        if booked == excess:
            return wishes[-count:]
    return ()
