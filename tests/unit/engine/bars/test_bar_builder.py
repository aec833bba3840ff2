from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bars import BarBuilder, resample
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import Symbol
from engine.domain.market import BarClosed, Tick
from engine.domain.timeframe import Timeframe

BTC, ETH = Symbol("BTC/USDT"), Symbol("ETH/USDT")
MONDAY = 1_641_168_000
FRAMES = (Timeframe.M1, Timeframe.M5, Timeframe.H1, Timeframe.D1)


def tick(seconds: float, price: int, size: int = 1, symbol: Symbol = BTC) -> Tick:
    last = Decimal(price)
    return Tick(symbol, last - 1, last + 1, last, Decimal(size), round((MONDAY + seconds) * 1000))


def said(closed: Sequence[BarClosed]) -> list[tuple[Timeframe, Candle]]:
    return [(bar.timeframe, bar.candle) for bar in closed]


def test_a_bar_closes_with_the_first_tick_of_the_next() -> None:
    builder = BarBuilder([Timeframe.M1])
    for second, price in ((0, 10), (20, 14), (40, 8), (59.999, 12)):
        assert not builder.on_tick(tick(second, price))

    (closed,) = builder.on_tick(tick(60, 13))

    assert closed.candle == Candle(MONDAY, 10, 14, 8, 12, 4)
    assert (closed.symbol, closed.at) == (BTC, (MONDAY + 60) * 1000)


def test_bars_of_all_timeframes_close_together_shortest_first() -> None:
    builder = BarBuilder([Timeframe.M5, Timeframe.M1])
    builder.on_tick(tick(0, 10))
    builder.on_tick(tick(250, 20))

    closed = builder.on_tick(tick(900, 30))

    assert said(closed) == [
        (Timeframe.M1, Candle(MONDAY + 240, 20, 20, 20, 20, 1)),
        (Timeframe.M5, Candle(MONDAY, 10, 20, 10, 20, 2)),
    ]


def test_time_closes_a_bar_after_its_grace_when_no_tick_comes() -> None:
    builder = BarBuilder([Timeframe.M1, Timeframe.M5], grace_ms=2_000)
    builder.on_tick(tick(5, 10))
    at = MONDAY * 1000

    assert builder.on_time(at + 61_999) == []
    assert said(builder.on_time(at + 62_000)) == [(Timeframe.M1, Candle(MONDAY, 10, 10, 10, 10, 1))]
    assert builder.on_time(at + 62_000) == []
    assert said(builder.on_time(at + 302_000)) == [
        (Timeframe.M5, Candle(MONDAY, 10, 10, 10, 10, 1))
    ]


def test_a_tick_of_a_closed_bar_is_left_out() -> None:
    builder = BarBuilder([Timeframe.M1], grace_ms=0)
    builder.on_tick(tick(5, 10))
    builder.on_time((MONDAY + 60) * 1000)

    assert not builder.on_tick(tick(59, 99))
    assert builder.forming(BTC, Timeframe.M1) is None

    builder.on_tick(tick(61, 11))
    assert not builder.on_tick(tick(30, 99))
    assert builder.forming(BTC, Timeframe.M1) == Candle(MONDAY + 60, 11, 11, 11, 11, 1)


def test_the_forming_bar_of_every_timeframe_holds_the_last_tick() -> None:
    builder = BarBuilder(FRAMES)
    builder.on_tick(tick(30, 10))
    builder.on_tick(tick(90, 20))

    assert builder.forming(BTC, Timeframe.M1) == Candle(MONDAY + 60, 20, 20, 20, 20, 1)
    assert builder.forming(BTC, Timeframe.H1) == Candle(MONDAY, 10, 20, 10, 20, 2)
    assert builder.forming(ETH, Timeframe.M1) is None
    assert builder.forming(BTC, Timeframe.W1) is None


def test_symbols_do_not_mix() -> None:
    builder = BarBuilder([Timeframe.M1])
    builder.on_tick(tick(0, 10))
    builder.on_tick(tick(1, 500, symbol=ETH))

    assert builder.forming(BTC, Timeframe.M1) == Candle(MONDAY, 10, 10, 10, 10, 1)


def test_after_a_restart_the_longer_bars_go_on() -> None:
    closed = Candles.of(Candle(MONDAY + 60 * i, 10, 30 + i, 5, 11, 2) for i in range(3))
    builder = BarBuilder(FRAMES)
    builder.resume(BTC, closed)
    builder.on_tick(tick(200, 12))

    assert builder.forming(BTC, Timeframe.D1) == Candle(MONDAY, 10, 32, 5, 12, 7)
    assert builder.forming(BTC, Timeframe.M1) == Candle(MONDAY + 180, 12, 12, 12, 12, 1)


def test_what_ended_before_the_restart_is_not_said_again() -> None:
    builder = BarBuilder([Timeframe.M1, Timeframe.M5])
    builder.resume(BTC, Candles.of(Candle(MONDAY + 60 * i, 1, 1, 1, 1, 1) for i in range(5)))

    assert builder.on_time((MONDAY + 400) * 1000) == []
    assert not builder.on_tick(tick(299, 1))


def test_a_builder_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one timeframe"):
        BarBuilder([])


ticks = st.lists(
    st.tuples(st.integers(0, 40_000), st.integers(1, 50), st.integers(0, 9)), max_size=60
)


@settings(max_examples=60, deadline=None)
@given(ticks, st.booleans())
def test_what_is_built_is_what_the_ticks_resample_to(
    drawn: list[tuple[int, int, int]], timed: bool
) -> None:
    builder = BarBuilder(FRAMES, grace_ms=0)
    drawn.sort(key=lambda row: row[0])
    closed: list[BarClosed] = []
    for second, price, size in drawn:
        if timed:
            closed.extend(builder.on_time((MONDAY + second) * 1000))
        closed.extend(builder.on_tick(tick(second, price, size)))
    closed.extend(builder.on_time((MONDAY + 2 * 86_400) * 1000))

    bars = Candles.of(Candle(MONDAY + s, p, p, p, p, size) for s, p, size in drawn)
    for frame in FRAMES:
        expected = resample(bars, frame)
        built = [bar.candle for bar in closed if bar.timeframe is frame]
        assert built == [expected.row(i) for i in range(len(expected))]
