"""/unalert — forget an alert, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.forms import IdText, SymbolText
from bot.presenters.undo import undo
from bot.voice import Voice
from engine.domain.alert import Alert, Repeat
from engine.domain.identifiers import AlertId
from engine.domain.timeframe import Timeframe
from engine.errors import AlertNotFound
from engine.formula import parse

ALL = "all"


class Unalert(Command, name="unalert", effect=Effect.CHANGES_SETTINGS):
    """Remove one alert, or all."""

    alert: IdText = Field(description="Its id, as /alerts shows it, or all.")
    symbol: SymbolText | None = Field(default=None, description="With all: this instrument's only.")

    async def handle(self, context: Context) -> Outcome:
        """Forget those that are meant."""
        alerts = context.desk.alerts
        meant = self._meant(context)
        return AlertsRemoved(tuple([await alerts.remove(alert.id) for alert in meant]))

    def _meant(self, context: Context) -> Sequence[Alert]:
        desk = context.desk
        symbol = desk.markets.find(self.symbol).symbol if self.symbol else None
        if self.alert == ALL:
            return desk.alerts.mine(symbol)
        alert = desk.alerts.find(AlertId(self.alert))
        if symbol is not None and alert.symbol != symbol:
            raise AlertNotFound(alert=f"{self.alert} ({symbol})")
        return [alert]


@dataclass(frozen=True, slots=True)
class AlertsRemoved:
    """What is gone."""

    alerts: tuple[Alert, ...]

    def card(self, voice: Voice) -> Card:
        """One with its condition and a way back, several by their number."""
        if not self.alerts:
            return Card(voice.say("unalert.none"), hint=voice.say("unalert.hint"))
        if len(self.alerts) > 1:
            title = voice.say("unalert.many", count=str(len(self.alerts)))
            return Card(title, hint=voice.say("unalert.hint"), tone=Tone.GOOD)
        alert = self.alerts[0]
        return Card(
            voice.say("unalert.one", alert=alert.id),
            text=f"{alert.symbol}: {alert.formula}",
            buttons=undo("unalert.undo", "alert", _again(alert), voice),
            hint=voice.say("unalert.hint"),
            tone=Tone.GOOD,
        )


def _again(alert: Alert) -> Sequence[str]:
    """The words that set it again."""
    words = [alert.symbol, alert.formula]
    if alert.timeframe is not Timeframe.H1 and not parse(alert.formula).judged_on_ticks:
        words.append(f"timeframe={alert.timeframe.value}")
    if alert.repeat is Repeat.ALWAYS:
        words.append(f"repeat={alert.repeat.value}")
    return [*words, *([f"note={alert.note}"] if alert.note else [])]
