"""An installed strategy at work, whatever it raises being one refusal."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.candles import Candle
from engine.errors import StrategyInvalid
from engine.strategy import NOTHING, Decision, Execution, PlugIn


class Plugged:
    """Hears every bar, and may enter once its warm-up is over."""

    def __init__(self, plug_in: PlugIn, values: Mapping[str, float]) -> None:
        """Raises StrategyInvalid where the class cannot be used."""
        self._name = plug_in.name
        self._silent = plug_in.warmup
        self._strategy = plug_in.make(values)

    def bar(self, candle: Candle, position: float) -> Decision:
        """What it wants at a close; while it holds, nothing but to leave, and then to enter anew.

        Raises StrategyInvalid.
        """
        try:
            wish = self._strategy.on_bar(candle, position)
        except Exception as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error
        if not isinstance(wish, Decision):
            raise self._broken(f"on_bar gave {type(wish).__name__}, not a Decision")
        may_enter = self._silent == 0
        self._silent = max(0, self._silent - 1)
        if position and not wish.leave:
            return NOTHING
        return Decision(bool(position) and wish.leave, wish.enter if may_enter else None)

    def fill(self, execution: Execution) -> None:
        """Tell it what came of a wish. Raises StrategyInvalid."""
        try:
            self._strategy.on_fill(execution)
        except Exception as error:
            raise self._broken(f"{type(error).__name__}: {error}") from error

    def _broken(self, why: str) -> StrategyInvalid:
        detail = f"the plug-in {self._name} failed: {why[:200]}"
        kind = "strategy.plug_in_broken"
        return StrategyInvalid(detail, "python", kind, word=self._name, why=why[:200])
