"""What a person has to do with an instrument, as marks and levels of its chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.presenters.pictures.spec import Level, Mark, Tone
from bot.voice import Voice
from engine.desk import Holding
from engine.domain.account import Fill
from engine.domain.alert import Alert
from engine.domain.money import ZERO
from engine.domain.order import Order, Purpose, Side
from engine.domain.timeframe import Timeframe
from engine.formula import parse

MOST_MARKS = 60
_TONES: dict[Purpose, Tone] = {
    Purpose.ENTRY: "order",
    Purpose.STOP_LOSS: "stop",
    Purpose.TAKE_PROFIT: "target",
}


def marks_of(fills: Sequence[Fill], timeframe: Timeframe, voice: Voice) -> tuple[Mark, ...]:
    """The newest fills; those of one side in one candle are one mark, at their average price."""
    together: dict[tuple[int, Side], list[Fill]] = {}
    for fill in fills:
        place = timeframe.open_of(fill.at // 1000), fill.side
        together.setdefault(place, []).append(fill)
    return tuple(_mark(each, voice) for each in tuple(together.values())[-MOST_MARKS:])


def _mark(fills: Sequence[Fill], voice: Voice) -> Mark:
    quantity = sum((fill.quantity for fill in fills), ZERO)
    value = sum((fill.quantity * fill.price for fill in fills), ZERO)
    return Mark(
        time=fills[-1].at // 1000,
        price=float(value / quantity),
        side="buy" if fills[0].side is Side.BUY else "sell",
        label=voice.quantity(quantity),
    )


def levels_of(
    holdings: Sequence[Holding], orders: Sequence[Order], alerts: Sequence[Alert], voice: Voice
) -> tuple[Level, ...]:
    """Entry, stop, target, resting orders and waiting alerts."""
    return (*_entries(holdings, voice), *_orders(orders, voice), *_alerts(alerts, voice))


def _entries(holdings: Sequence[Holding], voice: Voice) -> Iterator[Level]:
    for holding in holdings:
        price = holding.position.average_price
        if price is not None:
            quantity = voice.quantity(holding.position.quantity)
            label = voice.say("chart.level.position", quantity=quantity)
            yield Level(float(price), label, "entry")


def _orders(orders: Sequence[Order], voice: Voice) -> Iterator[Level]:
    for order in orders:
        price = order.terms.stop_price or order.terms.price
        if price is None:
            continue
        name = order.purpose.value
        if order.purpose is Purpose.ENTRY:
            name = "stop_order" if order.terms.reduce_only else order.terms.side.value
        label = voice.say(f"chart.level.{name}", quantity=voice.quantity(order.remaining))
        yield Level(float(price), label, _tone(order))


def _tone(order: Order) -> Tone:
    if order.purpose is Purpose.ENTRY and order.terms.reduce_only:
        return "stop"
    return _TONES[order.purpose]


def _alerts(alerts: Sequence[Alert], voice: Voice) -> Iterator[Level]:
    for alert in alerts:
        bound = parse(alert.formula).bounds()
        if bound is not None and bound.level > Decimal(0):
            yield Level(float(bound.level), voice.say("chart.level.alert", alert=alert.id), "alert")
