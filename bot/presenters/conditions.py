"""Alerts in words: what they wait for, how it is judged, how far away it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import isnan

from bot.card import Button, Table
from bot.voice import Voice
from engine.desk.alerts import Judgement
from engine.domain.alert import Alert, Repeat
from engine.domain.timeframe import Timeframe
from engine.formula import parse

_FIGURES = 6


def judged_when(formula: str, timeframe: Timeframe, voice: Voice) -> str:
    """`with every price`, or `when a 1h candle closes`."""
    if parse(formula).judged_on_ticks:
        return voice.say("alert.judged.ticks")
    return voice.say("alert.judged.bars", timeframe=timeframe.value)


def repeats(repeat: Repeat, voice: Voice) -> str:
    """Once, or each time."""
    return voice.say(f"alert.repeat.{repeat.value}")


def distance(formula: str, price: Decimal | None) -> Decimal | None:
    """How far the price must move to the level that it is about, as a ratio; else None."""
    bound = parse(formula).bounds()
    return bound.level / price - 1 if bound is not None and price else None


def values_now(judgement: Judgement, price: Decimal | None, voice: Voice) -> str:
    """`rsi(close, 14) = 43.21`, for each number that is compared."""
    return ", ".join(_valued(judgement.values, price, voice))


def _valued(
    values: Sequence[tuple[str, float]], price: Decimal | None, voice: Voice
) -> Iterator[str]:
    for text, value in values:
        if text == "price":
            yield f"{text} = {voice.price(price)}"
        elif isnan(value):
            yield f"{text} = {voice.say('common.none')}"
        elif text.startswith("change("):
            yield f"{text} = {voice.percent(Decimal(repr(value)), signed=True)}"
        else:
            yield f"{text} = {voice.quantity(Decimal(f'{value:.{_FIGURES}g}'))}"


def state_of(alert: Alert, now: int, voice: Voice) -> str:
    """Waiting, or asleep until when; how often it has fired."""
    if alert.snoozed_until > now:
        return voice.say("alert.state.snoozed", until=voice.minute(alert.snoozed_until))
    if alert.fired:
        return voice.say("alert.state.fired", count=str(alert.fired))
    return voice.say("alert.state.waiting")


def alert_table(alerts: Sequence[tuple[Alert, Decimal | None]], now: int, voice: Voice) -> Table:
    """One line an alert, with the price of its instrument where one is known."""
    names = ("id", "symbol", "condition", "repeat", "state", "distance")
    return Table(
        header=tuple(voice.say(f"alert.column.{name}") for name in names),
        rows=tuple(
            (
                alert.id,
                alert.symbol,
                _condition(alert),
                repeats(alert.repeat, voice),
                state_of(alert, now, voice),
                voice.percent(distance(alert.formula, price), signed=True),
            )
            for alert, price in alerts
        ),
        numeric=(5,),
    )


def _condition(alert: Alert) -> str:
    if parse(alert.formula).judged_on_ticks:
        return alert.formula
    return f"{alert.formula} ({alert.timeframe.value})"


def alert_buttons(alert: Alert, voice: Voice) -> tuple[Button, ...]:
    """See it, or be rid of it."""
    return (
        Button(voice.say("alert.chart_button"), f"/chart {alert.symbol}"),
        Button(voice.say("alert.remove_button"), f"/unalert {alert.id}"),
    )
