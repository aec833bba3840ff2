"""/book — the best prices that others bid and ask, with their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, zip_longest

from pydantic import Field

from bot.card import Button, Card, Table
from bot.command import Command, Context, Effect, Outcome
from bot.forms import DecimalText, SymbolText
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import BookLevel, DataKind, OrderBook

MOST_LEVELS = 50
_USUAL = 10


class Book(Command, name="book", effect=Effect.READS, aliases=("depth",)):
    """Show the order book: bids, asks, spread and balance."""

    symbol: SymbolText = Field(description="Which instrument, such as BTC/USDT.")
    depth: DecimalText | None = Field(
        default=None, description="How many levels a side, 1 to 50; 10 unless you say otherwise."
    )

    async def handle(self, context: Context) -> Outcome:
        """Ask the market for it."""
        markets, symbol = context.desk.markets, Symbol(self.symbol)
        depth, instrument = self._levels(), markets.find(symbol)
        return BookSeen(instrument, markets.kind(symbol), await markets.book(symbol, depth))

    def _levels(self) -> int:
        depth = Decimal(_USUAL) if self.depth is None else self.depth
        if depth == depth.to_integral_value() and 1 <= depth <= MOST_LEVELS:
            return int(depth)
        raise self.wrong("depth", "depth", most=str(MOST_LEVELS))


@dataclass(frozen=True, slots=True)
class BookSeen:
    """The book as it was."""

    instrument: Instrument
    kind: DataKind
    book: OrderBook

    def card(self, voice: Voice) -> Card:
        """A table with the best in the first row, and who is the heavier side."""
        symbol = self.instrument.symbol
        return Card(
            voice.say("book.title", symbol=symbol),
            fields=tuple(_facts(self.book, self.instrument, voice)),
            table=_table(self.book, voice),
            badge=badge(self.kind, voice),
            buttons=(Button(voice.say("price.chart_button"), f"/chart {symbol}"),),
            hint=voice.say("book.hint", symbol=symbol),
        )


def _facts(book: OrderBook, instrument: Instrument, voice: Voice) -> Sequence[tuple[str, str]]:
    facts = []
    if book.bids and book.asks:
        bid, ask = book.bids[0].price, book.asks[0].price
        spread, middle = ask - bid, (ask + bid) / 2
        facts.append((voice.say("book.middle"), voice.money(middle, instrument.quote)))
        ratio = voice.percent(spread / middle) if middle else ""
        facts.append((voice.say("price.spread"), f"{voice.price(spread)} ({ratio})"))
    bids, asks = _size(book.bids), _size(book.asks)
    if bids + asks:
        balance = (bids - asks) / (bids + asks)
        side = "buyers" if balance > 0 else "sellers" if balance < 0 else "even"
        said = voice.say(f"book.{side}", share=voice.percent(max(bids, asks) / (bids + asks)))
        facts.append((voice.say("book.balance"), said))
    return facts


def _table(book: OrderBook, voice: Voice) -> Table:
    names = ("sum", "size", "bid", "ask", "size", "sum")
    bids, asks = _half(book.bids, voice), [row[::-1] for row in _half(book.asks, voice)]
    nothing = ("", "", "")
    rows = zip_longest(bids, asks, fillvalue=nothing)
    return Table(
        header=tuple(voice.say(f"book.{name}") for name in names),
        rows=tuple((*bid, *ask) for bid, ask in rows),
        numeric=tuple(range(len(names))),
    )


def _half(levels: Sequence[BookLevel], voice: Voice) -> list[tuple[str, ...]]:
    """Size up to here, size, price."""
    sums = accumulate(level.size for level in levels)
    return [
        (voice.quantity(total), voice.quantity(level.size), voice.price(level.price))
        for total, level in zip(sums, levels, strict=True)
    ]


def _size(levels: Sequence[BookLevel]) -> Decimal:
    return sum((level.size for level in levels), Decimal(0))
