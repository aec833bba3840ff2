"""The series of a bar itself."""

from __future__ import annotations

from engine.domain.candles import Candles, Floats


def open_(candles: Candles) -> Floats:
    """The first price of the bar."""
    return candles.open


def high(candles: Candles) -> Floats:
    """The highest price of the bar."""
    return candles.high


def low(candles: Candles) -> Floats:
    """The lowest price of the bar."""
    return candles.low


def close(candles: Candles) -> Floats:
    """The last price of the bar."""
    return candles.close


def volume(candles: Candles) -> Floats:
    """What was traded in the bar, in units of the base unless the venue counts otherwise."""
    return candles.volume


def hl2(candles: Candles) -> Floats:
    """(high + low) / 2. A price. Source: TA-Lib MEDPRICE."""
    return (candles.high + candles.low) / 2


def hlc3(candles: Candles) -> Floats:
    """(high + low + close) / 3. A price. Source: TA-Lib TYPPRICE."""
    return (candles.high + candles.low + candles.close) / 3


def ohlc4(candles: Candles) -> Floats:
    """(open + high + low + close) / 4. A price. Source: TA-Lib AVGPRICE."""
    return (candles.open + candles.high + candles.low + candles.close) / 4


def price(candles: Candles) -> Floats:
    """The last traded price: the latest tick live, the close on a bar."""
    return candles.close
