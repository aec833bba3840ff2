"""/watchlist — the instruments you keep an eye on, with their prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.card import Button, Card
from bot.command import Command, Context, Effect, Outcome
from bot.presenters.quotes import PriceRow, badge_of, price_table, row_of
from bot.voice import Voice
from engine.domain.identifiers import Symbol
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound, InstrumentNotFound, QuoteNotFound

_DAYS_BACK = 10


class Watchlist(Command, name="watchlist", effect=Effect.READS, aliases=("wl",)):
    """Show your watchlist with prices."""

    async def handle(self, context: Context) -> Outcome:
        """Look each one up; one without a living price shows its last close."""
        symbols = await context.watchlists.symbols(context.principal.person)
        rows = [await _row(symbol, context) for symbol in symbols]
        return WatchlistSeen(tuple(row for row in rows if row is not None))


async def _row(symbol: Symbol, context: Context) -> PriceRow | None:
    try:
        return row_of(await context.desk.markets.quote(symbol), context.voice)
    except QuoteNotFound:
        return await _last_close(symbol, context)
    except InstrumentNotFound:  # another feed than the one it was added with
        return None


async def _last_close(symbol: Symbol, context: Context) -> PriceRow:
    markets, voice = context.desk.markets, context.voice
    kind, end = markets.kind(symbol), await markets.until(symbol)
    start = end - _DAYS_BACK * Timeframe.D1.seconds
    try:
        days = await markets.candles(symbol, Timeframe.D1, start, end)
    except HistoryNotFound:
        return PriceRow(symbol, kind, None, None, voice.say("common.none"))
    closes = [Decimal(repr(float(close))) for close in days.close[-2:]]
    change = closes[1] / closes[0] - 1 if len(closes) == 2 and closes[0] else None
    return PriceRow(symbol, kind, closes[-1], change, voice.date(int(days.time[-1]) * 1000))


@dataclass(frozen=True, slots=True)
class WatchlistSeen:
    """The list as it was."""

    rows: Sequence[PriceRow]

    def card(self, voice: Voice) -> Card:
        """A table, or how to begin one."""
        if not self.rows:
            return Card(voice.say("watchlist.title"), text=voice.say("watchlist.empty"))
        first = self.rows[0].symbol
        return Card(
            voice.say("watchlist.title"),
            table=price_table(self.rows, voice),
            badge=badge_of((row.kind for row in self.rows), voice),
            buttons=tuple(
                Button(
                    voice.say("watchlist.chart_button", symbol=row.symbol), f"/chart {row.symbol}"
                )
                for row in self.rows[:3]
            ),
            hint=voice.say("watchlist.hint", symbol=first),
        )
