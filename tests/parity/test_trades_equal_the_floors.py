"""On the benchmark's workloads our trades are those of its floors, under each convention."""

from dataclasses import replace

import numpy as np
import pytest

from engine.backtest import CONVENTIONS, Backtest, Settings, compiled, kernel, reference
from engine.backtest.conventions import Anchor, BarOrder, Convention, GapFill
from engine.backtest.result import Reason
from engine.documents import library_text, read_document
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.strategies import Strategy
from tests.bench import floors
from tests.parity.real_candles import real_candles

ENGINES = (compiled.run, reference.run, kernel.run)
REASONS = {"rsi": Reason.EXIT, "stop": Reason.STOP, "target": Reason.TARGET}
# The floor takes an average that is equal for one that has crossed down.
CROSS = library_text("sma-cross").replace(
    "exit: crosses_below(sma(close, fast), sma(close, slow))",
    "exit: sma(close, fast) <= sma(close, slow)",
)
# What `floors.w2_python` calls the peers' switches.
SWITCHES = {
    "outcry": {},
    "vectorbt": {"entry_bar": False, "first": "stop"},
    "backtrader": {"entry_bar": False, "first": "stop"},
    "backtesting.py": {"anchor": "signal", "first": "stop"},
    "freqtrade": {"gap": "level"},
}


def strategy(text: str, size: str = "100% of equity") -> Strategy:
    return read_document(text.replace("100% of equity", size))


def closed(result: Backtest) -> list[tuple[float, ...]]:
    """Trades as the floors have them: no end of the data, entry and exit by bar and price."""
    return [tuple(row[:4]) for row in result.trades.table.tolist() if row[8] != Reason.END]


@pytest.mark.parametrize("run", ENGINES)
def test_the_moving_average_cross_trades_as_the_floor(run):
    candles = real_candles()
    cash, trades, _ = floors.w1_python(candles.open, candles.close)

    result = run(strategy(CROSS), candles, Timeframe.M1, Settings(cash=1e6))

    assert closed(result) == trades
    assert len(trades) > 30
    assert result.equity_final == pytest.approx(cash, rel=2e-3)


@pytest.mark.parametrize("run", ENGINES)
@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize(("stop", "target"), [(0.02, 0.04), (0.002, 0.002), (0.001, 0.003)])
def test_the_rsi_with_stops_trades_as_the_floor_under_each_convention(run, name, stop, target):
    candles = real_candles()
    columns = candles.open, candles.high, candles.low, candles.close
    _, trades, _ = floors.w2_python(*columns, sl=stop, tp=target, **SWITCHES[name])
    settings = Settings(cash=1e6, convention=CONVENTIONS[name])
    values = {"stop": stop, "target": target}

    result = run(strategy(library_text("rsi-reversion")), candles, Timeframe.M1, settings, values)

    assert closed(result) == [trade[:4] for trade in trades]
    reasons = [row.reason for row in result.rows if row.reason is not Reason.END]
    assert reasons == [REASONS[trade[4]] for trade in trades]


@pytest.mark.parametrize("gap", [GapFill.OPEN, GapFill.LEVEL, GapFill.INSIDE])
@pytest.mark.parametrize("anchor", Anchor)
@pytest.mark.parametrize("entry_bar", [True, False])
def test_every_switch_that_the_floor_knows_trades_as_it_does(gap, anchor, entry_bar):
    candles = with_gaps(real_candles())
    first = BarOrder.OPEN_FIRST if gap is GapFill.OPEN else BarOrder.STOP_FIRST
    convention = Convention(stops_on_entry_bar=entry_bar, gap=gap, anchor=anchor, order=first)
    _, trades, _ = floors.w2_python(
        *candles.columns()[1:5],
        sl=0.001,
        tp=0.001,
        entry_bar=entry_bar,
        gap=gap.name.lower(),
        anchor=anchor.name.lower(),
    )
    settings = Settings(cash=1e6, convention=convention)
    values = {"stop": 0.001, "target": 0.001}

    result = compiled.run(
        strategy(library_text("rsi-reversion")), candles, Timeframe.M1, settings, values
    )

    assert closed(result) == [trade[:4] for trade in trades]


def test_a_million_bars_trade_as_the_floors():
    candles = a_million()
    settings = Settings(cash=1e8)

    cash, count = floors.w1_numba(candles.open, candles.close, 10, 30, 1e8, 0.001, 1.0)
    result = compiled.run(strategy(CROSS, "1 units"), candles, Timeframe.M1, settings)
    assert len(closed(result)) == count
    assert result.equity_final == pytest.approx(cash, abs=100)

    columns = candles.open, candles.high, candles.low, candles.close
    cash, count = floors.w2_numba(*columns, 1e8, 0.001, 1.0, 14, 0.02, 0.04)
    rsi = strategy(library_text("rsi-reversion"), "1 units")
    result = compiled.run(rsi, candles, Timeframe.M1, settings)
    assert len(closed(result)) == count
    assert result.equity_final == pytest.approx(cash, abs=100)


def with_gaps(candles: Candles) -> Candles:
    """Opens moved off the last close, so that some lie beyond a level."""
    moved = candles.close + np.random.default_rng(5).integers(-90, 91, len(candles))
    opened = np.concatenate((candles.open[:1], moved[:-1]))
    high, low = np.maximum(candles.high, opened), np.minimum(candles.low, opened)
    return replace(candles, open=opened, high=high, low=low)


def a_million() -> Candles:
    """A walk of one-minute bars on a grid of quarters."""
    chance, bars = np.random.default_rng(1), 1_000_000
    close = np.round(40_000 * np.exp(np.cumsum(chance.normal(0, 4e-4, bars))) * 4) / 4
    opened = np.concatenate((close[:1], close[:-1]))
    high = np.maximum(opened, close) + chance.integers(0, 80, bars) / 4
    low = np.minimum(opened, close) - chance.integers(0, 80, bars) / 4
    return Candles(60 * np.arange(bars), opened, high, low, close, np.ones(bars))
