"""Which engine runs a backtest; all give the same result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from engine.backtest import reference
from engine.backtest.passes.kept import is_prepared
from engine.backtest.program import NotCompilable, drafted
from engine.backtest.result import Backtest
from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from engine.strategies.rules import Strategy

ENGINES: Final = ("auto", "compiled", "kernel")
# Fewer bars than this are walked in the time that loading the compiled pass takes.
SHORT = 50_000


class Engine(Protocol):
    """What runs a backtest."""

    def __call__(
        self,
        strategy: Strategy,
        candles: Candles,
        timeframe: Timeframe,
        settings: Settings,
        given: Mapping[str, float] | None = None,
    ) -> Backtest:
        """See `engine.backtest.reference.run`."""
        ...


def engine_for(
    name: str, strategy: Strategy, given: Mapping[str, float], bars: int, short: int = SHORT
) -> Engine:
    """An engine of `ENGINES`, loaded; `auto` takes the one that is done first.

    Up to `short` bars it walks, where the compiled pass is kept already; a process that runs many
    backtests sets less than one that ends.

    Raises StrategyInvalid on a parameter out of range, and where the compiled pass was asked for
    and cannot.
    """
    if name == "compiled" and strategy.plug_in is not None:
        detail = "a strategy in Python is run by the kernel; leave --engine out"
        raise StrategyInvalid(detail, "--engine compiled")
    if name == "kernel" or strategy.plug_in is not None:
        from engine.backtest import kernel  # noqa: PLC0415 -- only what is asked for is loaded

        return kernel.run
    if name == "auto" and bars <= (short if is_prepared() else SHORT):
        return reference.run
    try:
        drafted(strategy, strategy.values(given))
    except NotCompilable as error:
        if name == "auto":
            return reference.run
        detail = f"{error} looks at the position's past, bar by bar; leave --engine out"
        raise StrategyInvalid(detail, "--engine compiled") from error
    from engine.backtest import compiled  # noqa: PLC0415 -- numba takes half a second

    compiled.prepare()
    return compiled.run
