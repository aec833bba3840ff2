"""Prices at which nothing happens: while a tick lies inside the band, no order is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.market import Tick
from engine.domain.order import OrderType, Side, TimeInForce
from engine.matching.resting import DAY_MS, RestingOrder

ABOVE_ALL, BELOW_ALL = Decimal("Infinity"), Decimal("-Infinity")
FOR_EVER = 2**63


@dataclass(frozen=True, slots=True)
class QuietBand:
    """Nothing happens while the ask stays above, the bid below and the last trade between."""

    ask_above: Decimal
    bid_below: Decimal
    last_above: Decimal
    last_below: Decimal
    until: int

    def holds(self, tick: Tick) -> bool:
        """Whether no order cares for this tick."""
        return (
            tick.ask > self.ask_above
            and tick.bid < self.bid_below
            and self.last_above < tick.last < self.last_below
            and tick.at < self.until
        )


def quiet_band(orders: Iterable[RestingOrder]) -> QuietBand | None:
    """The band between the levels of these orders; None where one of them minds every tick.

    Those are trailing stops, and what is taking or has not yet come to rest.
    """
    limits: dict[Side, list[Decimal]] = {Side.BUY: [BELOW_ALL], Side.SELL: [ABOVE_ALL]}
    stops: dict[Side, list[Decimal]] = {Side.BUY: [ABOVE_ALL], Side.SELL: [BELOW_ALL]}
    until = [FOR_EVER]
    for held in orders:
        terms = held.order.terms
        if held.awaits_trigger and terms.type is not OrderType.TRAILING_STOP and terms.stop_price:
            stops[terms.side].append(terms.stop_price)
        elif held.rests and held.limit is not None:
            limits[terms.side].append(held.limit)
        else:
            return None
        if terms.time_in_force is TimeInForce.DAY:
            until.append((held.order.updated_at // DAY_MS + 1) * DAY_MS)
    return QuietBand(
        max(limits[Side.BUY]),
        min(limits[Side.SELL]),
        max(stops[Side.SELL]),
        min(stops[Side.BUY]),
        min(until),
    )
