"""What a backtest does, bar by bar, as the contract has it; every engine is asked."""

import json

import numpy as np
import pytest

from engine.backtest import Backtest, Reason, Settings, compiled, kernel, reference
from engine.backtest.engines import engine_for
from engine.documents import library_strategy, read_document
from engine.domain.candles import Candle, Candles
from engine.domain.order import Side
from engine.domain.timeframe import Timeframe
from engine.errors import FormulaInvalid

FREE = Settings(cash=1_000.0, fee=0.0)


@pytest.fixture(
    params=[compiled.run, reference.run, kernel.run], ids=["compiled", "reference", "kernel"]
)
def run(request):
    def asked(bars: list[tuple[float, ...]], settings: Settings = FREE, **document) -> Backtest:
        whole = {"strategy": "test", "timeframe": "1m", **document}
        rows = [Candle(60 * i, *bar, 1.0) for i, bar in enumerate(bars)]
        strategy = read_document(json.dumps(whole))
        return request.param(strategy, Candles.of(rows), Timeframe.M1, settings)

    return asked


FLAT = (100, 101, 99, 100)
UP = (100, 111, 99, 110)
RISE = {"enter": "close > 105", "exit": "close < 95"}


def test_a_signal_fills_at_the_next_open_and_its_exit_too(run):
    result = run([FLAT, UP, (112, 113, 111, 112), (90, 91, 89, 90), (88, 89, 87, 88)], long=RISE)

    (trade,) = result.rows
    assert (trade.entry_time, trade.entry_price) == (120, 112)
    assert (trade.exit_time, trade.exit_price) == (240, 88)
    assert (trade.side, trade.reason) == (Side.BUY, Reason.EXIT)
    assert trade.quantity == pytest.approx(1_000 / 112)
    assert result.equity_final == pytest.approx(1_000 * 88 / 112)


def test_the_last_signal_does_not_fill_and_what_is_held_closes_at_the_end(run):
    assert not run([FLAT, UP], long=RISE).rows

    (trade,) = run([FLAT, UP, (112, 121, 111, 120)], long=RISE).rows
    assert (trade.exit_price, trade.reason) == (120, Reason.END)


def test_fee_and_slippage_go_against_us(run):
    settings = Settings(cash=1_000.0, fee=0.01, slippage=0.1)
    result = run([UP, (100, 101, 90, 94), (100, 101, 99, 100)], settings, long=RISE)

    (trade,) = result.rows
    assert trade.entry_price == pytest.approx(110)
    assert trade.exit_price == pytest.approx(90)
    assert trade.quantity == pytest.approx(1_000 / (110 * 1.01))
    assert trade.fee == pytest.approx(trade.quantity * (110 + 90) * 0.01)
    assert trade.profit == pytest.approx(trade.quantity * -20 - trade.fee)
    assert result.equity_final == pytest.approx(1_000 + trade.profit)
    assert result.metrics()["slippage"] == pytest.approx(trade.quantity * 20)
    assert result.metrics()["fees"] == pytest.approx(trade.fee)


@pytest.mark.parametrize(
    ("bar", "price", "reason"),
    [
        ((100, 103, 97, 101), 98, Reason.STOP),
        ((100, 105, 97, 101), 98, Reason.STOP),
        ((100, 105, 99, 101), 104, Reason.TARGET),
        ((97, 105, 96, 101), 97, Reason.STOP),
        ((105, 106, 97, 101), 105, Reason.TARGET),
    ],
)
def test_a_stop_and_a_target_fill_in_the_order_of_the_contract(run, bar, price, reason):
    bars = [UP, (100, 101, 99, 100), bar, FLAT]
    trade = run(bars, long=RISE, stop_loss="2%", take_profit="4%").rows[0]

    assert (trade.exit_time, trade.exit_price, trade.reason) == (120, price, reason)


def test_a_stop_lives_on_the_bar_of_entry_and_a_short_is_its_mirror(run):
    short = {"enter": "close < 95"}
    bars = [(100, 101, 90, 94), (100, 103, 99, 100), FLAT]
    trade = run(bars, short=short, stop_loss="2%", take_profit="4%").rows[0]

    assert (trade.exit_time, trade.exit_price, trade.reason) == (60, 102, Reason.STOP)
    assert trade.side is Side.SELL
    assert trade.profit == pytest.approx(-2 * trade.quantity)


def test_a_trailing_stop_follows_the_bars_before_and_not_its_own(run):
    bars = [UP, (100, 120, 99, 119), (119, 130, 109, 128), (128, 129, 116, 117), FLAT]
    trade = run(bars, long=RISE, trailing_stop="10%").rows[0]

    assert (trade.exit_time, trade.exit_price) == (180, pytest.approx(117))
    assert trade.reason is Reason.TRAIL


def test_a_reversal_fills_both_at_the_next_open(run):
    bars = [UP, (100, 101, 99, 100), (100, 101, 90, 94), (93, 94, 92, 93), (92, 93, 91, 92)]
    result = run(bars, long=RISE, short={"enter": "close < 95"})

    first, second = result.rows
    assert (first.exit_time, second.entry_time) == (180, 180)
    assert (first.side, second.side) == (Side.BUY, Side.SELL)


def test_a_pause_holds_entries_back(run):
    bars = [UP, UP, (100, 101, 90, 94), UP, UP, UP, UP, UP]
    free = run(bars, long=RISE)
    paused = run(bars, long=RISE, limits={"cooldown": "2 bars"})

    assert [trade.entry_time for trade in free.rows] == [60, 240]
    assert [trade.entry_time for trade in paused.rows] == [60, 360]


def test_a_size_by_risk_loses_that_share_at_the_stop(run):
    bars = [UP, (100, 101, 99, 100), (100, 101, 89, 90), FLAT]
    result = run(bars, long=RISE, size="risk 1%", stop_loss="5%")

    assert result.rows[0].quantity == pytest.approx(2)
    assert result.rows[0].profit == pytest.approx(-10)


def test_an_entry_beyond_the_cash_is_denied_and_counted(run):
    result = run([UP, UP, UP], long=RISE, size="20 units")

    assert (len(result.rows), result.denied) == (0, 2)


def test_an_entry_whose_stop_is_unknown_is_denied(run):
    result = run([UP, UP, UP], long=RISE, stop_loss="entry_price - atr(14)")

    assert (len(result.rows), result.denied) == (0, 2)


def test_a_stop_by_formula_is_taken_on_the_signals_bar(run):
    bars = [UP, (100, 104, 99, 100), (100, 101, 90, 94), FLAT]
    trade = run(bars, long=RISE, stop_loss="entry_price - (high - low) / 2").rows[0]

    assert trade.exit_price == 94


def test_rules_may_look_at_the_position(run):
    long = {"enter": "close > 105", "exit": "bars_held >= 2 and open_profit > 5%"}
    bars = [UP, UP, UP, UP, UP, UP]
    trade = run(bars, long=long).rows[0]

    assert (trade.entry_time, trade.exit_time) == (60, 240)


def test_equity_is_marked_at_each_close(run):
    result = run([FLAT, UP, (100, 121, 99, 120), (120, 121, 119, 120)], long=RISE)

    assert np.allclose(result.equity, [1_000, 1_000, 1_200, 1_200])
    assert result.metrics()["total_return"] == pytest.approx(0.2)


def test_a_length_that_a_parameter_makes_impossible_is_refused(run):
    with pytest.raises(FormulaInvalid, match="whole_range"):
        run(
            [FLAT, UP],
            parameters={"n": {"default": 2.5, "range": [1, 9]}},
            long={"enter": "sma(close, n) > 1"},
        )


@pytest.mark.parametrize("figure", [{"cash": 0}, {"fee": -1}, {"slippage": 2}, {"cash": np.nan}])
def test_settings_that_cannot_be_are_refused(figure):
    with pytest.raises(ValueError, match="is from"):
        Settings(**figure)


def test_short_histories_are_walked_and_long_ones_compiled():
    strategy = library_strategy("sma-cross")

    assert engine_for("auto", strategy, {}, 1_000) is reference.run
    assert engine_for("auto", strategy, {}, 1_000_000) is compiled.run
    assert engine_for("compiled", strategy, {}, 1_000) is compiled.run
    assert engine_for("kernel", strategy, {}, 1_000) is kernel.run
