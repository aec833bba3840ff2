"""What rules about a position come to, bar by bar, is what their formulas come to in vectors."""

import json

import numpy as np
import pytest

from engine.backtest.judge import Judge
from engine.documents import read_document
from engine.domain.timeframe import Timeframe
from engine.formula import PositionState, Workspace
from engine.strategies import Strategy
from tests.parity.strategies_at_random import history

EXITS = (
    "bars_held > 3 and close > sma(close, 5)",
    "not (open_profit < 1%) or close < entry_price - 2 * atr(3)",
    "position / 2 > 1 if close > open else entry_price * 1.01 < high",
    "close > entry_price * 1.5 or rsi(close, 3) > 60",
    "open_profit[2] > open_profit",
)


def strategy(leave: str) -> Strategy:
    return read_document(
        json.dumps(
            {"strategy": "x", "timeframe": "1m", "long": {"enter": "close > open", "exit": leave}}
        )
    )


@pytest.mark.parametrize("leave", EXITS)
def test_a_rule_about_the_position_is_judged_as_its_formula_in_vectors(leave):
    candles, chance = history(11, 60), np.random.default_rng(2)
    held = chance.random((4, 60)) * 4
    held[:, chance.random(60) < 0.3] = np.nan
    rule = strategy(leave)
    judge = Judge(rule, candles, Timeframe.M1, {})
    vector = Workspace(candles, timeframe=Timeframe.M1, position=PositionState(*held)).evaluate(
        rule.long.exit
    )

    for bar in range(60):
        judge.note(bar, *held[:, bar])
        assert judge.holds(rule.long.exit) == (vector[bar] == 1), bar


def test_only_closes_on_which_something_may_be_decided_are_judged():
    candles = history(11, 60)
    judge = Judge(strategy("close < low[1]"), candles, Timeframe.M1, {})

    assert np.array_equal(judge.wakes(0), candles.close > candles.open)
    assert np.array_equal(judge.wakes(1), candles.close < np.roll(candles.low, 1))
    assert not judge.wakes(-1).any()
    assert Judge(strategy(EXITS[4]), candles, Timeframe.M1, {}).wakes(0).all()
