"""What has been told of each order, so that streams and questions together tell it once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.ccxt.stated import Seen
from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    VenueReport,
)
from engine.domain.identifiers import ClientOrderId, Symbol, TradeId, VenueOrderId
from engine.domain.money import ZERO
from engine.domain.order import CLOSED, OrderState

_MOST = 10_000
"""Orders that are remembered; older ones that are closed are forgotten."""


@dataclass(slots=True)
class Told:
    """One order: what was reported of it and what the exchange has said of it since."""

    name: ClientOrderId
    symbol: Symbol
    id: VenueOrderId | None = None
    child: VenueOrderId | None = None
    """What it has become where that has another number."""
    is_stop: bool = False
    """Whether the number is that of a stop which is kept apart."""
    accepted: bool = False
    closed: bool = False
    trades: set[TradeId] = field(default_factory=set)
    filled: Decimal = ZERO
    claimed: Decimal = ZERO
    """What the exchange says is filled, which may be ahead of the fills that were heard."""
    ending: OrderState | None = None

    @property
    def lacks(self) -> bool:
        """Whether fills, or the end that they hold back, are still to be asked for."""
        return self.claimed > self.filled or (self.ending is not None and not self.closed)


class Ledger:
    """Reports out of what is seen. It asks nothing itself."""

    def __init__(self, *, numbers_of_symbol: bool = False) -> None:
        """`numbers_of_symbol`: two orders may have one number where they are of two symbols."""
        self._by_name: OrderedDict[ClientOrderId, Told] = OrderedDict()
        self._numbers_of_symbol = numbers_of_symbol
        self._names: dict[tuple[str, VenueOrderId], ClientOrderId] = {}

    def expect(self, name: ClientOrderId, symbol: Symbol) -> Told:
        """An order of ours is under way, or is asked about."""
        told = self._by_name.get(name)
        if told is None:
            told = self._by_name[name] = Told(name, symbol)
            self._forget()
        return told

    def get(self, name: ClientOrderId) -> Told | None:
        """One order."""
        return self._by_name.get(name)

    def of(self, id_: VenueOrderId, symbol: Symbol) -> Told | None:
        """The order that the exchange calls so."""
        name = self._names.get(self._key(id_, symbol))
        return None if name is None else self._by_name.get(name)

    def _key(self, id_: VenueOrderId, symbol: Symbol) -> tuple[str, VenueOrderId]:
        return (symbol if self._numbers_of_symbol else "", id_)

    def open(self) -> list[Told]:
        """All of which something may still come."""
        return [told for told in self._by_name.values() if told.accepted and not told.closed]

    def know(self, order: Seen, name: ClientOrderId, symbol: Symbol) -> None:
        """What the exchange calls an order that somebody else tells of."""
        told = self.expect(name, symbol)
        told.accepted = True
        self._number(told, order)

    def meet(self, order: Seen, at: int) -> list[VenueReport]:
        """That an order is there, the first time that it is seen."""
        told = self.of(order.id, order.symbol)
        if told is None:
            if order.name is None:
                return []
            told = self.expect(order.name, order.symbol)
        self._number(told, order)
        if told.accepted or told.id is None or order.state is OrderState.REJECTED:
            return []
        told.accepted = True
        return [OrderAccepted(told.name, told.id, at)]

    def see(self, order: Seen, at: int) -> list[VenueReport]:
        """An order as it stands; its end is told only after all its fills."""
        reports = self.meet(order, at)
        told = self.of(order.id, order.symbol)
        if told is None:
            return reports
        told.claimed = max(told.claimed, order.filled or ZERO)
        if order.state in CLOSED and not told.closed:
            told.ending = order.state
            # Where it is not said how much has filled, it is asked for before anything ends.
            if order.filled is not None:
                reports += self._ended(told, order.reason, at)
        return reports

    def _number(self, told: Told, order: Seen) -> None:
        """Note what the exchange calls it; what a stop has become may bear the stop's name."""
        is_of_stop = order.is_stop or order.child is not None
        if told.is_stop and not is_of_stop and order.id not in ("", told.id):
            told.child = order.id
        elif order.id:
            if is_of_stop and not told.is_stop and told.id not in (None, order.id):
                told.child = told.id
            told.id, told.is_stop = order.id, told.is_stop or is_of_stop
        told.child = order.child or told.child
        for number in (order.id, order.child):
            if number:
                self._call(self._key(number, told.symbol), told.name)

    def _call(self, number: tuple[str, VenueOrderId], name: ClientOrderId) -> None:
        """An order's number is of this name, whatever name it had before that was known."""
        before = self._names.get(number)
        if before is not None and before != name:
            self._by_name.pop(before, None)
        self._names[number] = name

    def fill(self, told: Told, fills: Iterable[OrderFilled]) -> list[VenueReport]:
        """Fills of an order, those that were told before left out."""
        reports: list[VenueReport] = []
        for each in fills:
            if each.trade_id not in told.trades:
                told.trades.add(each.trade_id)
                told.filled += each.quantity
                reports.append(each)
        if reports and told.ending is OrderState.FILLED and told.filled >= told.claimed:
            told.closed = True
        return reports

    def _ended(self, told: Told, reason: str, at: int) -> list[VenueReport]:
        nothing = told.ending is OrderState.FILLED and not told.claimed
        if told.claimed > told.filled or nothing:
            return []
        told.closed = True
        match told.ending:
            case OrderState.CANCELED:
                return [OrderCanceled(told.name, reason, at)]
            case OrderState.EXPIRED:
                return [OrderExpired(told.name, reason, at)]
            case OrderState.REJECTED:
                return [OrderRejected(told.name, reason, at)]
            case _:
                return []

    def _forget(self) -> None:
        while len(self._by_name) > _MOST:
            name = next((n for n, told in self._by_name.items() if told.closed), None)
            if name is None:
                return
            told = self._by_name.pop(name)
            for number in (told.id, told.child):
                if number is not None:
                    self._names.pop(self._key(number, told.symbol), None)
