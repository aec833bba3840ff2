"""Backtests with many settings, each scored by what is looked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.backtest import reference
from engine.backtest.engines import Engine, engine_for
from engine.backtest.program import NotCompilable
from engine.backtest.result import Backtest
from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError
from engine.reporting import falls, gains
from engine.reporting.history import History
from engine.reporting.significance import estimated
from engine.strategies import Strategy

_SHORT = 2_000


class Objective(StrEnum):
    """What is looked for."""

    RETURN = "return"
    SHARPE = "sharpe"
    SORTINO = "sortino"
    CALMAR = "calmar"
    DRAWDOWN = "drawdown"


def _smallest_fall(history: History) -> float | None:
    fall = falls.maximum_drawdown(history)
    return None if fall is None else -fall


_MEASURES: Mapping[Objective, Callable[[History], float | None]] = {
    Objective.RETURN: gains.total_return,
    Objective.SHARPE: gains.sharpe,
    Objective.SORTINO: gains.sortino,
    Objective.CALMAR: falls.calmar,
    Objective.DRAWDOWN: _smallest_fall,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One setting: `score` None where it never traded or the figure is not defined.

    `sharpe` is of a bar's return, for the deflated Sharpe ratio.
    """

    values: Mapping[str, float]
    score: float | None
    total_return: float
    drawdown: float
    trades: int
    sharpe: float | None


class Bench:
    """One strategy over one stretch of bars, run again and again."""

    def __init__(
        self, strategy: Strategy, candles: Candles, timeframe: Timeframe, settings: Settings
    ) -> None:
        self.strategy = strategy
        self.candles = candles
        self.timeframe = timeframe
        self.settings = settings
        self._engine: Engine = engine_for("auto", strategy, {}, len(candles), _SHORT)

    def run(self, values: Mapping[str, float], settings: Settings | None = None) -> Backtest:
        """The backtest. Raises StrategyInvalid, FormulaInvalid on numbers that cannot be."""
        asked = (self.strategy, self.candles, self.timeframe, settings or self.settings, values)
        try:
            return self._engine(*asked)
        except NotCompilable:
            return reference.run(*asked)

    def trial(self, values: Mapping[str, float], objective: Objective) -> Trial:
        """The same, scored; what cannot be run has no score."""
        try:
            result = self.run(values)
        except EngineError:
            return Trial(values, None, 0.0, 0.0, 0, None)
        return scored(values, result, objective)

    def between(self, start: int, end: int, warmup: int = 0) -> Bench:
        """The bars of `[start, end)`, and so many before them for the indicators."""
        first = max(0, start - warmup)
        return Bench(self.strategy, self.candles[first:end], self.timeframe, self.settings)


def scored(values: Mapping[str, float], result: Backtest, objective: Objective) -> Trial:
    """A backtest's score."""
    history, count = result.history, len(result.trades)
    estimate = estimated(history)
    return Trial(
        values=values,
        score=_MEASURES[objective](history) if count else None,
        total_return=gains.total_return(history) or 0.0,
        drawdown=falls.maximum_drawdown(history) or 0.0,
        trades=count,
        sharpe=None if estimate is None else estimate.sharpe,
    )
