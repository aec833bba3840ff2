"""The kernel, driven by bars, gives the trades and the equity of the compiled pass.

A slice; `tests/gates` runs five hundred.
"""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as effort

from engine.backtest import CONVENTIONS, Settings, compiled, kernel
from engine.backtest.conventions import GapFill
from engine.backtest.passes import money
from engine.documents import library_names, library_strategy, read_document
from engine.domain.timeframe import Timeframe
from engine.strategies.entries import WHOLE
from tests.parity.kernel_beside_compiled import assert_both_give_the_same, assert_same
from tests.parity.real_candles import real_candles
from tests.parity.strategies_at_random import documents, histories, history
from tests.parity.strategies_at_random import settings as random_settings


@effort(max_examples=40, deadline=None)
@given(documents(), histories, random_settings)
def test_random_strategies_give_the_same_trades_and_equity(document, candles, settings):
    assert_both_give_the_same(document, candles, settings)


@effort(max_examples=10, deadline=None)
@given(documents(), random_settings)
def test_random_strategies_give_the_same_on_real_candles(document, settings):
    document = {**document, "size": "50% of equity"}

    assert_both_give_the_same(document, real_candles()[:300], settings)


@pytest.mark.parametrize("name", library_names())
def test_the_library_gives_the_same(name):
    candles, settings = history(7, 4_000), Settings(slippage=0.0002)
    strategy = library_strategy(name)
    values = {"entry": 20, "leave": 10} if name == "donchian-breakout" else {}

    ours = kernel.run(strategy, candles, Timeframe.M1, settings, values)

    assert_same(ours, compiled.run(strategy, candles, Timeframe.M1, settings, values))
    assert len(ours.trades) or name in ("opening-range", "gap-fill")


def test_what_buys_a_whole_number_of_steps_does_so_in_both():
    # Exact cash buys 9,960 steps here, and cash in floats a last digit less.
    document = {
        "strategy": "whole-steps",
        "timeframe": "1m",
        "long": {"enter": "close < sma(close, 7)"},
        "short": {"enter": "crosses_above(close[1], close)"},
        "size": "100% of equity",
        "take_profit": "101",
    }
    by_level = replace(CONVENTIONS["outcry"], gap=GapFill.LEVEL)
    settings = Settings(fee=0.0, quantity_step=0.01, convention=by_level)
    asked = read_document(json.dumps(document)), history(46167, 55, 0.1), Timeframe.M1, settings

    assert WHOLE == money.WHOLE
    assert_same(kernel.run(*asked), compiled.run(*asked))
    assert kernel.run(*asked).trades.column("quantity")[2] == pytest.approx(99.6)


def test_no_bars_give_no_trades():
    result = kernel.run(
        library_strategy("rsi-reversion"), history(1, 1)[:0], Timeframe.M1, Settings()
    )

    assert (len(result.trades), result.equity_final) == (0, 10_000)
