"""A bar as the ticks that could have made it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from engine.domain.candles import Candle, Candles, Floats
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import Tick
from engine.domain.money import Currency

TICKS_A_BAR = 4
_FINEST = 8
"""Decimals: prices finer than a hundred-millionth are rounded to it."""


def ticks_of(
    candle: Candle, seconds: int, instrument: Instrument, spread_bps: float
) -> Iterator[Tick]:
    """Four ticks: open, low, high, close of a rising bar; open, high, low, close of a falling one.

    They come at 0, a third, two thirds and the last millisecond of the bar of `seconds`, each with
    a quarter of its volume, so that they make the bar again. The last price lies in the middle of
    bid and ask, which are `spread_bps` (hundredths of a percent) and at least a step apart.
    """
    turns = (candle.low, candle.high) if candle.close >= candle.open else (candle.high, candle.low)
    prices = (candle.open, *turns, candle.close)
    length = seconds * 1_000
    moments = (0, length // 3, 2 * length // 3, length - 1)
    for price, size, moment in zip(prices, _sizes(candle, instrument), moments, strict=True):
        last = instrument.price(Decimal(repr(price)))
        half = max(last * Decimal(repr(spread_bps)) / 20_000, instrument.price_step)
        distance = instrument.price(half)
        yield Tick(
            instrument.symbol,
            max(last - distance, instrument.price_step),
            last + distance,
            last,
            size,
            candle.time * 1_000 + moment,
        )


def _sizes(candle: Candle, instrument: Instrument) -> tuple[Decimal, ...]:
    whole = instrument.quantity(Decimal(repr(candle.volume)))
    quarter = instrument.quantity(whole / TICKS_A_BAR)
    return (quarter, quarter, quarter, whole - 3 * quarter)


def instrument_of(symbol: Symbol, candles: Candles, venue: VenueName) -> Instrument:
    """The instrument that a file of candles tells of: steps as fine as its numbers are.

    `BTC/USD` is a pair; a name without a slash is a stock in USD.
    """
    base, _, quote = symbol.partition("/")
    prices = np.concatenate((candles.open, candles.high, candles.low, candles.close))
    return Instrument(
        symbol,
        venue,
        InstrumentKind.SPOT if quote else InstrumentKind.STOCK,
        Currency(base),
        Currency(quote or "USD"),
        _step(prices),
        _step(candles.volume),
        name=symbol,
    )


def _step(values: Floats) -> Decimal:
    """The largest power of ten, at most one, that all values are whole multiples of."""
    places = next((n for n in range(_FINEST) if _whole(values * 10.0**n)), _FINEST)
    return Decimal(1).scaleb(-places)


def _whole(values: Floats) -> bool:
    return bool(np.allclose(values, np.rint(values), rtol=1e-12, atol=1e-6))
