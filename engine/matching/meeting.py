"""What one tick does to one order.

A stop triggers on the last trade and then takes the market of that same tick and those after it,
so that a gap fills at the market, not at the level. What crosses at its first chance pays the
spread and the slippage; what came to rest fills at its own limit, as the market comes to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.events import (
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderTriggered,
    VenueReport,
)
from engine.domain.identifiers import TradeId
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import BUY, TRAILING_STOP, OrderState, TimeInForce
from engine.domain.values import constructor, quick
from engine.matching.checks import crosses
from engine.matching.model import FillModel
from engine.matching.resting import RestingOrder
from engine.matching.trailing import is_reached, level, tighter

_filled = constructor(OrderFilled)

Step = tuple[RestingOrder, tuple[VenueReport, ...]]
"""The order afterwards, and what there is to report."""


@quick
@dataclass(frozen=True, slots=True)
class Meeting:
    """A tick, the instrument it prices and the model by which it fills."""

    tick: Tick
    instrument: Instrument
    model: FillModel

    def of(self, held: RestingOrder, room: Quantity | None = None) -> Step:
        """Let the order meet the tick; `room` is the most that it may fill, None for any."""
        if held.is_past_day(self.tick.at):
            return expire(held, self.tick.at)
        delay = self.model.delay_ms
        if delay and self.tick.at < held.order.updated_at + delay:
            return held, ()
        return self._wait(held, room) if held.awaits_trigger else self._execute(held, room)

    def _wait(self, held: RestingOrder, room: Quantity | None) -> Step:
        terms = held.order.terms
        stop = terms.stop_price
        if stop is None or not is_reached(terms.side, stop, self.tick.last):
            return self._trail(held), ()
        report = OrderTriggered(held.id, self.tick.at)
        after, reports = self._execute(held.triggered(), room)
        return after, (report, *reports)

    def _trail(self, held: RestingOrder) -> RestingOrder:
        terms = held.order.terms
        if terms.type is not TRAILING_STOP:
            return held
        drawn = level(terms, self.tick.last, self.instrument)
        stop = drawn if terms.stop_price is None else tighter(terms.side, terms.stop_price, drawn)
        return held if stop == terms.stop_price else held.with_level(stop)

    def _execute(self, held: RestingOrder, room: Quantity | None) -> Step:
        tick, order, limit = self.tick, held.order, held.limit
        terms, remaining = order.terms, order.remaining
        # A feed may tell its last price twice, above all after a restart: one share of it is due.
        if held.fills and held.fills[-1].at >= tick.at:
            return held, ()
        if limit is not None and not crosses(terms.side, limit, tick):
            return self._leave(held.at_rest())
        if terms.post_only and not held.rests:
            return cancel(held, "post only: it would cross the spread", tick.at)
        wanted = remaining if room is None else min(remaining, room)
        if not wanted:
            return cancel(held, "reduce only: there is nothing left to reduce", tick.at)
        quantity = self.model.available(wanted, tick, self.instrument)
        if quantity < remaining and terms.time_in_force is TimeInForce.FOK:
            return cancel(held, "fok: not all of it can be filled at once", tick.at)
        return self._fill(held, quantity) if quantity else self._leave(held)

    def _fill(self, held: RestingOrder, quantity: Quantity) -> Step:
        name, price = held.id, self._price(held)
        fill = _filled(
            name,
            TradeId(f"{name}-{len(held.fills) + 1}"),
            quantity,
            price,
            self.model.fee(quantity, price, maker=held.rests),
            self.instrument.quote,
            self.tick.at,
        )
        after, reports = self._leave(held.filled(fill))
        return after, (fill, *reports)

    def _price(self, held: RestingOrder) -> Price:
        side, limit = held.order.terms.side, held.limit
        if limit is not None and held.rests and not self.model.improves:
            return limit
        price = self.model.crossing_price(side, self.tick, self.instrument)
        if limit is None:
            return price
        return min(price, limit) if side is BUY else max(price, limit)

    def _leave(self, held: RestingOrder) -> Step:
        if held.order.is_open and held.is_immediate:
            reason = f"{held.order.terms.time_in_force}: what could not be filled at once"
            return cancel(held, reason, self.tick.at)
        return held, ()


def cancel(held: RestingOrder, reason: str, at: int) -> Step:
    """End it as canceled."""
    after = held.closed(OrderState.CANCELED, reason, at)
    return after, (OrderCanceled(held.id, reason, at),)


def expire(held: RestingOrder, at: int) -> Step:
    """End a day order."""
    reason = "day: UTC midnight has passed"
    return held.closed(OrderState.EXPIRED, reason, at), (OrderExpired(held.id, reason, at),)
