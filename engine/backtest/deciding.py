"""Who decides at a close: the rules of a document, or a strategy in Python."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.backtest.account import Held
from engine.backtest.judge import Judge
from engine.domain.candles import Candles
from engine.errors import StrategyInvalid
from engine.strategies.runner import Runner
from engine.strategy import NOTHING, Decision, Execution, PlugIn, PythonStrategy


class Decider(Protocol):
    """Asked on the closes for which it wakes, told of every fill."""

    def wakes(self, side: int) -> NDArray[np.bool_]:
        """The closes on which it wants to be asked, holding 1 long, -1 short, 0 nothing."""
        ...

    def decide(self, bar: int, held: Held | None) -> Decision:
        """What it wants at a close."""
        ...

    def heard(self, execution: Execution) -> None:
        """Hear what came of it."""
        ...


def decider_for(runner: Runner, judge: Judge, candles: Candles) -> Decider:
    """Raises StrategyInvalid where a plug-in cannot be made."""
    plug_in = runner.strategy.plug_in
    if plug_in is None:
        return _Rules(runner, judge)
    return _Python(plug_in, plug_in.make(runner.values), candles)


class _Rules:
    def __init__(self, runner: Runner, judge: Judge) -> None:
        self._runner = runner
        self._judge = judge

    def wakes(self, side: int) -> NDArray[np.bool_]:
        return self._judge.wakes(side)

    def decide(self, bar: int, held: Held | None) -> Decision:
        del bar
        return self._runner.decide(self._judge, held.side if held is not None else 0)

    def heard(self, execution: Execution) -> None:
        del execution


class _Python:
    """Hears every bar, and may enter once its warm-up is over."""

    def __init__(self, plug_in: PlugIn, strategy: PythonStrategy, candles: Candles) -> None:
        self._plug_in = plug_in
        self._strategy = strategy
        self._candles = candles

    def wakes(self, side: int) -> NDArray[np.bool_]:
        del side
        return np.ones(len(self._candles), np.bool_)

    def decide(self, bar: int, held: Held | None) -> Decision:
        position = held.side * held.quantity if held is not None else 0.0
        try:
            wish = self._strategy.on_bar(self._candles.row(bar), position)
        except Exception as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error
        if not isinstance(wish, Decision):
            raise self._broken(f"on_bar gave {type(wish).__name__}, not a Decision")
        if held is not None and not wish.leave:
            return NOTHING
        return Decision(
            wish.leave and held is not None, wish.enter if bar >= self._plug_in.warmup else None
        )

    def heard(self, execution: Execution) -> None:
        try:
            self._strategy.on_fill(execution)
        except Exception as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error

    def _broken(self, why: str) -> StrategyInvalid:
        name = self._plug_in.name
        detail = f"the plug-in {name} failed: {why[:200]}"
        return StrategyInvalid(
            detail, "python", "strategy.plug_in_broken", word=name, why=why[:200]
        )
