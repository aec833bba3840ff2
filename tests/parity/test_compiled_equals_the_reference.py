"""The compiled pass gives the trades and the equity of the plain walk, whatever it is given."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort

from engine.backtest import Backtest, compiled, reference
from engine.backtest.program import NotCompilable
from engine.backtest.settings import Settings
from engine.documents import library_names, library_strategy, read_document
from engine.domain.timeframe import Timeframe
from tests.parity.real_candles import real_candles
from tests.parity.strategies_at_random import documents, histories, history
from tests.parity.strategies_at_random import settings as random_settings


def assert_equal(fast: Backtest, plain: Backtest) -> None:
    assert np.array_equal(fast.trades.table, plain.trades.table)
    assert fast.denied == plain.denied
    np.testing.assert_allclose(fast.equity, plain.equity, rtol=1e-9, atol=1e-9)


@effort(max_examples=500, deadline=None)
@given(documents(), histories, random_settings)
def test_500_random_strategies_give_the_same_trades_and_equity(document, candles, settings):
    strategy = read_document(json.dumps(document))

    assert_equal(
        compiled.run(strategy, candles, Timeframe.M1, settings),
        reference.run(strategy, candles, Timeframe.M1, settings),
    )


@effort(max_examples=40, deadline=None)
@given(documents(), random_settings)
def test_random_strategies_give_the_same_on_real_candles(document, settings):
    strategy = read_document(json.dumps({**document, "size": "50% of equity"}))
    candles = real_candles()[:300]

    assert_equal(
        compiled.run(strategy, candles, Timeframe.M1, settings),
        reference.run(strategy, candles, Timeframe.M1, settings),
    )


@pytest.mark.parametrize("name", library_names())
def test_the_library_gives_the_same_over_several_blocks(name):
    candles, settings = history(7, 4_000), Settings(slippage=0.0002)
    strategy = library_strategy(name)
    given_values = {"entry": 20, "leave": 10} if name == "donchian-breakout" else {}

    fast = compiled.run(strategy, candles, Timeframe.M1, settings, given_values)

    assert_equal(fast, reference.run(strategy, candles, Timeframe.M1, settings, given_values))
    assert len(fast.trades) or name in ("opening-range", "gap-fill")


def test_a_rule_about_the_past_of_the_position_is_left_to_the_reference():
    strategy = read_document(
        json.dumps(
            {
                "strategy": "past",
                "timeframe": "1m",
                "long": {"enter": "close > open", "exit": "open_profit[1] > open_profit"},
            }
        )
    )
    candles = history(3, 200)

    with pytest.raises(NotCompilable):
        compiled.run(strategy, candles, Timeframe.M1, Settings())
    assert len(reference.run(strategy, candles, Timeframe.M1, Settings()).trades)


def test_no_bars_give_no_trades():
    strategy, candles = library_strategy("rsi-reversion"), history(1, 1)[:0]

    for engine in (compiled.run, reference.run):
        result = engine(strategy, candles, Timeframe.M1, Settings())
        assert (len(result.trades), result.equity_final) == (0, 10_000)
