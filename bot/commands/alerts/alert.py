"""/alert — be told when a condition becomes true."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import shown
from bot.forms import FormulaText, RestText, SymbolText, TimeframeText
from bot.presenters.badges import badge
from bot.presenters.conditions import (
    alert_buttons,
    distance,
    judged_when,
    repeats,
    values_now,
)
from bot.voice import Voice
from engine.desk.alerts import MOST_ALERTS, AlertWish, Judgement
from engine.domain.alert import Alert as StandingAlert
from engine.domain.alert import Repeat
from engine.domain.identifiers import Symbol
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.errors import QuoteNotFound
from engine.formula import Kind, parse

LONGEST_NOTE = 200


class Alert(Command, name="alert", effect=Effect.CHANGES_SETTINGS, aliases=("a",)):
    """Watch for a condition and tell you when it is true."""

    symbol: SymbolText = Field(description="Which instrument, such as BTC/USDT.")
    formula: FormulaText = Field(
        description="A condition: price > 70000, change(1d) < -5%, rsi(close, 14) < 30."
    )
    timeframe: TimeframeText | None = Field(
        default=None, description="The candles that indicators are computed on; 1h if not said."
    )
    repeat: Repeat | None = Field(
        default=None, description="once, or always: each time it becomes true."
    )
    note: RestText | None = Field(default=None, description="Words to be reminded of.")

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """The formula takes the rest of the line; what follows it is named."""
        return ("symbol", "formula")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        condition = parse(self.formula)
        if condition.kind is not Kind.CONDITION:
            raise self.wrong("formula", "no_condition", said=shown(self.formula))
        if len(self.note or "") > LONGEST_NOTE:
            raise self.wrong("note", "note_too_long", detail=str(LONGEST_NOTE))
        shortest = min(condition.timeframes, key=lambda one: one.seconds, default=self._bars)
        if shortest.seconds < self._bars.seconds:
            raise self.wrong("timeframe", "timeframe_too_long", detail=shortest.value)
        return self

    @property
    def _bars(self) -> Timeframe:
        return Timeframe(self.timeframe or Timeframe.H1)

    async def handle(self, context: Context) -> Outcome:
        """Judge it once, then let the desk watch it."""
        desk, symbol = context.desk, Symbol(self.symbol)
        kind = desk.markets.kind(symbol)
        if kind is DataKind.RECORDED:
            raise self.wrong("symbol", "symbol_recorded", detail=symbol)
        if desk.alerts.is_full:
            return NoMoreAlerts()
        judgement = await desk.alerts.judge(symbol, self.formula, self._bars)
        alert = await desk.alerts.set(self._wish(symbol, context), context.intent)
        return AlertIsSet(alert, judgement, _price(symbol, context), kind)

    def _wish(self, symbol: Symbol, context: Context) -> AlertWish:
        return AlertWish(
            symbol=symbol,
            formula=self.formula,
            timeframe=self._bars,
            repeat=self.repeat or Repeat.ONCE,
            note=self.note or "",
            conversation=context.principal.conversation,
        )


def _price(symbol: Symbol, context: Context) -> Decimal | None:
    try:
        return context.desk.markets.last(symbol).last
    except QuoteNotFound:
        return None


@dataclass(frozen=True, slots=True)
class NoMoreAlerts:
    """The person has as many as one may have."""

    def card(self, voice: Voice) -> Card:
        """How to make room."""
        return Card(
            voice.say("alert.full.title"),
            text=voice.say("alert.full.text", most=voice.number(Decimal(MOST_ALERTS))),
            hint=voice.say("alert.full.hint"),
            tone=Tone.BAD,
        )


@dataclass(frozen=True, slots=True)
class AlertIsSet:
    """What waits now, and what its condition came to when it was set."""

    alert: StandingAlert
    judgement: Judgement
    price: Decimal | None
    kind: DataKind

    def card(self, voice: Voice) -> Card:
        """The condition, how it is judged, where things stand."""
        alert = self.alert
        return Card(
            voice.say("alert.title", alert=alert.id, symbol=alert.symbol),
            text=self._news(voice),
            fields=self._facts(voice),
            badge=badge(self.kind, voice),
            buttons=alert_buttons(alert, voice),
            hint=voice.say("alert.hint", alert=alert.id),
            tone=Tone.GOOD,
        )

    def _news(self, voice: Voice) -> str:
        if self.judgement.is_true is None:
            return voice.say("alert.unknown")
        return (
            voice.say(f"alert.already.{self.alert.repeat.value}") if self.judgement.is_true else ""
        )

    def _facts(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        alert = self.alert
        away = None if self.judgement.is_true else distance(alert.formula, self.price)
        now = values_now(self.judgement, self.price, voice)
        facts = [
            (voice.say("alert.condition"), alert.formula),
            (voice.say("alert.judged.name"), judged_when(alert.formula, alert.timeframe, voice)),
            (voice.say("alert.repeat.name"), repeats(alert.repeat, voice)),
            (voice.say("alert.now"), now),
            (voice.say("alert.distance"), voice.percent(away, signed=True) if away else ""),
            (voice.say("alert.note"), alert.note),
        ]
        return tuple((name, value) for name, value in facts if value)
