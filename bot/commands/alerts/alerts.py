"""/alerts — the alerts that wait for you."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from bot.card import Card
from bot.command import Command, Context, Effect, Outcome
from bot.forms import SymbolText
from bot.presenters.conditions import alert_table
from bot.presenters.quotes import badge_of
from bot.voice import Voice
from engine.domain.alert import Alert
from engine.domain.identifiers import Symbol
from engine.domain.market import DataKind
from engine.errors import InstrumentNotFound, QuoteNotFound

SHOWN = 50


class Alerts(Command, name="alerts", effect=Effect.READS):
    """List your alerts with how far away they are."""

    symbol: SymbolText | None = Field(default=None, description="Only this instrument's.")

    async def handle(self, context: Context) -> Outcome:
        """Each with the price of its instrument."""
        desk = context.desk
        symbol = desk.markets.find(self.symbol).symbol if self.symbol else None
        mine = desk.alerts.mine(symbol)
        kinds = frozenset(
            kind for alert in mine if (kind := _kind(alert.symbol, context)) is not None
        )
        shown = tuple((alert, _price(alert.symbol, context)) for alert in mine[-SHOWN:])
        return AlertsSeen(shown, len(mine), kinds, desk.markets.now, symbol)


def _price(symbol: Symbol, context: Context) -> Decimal | None:
    try:
        return context.desk.markets.last(symbol).last
    except (QuoteNotFound, InstrumentNotFound):
        return None


def _kind(symbol: Symbol, context: Context) -> DataKind | None:
    try:
        return context.desk.markets.kind(symbol)
    except InstrumentNotFound:  # set on another feed than today's
        return None


@dataclass(frozen=True, slots=True)
class AlertsSeen:
    """The newest of them, each beside the price of its instrument."""

    alerts: tuple[tuple[Alert, Decimal | None], ...]
    count: int
    kinds: frozenset[DataKind]
    now: int
    symbol: Symbol | None

    def card(self, voice: Voice) -> Card:
        """A table, or how to set one."""
        if not self.alerts:
            symbol = self.symbol or "BTC/USDT"
            return Card(voice.say("alerts.none"), hint=voice.say("alerts.none_hint", symbol=symbol))
        hidden = self.count - len(self.alerts)
        return Card(
            voice.say("alerts.title", count=str(self.count)),
            text=voice.say("alerts.hidden", count=str(hidden)) if hidden else "",
            table=alert_table(self.alerts, self.now, voice),
            badge=badge_of(self.kinds, voice),
            hint=voice.say("alerts.hint", alert=self.alerts[-1][0].id),
        )
