"""Strategies in Python, as a stranger's package would bring them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.candles import Candle
from engine.domain.order import Side
from engine.strategy import NOTHING, Decision, Execution


class PatientDips:
    """Buys after falling closes, leaves on a rise, and waits after each loss."""

    document = """
strategy: patient-dips
about: Buys after falling closes, leaves on a rise, and waits after each loss.
timeframe: 1h
symbols: [BTC/USDT]
python: patient-dips
parameters:
  falls: {default: 3, range: [1, 10]}
  pause: {default: 5, range: [0, 100]}
stop_loss: 3%
"""
    warmup = 10

    def __init__(self, values: Mapping[str, float]) -> None:
        self._falls, self._pause = int(values["falls"]), int(values["pause"])
        self._close = 0.0
        self._fallen = self._waiting = 0
        self._paid = 0.0

    def on_bar(self, bar: Candle, position: float) -> Decision:
        """Count falls; sell on a rise."""
        rises = bar.close > self._close > 0
        self._fallen = 0 if rises else self._fallen + 1
        self._close = bar.close
        self._waiting = max(0, self._waiting - 1)
        if position:
            return Decision(leave=True) if rises else NOTHING
        wants = self._fallen >= self._falls and not self._waiting
        return Decision(enter=Side.BUY) if wants else NOTHING

    def on_fill(self, execution: Execution) -> None:
        """Wait after a sale below what was paid."""
        if execution.side is Side.BUY:
            self._paid = execution.price
        elif execution.price < self._paid:
            self._waiting = self._pause


class HalfAClass:
    """Lacks what a strategy needs."""

    def on_bar(self, bar: Candle, position: float) -> Decision:
        """Do nothing."""
        del bar, position
        return NOTHING


class Moody:
    """Fails when it is made."""

    document = """
strategy: moody
timeframe: 1h
python: moody
"""

    def __init__(self, values: Mapping[str, float]) -> None:
        raise RuntimeError("not today")

    def on_bar(self, bar: Candle, position: float) -> Decision:
        """Never comes to it."""
        del bar, position
        return NOTHING

    def on_fill(self, execution: Execution) -> None:
        """Never comes to it."""


class Untold(PatientDips):
    """Brings no document along."""

    document = None  # type: ignore[assignment]
