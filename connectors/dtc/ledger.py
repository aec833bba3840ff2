"""What has been told of each order, so that whatever the server repeats is told once.

News says how much of an order is filled; the fills themselves are asked for, so that each has one
id, whenever it is learnt of. An order's end waits for them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.dtc.listing import Listed
from connectors.dtc.messages import Standing, Status
from connectors.dtc.requests import STANDINGS
from connectors.dtc.said import ENDED, IS_THERE, NO_WORDS, FillSaid, OrderSaid
from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    VenueReport,
)
from engine.domain.identifiers import ClientOrderId, TradeId, VenueOrderId
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Order, OrderState

_MOST = 10_000
"""Orders that are remembered; older ones that are over are forgotten."""
_LONG_MS = 30 * 86_400_000
"""How long an order may have rested of which the server does not say since when."""

BY_REQUEST = "canceled on request"
NOT_ALL_AT_ONCE = "not all of it could be filled at once"
BY_THE_SERVER = "canceled at the server"
SESSION_OVER = "its session is over"
_STATES = {
    Status.FILLED: OrderState.FILLED,
    Status.CANCELED: OrderState.CANCELED,
    Status.REJECTED: OrderState.CANCELED,
}


@dataclass(slots=True)
class Told:
    """One order: how the server numbers it, and what was reported of it. Figures in base units."""

    name: ClientOrderId
    listed: Listed
    quantity: Decimal
    standing: int
    since: int
    """No fill of it is earlier, UTC ms."""
    number: str = ""
    """Its newest with the server."""
    numbers: set[str] = field(default_factory=set)
    accepted: bool = False
    closed: bool = False
    cancel_asked: bool = False
    why: str = ""
    trades: set[str] = field(default_factory=set)
    filled: Decimal = ZERO
    claimed: Decimal = ZERO
    """What the server says is filled, which is ahead of the fills until they are asked for."""
    ending: OrderState | None = None

    @property
    def lacks(self) -> bool:
        """Whether fills, or the end that they hold back, are still to be asked for."""
        return self.claimed > self.filled or (self.ending is not None and not self.closed)


class Ledger:
    """Reports out of what is heard. It asks nothing itself."""

    def __init__(self) -> None:
        self._by_name: OrderedDict[str, Told] = OrderedDict()
        self._by_number: dict[str, Told] = {}

    def expect(self, told: Told) -> None:
        """An order of ours is about to leave."""
        self._by_name[told.name] = told
        while len(self._by_name) > _MOST:
            name = next((n for n, each in self._by_name.items() if each.closed), None)
            if name is None:
                return
            self._drop(self._by_name[name])

    def get(self, name: str) -> Told | None:
        """One order."""
        return self._by_name.get(name)

    def numbered(self, number: str) -> Told | None:
        """The order that the server has under this number."""
        return self._by_number.get(number)

    def lacking(self) -> list[Told]:
        """Those of which something was not heard."""
        return [told for told in self._by_name.values() if told.lacks]

    def resting(self) -> list[Told]:
        """Those that the server should show among what rests."""
        return [told for told in self._by_name.values() if told.accepted and told.ending is None]

    def link(self, told: Told, number: str) -> None:
        """The server has it under this number, the newest."""
        if number:
            told.number = number
            told.numbers.add(number)
            self._by_number[number] = told

    # -- what is heard ------------------------------------------------------------------------

    def order(self, said: OrderSaid, listed: Listed, at: int) -> list[VenueReport]:
        """An order as it is shown, whoever placed it."""
        told = self._by_name.get(said.key) or self._by_number.get(said.number)
        if told is None:
            if said.status in ENDED:
                return []  # it was over before anything of it was told
            told = self._of_others(said, listed, at)
        if said.is_refusal and not told.accepted:
            return self._refused(told, said.text, at)
        if told.closed:
            return []
        reports = self._accepted(told, said, at)
        told.quantity = said.quantity * listed.size or told.quantity
        told.claimed = max(told.claimed, said.filled * listed.size)
        told.standing = said.standing or told.standing
        if said.status in ENDED:
            told.ending, told.why = _STATES[Status(said.status)], told.why or said.text
            if told.ending is OrderState.FILLED:
                told.claimed = told.quantity
        return [*reports, *self._ended(told, at)]

    def fill(self, said: FillSaid, at: int) -> list[VenueReport]:
        """A fill of an order that is known by its number."""
        told = self._by_number.get(said.number)
        if told is None or said.id in told.trades:
            return []
        told.trades.add(said.id)
        report = filled(told.name, said, told.listed)
        told.filled += report.quantity
        reports: list[VenueReport] = [report]
        if not told.accepted:
            told.accepted = True
            reports.insert(0, OrderAccepted(told.name, VenueOrderId(said.number), at))
        return [*reports, *self._ended(told, at)]

    def gone(self, told: Told, at: int) -> list[VenueReport]:
        """It rests no more, and all its fills are told: how it ended follows from them."""
        whole = told.filled >= told.quantity
        told.ending = OrderState.FILLED if whole else OrderState.CANCELED
        told.claimed = told.filled
        return self._ended(told, at)

    def adopt(self, told: Told, number: str) -> None:
        """It was found to be over: whoever looked for it tells that."""
        self.expect(told)
        self.link(told, number)
        told.closed = told.closed or not told.accepted

    def forget(self, told: Told) -> None:
        """It never was there, and may be under the same name."""
        self._drop(told)

    # -- what follows -------------------------------------------------------------------------

    def _of_others(self, said: OrderSaid, listed: Listed, at: int) -> Told:
        told = Told(
            name=ClientOrderId(said.key),
            listed=listed,
            quantity=said.quantity * listed.size,
            standing=said.standing,
            since=said.received_at or at - _LONG_MS,
        )
        self.expect(told)
        return told

    def _accepted(self, told: Told, said: OrderSaid, at: int) -> list[VenueReport]:
        is_renumbered = bool(said.number) and said.number not in told.numbers
        self.link(told, said.previous)
        self.link(told, said.number)
        if said.status not in IS_THERE or not said.number:
            return []
        if told.accepted and not is_renumbered:
            return []
        told.accepted = True
        return [OrderAccepted(told.name, VenueOrderId(said.number), at)]

    def _refused(self, told: Told, text: str, at: int) -> list[VenueReport]:
        """What nobody waits for any more is turned down after all."""
        self._drop(told)
        return [OrderRejected(told.name, text or NO_WORDS, at)]

    def _ended(self, told: Told, at: int) -> list[VenueReport]:
        if told.closed or told.ending is None or told.claimed > told.filled:
            return []
        told.closed = True
        if told.ending is OrderState.FILLED:
            return []
        told.ending, told.why = ending_of(told)
        if told.ending is OrderState.EXPIRED:
            return [OrderExpired(told.name, told.why, at)]
        return [OrderCanceled(told.name, told.why, at)]

    def _drop(self, told: Told) -> None:
        self._by_name.pop(told.name, None)
        for number in told.numbers:
            self._by_number.pop(number, None)


def ending_of(told: Told) -> tuple[OrderState, str]:
    """How an order ended that is over and not wholly filled, and why.

    The protocol has no word for what expires: what stood for the day and nobody canceled did.
    """
    if told.cancel_asked:
        return OrderState.CANCELED, BY_REQUEST
    if told.standing == Standing.DAY:
        return OrderState.EXPIRED, told.why or SESSION_OVER
    at_once = told.standing in (Standing.IMMEDIATE_OR_CANCEL, Standing.FILL_OR_KILL)
    return OrderState.CANCELED, told.why or (NOT_ALL_AT_ONCE if at_once else BY_THE_SERVER)


def filled(name: ClientOrderId, said: FillSaid, listed: Listed) -> OrderFilled:
    """A fill, in base units. The protocol does not say what it cost."""
    return OrderFilled(
        client_order_id=name,
        trade_id=TradeId(said.id),
        quantity=Quantity(said.quantity * listed.size),
        price=Price(said.price),
        fee=ZERO,
        fee_currency=listed.instrument.quote,
        at=said.at,
    )


def told_of(order: Order, listed: Listed) -> Told:
    """One of the desk's, of which nothing was told yet."""
    terms, standing = order.terms, STANDINGS[order.terms.time_in_force]
    return Told(order.client_order_id, listed, terms.quantity, standing, order.placed_at)
