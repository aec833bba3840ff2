"""Why trading is halted and what can be done, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.card import Card, Table, Tone
from bot.presenters.limits import figure
from bot.voice import Voice
from engine.desk import RiskUnit
from engine.domain.events import FlattenChecked, HaltCause, TradingHalted, TradingResumed


def halt_notice(event: TradingHalted | FlattenChecked | TradingResumed, voice: Voice) -> Card:
    """What everybody hears of a halt: its beginning, what closing has left, its end."""
    match event:
        case TradingHalted():
            return _halted(event, voice)
        case FlattenChecked():
            return _checked(event, voice)
        case TradingResumed():
            title, text = voice.say("notice.resumed.title"), voice.say("notice.resumed.text")
            return Card(title, text=text, tone=Tone.GOOD)


def halt_reason(halt: TradingHalted, voice: Voice) -> str:
    """The cause with its figures."""
    facts = dict(halt.facts)
    if halt.cause is HaltCause.PERSON:
        return voice.say("halt.cause.person", by=halt.reason)
    if halt.cause is HaltCause.LOSS_LIMIT:
        unit, currency = RiskUnit(facts["unit"]), facts["currency"]
        for name in ("used", "limit"):
            facts[name] = figure(Decimal(facts[name]), unit, currency, voice)
    return voice.say(f"halt.cause.{halt.cause.value}", **facts)


def halt_way_out(halt: TradingHalted, voice: Voice) -> str:
    """What can be done now, by whom."""
    return voice.say(f"halt.way_out.{halt.cause.value}")


def halt_place(halt: TradingHalted, voice: Voice) -> str:
    """The whole desk, or the account."""
    if halt.account is None:
        return voice.say("halt.place.desk")
    return voice.say("halt.place.account", account=halt.account)


def halt_lines(halts: Sequence[TradingHalted], voice: Voice) -> Sequence[str]:
    """A line a halt: where, since when, why."""
    return [
        voice.say(
            "halt.line",
            place=halt_place(halt, voice),
            when=voice.minute(halt.at),
            reason=halt_reason(halt, voice),
        )
        for halt in halts
    ]


def _halted(event: TradingHalted, voice: Voice) -> Card:
    place, reason = halt_place(event, voice), halt_reason(event, voice)
    closing = [voice.say("notice.halted.closing")] if event.flatten else []
    return Card(
        voice.say("notice.halted.title"),
        text="\n".join([voice.say("notice.halted.text", place=place, reason=reason), *closing]),
        hint=halt_way_out(event, voice),
        tone=Tone.WARNING,
    )


def _checked(event: FlattenChecked, voice: Voice) -> Card:
    """What closing everything has left: nothing, or these."""
    state = "left" if event.left else "flat"
    header = tuple(voice.say(f"fields.{name}") for name in ("symbol", "quantity"))
    rows = tuple((symbol, voice.quantity(quantity)) for symbol, quantity in event.left)
    return Card(
        voice.say(f"notice.flattened.{state}.title", account=event.account),
        text=voice.say(f"notice.flattened.{state}.text"),
        table=Table(header, rows, numeric=(1,)) if rows else None,
        hint=voice.say(f"notice.flattened.{state}.hint"),
        tone=Tone.WARNING if event.left else Tone.GOOD,
    )
