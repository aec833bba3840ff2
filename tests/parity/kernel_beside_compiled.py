"""One strategy through both engines, and what "the same" means."""

import json

import numpy as np
from hypothesis import assume

from engine.backtest import Backtest, Settings, compiled, kernel
from engine.backtest.result import COLUMNS
from engine.documents import read_document
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe

SAME = 1e-9
DUST = 1e-6
# Bars, side and reason are counted, the rest is measured.
COUNTED = ("entry_bar", "exit_bar", "side", "reason")


def assert_same(ours: Backtest, theirs: Backtest) -> None:
    """Trade for trade, and the equity at each close, to 1e-9 of what there was."""
    assert len(ours.trades) == len(theirs.trades)
    for name in COUNTED:
        assert np.array_equal(ours.trades.column(name), theirs.trades.column(name)), name
    for name in sorted(set(COLUMNS) - set(COUNTED)):
        pair = ours.trades.column(name), theirs.trades.column(name)
        np.testing.assert_allclose(*pair, rtol=SAME, atol=SAME * ours.settings.cash, err_msg=name)
    np.testing.assert_allclose(
        ours.equity, theirs.equity, rtol=SAME, atol=SAME * ours.settings.cash
    )
    assert ours.denied == theirs.denied


def assert_both_give_the_same(document: dict, candles: Candles, settings: Settings) -> None:
    """Through the kernel and through the compiled pass."""
    strategy = read_document(json.dumps(document))
    theirs = compiled.run(strategy, candles, Timeframe.M1, settings)
    # The kernel trades on exact steps; floats go on for ever below and above them.
    low, high = theirs.equity.min(initial=settings.cash), theirs.equity.max(initial=settings.cash)
    assume(low > DUST * settings.cash and high * DUST < settings.cash)
    assert_same(kernel.run(strategy, candles, Timeframe.M1, settings), theirs)
