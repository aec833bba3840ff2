"""Who decides at a close: the rules of a document, or a strategy in Python."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.backtest.account import Held
from engine.backtest.judge import Judge
from engine.domain.candles import Candles
from engine.strategies.plugged import Plugged
from engine.strategies.runner import Runner
from engine.strategy import Decision, Execution


class Decider(Protocol):
    """Asked on the closes for which it wakes, told of every fill if it `hears`."""

    hears: bool

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
    return _Python(Plugged(plug_in, runner.values), candles)


class _Rules:
    hears = False

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
    """A strategy in Python, which hears every bar."""

    hears = True

    def __init__(self, plugged: Plugged, candles: Candles) -> None:
        self._plugged = plugged
        self._candles = candles

    def wakes(self, side: int) -> NDArray[np.bool_]:
        del side
        return np.ones(len(self._candles), np.bool_)

    def decide(self, bar: int, held: Held | None) -> Decision:
        position = held.side * held.quantity if held is not None else 0.0
        return self._plugged.bar(self._candles.row(bar), position)

    def heard(self, execution: Execution) -> None:
        self._plugged.fill(execution)
