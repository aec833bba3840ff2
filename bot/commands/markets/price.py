"""/price — the last price of one or more instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card
from bot.command import Command, Context, Effect, Outcome
from bot.forms import Symbols
from bot.presenters.badges import badge
from bot.presenters.quotes import badge_of, price_table, row_of
from bot.voice import Voice
from engine.desk import Quote
from engine.domain.identifiers import Symbol


class Price(Command, name="price", effect=Effect.READS, aliases=("p", "quote")):
    """Show the last price, the spread and the change over a day."""

    symbols: Symbols = Field(description="One or more instruments, such as BTC/USDT ETH/USDT.")

    async def handle(self, context: Context) -> Outcome:
        """Look them up; one that is unknown is named with its nearest."""
        quotes = [await context.desk.markets.quote(Symbol(symbol)) for symbol in self.symbols]
        return PricesSeen(tuple(quotes))


@dataclass(frozen=True, slots=True)
class PricesSeen:
    """The quotes, as they were."""

    quotes: Sequence[Quote]

    def card(self, voice: Voice) -> Card:
        """One in detail, several as a table."""
        return _detail(self.quotes[0], voice) if len(self.quotes) == 1 else self._table(voice)

    def _table(self, voice: Voice) -> Card:
        return Card(
            voice.say("price.title_many"),
            table=price_table([row_of(quote, voice) for quote in self.quotes], voice),
            badge=badge_of((quote.kind for quote in self.quotes), voice),
            hint=voice.say("price.hint", symbol=self.quotes[0].instrument.symbol),
        )


def _detail(quote: Quote, voice: Voice) -> Card:
    tick, instrument = quote.tick, quote.instrument
    spread = tick.ask - tick.bid
    return Card(
        f"{instrument.symbol} {voice.price(tick.last)} {instrument.quote}",
        fields=(
            (voice.say("price.change"), voice.percent(quote.day_change, signed=True)),
            (voice.say("price.bid"), voice.price(tick.bid)),
            (voice.say("price.ask"), voice.price(tick.ask)),
            (
                voice.say("price.spread"),
                f"{voice.price(spread)} ({voice.percent(spread / tick.last)})",
            ),
            (voice.say("price.age"), voice.ago(quote.age_seconds)),
        ),
        badge=badge(quote.kind, voice),
        buttons=(
            Button(voice.say("price.chart_button"), f"/chart {instrument.symbol}"),
            Button(voice.say("price.watch_button"), f"/watch {instrument.symbol}"),
        ),
        hint=voice.say("price.hint", symbol=instrument.symbol),
    )
