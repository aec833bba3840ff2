"""The meaning of a backtest, written to be read: one bar after the other, in plain Python.

It is the oracle of the compiled pass, and runs what that cannot: rules about the position's past.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.backtest.account import Cash, Held
from engine.backtest.conventions import Anchor, FillTime
from engine.backtest.inside import hit
from engine.backtest.judge import Judge
from engine.backtest.result import COLUMNS, Backtest, Reason, Trades
from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.strategies.entries import Means
from engine.strategies.rules import Strategy
from engine.strategies.runner import Runner
from engine.strategy import NOTHING, Decision


def run(
    strategy: Strategy,
    candles: Candles,
    timeframe: Timeframe,
    settings: Settings,
    given: Mapping[str, float] | None = None,
) -> Backtest:
    """Run the strategy with the parameters given over bars of a timeframe, oldest first.

    Raises StrategyInvalid on a parameter out of range and FormulaInvalid on a length that it makes
    impossible.
    """
    walk = _Walk(strategy, candles, timeframe, settings, strategy.values(given or {}))
    equity = np.array([walk.bar(bar) for bar in range(len(candles))], np.float64)
    table = np.array(walk.cash.trades, np.float64).reshape(-1, len(COLUMNS))
    denied = walk.cash.denied
    return Backtest(candles, timeframe.seconds, settings, Trades(table), equity, denied)


class _Walk:
    def __init__(
        self,
        strategy: Strategy,
        candles: Candles,
        timeframe: Timeframe,
        settings: Settings,
        values: Mapping[str, float],
    ) -> None:
        self._strategy = strategy
        self._candles = candles
        self._settings = settings
        self._runner = Runner(strategy, values)
        self._judge = Judge(strategy, candles, timeframe, values)
        self._pending = NOTHING
        self._left_at = -math.inf
        self.cash = Cash(settings, settings.cash)

    def bar(self, bar: int) -> float:
        """Live through one bar and give the equity at its close."""
        row, convention = self._candles.row(bar), self._settings.convention
        at_close = convention.fill is FillTime.SIGNAL_CLOSE
        if not at_close:
            self._execute(self._pending, bar, row.open, bar - 1)
        self._inside(bar)
        if self.cash.held is not None:
            self.cash.held.reach(row.high, row.low)
        self._pending = self._decided(bar, row.close)
        if at_close:
            self._execute(self._pending, bar, row.close, bar)
        if bar == len(self._candles) - 1:
            self.cash.leave(bar, row.close, Reason.END)
        return self.cash.worth(row.close)

    def _execute(self, decision: Decision, bar: int, price: float, signal: int) -> None:
        if decision.leave and self.cash.side:
            slipped = price * (1 - self._settings.slippage * self.cash.side)
            self._leave(bar, slipped, Reason.EXIT)
        if decision.enter is not None:
            side = decision.enter.sign
            self._enter(side, bar, price * (1 + self._settings.slippage * side), signal)

    def _inside(self, bar: int) -> None:
        held, convention = self.cash.held, self._settings.convention
        if held is None or (bar == held.bar and not convention.stops_on_entry_bar):
            return
        found = hit(held, self._candles.row(bar), convention)
        if found is not None:
            self._leave(bar, found.price, found.reason)

    def _leave(self, bar: int, price: float, reason: Reason) -> None:
        self.cash.leave(bar, price, reason)
        self._left_at = bar

    def _decided(self, bar: int, close: float) -> Decision:
        held = self.cash.held
        if held is None:
            self._judge.note(bar, 0.0, math.nan, math.nan, math.nan)
        else:
            profit = held.side * (close - held.price) / held.price
            self._judge.note(bar, self.cash.position, held.price, bar - held.bar, profit)
        decision = self._runner.decide(self._judge, self.cash.side)
        return decision if self._may_enter(decision, bar) else Decision(decision.leave)

    def _may_enter(self, decision: Decision, bar: int) -> bool:
        """A pause after an exit, and no entry on the last close, hold it back."""
        pause = self._strategy.limits.cooldown
        over = pause == 0 if decision.leave else bar >= self._left_at + pause
        return over and bar < len(self._candles) - 1

    def _enter(self, side: int, bar: int, price: float, signal: int) -> None:
        by_fill = self._settings.convention.anchor is Anchor.FILL
        base = None if by_fill else float(self._candles.close[signal])
        means = Means(self.cash.amount, self._settings.fee, self._settings.quantity_step)
        entry = self._runner.entry(self._judge, side, price, means, base)
        if entry is None or not entry.quantity > 0:
            self.cash.denied += 1
        else:
            self.cash.enter(Held.entered(entry, bar, price))
