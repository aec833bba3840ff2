"""Looking orders up at the server: by name what rests, by its number or its fills what is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from connectors.dtc.access import Access
from connectors.dtc.evidence import SLACK_MS, number_of
from connectors.dtc.ledger import Ledger, Told, filled, told_of
from connectors.dtc.listing import Listed
from connectors.dtc.questions import Questions
from connectors.dtc.said import FillSaid
from connectors.dtc.stated import over, resting
from engine.domain.events import OrderFilled
from engine.domain.identifiers import AccountId, VenueOrderId
from engine.domain.order import Order, OrderState
from engine.errors import VenueUnavailable
from engine.ports.venue import IsAnothers, VenueOrder

_DAY_MS = 86_400_000


class Search:
    """What the server, the ledger and the desk know of orders, put together."""

    def __init__(
        self,
        account: AccountId,
        at: Access,
        questions: Questions,
        ledger: Ledger,
        has_learnt: Callable[[], bool],
    ) -> None:
        """Until it `has_learnt`, that the server does not show an order means nothing."""
        self._account = account
        self._listing = at.listing
        self._questions = questions
        self._ledger = ledger
        self._has_learnt = has_learnt

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        """The order with its fills, or None where the server does not know it.

        Raises VenueUnavailable.
        """
        listed = self._listing.get(order.terms.symbol)
        if listed is None:
            raise VenueUnavailable(f"{order.terms.symbol} is not watched", why="not_watched")
        told = self._known(order, listed)
        number = told.number
        said = await self._questions.order(order.client_order_id)
        fills = await self._questions.fills(order.placed_at - SLACK_MS - _DAY_MS)
        told = self._known(order, listed)
        if said is not None:
            return resting(said, self._own(fills, told), told, self._account)
        if told.number != number:
            # It came after what rests was asked for: that it was not there says nothing.
            raise VenueUnavailable("there was news of it meanwhile", why="no_answer")
        stated = (
            over(order, told, told.number, self._own(fills, told))
            if told.number
            else self._by_fills(order, told, fills, is_anothers)
        )
        if stated is None or stated.order.state is not OrderState.FILLED:
            self._check_learnt()
        if stated is not None:
            self._ledger.adopt(told, stated.venue_order_id)
        return stated

    async def open_orders(self) -> Sequence[VenueOrder]:
        """All that rests of what is watched, also what the desk never placed."""
        shown = [
            (said, told)
            for said in await self._questions.open_orders()
            if (told := self._ledger.get(said.key)) is not None
        ]
        if not shown:
            return ()
        begins = min(told.since for _, told in shown) - SLACK_MS
        has_fills = any(said.filled for said, _ in shown)
        fills = await self._questions.fills(begins) if has_fills else []
        return [resting(said, self._own(fills, told), told, self._account) for said, told in shown]

    def _known(self, order: Order, listed: Listed) -> Told:
        """What is known of it, here or to the desk."""
        told = self._ledger.get(order.client_order_id)
        if told is None:
            told = told_of(order, listed)
            told.cancel_asked = order.canceled_by is not None
        newest = told.number
        for number in (*order.earlier_numbers, order.venue_order_id, newest):
            if number:
                self._ledger.link(told, number)
        return told

    def _by_fills(
        self, order: Order, told: Told, fills: Sequence[FillSaid], is_anothers: IsAnothers
    ) -> VenueOrder | None:
        """One whose number was never heard, by its fills alone; not one that is over for the desk:
        whatever is traded by hand later would be taken for it.
        """
        if not order.is_open:
            return None

        def is_known(number: str) -> bool:
            return self._ledger.numbered(number) is not None or is_anothers(VenueOrderId(number))

        number = number_of(order, told.listed, fills, is_known)
        own = [filled(told.name, each, told.listed) for each in fills if each.number == number]
        return over(order, told, number, own) if number else None

    def _own(self, fills: Iterable[FillSaid], told: Told) -> list[OrderFilled]:
        own = (each for each in fills if each.number in told.numbers)
        return [filled(told.name, each, told.listed) for each in own]

    def _check_learnt(self) -> None:
        if not self._has_learnt():
            raise VenueUnavailable("the server may not know yet what rests", why="reading_back")
