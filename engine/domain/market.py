"""Prices as they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.candles import Candle
from engine.domain.identifiers import Symbol
from engine.domain.timeframe import Timeframe
from engine.domain.values import quick


class DataKind(StrEnum):
    """Where prices come from; everything but LIVE is said wherever such a price is shown."""

    LIVE = "live"
    REPLAY = "replay"
    SIMULATED = "simulated"
    RECORDED = "recorded"


@quick
@dataclass(frozen=True, slots=True)
class Tick:
    """A price update: best bid and ask and the last trade, in quote currency; `at` in UTC ms."""

    symbol: Symbol
    bid: Decimal
    ask: Decimal
    last: Decimal
    size: Decimal
    at: int


@dataclass(frozen=True, slots=True)
class BarClosed:
    """A candle of one timeframe is complete; `at` in UTC ms is its end."""

    symbol: Symbol
    timeframe: Timeframe
    candle: Candle
    at: int


@dataclass(frozen=True, slots=True)
class BookLevel:
    """One price level of the order book, size in base units."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class OrderBook:
    """The book's best levels, best first; `at` in UTC ms."""

    symbol: Symbol
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    at: int
