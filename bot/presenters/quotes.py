"""Several prices as one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.card import Table
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.desk import Quote
from engine.domain.identifiers import Symbol
from engine.domain.market import DataKind


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line: `age` is said already, `change` a ratio over a day."""

    symbol: Symbol
    kind: DataKind
    price: Decimal | None
    change: Decimal | None
    age: str


def row_of(quote: Quote, voice: Voice) -> PriceRow:
    """The line of a price that lives."""
    return PriceRow(
        symbol=quote.instrument.symbol,
        kind=quote.kind,
        price=quote.tick.last,
        change=quote.day_change,
        age=voice.span(quote.age_seconds),
    )


def price_table(rows: Sequence[PriceRow], voice: Voice) -> Table:
    """Instrument, price, change over a day, age."""
    names = ("symbol", "price", "change", "age")
    return Table(
        header=tuple(voice.say(f"price.{name}") for name in names),
        rows=tuple(
            (
                row.symbol,
                voice.price(row.price),
                voice.percent(row.change, signed=True),
                row.age,
            )
            for row in rows
        ),
        numeric=(1, 2, 3),
    )


def badge_of(kinds: Iterable[DataKind], voice: Voice) -> str:
    """Where prices of several kinds come from, each said once."""
    words = (badge(kind, voice) for kind in sorted(set(kinds)))
    return " · ".join(word for word in words if word)
